-- extension: btree_gist
-- version: 1.7
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: in a GiST index or exclusion constraint a plain column is wrapped into gist_key(column), compared for equality only

-- Postgres can index ranges with GiST, and a range of one value is equal to another when the values are. So a
-- key column that has no operator class of its own can be kept as such a range: the exclusion constraint
-- then holds for real.
create type @extschema@.gist_key_text as range (subtype = text, collation = "C");

do $make$
declare
    spec text;
begin
    foreach spec in array array[
        'smallint:int4range', 'integer:int4range', 'bigint:int8range', 'numeric:numrange', 'date:daterange',
        'timestamp:tsrange', 'timestamptz:tstzrange'
    ] loop
        execute format($sql$
            create function @extschema@.gist_key(%1$s) returns %2$s
            language sql immutable strict parallel safe return %2$s($1, $1, '[]')
            $sql$, split_part(spec, ':', 1), split_part(spec, ':', 2));
    end loop;
    foreach spec in array array[
        'real', 'double precision', 'money', 'oid', 'time', 'timetz', 'interval', 'macaddr', 'macaddr8', 'inet',
        'text', 'bpchar', 'bytea', 'bit', 'varbit', 'uuid', 'boolean'
    ] loop
        execute format($sql$
            create function @extschema@.gist_key(%1$s) returns @extschema@.gist_key_text
            language sql immutable strict parallel safe
            return @extschema@.gist_key_text($1::text, $1::text, '[]')
            $sql$, spec);
    end loop;
end
$make$;

-- Polymorphic arguments need a quoted body, and with it the schema's name at run time.
create function @extschema@.gist_key(anyenum) returns @extschema@.gist_key_text
language plpgsql immutable strict parallel safe
as 'begin return @extschema@.gist_key_text($1::text, $1::text, ''[]''); end';

do $make$
declare
    spec text[];
begin
    foreach spec slice 1 in array array[
        ['int2', 'smallint', 'smallint'], ['int4', 'integer', 'integer'], ['int8', 'bigint', 'bigint'],
        ['float4', 'real', 'real'], ['float8', 'double precision', 'double precision'], ['cash', 'money', 'money'],
        ['date', 'date', 'integer'], ['ts', 'timestamp', 'interval'], ['tstz', 'timestamptz', 'interval'],
        ['time', 'time', 'interval']
    ] loop
        execute format($sql$
            create function @extschema@.%1$s_dist(%2$s, %2$s) returns %3$s
            language sql immutable strict parallel safe return case when $1 > $2 then $1 - $2 else $2 - $1 end;
            create operator @extschema@.<-> (leftarg = %2$s, rightarg = %2$s, function = @extschema@.%1$s_dist,
                commutator = operator(@extschema@.<->));
            $sql$, variadic spec);
    end loop;
end
$make$;
