-- extension: btree_gin
-- version: 1.3
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: GIN indexes on plain types can be made; those columns hold nothing in them and are never used to search

-- A support function that returns nothing makes GIN store no key, and a class without operators is never
-- chosen by the planner.
create function @extschema@.gin_btree_extract_value(internal, internal) returns internal
language internal immutable strict parallel safe as 'void_in';
create function @extschema@.gin_btree_extract_query(internal, internal, smallint, internal, internal) returns internal
language internal immutable strict parallel safe as 'void_in';
create function @extschema@.gin_btree_consistent(internal, smallint, anyelement, integer, internal, internal)
returns boolean
language internal immutable strict parallel safe as 'void_in';

do $make$
declare
    spec text;
begin
    foreach spec in array array[
        'int2:smallint', 'int4:integer', 'int8:bigint', 'float4:real', 'float8:double precision', 'money:money', 'oid:oid',
        'timestamp:timestamp', 'timestamptz:timestamptz', 'time:time', 'timetz:timetz', 'date:date',
        'interval:interval', 'macaddr:macaddr', 'macaddr8:macaddr8', 'inet:inet', 'cidr:cidr', 'text:text',
        'varchar:varchar', 'bpchar:bpchar', 'char:"char"', 'bytea:bytea', 'bit:bit', 'varbit:varbit',
        'numeric:numeric', 'enum:anyenum', 'uuid:uuid', 'name:name', 'bool:boolean'
    ] loop
        execute format($sql$
            create operator class @extschema@.%s_ops default for type %s using gin as
                function 2 @extschema@.gin_btree_extract_value(internal, internal),
                function 3 @extschema@.gin_btree_extract_query(internal, internal, smallint, internal, internal),
                function 4 @extschema@.gin_btree_consistent(internal, smallint, anyelement, integer, internal, internal),
                storage integer
            $sql$, split_part(spec, ':', 1), split_part(spec, ':', 2));
    end loop;
end
$make$;
