-- Organization integrations: which systems an organization is connected with, one row for each. The access data of a system stands in the Vault
-- and in no column of this table.
--
-- The labels of integration_type_enum are those of IntegrationTypeRegistry in fixtures/client/integration_type_registry.dart, in its order.

do $$
begin
  if to_regtype('public.integration_type_enum') is null then
    create type public.integration_type_enum as enum ('xledger', 'dynamics', 'cornerstone', 'consio', 'bufdir');
  end if;
  if to_regtype('public.integration_status_enum') is null then
    create type public.integration_status_enum as enum ('active', 'inactive', 'error', 'pending_setup');
  end if;
end
$$;

create table if not exists public.organization_integrations (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  integration_type public.integration_type_enum not null,
  status public.integration_status_enum not null default 'inactive',
  -- From the category of a claim to the account in the other system: {"travel": "7140"}.
  field_mappings jsonb default '{}',
  -- A cron expression such as `0 2 * * *`, whose form the application checks.
  sync_schedule text,
  -- Features of the integration that this organization does without: ["payroll_sync"].
  excluded_features jsonb default '[]',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint organization_integrations_one_of_a_type unique (organization_id, integration_type)
);

create index if not exists organization_integrations_organization_id_idx
  on public.organization_integrations (organization_id);
create index if not exists organization_integrations_field_mappings_idx
  on public.organization_integrations using gin (field_mappings);

-- Before the policies come, nobody reaches a row. Once they are there, running this again takes nothing from those whom they let in.
alter table public.organization_integrations enable row level security;

do $$
begin
  if not exists (select from pg_policy where polrelid = 'public.organization_integrations'::regclass) then
    revoke all on public.organization_integrations from anon, authenticated, service_role;
  end if;
end
$$;

-- Whose integration it is and with what never changes: its credential is named after both.
create or replace trigger organization_integrations_belong
  before update on public.organization_integrations
  for each row execute function private.keep_columns('organization_id', 'integration_type');

create or replace trigger organization_integrations_touch
  before update on public.organization_integrations
  for each row execute function private.touch_updated_at();
