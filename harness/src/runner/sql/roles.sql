-- Every role, and why row level security does not hold for it, where it does not.
select r.rolname,
  case
    when r.rolsuper then 'is a superuser'
    when r.rolbypassrls then 'has BYPASSRLS'
    else (
      select format('owns %s, or belongs to a role that does', c.oid::regclass)
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and c.relrowsecurity and not c.relforcerowsecurity
        and n.nspname not in ('auth', 'storage', 'realtime', 'vault', 'supabase_functions', 'pg_catalog', 'information_schema')
        and pg_has_role(r.oid, c.relowner, 'usage')
      order by c.oid limit 1
    )
  end
from pg_roles r
order by 1
