-- Organizations: every row of every other table belongs to one of them, directly or through a person.
-- Only the service makes, renames and removes them; their own people may see them (policies follow with the people).

create table if not exists public.organizations (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  created_at timestamptz not null default now(),
  constraint organizations_name_not_blank check (btrim(name) <> '')
);

alter table public.organizations enable row level security;

-- Stated here, so that they hold whether or not Supabase exposes new tables by itself.
revoke all on public.organizations from anon, authenticated, service_role;
grant select on public.organizations to authenticated;
grant select, insert, update, delete on public.organizations to service_role;
