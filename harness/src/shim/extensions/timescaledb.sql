-- extension: timescaledb
-- version: 2.16.1
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: hypertables stay ordinary tables and policies are not run; time_bucket is real, continuous aggregates and table options of timescaledb fail

create table @extschema@.pgattest_hypertable (
    id serial primary key,
    relation regclass not null unique
);

create function @extschema@.create_hypertable(
    relation regclass, time_column_name name, partitioning_column name default null,
    number_partitions integer default null, associated_schema_name name default null,
    associated_table_prefix name default null, chunk_time_interval anyelement default null::bigint,
    create_default_indexes boolean default true, if_not_exists boolean default false,
    partitioning_func regproc default null, migrate_data boolean default false,
    chunk_target_size text default null, chunk_sizing_func regproc default null,
    time_partitioning_func regproc default null)
returns table (hypertable_id integer, schema_name name, table_name name, created boolean)
language plpgsql security definer as $fn$
declare
    made boolean;
begin
    insert into @extschema@.pgattest_hypertable (relation) values (create_hypertable.relation) on conflict do nothing;
    made := found;
    if not made and not if_not_exists then
        raise exception 'table "%" is already a hypertable', relation using errcode = 'TS110';
    end if;
    return query
    select h.id, n.nspname, c.relname, made
    from @extschema@.pgattest_hypertable h
    join pg_catalog.pg_class c on c.oid = h.relation
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where h.relation = create_hypertable.relation;
end
$fn$;

create function @extschema@.time_bucket(bucket_width interval, ts timestamptz) returns timestamptz
language sql immutable strict parallel safe
return case
    when extract(month from bucket_width) + extract(year from bucket_width) > 0 then
        timestamptz '2000-01-01 00:00:00+00' + bucket_width * floor(
            ((extract(year from ts at time zone 'UTC') - 2000) * 12 + extract(month from ts at time zone 'UTC') - 1)
            / (extract(year from bucket_width) * 12 + extract(month from bucket_width)))::double precision
    else date_bin(bucket_width, ts, timestamptz '2000-01-03 00:00:00+00')
end;
create function @extschema@.time_bucket(bucket_width interval, ts timestamp) returns timestamp
language sql immutable strict parallel safe
return @extschema@.time_bucket(bucket_width, ts at time zone 'UTC') at time zone 'UTC';
create function @extschema@.time_bucket(bucket_width interval, ts date) returns date
language sql immutable strict parallel safe
return @extschema@.time_bucket(bucket_width, ts::timestamp)::date;
create function @extschema@.time_bucket(bucket_width bigint, ts bigint) returns bigint
language sql immutable strict parallel safe
return floor(ts::numeric / bucket_width)::bigint * bucket_width;
create function @extschema@.time_bucket(bucket_width integer, ts integer) returns integer
language sql immutable strict parallel safe
return floor(ts::numeric / bucket_width)::integer * bucket_width;

do $make$
declare
    signature text;
begin
    foreach signature in array array[
        'add_retention_policy(relation regclass, drop_after anyelement, if_not_exists boolean default false)',
        'add_compression_policy(hypertable regclass, compress_after anyelement, if_not_exists boolean default false)',
        'add_continuous_aggregate_policy(continuous_aggregate regclass, start_offset anyelement, end_offset anyelement,
            schedule_interval interval, if_not_exists boolean default false)'
    ] loop
        execute format('create function @extschema@.%s returns integer language plpgsql as ''begin return 1000; end''', signature);
    end loop;
end
$make$;
create function @extschema@.remove_retention_policy(relation regclass, if_exists boolean default false) returns void
language sql as '';
create function @extschema@.remove_compression_policy(hypertable regclass, if_exists boolean default false) returns boolean
language sql return true;
create function @extschema@.set_chunk_time_interval(hypertable regclass, chunk_time_interval anyelement) returns void
language plpgsql as 'begin end';
create function @extschema@.show_chunks(relation regclass) returns setof regclass
language plpgsql as 'begin return; end';
create function @extschema@.drop_chunks(relation regclass, older_than anyelement) returns setof text
language plpgsql as 'begin return; end';
create function @extschema@.add_dimension(hypertable regclass, column_name name, number_partitions integer default null)
returns integer
language sql return 1;
