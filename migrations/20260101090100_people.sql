-- People: one row for each signed-in user, with the organization at home and the role there; memberships name the other chapters in which
-- somebody has a role. Policies ask these tables, and not the token, who belongs where: a token is as old as its sign-in.

-- The accounts are in use already: whoever signs in would wait behind this.
set lock_timeout = '2s';

do $$
begin
  if to_regtype('public.person_role') is null then
    create type public.person_role as enum ('peer_mentor', 'coordinator', 'finance', 'admin');
  end if;
end
$$;

create table if not exists public.users (
  id uuid primary key references auth.users (id) on delete cascade,
  org_id uuid not null references public.organizations (id) on delete restrict,
  role public.person_role not null default 'peer_mentor',
  full_name text not null,
  created_at timestamptz not null default now(),
  constraint users_full_name_not_blank check (btrim(full_name) <> '')
);

create index if not exists users_org_id_idx on public.users (org_id);

create table if not exists public.memberships (
  user_id uuid not null references public.users (id) on delete cascade,
  org_id uuid not null references public.organizations (id) on delete restrict,
  role public.person_role not null default 'coordinator',
  created_at timestamptz not null default now(),
  primary key (user_id, org_id)
);

create index if not exists memberships_org_id_idx on public.memberships (org_id);

alter table public.users enable row level security;
alter table public.memberships enable row level security;

revoke all on public.users, public.memberships from anon, authenticated, service_role;
grant select on public.users, public.memberships to authenticated;
grant select, insert, update, delete on public.users, public.memberships to service_role;

-- What policies and triggers call. No role of the API may use the schema, so none of it can be called by name; a policy finds its function
-- all the same, since its names were resolved when it was made.
--
-- Functions name `pg_temp` in their path, and last. It is searched first where it is not named: a type that a caller makes there and calls `uuid`
-- would be taken for the real one, and its check would run with the rights of the function.
create schema if not exists private;
revoke all on schema private from public, anon, authenticated, service_role;

-- The organizations in which whoever asks has one of the wanted roles, or any role where none is named. It runs with its owner's rights: a
-- policy on `users` that read `users` as the caller would have to ask itself.
create or replace function private.my_org_ids(wanted public.person_role[] default null)
returns setof uuid
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select u.org_id
  from public.users u
  where u.id = (select auth.uid()) and (wanted is null or u.role = any (wanted))
  union
  select m.org_id
  from public.memberships m
  where m.user_id = (select auth.uid()) and (wanted is null or m.role = any (wanted))
$$;

revoke execute on function private.my_org_ids(public.person_role[]) from public, anon, authenticated, service_role;
grant execute on function private.my_org_ids(public.person_role[]) to authenticated;

drop policy if exists organizations_select_own on public.organizations;
create policy organizations_select_own on public.organizations
  for select to authenticated
  using (id = any (array(select private.my_org_ids())));

drop policy if exists memberships_select_shared_org on public.memberships;
create policy memberships_select_shared_org on public.memberships
  for select to authenticated
  using (org_id = any (array(select private.my_org_ids())));

-- Whoever helps out in an organization is seen there as well: the memberships that the asker sees are those of shared organizations.
drop policy if exists users_select_shared_org on public.users;
create policy users_select_shared_org on public.users
  for select to authenticated
  using (
    org_id = any (array(select private.my_org_ids()))
    or id in (select m.user_id from public.memberships m)
  );
