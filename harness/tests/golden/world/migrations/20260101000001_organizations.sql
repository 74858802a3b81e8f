-- Organizations and the people in them. Who belongs where is asked of `people`, never of the token.

create table public.organizations (
  id uuid primary key default gen_random_uuid(),
  name text not null constraint organizations_name_key unique,
  constraint organizations_name_not_blank check (btrim(name) <> '')
);

create table public.people (
  user_id uuid primary key references auth.users (id) on delete cascade,
  org_id uuid not null references public.organizations (id) on delete cascade,
  role text not null constraint people_role_known check (role in ('mentor', 'coordinator')),
  full_name text not null
);

create index people_org_id_idx on public.people (org_id);

-- Both run as their owner: a policy on `people` that read `people` as the caller would have to ask itself.
create function public.my_org() returns uuid
language sql stable security definer set search_path = '' as
$$ select p.org_id from public.people p where p.user_id = auth.uid() $$;

create function public.my_role() returns text
language sql stable security definer set search_path = '' as
$$ select p.role from public.people p where p.user_id = auth.uid() $$;

revoke execute on function public.my_org(), public.my_role() from public, anon;

alter table public.organizations enable row level security;
alter table public.people enable row level security;

create policy organizations_select_own on public.organizations
  for select to authenticated using (id = public.my_org());
create policy people_select_own_org on public.people
  for select to authenticated using (org_id = public.my_org());
create policy people_rename_oneself on public.people
  for update to authenticated using (user_id = auth.uid()) with check (user_id = auth.uid());

revoke all on public.organizations, public.people from anon, authenticated;
grant select on public.organizations, public.people to authenticated;
grant update (full_name) on public.people to authenticated;

-- What everybody may know of an organization. It belongs to its owner, so that no policy asks who is reading.
create view public.directory as select id, name from public.organizations;

revoke all on public.directory from anon, authenticated;
grant select on public.directory to anon, authenticated;
