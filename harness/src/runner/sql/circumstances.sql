-- What decides over a statement: the policies, privileges, constraint and triggers of the relations that it names.
with relations as (
  select distinct on (c.oid) c.oid, c.oid::regclass::text as name, c.relrowsecurity, w.place,
    -- Whoever goes around row security is decided over by no policy.
    {role}::text is null or exists (
      select from pg_roles o
      where o.rolname = {role}
        and (o.rolsuper or o.rolbypassrls or not c.relforcerowsecurity and pg_has_role(o.oid, c.relowner, 'usage'))
    ) as is_around
  from unnest(array[{relations}]) with ordinality w (name, place)
  join pg_class c on c.oid = to_regclass(w.name)
  order by c.oid, w.place
),
asked as (
  select '{command}'::text as command, {role}::text as role, {sqlstate}::text as sqlstate, {constraint}::text as "constraint",
    coalesce({context}::text, '') as context, {refusal}::text as refusal
),
found as (
  select 1 as rank, r.place, 'by' as kind, k.conname::text as name, pg_get_constraintdef(k.oid) as says
  from relations r join pg_constraint k on k.conrelid = r.oid join asked on asked."constraint" = k.conname
  union all
  select 2, r.place, 'rls', r.name, 'is off: every row is open to whoever has the privilege'
  from relations r join asked on asked.sqlstate is null
  where not r.relrowsecurity
    and exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = r.oid and c.relkind in ('r', 'p') and n.nspname <> 'pg_catalog')
  union all
  select 2, r.place, 'rls', r.name, 'is not asked: ' || coalesce(asked.role, 'whoever reads this') || ' goes around it'
  from relations r cross join asked
  where r.relrowsecurity and r.is_around and asked.sqlstate is null
  union all
  select 3, r.place, 'policy', p.polname::text,
    concat_ws(' ',
      case when p.polpermissive then null else 'restrictive' end,
      'for ' || case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
      'to ' || (
        select string_agg(case when m.role = 0 then 'public' else m.role::regrole::text end, ', ') from unnest(p.polroles) m (role)
      ),
      'using (' || pg_get_expr(p.polqual, p.polrelid) || ')',
      'with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')')
  from relations r join pg_policy p on p.polrelid = r.oid cross join asked
  where not r.is_around and p.polcmd in (asked.command::"char", '{reads}', '*') and (asked.sqlstate is null or asked.refusal = 'policy')
    and (0 = any (p.polroles)
      or exists (select from pg_roles o where o.rolname = asked.role and exists (select from unnest(p.polroles) m (role) where pg_has_role(o.oid, m.role, 'usage'))))
  union all
  select 4, r.place, 'no policy', r.name, 'row security is on, and no policy speaks of this command'
  from relations r cross join asked
  where r.relrowsecurity and not r.is_around and (asked.sqlstate is null or asked.refusal = 'policy')
    and not exists (select from pg_policy p where p.polrelid = r.oid and p.polcmd in (asked.command::"char", '*'))
  union all
  select 5, r.place, 'grants', r.name,
    coalesce((
      select string_agg(w.word, ', ') from unnest(array['select', 'insert', 'update', 'delete', 'truncate']) w (word)
      where asked.role is not null and has_table_privilege(asked.role, r.oid, w.word)
    ), 'none') || ' for ' || coalesce(asked.role, 'this role')
  from relations r cross join asked
  where asked.refusal = 'grant' and exists (select from pg_roles where rolname = asked.role)
  union all
  select 6, r.place, 'trigger', t.tgname::text, pg_get_triggerdef(t.oid)
  from relations r join pg_trigger t on t.tgrelid = r.oid and not t.tgisinternal and t.tgenabled <> 'D'
    join pg_proc p on p.oid = t.tgfoid cross join asked
  where t.tgtype & case asked.command when 'a' then 4 when 'd' then 8 when 'w' then 16 else 0 end <> 0
    and strpos(asked.context, p.proname || '(') > 0
    and asked.sqlstate is not null and asked.sqlstate not like '42%' and asked."constraint" is null
)
select kind, name, says from found order by rank, place, name limit 6
