drop policy if exists organizations_select_own on public.organizations;
drop policy if exists users_select_same_org on public.users;
drop function if exists public.current_org_id();
drop table if exists public.users;
drop type if exists public.person_role;
