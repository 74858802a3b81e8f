-- Integrations: the systems that organizations are connected to. One of everything that a specification lists of a table.

create type public.integration_type as enum ('xledger', 'dynamics', 'visma');

create table public.integrations (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id) on delete cascade,
  type public.integration_type not null,
  label varchar(40),
  field_mappings jsonb not null default '{}',
  retries integer not null default 0,
  disabled_at timestamptz,
  updated_at timestamptz not null default now(),
  constraint integrations_org_type_key unique (org_id, type),
  constraint integrations_retries_in_bounds check (retries between 0 and 5),
  constraint integrations_label_known check (label in ('production', 'test'))
);

comment on table public.integrations is 'The systems that an organization is connected to.';

create index integrations_field_mappings_idx on public.integrations using gin (field_mappings);
create index integrations_active_idx on public.integrations (org_id) where disabled_at is null;

create trigger integrations_touch before update on public.integrations
  for each row execute function public.touch_updated_at();

alter table public.integrations enable row level security;

create policy integrations_select on public.integrations
  for select to authenticated using (org_id = public.my_org());
create policy integrations_insert on public.integrations
  for insert to authenticated with check (org_id = public.my_org() and public.my_role() = 'coordinator');

revoke all on public.integrations from anon, authenticated, service_role;
grant select, insert on public.integrations to authenticated;
grant update (label, disabled_at) on public.integrations to authenticated;
grant select, insert, update, delete on public.integrations to service_role;

-- Postgres reads the check on `label` again here, and writes it down with other casts than before.
alter table public.integrations alter column label type varchar(60);
