create table public.organizations (id uuid primary key, name text not null);
create table public.members (
  user_id uuid references auth.users, org_id uuid references public.organizations, primary key (user_id, org_id)
);
create table public.claims (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations,
  n integer not null unique,
  status text not null default 'draft' check (status in ('draft', 'submitted', 'approved')),
  created_by uuid default auth.uid(),
  created_at timestamptz not null default now()
);
create index claims_org on public.claims (org_id);
alter table public.organizations enable row level security;
alter table public.members enable row level security;
alter table public.claims enable row level security;
create function public.is_member(org uuid) returns boolean language sql stable security definer set search_path = ''
as $$ select exists (select from public.members m where m.org_id = org and m.user_id = auth.uid()) $$;
create policy claims_select on public.claims for select to authenticated using (public.is_member(org_id));
create policy claims_insert on public.claims for insert to authenticated with check (public.is_member(org_id));
create policy claims_update on public.claims for update to authenticated
  using (public.is_member(org_id)) with check (public.is_member(org_id));
