-- Run by the superuser in the transaction of one contract, before its delete or key update. Reads `pgattest.cascade`:
--   {"target": "organizations", "rows": "select tableoid, ctid from organizations where id = '…'",
--    "expect": ["export_runs", "proxy_activities.template_id"], "samples": 5}
-- Notes which rows hang on the rows that are meant, and takes a snapshot that the other half looks back through.
-- What is done next must be inside a savepoint, so that it has a transaction id of its own.
set local track_counts = on;
set local jit = off;

create temp table pgattest_table (rel oid primary key, root oid, name text, filenode oid, written bigint)
  on commit drop;
create temp table pgattest_key (con oid primary key, child oid, parent oid, child_root oid, parent_root oid,
  child_columns text[], parent_columns text[], matching text) on commit drop;
create temp table pgattest_row (rel oid, tid tid, root oid, depth int, path text[], primary key (rel, tid))
  on commit drop;
create temp table pgattest_tie (con oid, child_rel oid, child_tid tid, parent_rel oid, parent_tid tid) on commit drop;
create temp table pgattest_reach (root oid primary key, depth int, path text[]) on commit drop;
create temp table pgattest_expect (key text, root oid, col text, problem text) on commit drop;

-- How often a table was written to, by the counters of the session. Attempts that were undone count, a truncate does
-- not: it is seen by the file that it leaves behind.
create function pg_temp.pgattest_written(rel oid) returns bigint language sql as $$
  select pg_stat_get_xact_tuples_inserted(rel) + pg_stat_get_xact_tuples_updated(rel)
    + pg_stat_get_xact_tuples_deleted(rel) $$;

-- Partitions count as one with the table that they are parts of.
create function pg_temp.pgattest_root(rel oid) returns oid language sql stable as $$
  select coalesce(pg_partition_root(rel), rel) $$;

create function pg_temp.pgattest_name(rel oid) returns text language sql stable as $$
  select (pg_identify_object('pg_class'::regclass, rel, 0)).identity $$;

-- The rows of one table and not of its children, each value as text: so null and the null of json differ.
create function pg_temp.pgattest_select(rel oid, condition text) returns text language sql stable as $$
  select format('select tableoid, ctid, jsonb_object(%L::text[], array[%s]::text[]) from only %s where %s',
    coalesce(array_agg(attname order by attnum), '{}'), string_agg(format('%I::text', attname), ', ' order by attnum),
    pg_temp.pgattest_name(rel), condition)
  from pg_attribute where attrelid = rel and attnum > 0 and not attisdropped $$;

-- A cursor sees what its transaction saw when it was declared, whatever was deleted since, and so does a stable
-- function that it runs. Nothing is read before the first fetch and no table is open in between, so that a trigger may
-- truncate or alter any of them. What was deleted, updated or locked since has an xmax from since, of a transaction or
-- of a group of them: the other rows need not be read as text. What an earlier run left there and undid is older.
create function pg_temp.pgattest_past() returns table (rel oid, tid tid, vals jsonb) language plpgsql stable as $$
declare it oid;
begin
  foreach it in array current_setting('pgattest.changed')::oid[] loop
    return query execute pg_temp.pgattest_select(it, format(
      'age(xmax) <= age(%L::xid8::xid) or mxid_age(xmax) between 1 and mxid_age(%L)',
      current_setting('pgattest.since'), current_setting('pgattest.group_since')));
  end loop;
end $$;

-- Temporary tables are nobody's, and what another server holds cannot be seen from here.
create function pg_temp.pgattest_tables() returns table (rel oid, filenode oid) language sql stable as $$
  select c.oid, pg_relation_filenode(c.oid) from pg_class c join pg_namespace n on n.oid = relnamespace
  where relkind = 'r' and relpersistence <> 't' and nspname not in ('pg_catalog', 'information_schema', 'pg_toast') $$;

-- What a name means, the first of some parts of it being a schema or not.
create function pg_temp.pgattest_relation(parts text[]) returns oid language sql stable as $$
  select to_regclass(string_agg(quote_ident(part), '.' order by n)) from unnest(parts) with ordinality u(part, n)
  having count(*) between 1 and 2 $$;

-- What the author calls a table or a column of one: `auth.users` may be either, and the catalog knows.
create function pg_temp.pgattest_resolve(key text) returns pg_temp.pgattest_expect
language plpgsql stable as $$
declare
  parts text[];
  whole oid;
  host oid;
  it pg_temp.pgattest_expect := (key, null, null, null);
begin
  begin
    parts := parse_ident(key);
  exception when others then
    it.problem := 'not a name';
    return it;
  end;
  whole := pg_temp.pgattest_relation(parts);
  host := pg_temp.pgattest_relation(trim_array(parts, 1));
  select attname into it.col from pg_attribute
    where attrelid = host and attname = parts[cardinality(parts)] and attnum > 0 and not attisdropped;
  it.root := coalesce(whole, case when it.col is not null then host end);
  it.problem := case
    when whole is not null and it.col is not null then 'both a table and a column'
    when it.root is null and host is not null then 'no such column'
    when it.root is null then 'no such table'
    when (select relkind not in ('r', 'p') from pg_class where oid = it.root) then 'not a table'
    when pg_temp.pgattest_root(it.root) <> it.root then 'a partition' end;
  return it;
end $$;

do $$
declare
  plan jsonb := current_setting('pgattest.cascade');
  step int := 0;
  fk record;
begin
  insert into pg_temp.pgattest_expect
    select r.* from jsonb_array_elements_text(plan -> 'expect') key, pg_temp.pgattest_resolve(key) r;
  insert into pg_temp.pgattest_table
    select rel, pg_temp.pgattest_root(rel), pg_temp.pgattest_name(rel), filenode, pg_temp.pgattest_written(rel)
    from pg_temp.pgattest_tables();
  -- Partitions have copies of their table's foreign keys: only what somebody wrote counts.
  insert into pg_temp.pgattest_key
    select con.oid, conrelid, confrelid, pg_temp.pgattest_root(conrelid), pg_temp.pgattest_root(confrelid),
      array_agg(ca.attname::text order by n), array_agg(pa.attname::text order by n),
      string_agg(format('p.%I operator(%I.%s) c.%I', pa.attname, nspname, oprname, ca.attname), ' and ' order by n)
    from pg_constraint con, unnest(conkey, confkey, conpfeqop) with ordinality k(ckey, pkey, op, n),
      pg_attribute ca, pg_attribute pa, pg_operator o, pg_namespace s
    where contype = 'f' and conparentid = 0 and ca.attrelid = conrelid and ca.attnum = ckey
      and pa.attrelid = confrelid and pa.attnum = pkey and o.oid = op and s.oid = oprnamespace
    group by con.oid;

  insert into pg_temp.pgattest_reach values (pg_temp.pgattest_root(to_regclass(plan ->> 'target')), 0, '{}');
  while found loop
    insert into pg_temp.pgattest_reach
      select distinct on (child_root) child_root, step + 1, path || conname::text
      from pg_temp.pgattest_reach r join pg_temp.pgattest_key on parent_root = root join pg_constraint on oid = con
      where depth = step
      order by child_root, conname on conflict do nothing;
    step := step + 1;
  end loop;

  step := 0;
  execute format('insert into pg_temp.pgattest_row
    select r.*, pg_temp.pgattest_root(tableoid), 0, ''{}'' from (%s) r', plan ->> 'rows');
  while exists (select from pg_temp.pgattest_row where depth = step) loop
    for fk in
      select k.*, conname, cc.relkind = 'r' as child_alone, pc.relkind = 'r' as parent_alone
      from pg_temp.pgattest_key k join pg_constraint o on o.oid = con
      join pg_class cc on cc.oid = child join pg_class pc on pc.oid = parent
      where parent in (
        select coalesce(above, d.rel) from (select distinct r.rel from pg_temp.pgattest_row r where depth = step) d
        left join lateral (select a.relid::oid as above from pg_partition_ancestors(d.rel) a) a on true)
      order by conname, con
    loop
      execute format('with tie as (
          insert into pg_temp.pgattest_tie select %s, c.tableoid, c.ctid, p.tableoid, p.ctid
          from pg_temp.pgattest_row r join %s %s p on p.ctid = r.tid and p.tableoid = r.rel join %s %s c on %s
          where r.depth = %s
          returning *)
        insert into pg_temp.pgattest_row
        select distinct on (child_rel, child_tid) child_rel, child_tid, %s::oid, %s, path || %L::text
        from tie join pg_temp.pgattest_row on rel = parent_rel and tid = parent_tid
        order by child_rel, child_tid, path on conflict do nothing',
        fk.con, case when fk.parent_alone then 'only' end, pg_temp.pgattest_name(fk.parent),
        case when fk.child_alone then 'only' end, pg_temp.pgattest_name(fk.child), fk.matching, step,
        fk.child_root, step + 1, fk.conname);
    end loop;
    step := step + 1;
  end loop;
  -- What comes next has these numbers or later ones. Groups of transactions are counted apart.
  perform set_config('pgattest.since', pg_snapshot_xmax(pg_current_snapshot())::text, true),
    set_config('pgattest.group_since', (mxid_age('1') + 1)::text, true);
end $$;

declare pgattest_past no scroll cursor for select * from pg_temp.pgattest_past();
