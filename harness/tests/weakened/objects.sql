-- Everything in a database that refuses or changes rows, one line each: what it is called, and whether a weakening of it
-- is demanded. What belongs to an extension is left out, and so are the parts that partitions have of what their parent has.
with table_ as (
  select c.oid, case n.nspname when 'public' then c.relname else n.nspname || '.' || c.relname end as name
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname !~ '^pg_' and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
  )
), domain_ as (
  select t.oid, case n.nspname when 'public' then t.typname else n.nspname || '.' || t.typname end as name
  from pg_catalog.pg_type t
  join pg_catalog.pg_namespace n on n.oid = t.typnamespace
  where n.nspname !~ '^pg_' and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_type'::regclass and d.objid = t.oid and d.deptype = 'e'
  )
), named (kind, name, owner, is_demanded) as (
  select 'policy', p.polname, t.name, true
  from pg_catalog.pg_policy p
  join table_ t on t.oid = p.polrelid
  union all
  select
    case o.contype when 'c' then 'check' when 'f' then 'foreign key' when 'x' then 'exclusion' else 'unique' end,
    -- A primary key may stand in a table, as something unique, and need not.
    o.conname, coalesce(t.name, d.name), o.contype <> 'p'
  from pg_catalog.pg_constraint o
  left join table_ t on t.oid = o.conrelid
  left join domain_ d on d.oid = o.contypid
  where o.contype in ('c', 'f', 'p', 'u', 'x') and o.conparentid = 0 and o.conislocal and coalesce(t.oid, d.oid) is not null
  union all
  select 'trigger', g.tgname, t.name, true
  from pg_catalog.pg_trigger g
  join table_ t on t.oid = g.tgrelid
  where not g.tgisinternal and g.tgparentid = 0
  union all
  select 'index', t.name, null, i.indisunique
  from pg_catalog.pg_index i
  join table_ t on t.oid = i.indexrelid
  join pg_catalog.pg_class c on c.oid = i.indexrelid
  where not c.relispartition
    and not exists (select from pg_catalog.pg_constraint o where o.conindid = i.indexrelid and o.contype in ('p', 'u', 'x'))
)
select kind || ' ' || name || coalesce(' on ' || owner, ''), is_demanded
from named
order by 1
