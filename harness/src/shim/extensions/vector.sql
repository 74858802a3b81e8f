-- extension: vector
-- version: 0.8.0
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: distances and arithmetic are computed, slowly and in double precision; hnsw and ivfflat indexes are left empty

-- A vector is kept as the text of a JSON array, whose input function turns away what is not one. The dimension
-- in brackets is the type modifier of bit strings; a cast to the type's own modifier enforces it.
create function @extschema@.vector_typmod_in(cstring[]) returns integer
language internal immutable strict parallel safe as 'bittypmodin';
create function @extschema@.halfvec_typmod_in(cstring[]) returns integer
language internal immutable strict parallel safe as 'bittypmodin';
create function @extschema@.sparsevec_typmod_in(cstring[]) returns integer
language internal immutable strict parallel safe as 'bittypmodin';
create function @extschema@.vector_typmod_out(integer) returns cstring
language internal immutable strict parallel safe as 'bittypmodout';

do $types$
declare
    kind text;
    core text;
begin
    foreach kind in array array['vector', 'halfvec', 'sparsevec'] loop
        core := case when kind = 'sparsevec' then 'text' else 'json_' end;
        execute replace(replace($sql$
            create type @extschema@.TYPE;
            create function @extschema@.TYPE_in(cstring, oid, integer) returns @extschema@.TYPE
            language internal immutable strict parallel safe as 'COREin';
            create function @extschema@.TYPE_out(@extschema@.TYPE) returns cstring
            language internal immutable strict parallel safe as 'COREout';
            create function @extschema@.TYPE_recv(internal, oid, integer) returns @extschema@.TYPE
            language internal immutable strict parallel safe as 'CORErecv';
            create function @extschema@.TYPE_send(@extschema@.TYPE) returns bytea
            language internal immutable strict parallel safe as 'COREsend';
            create type @extschema@.TYPE (
                input = @extschema@.TYPE_in,
                output = @extschema@.TYPE_out,
                receive = @extschema@.TYPE_recv,
                send = @extschema@.TYPE_send,
                typmod_in = @extschema@.TYPE_typmod_in,
                typmod_out = @extschema@.vector_typmod_out,
                like = pg_catalog.text
            );
            $sql$, 'TYPE', kind), 'CORE', core);
    end loop;
end
$types$;

create function @extschema@.vector_to_float4(@extschema@.vector, integer, boolean) returns real[]
language sql immutable strict parallel safe
return translate($1::text, '[]', '{}')::real[];

create function @extschema@.halfvec_to_float4(@extschema@.halfvec, integer, boolean) returns real[]
language sql immutable strict parallel safe
return translate($1::text, '[]', '{}')::real[];

-- '{1:0.5,3:2}/5' has five dimensions, of which the first and the third are not zero.
create function @extschema@.sparsevec_to_float4(@extschema@.sparsevec, integer, boolean) returns real[]
language sql immutable strict parallel safe
return (
    select coalesce(array_agg(coalesce(known.value, 0)::real order by n), '{}')
    from generate_series(1, split_part($1::text, '/', 2)::integer) as n
    left join (
        select split_part(item, ':', 1)::integer as place, split_part(item, ':', 2)::real as value
        from regexp_split_to_table(btrim(split_part($1::text, '/', 1), '{} '), '\s*,\s*') as item
        where item <> ''
    ) known on known.place = n
);

create function @extschema@.vector_check(parts real[], modifier integer, kind text) returns real[]
language plpgsql immutable strict parallel safe as $fn$
begin
    if array_ndims(parts) > 1 then
        raise exception 'array must be 1-D' using errcode = '22000';
    elsif cardinality(parts) < 1 and kind <> 'sparsevec' then
        raise exception '% must have at least 1 dimension', kind using errcode = '22000';
    elsif array_position(parts, null) is not null then
        raise exception 'array must not contain nulls' using errcode = '22004';
    elsif modifier <> -1 and cardinality(parts) <> modifier then
        raise exception 'expected % dimensions, not %', modifier, cardinality(parts) using errcode = '22000';
    end if;
    return parts;
end
$fn$;

create function @extschema@.array_to_vector(real[], integer, boolean) returns @extschema@.vector
language sql immutable strict parallel safe
return translate(@extschema@.vector_check($1, $2, 'vector')::text, '{}', '[]')::@extschema@.vector;

create function @extschema@.array_to_halfvec(real[], integer, boolean) returns @extschema@.halfvec
language sql immutable strict parallel safe
return translate(@extschema@.vector_check($1, $2, 'halfvec')::text, '{}', '[]')::@extschema@.halfvec;

create function @extschema@.array_to_sparsevec(real[], integer, boolean) returns @extschema@.sparsevec
language sql immutable strict parallel safe
return ('{' || coalesce((
    select string_agg(place || ':' || value, ',' order by place)
    from unnest(@extschema@.vector_check($1, $2, 'sparsevec')) with ordinality as parts (value, place)
    where value <> 0
), '') || '}/' || cardinality($1))::@extschema@.sparsevec;

create function @extschema@.vector_same_size(left_size integer, right_size integer, kind text) returns boolean
language plpgsql immutable strict parallel safe as $fn$
begin
    if left_size <> right_size then
        raise exception 'different % dimensions % and %', kind, left_size, right_size using errcode = '22000';
    end if;
    return true;
end
$fn$;

do $make$
declare
    kind text;
    source text;
    rank text;
begin
    foreach kind in array array['vector', 'halfvec', 'sparsevec'] loop
        execute replace($sql$
            create function @extschema@.TYPE(@extschema@.TYPE, integer, boolean) returns @extschema@.TYPE
            language sql immutable strict parallel safe
            return @extschema@.array_to_TYPE(@extschema@.TYPE_to_float4($1, -1, false), $2, $3);
            create cast (@extschema@.TYPE as @extschema@.TYPE)
                with function @extschema@.TYPE(@extschema@.TYPE, integer, boolean) as implicit;
            create cast (real[] as @extschema@.TYPE)
                with function @extschema@.array_to_TYPE(real[], integer, boolean) as assignment;

            create function @extschema@.l2_distance(@extschema@.TYPE, @extschema@.TYPE) returns double precision
            language sql immutable strict parallel safe
            return (
                select sqrt(sum((a::double precision - b) ^ 2))
                from unnest(@extschema@.TYPE_to_float4($1, -1, false), @extschema@.TYPE_to_float4($2, -1, false)) as pairs (a, b)
                where @extschema@.vector_same_size(cardinality(@extschema@.TYPE_to_float4($1, -1, false)),
                    cardinality(@extschema@.TYPE_to_float4($2, -1, false)), 'TYPE')
            );
            create function @extschema@.TYPE_l2_squared_distance(@extschema@.TYPE, @extschema@.TYPE) returns double precision
            language sql immutable strict parallel safe
            return @extschema@.l2_distance($1, $2) ^ 2;
            create function @extschema@.l1_distance(@extschema@.TYPE, @extschema@.TYPE) returns double precision
            language sql immutable strict parallel safe
            return (
                select sum(abs(a::double precision - b))
                from unnest(@extschema@.TYPE_to_float4($1, -1, false), @extschema@.TYPE_to_float4($2, -1, false)) as pairs (a, b)
                where @extschema@.vector_same_size(cardinality(@extschema@.TYPE_to_float4($1, -1, false)),
                    cardinality(@extschema@.TYPE_to_float4($2, -1, false)), 'TYPE')
            );
            create function @extschema@.inner_product(@extschema@.TYPE, @extschema@.TYPE) returns double precision
            language sql immutable strict parallel safe
            return (
                select sum(a::double precision * b)
                from unnest(@extschema@.TYPE_to_float4($1, -1, false), @extschema@.TYPE_to_float4($2, -1, false)) as pairs (a, b)
                where @extschema@.vector_same_size(cardinality(@extschema@.TYPE_to_float4($1, -1, false)),
                    cardinality(@extschema@.TYPE_to_float4($2, -1, false)), 'TYPE')
            );
            create function @extschema@.TYPE_negative_inner_product(@extschema@.TYPE, @extschema@.TYPE) returns double precision
            language sql immutable strict parallel safe
            return - @extschema@.inner_product($1, $2);
            create function @extschema@.cosine_distance(@extschema@.TYPE, @extschema@.TYPE) returns double precision
            language sql immutable strict parallel safe
            return coalesce(1 - @extschema@.inner_product($1, $2)
                / nullif(sqrt(@extschema@.inner_product($1, $1) * @extschema@.inner_product($2, $2)), 0), 'NaN');
            create function @extschema@.l2_normalize(@extschema@.TYPE) returns @extschema@.TYPE
            language sql immutable strict parallel safe
            return @extschema@.array_to_TYPE((
                select array_agg((part / coalesce(nullif(sqrt(@extschema@.inner_product($1, $1)), 0), 1))::real order by n)
                from unnest(@extschema@.TYPE_to_float4($1, -1, false)) with ordinality as parts (part, n)
            ), -1, false);

            create operator @extschema@.<-> (leftarg = @extschema@.TYPE, rightarg = @extschema@.TYPE,
                function = @extschema@.l2_distance, commutator = operator(@extschema@.<->));
            create operator @extschema@.<#> (leftarg = @extschema@.TYPE, rightarg = @extschema@.TYPE,
                function = @extschema@.TYPE_negative_inner_product, commutator = operator(@extschema@.<#>));
            create operator @extschema@.<=> (leftarg = @extschema@.TYPE, rightarg = @extschema@.TYPE,
                function = @extschema@.cosine_distance, commutator = operator(@extschema@.<=>));
            create operator @extschema@.<+> (leftarg = @extschema@.TYPE, rightarg = @extschema@.TYPE,
                function = @extschema@.l1_distance, commutator = operator(@extschema@.<+>));

            create function @extschema@.TYPE_cmp(@extschema@.TYPE, @extschema@.TYPE) returns integer
            language sql immutable strict parallel safe
            return btarraycmp(@extschema@.TYPE_to_float4($1, -1, false), @extschema@.TYPE_to_float4($2, -1, false));
            create function @extschema@.TYPE_lt(@extschema@.TYPE, @extschema@.TYPE) returns boolean
            language sql immutable strict parallel safe return @extschema@.TYPE_cmp($1, $2) < 0;
            create function @extschema@.TYPE_le(@extschema@.TYPE, @extschema@.TYPE) returns boolean
            language sql immutable strict parallel safe return @extschema@.TYPE_cmp($1, $2) <= 0;
            create function @extschema@.TYPE_eq(@extschema@.TYPE, @extschema@.TYPE) returns boolean
            language sql immutable strict parallel safe return @extschema@.TYPE_cmp($1, $2) = 0;
            create function @extschema@.TYPE_ne(@extschema@.TYPE, @extschema@.TYPE) returns boolean
            language sql immutable strict parallel safe return @extschema@.TYPE_cmp($1, $2) <> 0;
            create function @extschema@.TYPE_ge(@extschema@.TYPE, @extschema@.TYPE) returns boolean
            language sql immutable strict parallel safe return @extschema@.TYPE_cmp($1, $2) >= 0;
            create function @extschema@.TYPE_gt(@extschema@.TYPE, @extschema@.TYPE) returns boolean
            language sql immutable strict parallel safe return @extschema@.TYPE_cmp($1, $2) > 0;
            create operator @extschema@.< (leftarg = @extschema@.TYPE, rightarg = @extschema@.TYPE,
                function = @extschema@.TYPE_lt, commutator = operator(@extschema@.>),
                negator = operator(@extschema@.>=), restrict = scalarltsel, join = scalarltjoinsel);
            create operator @extschema@.<= (leftarg = @extschema@.TYPE, rightarg = @extschema@.TYPE,
                function = @extschema@.TYPE_le, commutator = operator(@extschema@.>=),
                negator = operator(@extschema@.>), restrict = scalarlesel, join = scalarlejoinsel);
            create operator @extschema@.= (leftarg = @extschema@.TYPE, rightarg = @extschema@.TYPE,
                function = @extschema@.TYPE_eq, commutator = operator(@extschema@.=),
                negator = operator(@extschema@.<>), restrict = eqsel, join = eqjoinsel);
            create operator @extschema@.<> (leftarg = @extschema@.TYPE, rightarg = @extschema@.TYPE,
                function = @extschema@.TYPE_ne, commutator = operator(@extschema@.<>),
                negator = operator(@extschema@.=), restrict = neqsel, join = neqjoinsel);
            create operator @extschema@.>= (leftarg = @extschema@.TYPE, rightarg = @extschema@.TYPE,
                function = @extschema@.TYPE_ge, commutator = operator(@extschema@.<=),
                negator = operator(@extschema@.<), restrict = scalargesel, join = scalargejoinsel);
            create operator @extschema@.> (leftarg = @extschema@.TYPE, rightarg = @extschema@.TYPE,
                function = @extschema@.TYPE_gt, commutator = operator(@extschema@.<),
                negator = operator(@extschema@.<=), restrict = scalargtsel, join = scalargtjoinsel);
            create operator class @extschema@.TYPE_ops default for type @extschema@.TYPE using btree as
                operator 1 @extschema@.<, operator 2 @extschema@.<=, operator 3 @extschema@.=,
                operator 4 @extschema@.>=, operator 5 @extschema@.>,
                function 1 @extschema@.TYPE_cmp(@extschema@.TYPE, @extschema@.TYPE);
            $sql$, 'TYPE', kind);

        foreach source in array array['integer', 'double precision', 'numeric'] loop
            execute replace(replace($sql$
                create function @extschema@.array_to_TYPE(SOURCE[], integer, boolean) returns @extschema@.TYPE
                language sql immutable strict parallel safe
                return @extschema@.array_to_TYPE($1::real[], $2, $3);
                create cast (SOURCE[] as @extschema@.TYPE)
                    with function @extschema@.array_to_TYPE(SOURCE[], integer, boolean) as assignment;
                $sql$, 'TYPE', kind), 'SOURCE', source);
        end loop;

        foreach source in array array['vector', 'halfvec', 'sparsevec'] loop
            continue when source = kind;
            rank := case when source = 'vector' or source = 'halfvec' and kind = 'sparsevec' then 'implicit' else 'assignment' end;
            execute replace(replace(replace($sql$
                create function @extschema@.SOURCE_to_TYPE(@extschema@.SOURCE, integer, boolean) returns @extschema@.TYPE
                language sql immutable strict parallel safe
                return @extschema@.array_to_TYPE(@extschema@.SOURCE_to_float4($1, -1, false), $2, $3);
                create cast (@extschema@.SOURCE as @extschema@.TYPE)
                    with function @extschema@.SOURCE_to_TYPE(@extschema@.SOURCE, integer, boolean) as RANK;
                $sql$, 'TYPE', kind), 'SOURCE', source), 'RANK', rank);
        end loop;
    end loop;

    foreach kind in array array['vector', 'halfvec'] loop
        execute replace(replace($sql$
            create cast (@extschema@.TYPE as real[])
                with function @extschema@.TYPE_to_float4(@extschema@.TYPE, integer, boolean) as RANK;
            create function @extschema@.vector_dims(@extschema@.TYPE) returns integer
            language sql immutable strict parallel safe
            return cardinality(@extschema@.TYPE_to_float4($1, -1, false));
            create function @extschema@.subvector(@extschema@.TYPE, integer, integer) returns @extschema@.TYPE
            language sql immutable strict parallel safe
            return @extschema@.array_to_TYPE(
                (@extschema@.TYPE_to_float4($1, -1, false))[greatest($2, 1):$2 + $3 - 1], -1, false);
            create function @extschema@.binary_quantize(@extschema@.TYPE) returns bit
            language sql immutable strict parallel safe
            return (
                select string_agg(case when part > 0 then '1' else '0' end, '' order by n)::bit varying
                from unnest(@extschema@.TYPE_to_float4($1, -1, false)) with ordinality as parts (part, n)
            );
            create function @extschema@.TYPE_concat(@extschema@.TYPE, @extschema@.TYPE) returns @extschema@.TYPE
            language sql immutable strict parallel safe
            return @extschema@.array_to_TYPE(
                @extschema@.TYPE_to_float4($1, -1, false) || @extschema@.TYPE_to_float4($2, -1, false), -1, false);
            create operator @extschema@.|| (leftarg = @extschema@.TYPE, rightarg = @extschema@.TYPE,
                function = @extschema@.TYPE_concat);
            create function @extschema@.TYPE_accum(double precision[], @extschema@.TYPE) returns double precision[]
            language sql immutable strict parallel safe
            return case when $1 = '{0}'::double precision[]
                then array[1::double precision] || @extschema@.TYPE_to_float4($2, -1, false)::double precision[]
                else (
                    select array_agg(a + b order by n)
                    from unnest($1, array[1::double precision] || @extschema@.TYPE_to_float4($2, -1, false)::double precision[])
                        with ordinality as pairs (a, b, n)
                    where @extschema@.vector_same_size(cardinality($1) - 1,
                        cardinality(@extschema@.TYPE_to_float4($2, -1, false)), 'TYPE')
                ) end;
            create function @extschema@.TYPE_avg(double precision[]) returns @extschema@.TYPE
            language sql immutable strict parallel safe
            return case when $1[1] > 0 then @extschema@.array_to_TYPE((
                select array_agg((part / $1[1])::real order by n)
                from unnest($1[2:]) with ordinality as parts (part, n)
            ), -1, false) end;
            create aggregate @extschema@.avg(@extschema@.TYPE) (
                sfunc = @extschema@.TYPE_accum, stype = double precision[],
                finalfunc = @extschema@.TYPE_avg, initcond = '{0}');
            $sql$, 'TYPE', kind), 'RANK', case kind when 'vector' then 'implicit' else 'assignment' end);

        foreach source in array array['add +', 'sub -', 'mul *'] loop
            execute replace(replace(replace(replace($sql$
                create function @extschema@.TYPE_NAME(@extschema@.TYPE, @extschema@.TYPE) returns @extschema@.TYPE
                language sql immutable strict parallel safe
                return @extschema@.array_to_TYPE((
                    select array_agg(a SIGN b order by n)
                    from unnest(@extschema@.TYPE_to_float4($1, -1, false), @extschema@.TYPE_to_float4($2, -1, false))
                        with ordinality as pairs (a, b, n)
                    where @extschema@.vector_same_size(cardinality(@extschema@.TYPE_to_float4($1, -1, false)),
                        cardinality(@extschema@.TYPE_to_float4($2, -1, false)), 'TYPE')
                ), -1, false);
                create operator @extschema@.SIGN (leftarg = @extschema@.TYPE, rightarg = @extschema@.TYPE,
                    function = @extschema@.TYPE_NAME COMMUTES);
                $sql$, 'TYPE', kind), 'NAME', split_part(source, ' ', 1)),
                'COMMUTES', case when source = 'sub -' then '' else ', commutator = operator(@extschema@.SIGN)' end),
                'SIGN', split_part(source, ' ', 2));
        end loop;
        execute replace($sql$
            create aggregate @extschema@.sum(@extschema@.TYPE) (
                sfunc = @extschema@.TYPE_add, stype = @extschema@.TYPE);
            $sql$, 'TYPE', kind);
    end loop;

    -- The norm has a name of its own for the oldest of the three types.
    foreach source in array array['vector_norm vector', 'l2_norm halfvec', 'l2_norm sparsevec'] loop
        execute format($sql$
            create function @extschema@.%1$s(@extschema@.%2$s) returns double precision
            language sql immutable strict parallel safe
            return sqrt(@extschema@.inner_product($1, $1))
            $sql$, split_part(source, ' ', 1), split_part(source, ' ', 2));
    end loop;
end
$make$;

create function @extschema@.vector_spherical_distance(@extschema@.vector, @extschema@.vector) returns double precision
language sql immutable strict parallel safe
return acos(greatest(least(@extschema@.inner_product($1, $2), 1), -1)) / pi();

create function @extschema@.hamming_distance(bit, bit) returns double precision
language sql immutable strict parallel safe
return bit_count($1 # $2);

create function @extschema@.jaccard_distance(bit, bit) returns double precision
language sql immutable strict parallel safe
return 1 - coalesce(bit_count($1 & $2)::double precision / nullif(bit_count($1 | $2), 0), 0);

create operator @extschema@.<~> (leftarg = bit, rightarg = bit,
    function = @extschema@.hamming_distance, commutator = operator(@extschema@.<~>));
create operator @extschema@.<%> (leftarg = bit, rightarg = bit,
    function = @extschema@.jaccard_distance, commutator = operator(@extschema@.<%>));

-- The setting of a function is checked when the function is made, and only who may SET a parameter that no
-- library has announced may do so. The right belongs to the cluster: another database may be granting it now.
do $grant$
declare
    name text;
begin
    foreach name in array array[
        'hnsw.ef_search', 'hnsw.iterative_scan', 'hnsw.max_scan_tuples', 'hnsw.scan_mem_multiplier', 'ivfflat.probes',
        'ivfflat.iterative_scan', 'ivfflat.max_probes'
    ] loop
        if not has_parameter_privilege('postgres', name, 'SET') then
            begin
                execute format('grant set on parameter %s to postgres', name);
            exception when others then
                null;
            end;
        end if;
    end loop;
end
$grant$;
