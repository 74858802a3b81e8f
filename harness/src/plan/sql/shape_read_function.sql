-- Reads one function or procedure as rows: side, part, name, definition; see shape_read.sql for what `found` and
-- `listed` are. Of what is listed only the result, the arguments and the settings have to be written down by the
-- server, each by a function of its own in the schema `pgattest_listed`.
-- The harness replaces @found@ by a quoted literal, a name, or a name with its argument types in parentheses, and
-- @plain@ by one that holds the name alone.
-- The default privileges of a function include EXECUTE for PUBLIC; they are told like any other.
with subject as materialized (
  select p.*
  from pg_catalog.pg_proc p
  where p.oid = case when pg_catalog.strpos(@found@, '(') > 0 then pg_catalog.to_regprocedure(@found@)::oid
                     else pg_catalog.to_regproc(@found@)::oid end
),
listed as materialized (
  select p.oid, p.proname, p.proconfig
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace and n.nspname = 'pgattest_listed'
),
told (side, part, name, definition) as (
  select 'found', 'kind', '', case prokind when 'f' then 'function' when 'p' then 'procedure' when 'a' then 'aggregate'
                                        else 'window function' end
  from subject

  union all
  select 'found', 'arguments', '', pg_catalog.pg_get_function_arguments(oid) from subject

  union all
  select 'found', 'returns', '', pg_catalog.pg_get_function_result(oid) from subject where prokind <> 'p'

  union all
  select 'found', 'language', '', l.lanname::text
  from subject s join pg_catalog.pg_language l on l.oid = s.prolang

  union all
  select 'listed', 'arguments', '', pg_catalog.pg_get_function_arguments(oid) from listed where proname = 'arguments'

  union all
  select 'listed', 'returns', '', pg_catalog.pg_get_function_result(oid) from listed where proname = 'returns'

  union all
  select 'listed', 'setting', pg_catalog.split_part(entry, '=', 1),
         pg_catalog.substr(entry, pg_catalog.strpos(entry, '=') + 1)
  from listed cross join unnest(proconfig) entry where proname = 'settings'

  union all
  select 'found', 'volatility', '', case provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end
  from subject

  union all
  select 'found', 'security', '', case when prosecdef then 'definer' else 'invoker' end from subject

  union all
  select 'found', 'parallel', '', case proparallel when 's' then 'safe' when 'r' then 'restricted' else 'unsafe' end
  from subject

  union all
  select 'found', 'strict', '', proisstrict::text from subject

  union all
  select 'found', 'owner', '', r.rolname::text from subject s join pg_catalog.pg_roles r on r.oid = s.proowner

  union all
  select 'found', 'comment', '', pg_catalog.obj_description(oid, 'pg_proc') from subject
  where pg_catalog.obj_description(oid, 'pg_proc') is not null

  union all
  select 'found', 'setting', pg_catalog.split_part(entry, '=', 1),
         pg_catalog.substr(entry, pg_catalog.strpos(entry, '=') + 1)
  from subject cross join unnest(proconfig) entry

  union all
  select 'found', 'grant', case g.grantee when 0 then 'public' else pg_catalog.pg_get_userbyid(g.grantee)::text end,
         case when bool_or(g.is_grantable) then 'execute with grant option' else 'execute' end
  from subject s
  cross join pg_catalog.aclexplode(coalesce(s.proacl, pg_catalog.acldefault('f', s.proowner))) g
  group by g.grantee

  -- Where the name fits nothing, or several, what has this name.
  union all
  select 'found', 'neighbour', p.oid::pg_catalog.regprocedure::text, ''
  from pg_catalog.pg_proc p
  where not exists (select from subject)
    and p.proname = @plain@
    and p.oid not in (select l.oid from listed l)
)
select side, part, name, pg_catalog.replace(definition, 'pgattest_listed.', '')
from told
order by 1, part collate "C", name collate "C";
