-- What is needed to tell what a delete or a key update does to every other table: temporary tables and functions, made
-- by the superuser in the transaction of one contract. All of it is made beforehand, so that an event trigger of the
-- project that keeps a log of such things has written it before anybody looks.
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

create temp table pgattest_changed (rel oid primary key, root oid, how text, identity text[]) on commit drop;
create temp table pgattest_old (rel oid, tid tid, root oid, vals jsonb, successor tid, primary key (rel, tid))
  on commit drop;
create temp table pgattest_new (rel oid, tid tid, root oid, vals jsonb, primary key (rel, tid)) on commit drop;
create temp table pgattest_change (root oid, rel oid, tid tid, change text, old jsonb, new jsonb, depth int)
  on commit drop;
create temp table pgattest_hung (rel oid, tid tid, tied bool, deleted bool, old jsonb, new jsonb) on commit drop;
create temp table pgattest_tied (con oid, root oid, rel oid, tid tid, because text) on commit drop;

-- The values of some columns, which is how a row is named: those of its primary key.
create function pg_temp.pgattest_pick(vals jsonb, columns text[]) returns jsonb language sql immutable as $$
  select jsonb_object_agg(it, vals -> it) from unnest(columns) it $$;

create function pg_temp.pgattest_identity(root oid) returns text[] language sql stable as $$
  select array_agg(attname::text) from pg_index join pg_attribute on attrelid = indrelid and attnum = any (indkey)
  where indrelid = root and indisprimary $$;

create function pg_temp.pgattest_short(vals jsonb, unlike jsonb) returns jsonb language sql immutable as $$
  select jsonb_object_agg(key, case when length(value) > 120 then left(value, 119) || '…' else value end)
  from jsonb_each_text(vals) where unlike is null or unlike -> key is distinct from vals -> key $$;

-- Reads what is no longer there and what is new there, of each table that was written to.
create function pg_temp.pgattest_read() returns void language plpgsql as $$
declare
  past refcursor := 'pgattest_past';
  it record;
  added bigint;
begin
  insert into pg_temp.pgattest_changed
    select rel, root, how, pg_temp.pgattest_identity(root)
    from (
      select coalesce(b.rel, a.rel) as rel, coalesce(b.root, pg_temp.pgattest_root(a.rel)) as root,
        case when a.rel is null then 'dropped' when b.rel is null then 'created'
          when a.filenode <> b.filenode then 'rewritten' else 'written' end as how
      from pg_temp.pgattest_table b full join pg_temp.pgattest_tables() a on a.rel = b.rel
      where a.rel is null or b.rel is null or a.filenode <> b.filenode
        or pg_temp.pgattest_written(a.rel) <> b.written) c;
  perform set_config('pgattest.changed', coalesce(array_agg(rel)::text, '{}'), true)
    from pg_temp.pgattest_changed where how = 'written';
  loop
    fetch past into it;
    exit when not found;
    insert into pg_temp.pgattest_old
      select it.rel, it.tid, root, it.vals from pg_temp.pgattest_changed where rel = it.rel;
  end loop;
  for it in
    select rel, root, pg_temp.pgattest_name(rel) as name from pg_temp.pgattest_changed where how = 'written'
  loop
    -- The place of a row is its own until the transaction ends: a row that is still there was locked and no more.
    execute format('delete from pg_temp.pgattest_old o using only %s t where t.ctid = o.tid and o.rel = %s',
      it.name, it.rel);
    execute format('insert into pg_temp.pgattest_new select tableoid, ctid, %s::oid, jsonb_object from (%s) t',
      it.root, pg_temp.pgattest_select(it.rel,
        format('age(xmin) <= age(%L::xid8::xid)', current_setting('pgattest.since'))));
    get diagnostics added = row_count;
    if added > 0 then
      -- An updated row knows its successor, whatever became of its key.
      execute format('update pg_temp.pgattest_old set successor = nullif(currtid2(%L, tid), tid) where rel = %s',
        it.name, it.rel);
    end if;
  end loop;
end $$;

-- Tells what happened to each row, and which rows it ties.
create function pg_temp.pgattest_compare() returns void language plpgsql as $$
begin
  insert into pg_temp.pgattest_change
    select o.root, o.rel, o.tid, 'updated', o.vals, n.vals
    from pg_temp.pgattest_old o join pg_temp.pgattest_new n on n.rel = o.rel and n.tid = successor;
  delete from pg_temp.pgattest_new n using pg_temp.pgattest_old o where n.rel = o.rel and n.tid = successor;
  delete from pg_temp.pgattest_old o using pg_temp.pgattest_change c where c.rel = o.rel and c.tid = o.tid;
  -- A row that moved to another partition, or was deleted and put back, is the same by its key or by all that it holds.
  with gone as (
    select o.*, case when o.root in (select n.root from pg_temp.pgattest_new n)
      then coalesce(pg_temp.pgattest_pick(vals, identity), vals)::text end as key
    from pg_temp.pgattest_old o join pg_temp.pgattest_changed using (rel)),
  come as (
    select n.*, case when n.root in (select o.root from pg_temp.pgattest_old o)
      then coalesce(pg_temp.pgattest_pick(vals, identity), vals)::text end as key
    from pg_temp.pgattest_new n join pg_temp.pgattest_changed using (rel))
  insert into pg_temp.pgattest_change
    select coalesce(o.root, n.root), coalesce(o.rel, n.rel), o.tid,
      case when o.rel is null then 'inserted' when n.rel is null then 'deleted' else 'updated' end, o.vals, n.vals
    from (select *, row_number() over (partition by root, key) as nth from gone) o
    full join (select *, row_number() over (partition by root, key) as nth from come) n using (root, key, nth);
  delete from pg_temp.pgattest_change where change = 'updated' and old = new;
  update pg_temp.pgattest_change c set depth = r.depth from pg_temp.pgattest_row r
    where r.rel = c.rel and r.tid = c.tid;
  -- A row is tied to what happened where what it pointed at is gone, or has another key now.
  insert into pg_temp.pgattest_tied
    select con, child_root, child_rel, child_tid, min(change)
    from pg_temp.pgattest_tie join pg_temp.pgattest_key using (con)
      join pg_temp.pgattest_change p on p.rel = parent_rel and p.tid = parent_tid
    where change = 'deleted' or pg_temp.pgattest_pick(old, parent_columns) <> pg_temp.pgattest_pick(new, parent_columns)
    group by con, child_root, child_rel, child_tid;
end $$;

-- What probably did it: a foreign key that acts, a trigger or rule whose text speaks of the table, or else any of those
-- that may have been at work.
create function pg_temp.pgattest_causes(changed oid) returns jsonb language sql stable as $$
  with acted as (
    select distinct conname, format('foreign key `%s` of `%s`, on %s %s', conname, pg_temp.pgattest_name(conrelid),
      case because when 'deleted' then 'delete' else 'update' end, action) as cause, 1 as likely
    from pg_temp.pgattest_tied t join pg_constraint c on c.oid = con,
      lateral (select case case because when 'deleted' then confdeltype else confupdtype end
        when 'c' then 'cascade' when 'n' then 'set null' when 'd' then 'set default' end as action) a
    where root = changed and action is not null),
  touched as (
    select rel from pg_temp.pgattest_changed union select root from pg_temp.pgattest_changed
    union select rel from pg_temp.pgattest_row where depth = 0
    union select root from pg_temp.pgattest_reach where depth = 0),
  spoken as (
    select '\m' || regexp_replace(relname, '([^[:alnum:]_ ])', '\\\1', 'g') || '\M' as word
    from pg_class where oid = changed),
  fired as (
    select tgname, format('trigger `%s` on `%s` (function `%s.%s`)',
        tgname, pg_temp.pgattest_name(tgrelid), pronamespace::regnamespace, proname),
      case when coalesce(pg_get_function_sqlbody(p.oid), prosrc) ~* word then 2 else 3 end
    from pg_trigger join pg_proc p on p.oid = tgfoid, spoken
    where not tgisinternal and tgenabled <> 'D' and tgparentid = 0 and tgrelid in (select rel from touched)
    union all
    select rulename, format('rule `%s` on `%s`', rulename, pg_temp.pgattest_name(ev_class)),
      case when pg_get_ruledef(r.oid) ~* word then 2 else 3 end
    from pg_rewrite r, spoken where ev_class in (select rel from touched)),
  ranked as (
    select *, rank() over (order by greatest(likely, 2)) as place from (table acted union all table fired) c)
  select jsonb_agg(distinct jsonb_build_object('likely', likely, 'cause', cause)) from ranked where place = 1 $$;

-- What the rows hold now in a column that was spoken of: those that this very column ties, or any if it ties none; in a
-- table that nothing ties to what was done, those whose column changed. Rows that hold the same are told together.
create function pg_temp.pgattest_column(wanted pg_temp.pgattest_expect) returns jsonb language plpgsql as $$
declare
  ties bool;
  is_reached bool;
  it oid;
begin
  select exists (select from pg_temp.pgattest_key where child_root = wanted.root and wanted.col = any (child_columns)
    and parent_root in (select root from pg_temp.pgattest_reach)) into ties;
  select exists (select from pg_temp.pgattest_reach where root = wanted.root) into is_reached;
  truncate pg_temp.pgattest_hung;
  insert into pg_temp.pgattest_hung
    select h.rel, h.tid, h.tied, coalesce(change = 'deleted', false), coalesce(old, new), new
    from (
      select t.child_rel as rel, t.child_tid as tid, bool_or(d.con is not null) as tied
      from pg_temp.pgattest_tie t join pg_temp.pgattest_key k using (con)
      left join pg_temp.pgattest_tied d on d.con = t.con and d.rel = t.child_rel and d.tid = t.child_tid
      where child_root = wanted.root and (not ties or wanted.col = any (child_columns))
      group by t.child_rel, t.child_tid
      union all select rel, tid, true from pg_temp.pgattest_row where depth = 0 and root = wanted.root and not ties
      union all select rel, tid, true from pg_temp.pgattest_change
        where root = wanted.root and not is_reached and old -> wanted.col <> new -> wanted.col) h
    left join pg_temp.pgattest_change c on c.rel = h.rel and c.tid = h.tid;
  for it in select distinct rel from pg_temp.pgattest_hung where old is null loop
    execute format('update pg_temp.pgattest_hung h set old = vals, new = vals from (%s) t (rel, tid, vals)
      where h.rel = t.rel and h.tid = t.tid', pg_temp.pgattest_select(it,
      format('ctid in (select tid from pg_temp.pgattest_hung where rel = %s and old is null)', it)));
  end loop;
  return (
    select jsonb_build_object('untied', (select count(*) from pg_temp.pgattest_hung where not tied),
      'held', coalesce(jsonb_agg(jsonb_build_object('holds', holds, 'deleted', deleted, 'rows', n, 'key', key)
        order by nth) filter (where nth <= 1000), '[]'),
      'beyond', count(*) filter (where nth > 1000))
    from (
      select holds, deleted, count(*) as n, row_number() over (order by min(rel), min(tid)) as nth,
        (array_agg(pg_temp.pgattest_pick(old, pg_temp.pgattest_identity(wanted.root)) order by rel, tid))[1] as key
      from pg_temp.pgattest_hung, lateral (select new ->> wanted.col as holds) v
      where tied group by holds, deleted) h);
end $$;

create function pg_temp.pgattest_has_rows(root oid) returns bool language plpgsql stable as $$
declare
  answer bool;
begin
  if not exists (select from pg_class where oid = root) then
    return null;
  end if;
  execute 'select exists (select from ' || pg_temp.pgattest_name(root) || ')' into answer;
  return answer;
end $$;

-- One entry for each table that changed or is expected to change or to stay.
create function pg_temp.pgattest_tables_told() returns jsonb language sql as $$
  with told as (
    select root from pg_temp.pgattest_change where depth is distinct from 0
    union select root from pg_temp.pgattest_changed where how <> 'written'
    union select root from pg_temp.pgattest_expect where problem is null),
  hung as (
    select root, sum(n) as hanging,
      jsonb_agg(jsonb_build_object('path', path, 'rows', n) order by cardinality(path), path) as paths
    from (
      select root, path, count(*) as n from pg_temp.pgattest_row where depth > 0 group by root, path) p
    group by root),
  tied as (
    select t.root, count(*) as tied, count(*) filter (where change is distinct from 'deleted') as tied_left
    from (select distinct root, rel, tid from pg_temp.pgattest_tied) t
    join pg_temp.pgattest_row r on r.rel = t.rel and r.tid = t.tid
    left join pg_temp.pgattest_change c on c.rel = t.rel and c.tid = t.tid
    where r.depth > 0 group by t.root),
  counted as (
    select root, count(*) filter (where change = 'deleted') as deleted,
      count(*) filter (where change = 'deleted' and depth is null) as deleted_apart,
      count(*) filter (where change = 'updated') as updated, count(*) filter (where change = 'inserted') as inserted
    from pg_temp.pgattest_change where depth is distinct from 0 group by root),
  columns as (
    select root, jsonb_agg(jsonb_build_object('column', name, 'rows', n, 'apart', apart) order by name) as columns
    from (
      select root, name, count(*) as n, count(*) filter (where depth is null) as apart
      from pg_temp.pgattest_change c, jsonb_object_keys(old) name
      where change = 'updated' and depth is distinct from 0 and old -> name <> new -> name group by root, name) c
    group by root),
  samples as (
    select root, jsonb_agg(jsonb_build_object('change', change, 'hangs', depth is not null,
      'key', pg_temp.pgattest_pick(coalesce(old, new), pg_temp.pgattest_identity(root)),
      'old', pg_temp.pgattest_short(old, new), 'new', pg_temp.pgattest_short(new, old)) order by nth) as samples
    from (
      select *, row_number() over (partition by root order by depth is not null, change, rel, tid, new) as nth
      from pg_temp.pgattest_change where depth is distinct from 0) c
    where nth <= (current_setting('pgattest.cascade')::jsonb ->> 'samples')::int group by root),
  remade as (
    select root, jsonb_agg(distinct how) as how from pg_temp.pgattest_changed where how <> 'written' group by root),
  named as (
    select root, coalesce(pg_temp.pgattest_name(root), (
      select name from pg_temp.pgattest_table t where rel = told.root)) as name from told)
  select jsonb_agg(jsonb_build_object('table', name, 'path', path, 'how', coalesce(how, '[]'),
    'had_rows', coalesce(deleted + updated, 0) > 0 or coalesce(pg_temp.pgattest_has_rows(root), true),
    'hanging', coalesce(hanging, 0), 'paths', coalesce(paths, '[]'),
    'tied', coalesce(tied, 0), 'tied_left', coalesce(tied_left, 0),
    'deleted', coalesce(deleted, 0), 'deleted_apart', coalesce(deleted_apart, 0),
    'updated', coalesce(updated, 0), 'inserted', coalesce(inserted, 0),
    'columns', coalesce(columns, '[]'), 'samples', coalesce(samples, '[]'), 'causes', coalesce(
      case when how is not null or deleted + updated + inserted > 0 then pg_temp.pgattest_causes(root) end, '[]'))
    order by name)
  from told left join named using (root) left join hung using (root) left join tied using (root)
    left join counted using (root) left join columns using (root) left join samples using (root)
    left join remade using (root) left join pg_temp.pgattest_reach using (root) $$;

create function pg_temp.pgattest_document() returns jsonb language plpgsql as $$
begin
  perform pg_temp.pgattest_read();
  perform pg_temp.pgattest_compare();
  return jsonb_build_object(
    'target', (select pg_temp.pgattest_name(root) from pg_temp.pgattest_reach where depth = 0),
    'meant', (
      select jsonb_build_object('rows', count(*), 'deleted', count(*) filter (where change = 'deleted'),
        'updated', count(*) filter (where change = 'updated'))
      from pg_temp.pgattest_row r left join pg_temp.pgattest_change c on c.rel = r.rel and c.tid = r.tid
      where r.depth = 0),
    'tables', coalesce(pg_temp.pgattest_tables_told(), '[]'),
    'expect', coalesce((
      select jsonb_agg(jsonb_build_object('key', key, 'table', pg_temp.pgattest_name(root), 'column', col,
        'problem', problem)
        || case when col is not null and problem is null then pg_temp.pgattest_column(e) else '{}' end)
      from pg_temp.pgattest_expect e), '[]'));
end $$;
