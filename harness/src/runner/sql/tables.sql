-- What the tables of the matrices are: a line for each table, each policy and each role that has a privilege.
with tables as (
  select w.name as said, w.place, c.oid, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.relowner, c.relacl, c.reloptions
  from unnest(array[{tables}]) with ordinality w (name, place)
  join pg_class c on c.oid = to_regclass(w.name)
),
found as (
  select t.place, 1 as rank, t.said as "table", 'table' as kind, t.said as name,
    case
      when t.relkind in ('v', 'm') and array_to_string(t.reloptions, ',') ~ 'security_invoker=(true|on|1)'
        then 'a view that asks the policies of its tables as whoever reads it'
      when t.relkind in ('v', 'm') then 'a view that reads its tables as its owner: their policies are asked of the owner'
      when not t.relrowsecurity then 'row security is off: every row is open to whoever has the privilege'
      when t.relforcerowsecurity then 'row security is on, for the owner as well'
      else 'row security is on'
    end as says,
    null::text as verb, null::text as roles
  from tables t
  union all
  select t.place, 2, t.said, 'policy', p.polname::text,
    concat_ws(' ',
      case when p.polpermissive then null else 'restrictive' end,
      'using (' || pg_get_expr(p.polqual, p.polrelid, true) || ')',
      'with check (' || pg_get_expr(p.polwithcheck, p.polrelid, true) || ')'),
    case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
    (select string_agg(case when m.role = 0 then 'public' else m.role::regrole::text end, ', ' order by 1) from unnest(p.polroles) m (role))
  from tables t join pg_policy p on p.polrelid = t.oid
  union all
  select t.place, 3, t.said, 'grant', r.name, string_agg(lower(a.privilege_type), ', ' order by a.privilege_type), null, null
  from tables t
    cross join aclexplode(coalesce(t.relacl, acldefault('r', t.relowner))) a
    cross join lateral (select case when a.grantee = 0 then 'public' else a.grantee::regrole::text end as name) r
  where r.name in ('public', 'anon', 'authenticated', 'service_role')
  group by t.place, t.said, r.name
)
select "table", kind, name, says, coalesce(verb, ''), coalesce(roles, '') from found order by place, rank, name collate "C"
