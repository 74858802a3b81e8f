-- What the API roles reach, and what the project says of it: what is exposed and undeclared, what is accepted without need, what is not there.
with said as (
  select w.name, w.kind, to_regclass(w.name) as oid from (values {said}) w (name, kind) where w.name is not null
),
reached as (
  select c.oid, c.oid::regclass::text as name,
    case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' else 'table' end as kind,
    (
      select string_agg(distinct r.role, ', ')
      from unnest(array[{roles}]::text[]) r (role)
      where exists (select from pg_roles o where o.rolname = r.role)
        and (has_table_privilege(r.role, c.oid, 'select, insert, update, delete') or has_any_column_privilege(r.role, c.oid, 'select, insert, update'))
    ) as roles
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = any (array[{schemas}]::text[]) and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
)
select 'undeclared' as what, r.name, r.kind || ', open to ' || r.roles as says
from reached r
where r.roles is not null and not exists (select from said s where s.oid = r.oid)
union all
select 'needless', s.name, case when s.twice then 'it stands in a matrix' else 'no role of the API reaches it' end
from (select s.*, exists (select from said m where m.oid = s.oid and m.kind = 'matrix') as twice from said s where s.kind = 'accepted') s
where s.oid is not null and (s.twice or not exists (select from reached r where r.oid = s.oid and r.roles is not null))
union all
select 'absent', s.name, s.kind from said s where s.oid is null
order by 1, 2
