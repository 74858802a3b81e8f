-- Reads one enum as rows: side, part, name, definition; the labels in their order. Nothing has to be written down
-- twice: a label is what it is.
-- The harness replaces @found@ by a quoted literal, a name that to_regtype understands.
with subject as materialized (
  select t.oid, t.typtype, t.typowner from pg_catalog.pg_type t where t.oid = pg_catalog.to_regtype(@found@)
),
told (part, name, definition, at) as (
  select 'kind', '', case typtype when 'e' then 'enum' when 'd' then 'domain' when 'c' then 'composite type'
                                  when 'r' then 'range type' else 'type' end, 0::real
  from subject

  union all
  select 'label', e.enumlabel::text, '', e.enumsortorder
  from subject s join pg_catalog.pg_enum e on e.enumtypid = s.oid

  union all
  select 'owner', '', pg_catalog.pg_get_userbyid(typowner)::text, 0 from subject

  union all
  select 'comment', '', pg_catalog.obj_description(oid, 'pg_type'), 0 from subject
  where pg_catalog.obj_description(oid, 'pg_type') is not null

  -- Where there is no such type, the names of the enums that are there, for somebody who mistyped it.
  union all
  select 'neighbour', pg_catalog.format_type(t.oid, null), '', 0
  from pg_catalog.pg_type t
  where pg_catalog.to_regtype(@found@) is null and t.typtype = 'e'
    and t.typnamespace in (
      select n.oid from pg_catalog.pg_namespace n where n.nspname = any (pg_catalog.current_schemas(false))
    )
)
select 'found', part, name, definition
from told
order by part collate "C", at, name collate "C";
