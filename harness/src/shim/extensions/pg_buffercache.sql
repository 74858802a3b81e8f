-- extension: pg_buffercache
-- version: 1.5
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: the cache is not looked at; the view is empty

create view @extschema@.pg_buffercache as
select null::integer as bufferid, null::oid as relfilenode, null::oid as reltablespace, null::oid as reldatabase,
    null::smallint as relforknumber, null::bigint as relblocknumber, null::boolean as isdirty,
    null::smallint as usagecount, null::integer as pinning_backends
where false;
revoke all on @extschema@.pg_buffercache from public;
grant select on @extschema@.pg_buffercache to pg_monitor;

create function @extschema@.pg_buffercache_summary(
    out buffers_used integer, out buffers_unused integer, out buffers_dirty integer, out buffers_pinned integer,
    out usagecount_avg double precision)
language sql as 'select 0, 0, 0, 0, 0::float8';
create function @extschema@.pg_buffercache_usage_counts(
    out usage_count integer, out buffers integer, out dirty integer, out pinned integer)
returns setof record
language plpgsql as 'begin return; end';
