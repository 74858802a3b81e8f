-- Makes the roles that are missing, with their settings and memberships. Reads the tables of roles_wanted.sql.
-- A role that was there before keeps everything it has; what differs then is told by roles_differ.sql.
-- Roles belong to the whole server: run this under a lock that other processes respect. A second run changes nothing.

do $create$
declare
  is_16 constant boolean := current_setting('server_version_num')::int >= 160000;
  made text[] := '{}';
  it record;
begin
  for it in
    select w.role, w.attributes
    from pg_temp.wanted_role w
    where not exists (select from pg_catalog.pg_roles r where r.rolname = w.role)
    order by w.place
  loop
    execute format('create role %I with %s', it.role,
      array_to_string(it.attributes || case when not 'inherit' = any (it.attributes) then 'noinherit' end, ' '));
    made := made || it.role;
  end loop;

  -- The role that initdb made has no settings yet; it is ours if it bears the superuser's name.
  for it in
    select s.role, s.name, s.written
    from pg_temp.wanted_setting s
    where s.role = any (made)
       or exists (
         select from pg_catalog.pg_roles r
         where r.oid = 10 and r.rolname = 'supabase_admin' and r.rolname = s.role and r.rolconfig is null
       )
  loop
    execute format('alter role %I set %I to %s', it.role, it.name, it.written);
  end loop;

  for it in
    select m.* from pg_temp.wanted_member m where m.member = any (made) or m.role = any (made)
  loop
    execute format('grant %I to %I', it.role, it.member) || case
      when is_16 then format(' with admin %s, inherit %s, set %s', it.admin::text, it.inherit::text, it.set::text)
      when it.admin then ' with admin option'
      else ''
    end;
  end loop;

  -- Rights on parameters are kept for the whole server, like roles.
  if 'postgres' = any (made) then
    execute 'grant set on parameter '
      || (select string_agg(p.parameter, ', ') from pg_temp.wanted_parameter p) || ' to postgres';
  end if;
end
$create$;
