-- What the server's roles have otherwise than roles_wanted.sql states: one row for each difference, none if all is
-- well. A role that is not there gives a single row with `found` = 'missing'; roles_create.sql mends that kind only
-- (and the settings of a fresh server's supabase_admin). Not compared: settings whose name has a dot, because projects
-- set their own, and memberships in roles that are neither Supabase's nor PostgreSQL's.

with found_role as (
  select r.oid, r.rolname::text as role, coalesce(r.rolconfig, '{}') as config,
         array_remove(array[
           case when r.rolcanlogin then 'login' end,
           case when r.rolinherit then 'inherit' end,
           case when r.rolsuper then 'superuser' end,
           case when r.rolcreaterole then 'createrole' end,
           case when r.rolcreatedb then 'createdb' end,
           case when r.rolreplication then 'replication' end,
           case when r.rolbypassrls then 'bypassrls' end
         ], null) as attributes
  from pg_catalog.pg_roles r
  join pg_temp.wanted_role w on w.role = r.rolname
),
found_setting as (
  select f.role, split_part(entry, '=', 1) as name, substr(entry, position('=' in entry) + 1) as value
  from found_role f
  cross join lateral unnest(f.config) as entry
),
-- Read as JSON because the columns inherit_option and set_option exist from PostgreSQL 16 on.
-- One membership may have been granted several times, by different grantors.
found_member as (
  select f.role as member, g.rolname::text as role,
         bool_or(m.admin_option) as admin,
         bool_or((to_jsonb(m) ->> 'inherit_option')::boolean) as inherit,
         bool_or((to_jsonb(m) ->> 'set_option')::boolean) as set
  from pg_catalog.pg_auth_members m
  join found_role f on f.oid = m.member
  join pg_catalog.pg_roles g on g.oid = m.roleid
  where g.rolname like 'pg\_%' or g.rolname in (select w.role from pg_temp.wanted_role w)
  group by f.role, g.rolname
),
difference (role, what, wanted, found) as (
  select w.role, 'role', 'present', 'missing'
  from pg_temp.wanted_role w
  where w.role not in (select f.role from found_role f)

  union all
  select w.role, word,
         case when word = any (w.attributes) then 'yes' else 'no' end,
         case when word = any (f.attributes) then 'yes' else 'no' end
  from pg_temp.wanted_role w
  join found_role f using (role)
  cross join unnest(array[
    'login', 'inherit', 'superuser', 'createrole', 'createdb', 'replication', 'bypassrls'
  ]) as word
  where (word = any (w.attributes)) <> (word = any (f.attributes))

  union all
  select role, 'setting ' || name, coalesce(w.value, 'not set'), coalesce(s.value, 'not set')
  from (select * from pg_temp.wanted_setting where role in (select f.role from found_role f)) w
  full join (select * from found_setting where name !~ '\.') s using (role, name)
  where w.value is distinct from s.value

  union all
  select member, 'member of ' || role,
         case when w.member is null then 'no' else concat_ws(', ', 'yes',
           'admin ' || w.admin, 'inherit ' || w.inherit, 'set ' || w.set) end,
         case when f.member is null then 'no' else concat_ws(', ', 'yes',
           'admin ' || f.admin, 'inherit ' || f.inherit, 'set ' || f.set) end
  from (
    select * from pg_temp.wanted_member
    where member in (select f.role from found_role f)
      and role in (select r.rolname from pg_catalog.pg_roles r)
  ) w
  full join found_member f using (member, role)
  where (w.member is null) <> (f.member is null)
     or (w.admin, w.inherit, w.set) is distinct from (f.admin, f.inherit, f.set)

  union all
  select 'postgres', 'set on parameter ' || p.parameter, 'yes', 'no'
  from pg_temp.wanted_parameter p
  where exists (select from found_role f where f.role = 'postgres')
    and not exists (
      select from pg_catalog.pg_parameter_acl a
      cross join lateral aclexplode(a.paracl) as x
      where a.parname = p.parameter and x.privilege_type = 'SET'
        and x.grantee in (0, (select f.oid from found_role f where f.role = 'postgres'))
    )
)
select role, what, wanted, found from difference order by role, what;
