-- People: one row for each signed-in user, in one organization, with one role there.
-- Policies ask this table, and not the token, to which organization somebody belongs: a token is as old as its sign-in.

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

alter table public.users enable row level security;

revoke all on public.users from anon, authenticated, service_role;
grant select on public.users to authenticated;
grant select, insert, update, delete on public.users to service_role;

-- The organization of whoever asks. It runs with its owner's rights: a policy on `users` that read `users` as the caller
-- would have to ask itself.
create or replace function public.current_org_id()
returns uuid
language sql
stable
security definer
set search_path = ''
as $$
  select u.org_id from public.users u where u.id = (select auth.uid())
$$;

revoke execute on function public.current_org_id() from public, anon;
grant execute on function public.current_org_id() to authenticated, service_role;

drop policy if exists users_select_same_org on public.users;
create policy users_select_same_org on public.users
  for select to authenticated
  using (org_id = (select public.current_org_id()));

drop policy if exists organizations_select_own on public.organizations;
create policy organizations_select_own on public.organizations
  for select to authenticated
  using (id = (select public.current_org_id()));
