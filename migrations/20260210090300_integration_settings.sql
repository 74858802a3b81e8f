-- What the settings of an integration may look like, told when they are written and not when an export fails. Rows that were written before are
-- left to the repair, which keeps what it can, withholds what looks like a credential, and leaves a record for the admins of the organization.

-- Words that name a secret, and runs of twenty letters and digits that are no long word. No account, feature or schedule has either.
create or replace function private.looks_like_a_credential(written text)
returns boolean
language sql
immutable
set search_path = ''
return written ~* '(passw|secret|token|api_?key|private_?key|credential|authorization|bearer)'
  or written ~ '(?=[a-z+/=.-]*[A-Z0-9])[A-Za-z0-9+/=.-]{20}';

create or replace function private.is_mapping(category text, account jsonb)
returns boolean
language sql
immutable
set search_path = ''
return category ~ '^[a-z][a-z0-9_]{0,39}$' and jsonb_typeof(account) = 'string' and account #>> '{}' ~ '^[0-9A-Z][0-9A-Z.-]{0,15}$';

create or replace function private.is_feature(feature jsonb)
returns boolean
language sql
immutable
set search_path = ''
return jsonb_typeof(feature) = 'string' and feature #>> '{}' ~ '^[a-z][a-z0-9_]{0,31}$';

create or replace function private.are_field_mappings(settings jsonb)
returns boolean
language sql
immutable
set search_path = ''
return case jsonb_typeof(settings)
  when 'object' then not exists (select from jsonb_each(settings) e where not private.is_mapping(e.key, e.value))
  else settings is null
end;

create or replace function private.are_features(settings jsonb)
returns boolean
language sql
immutable
set search_path = ''
return case jsonb_typeof(settings)
  when 'array' then not exists (select from jsonb_array_elements(settings) e where not private.is_feature(e.value))
  else settings is null
end;

-- Whoever writes a row runs its checks.
revoke execute on function
  private.looks_like_a_credential(text),
  private.is_mapping(text, jsonb),
  private.is_feature(jsonb),
  private.are_field_mappings(jsonb),
  private.are_features(jsonb)
  from public, anon, authenticated, service_role;
grant execute on function
  private.looks_like_a_credential(text),
  private.is_mapping(text, jsonb),
  private.is_feature(jsonb),
  private.are_field_mappings(jsonb),
  private.are_features(jsonb)
  to authenticated, service_role;

-- Checks are asked in the order of their names: what looks like a credential is told as such, whatever else is wrong with it.
do $$
begin
  if not exists (
    select from pg_constraint
    where conrelid = 'public.organization_integrations'::regclass
      and conname = 'organization_integrations_credentials_in_vault'
  ) then
    alter table public.organization_integrations
      add constraint organization_integrations_credentials_in_vault check (
        not private.looks_like_a_credential(
          coalesce(field_mappings::text, '') || ' ' || coalesce(excluded_features::text, '') || ' ' || coalesce(sync_schedule, '')
        )
      ) not valid,
      add constraint organization_integrations_excluded_features_form check (private.are_features(excluded_features)) not valid,
      add constraint organization_integrations_field_mappings_form check (private.are_field_mappings(field_mappings)) not valid;
  end if;
end
$$;

create table if not exists public.integration_repairs (
  id uuid primary key default gen_random_uuid(),
  integration_id uuid not null references public.organization_integrations (id) on delete cascade,
  setting text not null,
  was jsonb not null,
  kept jsonb,
  repaired_at timestamptz not null default now()
);

create index if not exists integration_repairs_integration_id_idx on public.integration_repairs (integration_id);

alter table public.integration_repairs enable row level security;

revoke all on public.integration_repairs from anon, authenticated, service_role;
grant select on public.integration_repairs to authenticated, service_role;

drop policy if exists integration_repairs_select on public.integration_repairs;
create policy integration_repairs_select on public.integration_repairs
  for select to authenticated
  using (
    exists (
      select from public.organization_integrations i
      where i.id = integration_id and i.organization_id = any (array(select private.my_org_ids('{admin}')))
    )
  );

-- What may be shown of a setting as it was: a record of a credential would be one more place where it stands.
create or replace function private.without_credentials(was jsonb)
returns jsonb
language sql
immutable
strict
set search_path = ''
return case
  when not private.looks_like_a_credential(was::text) then was
  when jsonb_typeof(was) = 'object' then (
    select jsonb_object_agg(
      e.key,
      case when private.looks_like_a_credential(e.key || ' ' || e.value::text) then '"withheld"' else e.value end
    )
    from jsonb_each(was) e
  )
  when jsonb_typeof(was) = 'array' then (
    select jsonb_agg(case when private.looks_like_a_credential(e.value::text) then '"withheld"' else e.value end order by e.ordinality)
    from jsonb_array_elements(was) with ordinality e
  )
  else '"withheld"'
end;

-- What is kept of mappings: every entry that is one, and numbers that were meant as accounts.
create or replace function private.kept_field_mappings(settings jsonb)
returns jsonb
language sql
immutable
strict
set search_path = ''
return case jsonb_typeof(settings)
  when 'object' then (
    select coalesce(jsonb_object_agg(e.key, to_jsonb(e.value #>> '{}')), '{}')
    from jsonb_each(settings) e
    where private.is_mapping(e.key, to_jsonb(e.value #>> '{}'))
      and not private.looks_like_a_credential(e.key || ' ' || (e.value #>> '{}'))
  )
  else '{}'
end;

-- What is kept of features: every element that is one, once and in its place; a single feature becomes a list of one.
create or replace function private.kept_features(settings jsonb)
returns jsonb
language sql
immutable
strict
set search_path = ''
return (
  select coalesce(jsonb_agg(f.feature order by f.place), '[]')
  from (
    select e.value as feature, min(e.ordinality) as place
    from jsonb_array_elements(case jsonb_typeof(settings) when 'array' then settings else jsonb_build_array(settings) end)
      with ordinality e
    where private.is_feature(e.value) and not private.looks_like_a_credential(e.value #>> '{}')
    group by e.value
  ) f
);

-- Sets every damaged setting to what can be kept of it, and the integration to `pending_setup`, so that nothing is exported by settings that
-- nobody has looked at. Returns what it did; the records are for the admins.
create or replace function public.repair_integrations()
returns setof public.integration_repairs
language plpgsql
security definer
set search_path = ''
as $$
declare
  damaged public.organization_integrations;
begin
  for damaged in
    select * from public.organization_integrations i
    where not private.are_field_mappings(i.field_mappings)
      or not private.are_features(i.excluded_features)
      or private.looks_like_a_credential(
        coalesce(i.field_mappings::text, '') || ' ' || coalesce(i.excluded_features::text, '') || ' ' || coalesce(i.sync_schedule, '')
      )
    order by i.id
    for update
  loop
    return query
      with found (setting, written, kept) as (
        values
          ('field_mappings', damaged.field_mappings, private.kept_field_mappings(damaged.field_mappings)),
          ('excluded_features', damaged.excluded_features, private.kept_features(damaged.excluded_features)),
          (
            'sync_schedule',
            to_jsonb(damaged.sync_schedule),
            case when not private.looks_like_a_credential(damaged.sync_schedule) then to_jsonb(damaged.sync_schedule) end
          )
      )
      insert into public.integration_repairs as r (integration_id, setting, was, kept)
      select damaged.id, f.setting, private.without_credentials(f.written), f.kept
      from found f
      where f.kept is distinct from f.written
      returning r.*;
    update public.organization_integrations i
    set field_mappings = private.kept_field_mappings(damaged.field_mappings),
      excluded_features = private.kept_features(damaged.excluded_features),
      sync_schedule = case when not private.looks_like_a_credential(damaged.sync_schedule) then damaged.sync_schedule end,
      status = 'pending_setup'
    where i.id = damaged.id;
  end loop;
end
$$;

revoke execute on function
  private.without_credentials(jsonb),
  private.kept_field_mappings(jsonb),
  private.kept_features(jsonb),
  public.repair_integrations()
  from public, anon, authenticated, service_role;
grant execute on function public.repair_integrations() to service_role;
