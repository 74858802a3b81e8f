set lock_timeout = '2s';

drop policy if exists organizations_select_own on public.organizations;
drop table if exists public.memberships cascade;
drop table if exists public.users;
drop function if exists private.my_org_ids(public.person_role[]);
drop schema if exists private;
drop type if exists public.person_role;
