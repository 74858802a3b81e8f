-- extension: pgstattuple
-- version: 1.5
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: nothing is measured; only sizes are real, all counts are zero

do $make$
declare
    argument text;
begin
    foreach argument in array array['relname text', 'reloid regclass'] loop
        execute format($sql$
            create function @extschema@.pgstattuple(%1$s, out table_len bigint, out tuple_count bigint, out tuple_len bigint,
                out tuple_percent double precision, out dead_tuple_count bigint, out dead_tuple_len bigint,
                out dead_tuple_percent double precision, out free_space bigint, out free_percent double precision)
            language sql volatile strict
            as 'select pg_catalog.pg_relation_size($1::regclass), 0::bigint, 0::bigint, 0::float8, 0::bigint, 0::bigint,
                0::float8, 0::bigint, 0::float8';
            create function @extschema@.pgstatindex(%1$s, out version integer, out tree_level integer, out index_size bigint,
                out root_block_no bigint, out internal_pages bigint, out leaf_pages bigint, out empty_pages bigint,
                out deleted_pages bigint, out avg_leaf_density double precision, out leaf_fragmentation double precision)
            language sql volatile strict
            as 'select 4, 0, pg_catalog.pg_relation_size($1::regclass), 0::bigint, 0::bigint, 0::bigint, 0::bigint,
                0::bigint, 0::float8, 0::float8';
            create function @extschema@.pg_relpages(%1$s) returns bigint
            language sql volatile strict
            as 'select pg_catalog.pg_relation_size($1::regclass) / pg_catalog.current_setting(''block_size'')::bigint';
            $sql$, argument);
    end loop;
end
$make$;
create function @extschema@.pgstatginindex(
    relname regclass, out version integer, out pending_pages integer, out pending_tuples bigint)
language sql volatile strict as 'select 2, 0, 0::bigint';
create function @extschema@.pgstathashindex(
    relname regclass, out version integer, out bucket_pages bigint, out overflow_pages bigint, out bitmap_pages bigint,
    out unused_pages bigint, out live_items bigint, out dead_items bigint, out free_percent double precision)
language sql volatile strict
as 'select 4, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::float8';
create function @extschema@.pgstattuple_approx(
    reloid regclass, out table_len bigint, out scanned_percent double precision, out approx_tuple_count bigint,
    out approx_tuple_len bigint, out approx_tuple_percent double precision, out dead_tuple_count bigint,
    out dead_tuple_len bigint, out dead_tuple_percent double precision, out approx_free_space bigint,
    out approx_free_percent double precision)
language sql volatile strict
as 'select pg_catalog.pg_relation_size($1), 0::float8, 0::bigint, 0::bigint, 0::float8, 0::bigint, 0::bigint, 0::float8,
    0::bigint, 0::float8';
