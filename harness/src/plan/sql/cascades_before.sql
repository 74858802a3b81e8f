-- Run by the superuser right before the delete or key update of a contract. Reads `pgattest.cascade`:
--   {"target": "organizations", "rows": "select tableoid, ctid from organizations where id = '…'",
--    "expect": ["export_runs", "proxy_activities.template_id"], "samples": 5}
-- Notes which rows hang on the rows that are meant, and takes a snapshot that can be looked back through.
-- What is done next must be inside a savepoint, so that it has a transaction id of its own.
set local track_counts = on;
set local jit = off;

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
