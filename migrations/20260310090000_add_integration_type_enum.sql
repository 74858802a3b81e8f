-- Brings organization_integrations.integration_type from text to integration_type_enum where it is text still, and leaves it alone where it has the
-- enum already. A value that the enum does not have stops the migration, which names every such value and changes nothing.
--
-- To add a type:
--
--   1. a migration of its own, `alter type public.integration_type_enum add value if not exists '…';` (no file may use the value that it adds)
--   2. the constant and the entry in IntegrationTypeRegistry, fixtures/client/integration_type_registry.dart, at the same place
--   3. `pgattest run`: the drift contracts of cases/organization_integrations name whatever was forgotten

set lock_timeout = '2s';

do $$
declare
  unknown text;
begin
  if (
    select a.atttypid from pg_attribute a
    where a.attrelid = 'public.organization_integrations'::regclass and a.attname = 'integration_type'
  ) <> 'text'::regtype then
    return;
  end if;

  if to_regtype('public.integration_type_enum') is null then
    create type public.integration_type_enum as enum ('xledger', 'dynamics', 'cornerstone', 'consio', 'bufdir');
  end if;

  select string_agg(format('%L in %s', i.integration_type, i.rows), ', ' order by i.integration_type)
  into unknown
  from (
    select n.integration_type, count(*) || case count(*) when 1 then ' row' else ' rows' end as rows
    from public.organization_integrations n
    where n.integration_type not in (select l::text from unnest(enum_range(null::public.integration_type_enum)) l)
    group by n.integration_type
  ) i;
  if unknown is not null then
    raise exception 'these integrations are of no known type: %', unknown
      using errcode = 'invalid_text_representation',
        hint = 'Add the type to the enum and to the registry of the client, or correct the rows, and migrate again.';
  end if;

  -- The table is rewritten under a lock that stops everybody: it has a handful of rows for each organization.
  alter table public.organization_integrations
    alter column integration_type type public.integration_type_enum
    using integration_type::public.integration_type_enum;
  comment on column public.organization_integrations.integration_type is 'Was text before 20260310090000.';
end
$$;
