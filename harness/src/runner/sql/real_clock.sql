-- Names what goes on asking the real clock where freeze.sql is applied: kind, object, what it asks; one row for each.
-- Stored expressions are searched as Postgres prints them, without their literals. Bodies of functions are searched as
-- they were written, without comments; where it is not plain that a comment is one, it counts as text: rather a name
-- too many than one too few. Objects in Supabase's schemas are not the project's, but every policy and trigger is.
with
managed (namespace) as (
  select oid from pg_catalog.pg_namespace
  where nspname ~ '^pg_' or nspname in ('information_schema', 'auth', 'storage', 'realtime', '_realtime', 'extensions',
    'vault', 'graphql', 'graphql_public', 'supabase_functions', 'supabase_migrations', 'pgbouncer', 'pgsodium',
    'pgsodium_masks', 'net', 'cron')
),
words (pattern) as (
  select '\m(current_timestamp|current_date|current_time|localtimestamp|localtime|timeofday|uuidv7|uuid_generate_v1|'
    || 'uuid_generate_v1mc)\M'
),
relations (oid, namespace, name, kind) as (
  select oid, relnamespace, oid::regclass::text, relkind from pg_catalog.pg_class
  where relkind in ('r', 'p', 'f', 'v', 'm') and relnamespace not in (select namespace from managed)
),
expressions (kind, object, text) as (
  select 'default', concat_ws('.', r.name, quote_ident(a.attname)), pg_catalog.pg_get_expr(d.adbin, d.adrelid)
  from pg_catalog.pg_attrdef d join relations r on r.oid = d.adrelid
    join pg_catalog.pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
  union all
  select 'check', concat_ws('.', r.name, quote_ident(k.conname)), pg_catalog.pg_get_constraintdef(k.oid)
  from pg_catalog.pg_constraint k join relations r on r.oid = k.conrelid where k.contype = 'c'
  union all
  select 'check', concat_ws('.', t.oid::regtype, quote_ident(k.conname)), pg_catalog.pg_get_constraintdef(k.oid)
  from pg_catalog.pg_constraint k join pg_catalog.pg_type t on t.oid = k.contypid
  where k.contype = 'c' and t.typnamespace not in (select namespace from managed)
  union all
  select 'default', t.oid::regtype::text, t.typdefault
  from pg_catalog.pg_type t where t.typtype = 'd' and t.typnamespace not in (select namespace from managed)
  union all
  select 'policy', concat_ws('.', p.polrelid::regclass, quote_ident(p.polname)),
    concat_ws(' ', pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))
  from pg_catalog.pg_policy p
  union all
  select 'view', r.name, pg_catalog.pg_get_viewdef(r.oid) from relations r where r.kind in ('v', 'm')
  union all
  select 'rule', concat_ws('.', r.name, quote_ident(w.rulename)), pg_catalog.pg_get_ruledef(w.oid)
  from pg_catalog.pg_rewrite w join relations r on r.oid = w.ev_class where w.rulename <> '_RETURN'
  union all
  select 'trigger', concat_ws('.', t.tgrelid::regclass, quote_ident(t.tgname)), pg_catalog.pg_get_triggerdef(t.oid)
  from pg_catalog.pg_trigger t where not t.tgisinternal and t.tgqual is not null
),
bodies (object, text) as (
  select p.oid::regprocedure::text, coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc)
  from pg_catalog.pg_proc p join pg_catalog.pg_language l on l.oid = p.prolang
  where l.lanname not in ('internal', 'c') and p.pronamespace not in (select namespace from managed)
    and not exists (select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
)
select e.kind, e.object, lower(asked[1]) as asks
from expressions e, words w,
  pg_catalog.regexp_matches(pg_catalog.regexp_replace(e.text, '''([^'']|'''')*''', '''''', 'g'), w.pattern, 'gi') asked
union
select 'function', b.object, lower(asked[1])
from bodies b, words w,
  pg_catalog.regexp_matches(
    pg_catalog.regexp_replace(b.text, '--[^\n'']*(?=\n|$)|/\*([^*'']|\*(?![/'']))*\*/', ' ', 'g'),
    w.pattern, 'gi') asked
union
select 'function', b.object, lower(asked[1])
from bodies b, pg_catalog.regexp_matches(b.text, '(''(?:now|today|tomorrow|yesterday)'')', 'gi') asked
union
select 'trigger', concat_ws('.', t.tgrelid::regclass, quote_ident(t.tgname)), p.proname || '()'
from pg_catalog.pg_trigger t join pg_catalog.pg_proc p on p.oid = t.tgfoid
  join pg_catalog.pg_language l on l.oid = p.prolang
where not t.tgisinternal and l.lanname = 'c'
order by 1, 2, 3
