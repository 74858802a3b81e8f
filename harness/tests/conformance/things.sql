-- Every grant, setting, membership, default privilege, function, trigger, flag, policy, constraint, index, view, type and
-- publication that the shim lays down: its kind, its name, and the statement that takes it away.
set search_path = '';
with ours as (
  select oid, nspname from pg_namespace
  where nspname in ('auth', 'storage', 'realtime', 'vault', 'extensions', 'graphql', 'graphql_public', 'supabase_functions', 'public')
),
extension_member as (select classid, objid from pg_depend where deptype = 'e' and refobjid in (
  select oid from pg_extension where extname <> 'supabase_vault'
)),
-- What an extension made must be let go of by it first.
vault_member as (select objid from pg_depend where deptype = 'e' and refobjid = (select oid from pg_extension where extname = 'supabase_vault')),
release (sql) as (values (
  'delete from pg_depend where deptype = ''e'' and refobjid = (select oid from pg_extension where extname = ''supabase_vault''); '
)),
relation as (
  select c.oid, c.relkind, c.relacl, c.relowner, format('%I.%I', n.nspname, c.relname) as name,
         case when c.oid in (select objid from vault_member) then (select sql from release) else '' end as release
  from pg_class c join ours n on n.oid = c.relnamespace
  where (c.tableoid, c.oid) not in (select classid, objid from extension_member)
),
routine as (
  select p.oid, p.proacl, p.proowner, p.oid::regprocedure::text as name,
         case when p.oid in (select objid from vault_member) then (select sql from release) else '' end as release
  from pg_proc p join ours n on n.oid = p.pronamespace
  where (p.tableoid, p.oid) not in (select classid, objid from extension_member)
),
thing (kind, name, removal) as (
  select 'privilege', concat_ws(' ', privilege_type, name, grantee::regrole),
         format('revoke %s on %s from %s', privilege_type, name, case when grantee = 0 then 'public' else grantee::regrole::text end)
         || ' cascade'
  from relation cross join lateral aclexplode(relacl) where relkind in ('r', 'p', 'v') and grantee <> relowner
  union all
  select 'grant option', concat_ws(' ', privilege_type, name, grantee::regrole),
         format('revoke grant option for %s on %s from %s cascade', privilege_type, name, grantee::regrole)
  from relation cross join lateral aclexplode(relacl) where relkind in ('r', 'p', 'v') and is_grantable and grantee <> relowner
  union all
  select 'schema privilege', concat_ws(' ', privilege_type, nspname, grantee::regrole),
         format('revoke %s on schema %I from %s cascade', privilege_type, nspname, case when grantee = 0 then 'public' else grantee::regrole::text end)
  from pg_namespace n cross join lateral aclexplode(nspacl)
  where n.oid in (select oid from ours) and grantee <> nspowner
  union all
  select 'schema grant option', concat_ws(' ', privilege_type, nspname, grantee::regrole),
         format('revoke grant option for %s on schema %I from %s cascade', privilege_type, nspname, grantee::regrole)
  from pg_namespace n cross join lateral aclexplode(nspacl)
  where n.oid in (select oid from ours) and is_grantable and grantee <> nspowner
  union all
  select 'execute', concat_ws(' ', name, grantee),
         format('revoke execute on function %s from %s cascade', name, case when grantee = 0 then 'public' else grantee::regrole::text end)
  from routine cross join lateral aclexplode(coalesce(proacl, acldefault('f', proowner))) where grantee <> proowner
  union all
  select 'database privilege', concat_ws(' ', privilege_type, grantee::regrole),
         format('revoke %s on database %I from %s', privilege_type, datname, grantee::regrole)
  from pg_database cross join lateral aclexplode(datacl)
  where datname = current_database() and grantee <> 0 and grantee <> datdba
  union all
  select 'default privilege', concat_ws(' ', defaclrole::regrole, n.nspname, defaclobjtype, privilege_type, grantee::regrole),
         format('alter default privileges for role %s in schema %I revoke %s on %s from %s', defaclrole::regrole, n.nspname, privilege_type,
                case defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' end, grantee::regrole)
  from pg_default_acl d join pg_namespace n on n.oid = d.defaclnamespace cross join lateral aclexplode(defaclacl)
  where n.nspname <> 'cron'
  union all
  select 'membership', concat_ws(' ', roleid::regrole, member::regrole),
         format('revoke %s from %s', roleid::regrole, member::regrole)
  from pg_auth_members where member::regrole::text not in ('pg_monitor')
  union all
  select 'role setting', concat_ws(' ', setrole::regrole, split_part(s, '=', 1)),
         format('alter role %s reset %I', setrole::regrole, split_part(s, '=', 1))
  from pg_db_role_setting cross join unnest(setconfig) s where setdatabase = 0
  union all
  select 'database setting', split_part(s, '=', 1), format('alter database %I reset %I', datname, split_part(s, '=', 1))
  from pg_db_role_setting r join pg_database d on d.oid = r.setdatabase cross join unnest(setconfig) s
  where d.datname = current_database() and r.setrole = 0
  union all
  select 'parameter', parname, format('revoke set on parameter %I from postgres', parname)
  from pg_parameter_acl cross join lateral aclexplode(paracl)
  where grantee = 'postgres'::regrole and privilege_type = 'SET' and parname in ('session_replication_role', 'pgrst.db_schemas', 'log_min_messages')
  union all
  select 'function', name, release || format('drop function %s cascade', name) from routine
  union all
  select 'trigger', concat_ws(' ', tgname, r.name), format('drop trigger %I on %s', tgname, r.name)
  from pg_trigger t join relation r on r.oid = t.tgrelid where not tgisinternal and tgparentid = 0
  union all
  select 'row level security', r.name, format('alter table %s disable row level security', r.name)
  from relation r join pg_class c using (oid) where c.relrowsecurity
  union all
  select 'constraint', concat_ws(' ', conname, r.name), format('alter table %s drop constraint %I cascade', r.name, conname)
  from pg_constraint k join relation r on r.oid = k.conrelid
  where contype in ('p', 'u', 'f', 'c') and coninhcount = 0 and conparentid = 0
    -- No fact speaks of these: they belong to services whose tables no project touches, or to the imitation itself.
    and r.name not in ('storage.buckets_analytics', 'storage.buckets_vectors', 'storage.vector_indexes', 'vault.imitated_key')
    and conname !~ '^(saml_|sso_domains_).*_fkey$'
    and conname not in ('sessions_oauth_client_id_fkey', 'subscription_action_filter_check')
  union all
  select 'table', name, release || format('drop table %s cascade', name) from relation r join pg_class c using (oid) where r.relkind in ('r', 'p')
  union all
  select 'view', name, release || format('drop view %s cascade', name) from relation where relkind = 'v'
  union all
  select 'type', t.oid::regtype::text, format('drop type %s cascade', t.oid::regtype)
  from pg_type t join ours n on n.oid = t.typnamespace
  where t.typtype = 'e' and (t.tableoid, t.oid) not in (select classid, objid from extension_member)
  union all
  select 'publication', pubname, format('drop publication %I', pubname) from pg_publication
  union all
  select 'extension', extname, format('drop extension %I cascade', extname) from pg_extension where extname <> 'plpgsql'
  union all
  select 'role attribute', concat_ws(' ', rolname, attribute), format('alter role %I no%s', rolname, attribute)
  from pg_roles cross join lateral (values
    ('login', rolcanlogin), ('inherit', rolinherit), ('createrole', rolcreaterole), ('createdb', rolcreatedb),
    ('replication', rolreplication), ('bypassrls', rolbypassrls)) a (attribute, has)
  where has and rolname not like 'pg\_%' and rolname <> 'supabase_admin'
)
select kind, name, removal from thing where removal is not null order by kind, name
