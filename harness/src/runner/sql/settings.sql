-- The settings that a login in a role brings along, as far as anybody may set them.
select r.rolname, split_part(c.setting, '=', 1), substr(c.setting, strpos(c.setting, '=') + 1)
from pg_db_role_setting s
join pg_roles r on r.oid = s.setrole
cross join lateral unnest(s.setconfig) with ordinality c (setting, place)
left join pg_settings g on g.name = split_part(c.setting, '=', 1)
where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
  and (g.context = 'user' or (g.name is null and split_part(c.setting, '=', 1) like '%.%'))
order by 1, s.setdatabase, c.place
