-- extension: pgrouting
-- version: 3.4.1
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: no route is computed; pgr_dijkstra and pgr_astar raise, other functions are missing

create function @extschema@.pgr_version() returns text
language sql immutable return '3.4.1'::text;
create function @extschema@.pgr_full_version(out version text, out build_type text) returns record
language sql immutable as 'select ''3.4.1''::text, ''stand-in''::text';

do $make$
declare
    signature text;
    result text := 'seq integer, path_seq integer, node bigint, edge bigint, cost double precision, agg_cost double precision';
begin
    foreach signature in array array[
        'pgr_dijkstra(edges text, start_vid bigint, end_vid bigint, directed boolean default true)',
        'pgr_astar(edges text, start_vid bigint, end_vid bigint, directed boolean default true)'
    ] loop
        execute format($sql$
            create function @extschema@.%s returns table (%s) language plpgsql strict
            as 'begin raise exception ''routes are not imitated'' using errcode = ''0A000''; end'
            $sql$, signature, result);
    end loop;
end
$make$;
