-- extension: wrappers
-- version: 0.5.3
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: wrappers, servers and foreign tables can be made, but no foreign table can be read

-- The handlers can be named in CREATE FOREIGN DATA WRAPPER. They return nothing, which Postgres reports when a
-- foreign table is used.
do $make$
declare
    name text;
begin
    foreach name in array array[
        'airtable', 'auth0', 'big_query', 'click_house', 'cognito', 'duckdb', 'firebase', 'hello_world', 'iceberg',
        'logflare', 'mssql', 'redis', 's3', 's3_vectors', 'stripe', 'wasm'
    ] loop
        execute format($sql$
            create function @extschema@.%1$s_fdw_handler() returns fdw_handler
            language internal strict as 'void_in';
            create function @extschema@.%1$s_fdw_validator(options text[], catalog oid) returns void
            language plpgsql as 'begin end';
            create function @extschema@.%1$s_fdw_meta() returns table (name text, version text, author text, website text)
            language plpgsql strict as 'begin return; end';
            $sql$, name);
    end loop;
end
$make$;

create table @extschema@.wrappers_fdw_stats (
    fdw_name text primary key,
    create_times bigint,
    rows_in bigint,
    rows_out bigint,
    bytes_in bigint,
    bytes_out bigint,
    metadata jsonb,
    created_at timestamptz not null default (pg_catalog.now() at time zone 'utc'),
    updated_at timestamptz not null default (pg_catalog.now() at time zone 'utc')
);
