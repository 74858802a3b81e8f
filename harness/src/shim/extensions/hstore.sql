-- extension: hstore
-- version: 1.8
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: operators and functions give the real answers, but literals keep the form they were written in; GIN indexes hold nothing, GiST ones are missing

create type @extschema@.hstore;
create function @extschema@.hstore_in(cstring) returns @extschema@.hstore
language internal immutable strict parallel safe as 'textin';
create function @extschema@.hstore_out(@extschema@.hstore) returns cstring
language internal immutable strict parallel safe as 'textout';
create function @extschema@.hstore_recv(internal) returns @extschema@.hstore
language internal immutable strict parallel safe as 'textrecv';
create function @extschema@.hstore_send(@extschema@.hstore) returns bytea
language internal immutable strict parallel safe as 'textsend';
create type @extschema@.hstore (
    input = @extschema@.hstore_in,
    output = @extschema@.hstore_out,
    receive = @extschema@.hstore_recv,
    send = @extschema@.hstore_send,
    like = pg_catalog.text
);

create function @extschema@.hstore_unquote(word text) returns text
language sql immutable parallel safe
return case
    when word like '"%' then regexp_replace(substr(word, 2, length(word) - 2), '\\(.)', '\1', 'g')
    when upper(word) = 'NULL' then null
    else regexp_replace(word, '\\(.)', '\1', 'g')
end;

-- The pairs of an hstore, the first one of each key, shorter keys first.
create function @extschema@.each(hs @extschema@.hstore, out key text, out value text) returns setof record
language plpgsql immutable strict parallel safe as $fn$
declare
    pair constant text := '("(?:[^"\\]|\\.)*"|(?:[^\s",=\\]|\\.|=(?!>))+)\s*=>\s*("(?:[^"\\]|\\.)*"|(?:[^\s",\\]|\\.)+)';
begin
    if hs::text !~ ('^\s*(' || pair || '\s*(,\s*(?=\S)|$))*\s*$') then
        raise exception 'syntax error in hstore: "%"', hs::text using errcode = '42601';
    end if;
    return query
    select known.k, known.v
    from (
        select distinct on (k) k, v
        from (
            select coalesce(@extschema@.hstore_unquote(found_pair[1]), found_pair[1]) as k,
                @extschema@.hstore_unquote(found_pair[2]) as v, n
            from regexp_matches(hs::text, pair, 'g') with ordinality as matches (found_pair, n)
        ) pairs
        order by k, n
    ) known
    order by octet_length(known.k), known.k collate "C";
end
$fn$;

create function @extschema@.hstore_quote(word text) returns text
language sql immutable parallel safe
return coalesce('"' || replace(replace(word, '\', '\\'), '"', '\"') || '"', 'NULL');

create function @extschema@.hstore(text[], text[]) returns @extschema@.hstore
language plpgsql immutable parallel safe as $fn$
begin
    if $1 is null then
        return null;
    elsif cardinality($2) <> cardinality($1) then
        raise exception 'arrays must have same bounds' using errcode = '2202E';
    elsif array_position($1, null) is not null then
        raise exception 'null value not allowed for hstore key' using errcode = '22004';
    end if;
    return (
        select coalesce(string_agg(@extschema@.hstore_quote(k) || '=>' || @extschema@.hstore_quote(v), ', '
            order by octet_length(k), k collate "C"), '')
        from (
            select distinct on (k) k, v from unnest($1, $2) with ordinality as pairs (k, v, n) order by k, n
        ) known
    )::@extschema@.hstore;
end
$fn$;

create function @extschema@.hstore(text, text) returns @extschema@.hstore
language sql immutable parallel safe
return case when $1 is not null then @extschema@.hstore(array[$1], array[$2]) end;
create function @extschema@.tconvert(text, text) returns @extschema@.hstore
language sql immutable parallel safe return @extschema@.hstore($1, $2);

create function @extschema@.hstore(text[]) returns @extschema@.hstore
language plpgsql immutable strict parallel safe as $fn$
begin
    if array_ndims($1) = 2 and array_length($1, 2) = 2 then
        return @extschema@.hstore(
            array(select item from unnest($1) with ordinality as items (item, n) where n % 2 = 1 order by n),
            array(select item from unnest($1) with ordinality as items (item, n) where n % 2 = 0 order by n));
    elsif array_ndims($1) > 1 then
        raise exception 'array must have two columns' using errcode = '2202E';
    elsif cardinality($1) % 2 = 1 then
        raise exception 'array must have even number of elements' using errcode = '2202E';
    end if;
    return @extschema@.hstore(
        array(select $1[n] from generate_series(1, cardinality($1), 2) as n),
        array(select $1[n] from generate_series(2, cardinality($1), 2) as n));
end
$fn$;

create function @extschema@.hstore(record) returns @extschema@.hstore
language plpgsql immutable parallel safe as $fn$
begin
    return (select @extschema@.hstore(array_agg(j.key), array_agg(j.value)) from jsonb_each_text(to_jsonb($1)) j);
end
$fn$;

create function @extschema@.akeys(@extschema@.hstore) returns text[]
language sql immutable strict parallel safe
return array(select e.key from @extschema@.each($1) e);
create function @extschema@.avals(@extschema@.hstore) returns text[]
language sql immutable strict parallel safe
return array(select e.value from @extschema@.each($1) e);
create function @extschema@.skeys(@extschema@.hstore) returns setof text
language sql immutable strict parallel safe as 'select e.key from @extschema@.each($1) e';
create function @extschema@.svals(@extschema@.hstore) returns setof text
language sql immutable strict parallel safe as 'select e.value from @extschema@.each($1) e';

create function @extschema@.hstore_to_jsonb(@extschema@.hstore) returns jsonb
language sql immutable strict parallel safe
return (select coalesce(jsonb_object_agg(e.key, e.value), '{}') from @extschema@.each($1) e);
create function @extschema@.hstore_to_json(@extschema@.hstore) returns json
language sql immutable strict parallel safe
return (
    select ('{' || coalesce(string_agg(to_json(e.key)::text || ': ' || coalesce(to_json(e.value)::text, 'null'), ', '), '')
        || '}')::json
    from @extschema@.each($1) e
);
create function @extschema@.hstore_to_jsonb_loose(@extschema@.hstore) returns jsonb
language sql immutable strict parallel safe
return (
    select coalesce(jsonb_object_agg(e.key, case
        when e.value = 't' then 'true'::jsonb
        when e.value = 'f' then 'false'::jsonb
        when e.value ~ '^-?(0|[1-9][0-9]*)([.][0-9]+)?$' then e.value::jsonb
        else to_jsonb(e.value)
    end), '{}')
    from @extschema@.each($1) e
);
create function @extschema@.hstore_to_json_loose(@extschema@.hstore) returns json
language sql immutable strict parallel safe return @extschema@.hstore_to_jsonb_loose($1)::json;
create cast (@extschema@.hstore as json) with function @extschema@.hstore_to_json(@extschema@.hstore);
create cast (@extschema@.hstore as jsonb) with function @extschema@.hstore_to_jsonb(@extschema@.hstore);
create cast (text[] as @extschema@.hstore) with function @extschema@.hstore(text[]);

create function @extschema@.hstore_to_array(@extschema@.hstore) returns text[]
language sql immutable strict parallel safe
return array(select unnest(array[e.key, e.value]) from @extschema@.each($1) e);
create function @extschema@.hstore_to_matrix(@extschema@.hstore) returns text[]
language sql immutable strict parallel safe
return (select coalesce(array_agg(array[e.key, e.value]), '{}') from @extschema@.each($1) e);

create function @extschema@.fetchval(@extschema@.hstore, text) returns text
language sql immutable strict parallel safe
return (select e.value from @extschema@.each($1) e where e.key = $2);
create function @extschema@.slice_array(@extschema@.hstore, text[]) returns text[]
language sql immutable strict parallel safe
return array(
    select e.value from unnest($2) with ordinality as wanted (key, n)
    left join @extschema@.each($1) e using (key) order by n
);
create function @extschema@.slice(@extschema@.hstore, text[]) returns @extschema@.hstore
language sql immutable strict parallel safe
return (
    select @extschema@.hstore(coalesce(array_agg(e.key), '{}'), coalesce(array_agg(e.value), '{}'))
    from @extschema@.each($1) e where e.key = any ($2)
);
create function @extschema@.exist(@extschema@.hstore, text) returns boolean
language sql immutable strict parallel safe
return exists (select from @extschema@.each($1) e where e.key = $2);
create function @extschema@.isexists(@extschema@.hstore, text) returns boolean
language sql immutable strict parallel safe return @extschema@.exist($1, $2);
create function @extschema@.exists_any(@extschema@.hstore, text[]) returns boolean
language sql immutable strict parallel safe
return exists (select from @extschema@.each($1) e where e.key = any ($2));
create function @extschema@.exists_all(@extschema@.hstore, text[]) returns boolean
language sql immutable strict parallel safe
return @extschema@.akeys($1) @> $2;
create function @extschema@.defined(@extschema@.hstore, text) returns boolean
language sql immutable strict parallel safe
return exists (select from @extschema@.each($1) e where e.key = $2 and e.value is not null);
create function @extschema@.isdefined(@extschema@.hstore, text) returns boolean
language sql immutable strict parallel safe return @extschema@.defined($1, $2);
create function @extschema@.delete(@extschema@.hstore, text[]) returns @extschema@.hstore
language sql immutable strict parallel safe
return (
    select @extschema@.hstore(coalesce(array_agg(e.key), '{}'), coalesce(array_agg(e.value), '{}'))
    from @extschema@.each($1) e where e.key <> all ($2)
);
create function @extschema@.delete(@extschema@.hstore, text) returns @extschema@.hstore
language sql immutable strict parallel safe return @extschema@.delete($1, array[$2]);
create function @extschema@.delete(@extschema@.hstore, @extschema@.hstore) returns @extschema@.hstore
language sql immutable strict parallel safe
return (
    select @extschema@.hstore(coalesce(array_agg(e.key), '{}'), coalesce(array_agg(e.value), '{}'))
    from @extschema@.each($1) e
    where not exists (
        select from @extschema@.each($2) other where other.key = e.key and other.value is not distinct from e.value
    )
);
create function @extschema@.hs_concat(@extschema@.hstore, @extschema@.hstore) returns @extschema@.hstore
language sql immutable strict parallel safe
return @extschema@.hstore(
    @extschema@.akeys($2) || @extschema@.akeys($1), @extschema@.avals($2) || @extschema@.avals($1));
create function @extschema@.hs_contains(@extschema@.hstore, @extschema@.hstore) returns boolean
language plpgsql immutable strict parallel safe
as 'begin return @extschema@.hstore_to_jsonb($1) @> @extschema@.hstore_to_jsonb($2); end';
create function @extschema@.hs_contained(@extschema@.hstore, @extschema@.hstore) returns boolean
language plpgsql immutable strict parallel safe
as 'begin return @extschema@.hstore_to_jsonb($1) <@ @extschema@.hstore_to_jsonb($2); end';
create function @extschema@.populate_record(anyelement, @extschema@.hstore) returns anyelement
language sql immutable parallel safe
as 'select pg_catalog.jsonb_populate_record($1, @extschema@.hstore_to_jsonb($2))';

create function @extschema@.hstore_cmp(@extschema@.hstore, @extschema@.hstore) returns integer
language plpgsql immutable strict parallel safe
as 'begin return jsonb_cmp(@extschema@.hstore_to_jsonb($1), @extschema@.hstore_to_jsonb($2)); end';
create function @extschema@.hstore_hash(@extschema@.hstore) returns integer
language plpgsql immutable strict parallel safe
as 'begin return jsonb_hash(@extschema@.hstore_to_jsonb($1)); end';
create function @extschema@.hstore_hash_extended(@extschema@.hstore, bigint) returns bigint
language plpgsql immutable strict parallel safe
as 'begin return jsonb_hash_extended(@extschema@.hstore_to_jsonb($1), $2); end';

do $make$
declare
    spec text[];
begin
    foreach spec slice 1 in array array[
        ['eq', '=', '=', '=', '<>', 'eqsel', 'eqjoinsel', ', hashes, merges'],
        ['ne', '<>', '<>', '<>', '=', 'neqsel', 'neqjoinsel', ''],
        ['lt', '#<#', '<', '#>#', '#>=#', 'scalarltsel', 'scalarltjoinsel', ''],
        ['le', '#<=#', '<=', '#>=#', '#>#', 'scalarlesel', 'scalarlejoinsel', ''],
        ['ge', '#>=#', '>=', '#<=#', '#<#', 'scalargesel', 'scalargejoinsel', ''],
        ['gt', '#>#', '>', '#<#', '#<=#', 'scalargtsel', 'scalargtjoinsel', '']
    ] loop
        execute format($sql$
            create function @extschema@.hstore_%1$s(@extschema@.hstore, @extschema@.hstore) returns boolean
            language plpgsql immutable strict parallel safe
            as 'begin return @extschema@.hstore_cmp($1, $2) %3$s 0; end';
            create operator @extschema@.%2$s (
                leftarg = @extschema@.hstore, rightarg = @extschema@.hstore, function = @extschema@.hstore_%1$s,
                commutator = operator(@extschema@.%4$s), negator = operator(@extschema@.%5$s),
                restrict = %6$s, join = %7$s%8$s);
            $sql$, variadic spec);
    end loop;
    foreach spec slice 1 in array array[
        ['->', 'text', 'fetchval'], ['->', 'text[]', 'slice_array'], ['?', 'text', 'exist'],
        ['?|', 'text[]', 'exists_any'], ['?&', 'text[]', 'exists_all'], ['-', 'text', 'delete'],
        ['-', 'text[]', 'delete'], ['-', '@extschema@.hstore', 'delete'], ['||', '@extschema@.hstore', 'hs_concat'],
        ['@>', '@extschema@.hstore', 'hs_contains'], ['<@', '@extschema@.hstore', 'hs_contained']
    ] loop
        execute format('create operator @extschema@.%1$s (
            leftarg = @extschema@.hstore, rightarg = %2$s, function = @extschema@.%3$s)', variadic spec);
    end loop;
end
$make$;
create operator @extschema@.%% (rightarg = @extschema@.hstore, function = @extschema@.hstore_to_array);
create operator @extschema@.%# (rightarg = @extschema@.hstore, function = @extschema@.hstore_to_matrix);
create operator @extschema@.#= (leftarg = anyelement, rightarg = @extschema@.hstore, function = @extschema@.populate_record);

create operator class @extschema@.btree_hstore_ops default for type @extschema@.hstore using btree as
    operator 1 @extschema@.#<#, operator 2 @extschema@.#<=#, operator 3 @extschema@.=,
    operator 4 @extschema@.#>=#, operator 5 @extschema@.#>#,
    function 1 @extschema@.hstore_cmp(@extschema@.hstore, @extschema@.hstore);
create operator class @extschema@.hash_hstore_ops default for type @extschema@.hstore using hash as
    operator 1 @extschema@.=,
    function 1 @extschema@.hstore_hash(@extschema@.hstore),
    function 2 @extschema@.hstore_hash_extended(@extschema@.hstore, bigint);

-- A support function that returns nothing makes GIN store no key; without operators the class is never chosen.
create function @extschema@.gin_extract_hstore(@extschema@.hstore, internal) returns internal
language internal immutable strict parallel safe as 'void_in';
create function @extschema@.gin_extract_hstore_query(@extschema@.hstore, internal, smallint, internal, internal)
returns internal
language internal immutable strict parallel safe as 'void_in';
create function @extschema@.gin_consistent_hstore(
    internal, smallint, @extschema@.hstore, integer, internal, internal)
returns boolean
language internal immutable strict parallel safe as 'void_in';
create operator class @extschema@.gin_hstore_ops default for type @extschema@.hstore using gin as
    function 2 @extschema@.gin_extract_hstore(@extschema@.hstore, internal),
    function 3 @extschema@.gin_extract_hstore_query(@extschema@.hstore, internal, smallint, internal, internal),
    function 4 @extschema@.gin_consistent_hstore(internal, smallint, @extschema@.hstore, integer, internal, internal),
    storage integer;
