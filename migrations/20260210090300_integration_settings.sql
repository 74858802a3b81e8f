-- What the settings of an integration may look like, told when they are written and not when an export fails. Rows that were written before are
-- left to the repair, which keeps what it can, withholds what looks like a credential, and leaves a record for the admins of the organization.

-- Words that name a secret, addresses that carry one, runs of twenty letters and digits that are no long word with a number behind it, and texts that
-- go from digits to letters again and again. A long Norwegian category is none of these: not even barnepassordning, in which a password hides.
-- Nothing looks ahead without a limit, so that a long text is read in no more time than it is long.
create or replace function private.looks_like_a_credential(written text)
returns boolean
language sql
immutable
set search_path = pg_catalog, pg_temp
return written ~* '(passw|passord(?!n)|passphrase|passcode|pwd|secret(?!ar)|token|credential|bearer|\mauthorization\M)'
  or written ~* '(api|access|private)[ _-]?key(?!card)'
  or written ~ '://[^ "/]*@'
  or written ~ '(?=[A-Za-z0-9+/=.-]{0,20}([0-9][A-Za-z]|[a-z][A-Z]|[0-9]{20}))[A-Za-z0-9+/=.-]{20}'
  or written ~ '([0-9]+[A-Za-z_]+){5}';

create or replace function private.is_mapping(category text, account jsonb)
returns boolean
language sql
immutable
set search_path = pg_catalog, pg_temp
return category ~ '^[a-z][a-z0-9_]{0,39}$' and jsonb_typeof(account) = 'string' and account #>> '{}' ~ '^[0-9A-Z][0-9A-Z.-]{0,15}$';

create or replace function private.is_feature(feature jsonb)
returns boolean
language sql
immutable
set search_path = pg_catalog, pg_temp
return jsonb_typeof(feature) = 'string' and feature #>> '{}' ~ '^[a-z][a-z0-9_]{0,31}$';

create or replace function private.are_field_mappings(settings jsonb)
returns boolean
language sql
immutable
set search_path = pg_catalog, pg_temp
return case jsonb_typeof(settings)
  when 'object' then not exists (select from jsonb_each(settings) e where not private.is_mapping(e.key, e.value))
  else settings is null
end;

create or replace function private.are_features(settings jsonb)
returns boolean
language sql
immutable
set search_path = pg_catalog, pg_temp
return case jsonb_typeof(settings)
  when 'array' then not exists (select from jsonb_array_elements(settings) e where not private.is_feature(e.value))
  else settings is null
end;

-- What cron expressions are made of: short numbers, stars, names of days and months. Whether they make sense together the application checks; a
-- text that may be anything would be a place for a password.
create or replace function private.is_schedule(written text)
returns boolean
language sql
immutable
set search_path = pg_catalog, pg_temp
return written is null
  or written ~* '^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$'
  or written ~* '^((^|[-/,#]| +)(([0-9]{1,2}|[*?$]|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(l|w)?|l|lw))+$';

create or replace function private.hold_a_credential(field_mappings jsonb, excluded_features jsonb, sync_schedule text)
returns boolean
language sql
immutable
set search_path = pg_catalog, pg_temp
return private.looks_like_a_credential(
  coalesce(field_mappings::text, '') || ' ' || coalesce(excluded_features::text, '') || ' ' || coalesce(sync_schedule, '')
);

-- Whoever writes a row runs its checks.
revoke execute on function
  private.looks_like_a_credential(text),
  private.is_mapping(text, jsonb),
  private.is_feature(jsonb),
  private.are_field_mappings(jsonb),
  private.are_features(jsonb),
  private.is_schedule(text),
  private.hold_a_credential(jsonb, jsonb, text)
  from public, anon, authenticated, service_role;
grant execute on function
  private.looks_like_a_credential(text),
  private.is_mapping(text, jsonb),
  private.is_feature(jsonb),
  private.are_field_mappings(jsonb),
  private.are_features(jsonb),
  private.is_schedule(text),
  private.hold_a_credential(jsonb, jsonb, text)
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
        not private.hold_a_credential(field_mappings, excluded_features, sync_schedule)
      ) not valid,
      add constraint organization_integrations_excluded_features_form check (private.are_features(excluded_features)) not valid,
      add constraint organization_integrations_field_mappings_form check (private.are_field_mappings(field_mappings)) not valid,
      add constraint organization_integrations_sync_schedule_form check (private.is_schedule(sync_schedule)) not valid;
  end if;
end
$$;

-- A check that refuses a row repeats it, to everybody whom no policy binds and in the log of the server. A credential that was refused would stand
-- there in clear, so this says the same before the checks do, and repeats nothing.
create or replace function private.refuse_settings()
returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  refusal constant text := case
    when private.hold_a_credential(new.field_mappings, new.excluded_features, new.sync_schedule) then 'credentials_in_vault'
    when not private.are_features(new.excluded_features) then 'excluded_features_form'
    when not private.are_field_mappings(new.field_mappings) then 'field_mappings_form'
    when not private.is_schedule(new.sync_schedule) then 'sync_schedule_form'
  end;
begin
  if refusal is not null then
    raise exception 'these settings violate the check "%_%"', tg_table_name, refusal
      using errcode = 'check_violation', schema = tg_table_schema, table = tg_table_name, constraint = tg_table_name || '_' || refusal;
  end if;
  return new;
end
$$;

revoke execute on function private.refuse_settings() from public, anon, authenticated, service_role;

create or replace trigger organization_integrations_settings
  before insert or update on public.organization_integrations
  for each row execute function private.refuse_settings();

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

-- What may be shown of a setting as it was: a record of a credential would be one more place where it stands. A key that is no word may be the
-- credential itself.
create or replace function private.without_credentials(was jsonb)
returns jsonb
language sql
immutable
strict
set search_path = pg_catalog, pg_temp
return case
  when not private.looks_like_a_credential(was::text) then was
  when jsonb_typeof(was) = 'object' then (
    select jsonb_object_agg(
      case when not f.is_withheld or e.key ~* '^[a-z_ -]{1,24}$' then e.key else 'withheld' end,
      case when f.is_withheld then '"withheld"' else e.value end
    )
    from jsonb_each(was) e, private.looks_like_a_credential(e.key || ': ' || e.value::text) f (is_withheld)
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
set search_path = pg_catalog, pg_temp
return case jsonb_typeof(settings)
  when 'object' then (
    select coalesce(jsonb_object_agg(e.key, to_jsonb(e.value #>> '{}')), '{}')
    from jsonb_each(settings) e
    where private.is_mapping(e.key, to_jsonb(e.value #>> '{}'))
      and not private.looks_like_a_credential(e.key || ': ' || (e.value #>> '{}'))
  )
  else '{}'
end;

-- What is kept of features: every element that is one, once and in its place; a single feature becomes a list of one.
create or replace function private.kept_features(settings jsonb)
returns jsonb
language sql
immutable
strict
set search_path = pg_catalog, pg_temp
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

create or replace function private.kept_schedule(written text)
returns text
language sql
immutable
strict
set search_path = pg_catalog, pg_temp
return case
  when private.is_schedule(btrim(written, E' \t\r\n')) and not private.looks_like_a_credential(written) then btrim(written, E' \t\r\n')
end;

-- Sets every damaged setting to what can be kept of it, and an integration that is in use to `pending_setup`, so that nothing is exported by
-- settings that nobody has looked at. Returns what it did; the records are for the admins.
create or replace function public.repair_integrations()
returns setof public.integration_repairs
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  damaged public.organization_integrations;
begin
  for damaged in
    select * from public.organization_integrations i
    where not private.are_field_mappings(i.field_mappings)
      or not private.are_features(i.excluded_features)
      or not private.is_schedule(i.sync_schedule)
      or private.hold_a_credential(i.field_mappings, i.excluded_features, i.sync_schedule)
    order by i.id
    for update
  loop
    return query
      with found (setting, written, kept) as (
        values
          ('field_mappings', damaged.field_mappings, private.kept_field_mappings(damaged.field_mappings)),
          ('excluded_features', damaged.excluded_features, private.kept_features(damaged.excluded_features)),
          ('sync_schedule', to_jsonb(damaged.sync_schedule), to_jsonb(private.kept_schedule(damaged.sync_schedule)))
      )
      insert into public.integration_repairs as r (integration_id, setting, was, kept)
      select damaged.id, f.setting, private.without_credentials(f.written), f.kept
      from found f
      where f.kept is distinct from f.written
      returning r.*;
    update public.organization_integrations i
    set field_mappings = private.kept_field_mappings(damaged.field_mappings),
      excluded_features = private.kept_features(damaged.excluded_features),
      sync_schedule = private.kept_schedule(damaged.sync_schedule),
      status = case i.status when 'inactive' then i.status else 'pending_setup' end
    where i.id = damaged.id;
  end loop;
end
$$;

revoke execute on function
  private.without_credentials(jsonb),
  private.kept_field_mappings(jsonb),
  private.kept_features(jsonb),
  private.kept_schedule(text),
  public.repair_integrations()
  from public, anon, authenticated, service_role;
grant execute on function public.repair_integrations() to service_role;
