-- Returns the statement that puts every sequence of this database back to where it stands now; empty where there is
-- none. nextval and setval outlive a rollback. Ask once in a fresh clone, and send the statement after every case: it
-- reads each sequence, which is cheap, and writes those that moved. One thing it does not see, because Postgres tells
-- the value only of a sequence that was called: setval(..., false) on a sequence that never was.
with sequences (oid, value, called) as (
  select c.oid, coalesce(pg_catalog.pg_sequence_last_value(c.oid::regclass), s.seqstart),
    pg_catalog.pg_sequence_last_value(c.oid::regclass) is not null
  from pg_catalog.pg_sequence s join pg_catalog.pg_class c on c.oid = s.seqrelid and c.relpersistence <> 't'
)
select case when count(*) > 0 then pg_catalog.format(
  'select pg_catalog.setval(oid::regclass, value, called) from unnest(%L::oid[], %L::int8[], %L::bool[]) '
    || 's(oid, value, called) where pg_catalog.pg_sequence_last_value(oid::regclass) is distinct from '
    || 'case when called then value end;',
  pg_catalog.array_agg(oid order by oid), pg_catalog.array_agg(value order by oid),
  pg_catalog.array_agg(called order by oid)) else '' end
from sequences
