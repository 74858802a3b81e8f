-- extension: cube
-- version: 1.5
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: common functions and operators work; literals keep the form they were written in, and GiST indexes are missing

create type @extschema@.cube;
create function @extschema@.cube_in(cstring) returns @extschema@.cube
language internal immutable strict parallel safe as 'textin';
create function @extschema@.cube_out(@extschema@.cube) returns cstring
language internal immutable strict parallel safe as 'textout';
create type @extschema@.cube (
    input = @extschema@.cube_in, output = @extschema@.cube_out, like = pg_catalog.text
);

-- Corner 1 or 2 of '(1,2),(3,4)', '(1,2)', '1,2' or the same in square brackets.
create function @extschema@.cube_corner(@extschema@.cube, integer) returns double precision[]
language plpgsql immutable strict parallel safe as $fn$
declare
    number constant text := '\s*[-+]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+|Infinity|NaN)(?:e[-+]?[0-9]+)?\s*';
    list constant text := number || '(?:,' || number || ')*';
    parts text[] := regexp_match($1::text,
        format('^\s*\[?\s*(?:\((%1$s)?\)\s*,\s*\((%1$s)?\)|\((%1$s)?\)|(%1$s))\s*\]?\s*$', list), 'i');
begin
    if parts is null then
        raise exception 'invalid input syntax for cube' using errcode = '22P02';
    end if;
    return string_to_array(coalesce(case when $2 = 2 then parts[2] end, parts[1], parts[3], parts[4], ''), ',')::double precision[];
end
$fn$;

create function @extschema@.cube(double precision[], double precision[]) returns @extschema@.cube
language sql immutable strict parallel safe
return ('(' || array_to_string($1, ', ') || ')' || case when $1 = $2 then '' else ',(' || array_to_string($2, ', ') || ')' end)::@extschema@.cube;
create function @extschema@.cube(double precision[]) returns @extschema@.cube
language sql immutable strict parallel safe return @extschema@.cube($1, $1);
create function @extschema@.cube(double precision) returns @extschema@.cube
language sql immutable strict parallel safe return @extschema@.cube(array[$1], array[$1]);
create function @extschema@.cube(double precision, double precision) returns @extschema@.cube
language sql immutable strict parallel safe return @extschema@.cube(array[$1], array[$2]);
create function @extschema@.cube(@extschema@.cube, double precision) returns @extschema@.cube
language sql immutable strict parallel safe
return @extschema@.cube(@extschema@.cube_corner($1, 1) || $2, @extschema@.cube_corner($1, 2) || $2);
create function @extschema@.cube(@extschema@.cube, double precision, double precision) returns @extschema@.cube
language sql immutable strict parallel safe
return @extschema@.cube(@extschema@.cube_corner($1, 1) || $2, @extschema@.cube_corner($1, 2) || $3);

create function @extschema@.cube_dim(@extschema@.cube) returns integer
language sql immutable strict parallel safe return cardinality(@extschema@.cube_corner($1, 1));
create function @extschema@.cube_ll_coord(@extschema@.cube, integer) returns double precision
language sql immutable strict parallel safe
return coalesce(least((@extschema@.cube_corner($1, 1))[$2], (@extschema@.cube_corner($1, 2))[$2]), 0);
create function @extschema@.cube_ur_coord(@extschema@.cube, integer) returns double precision
language sql immutable strict parallel safe
return coalesce(greatest((@extschema@.cube_corner($1, 1))[$2], (@extschema@.cube_corner($1, 2))[$2]), 0);
create function @extschema@.cube_is_point(@extschema@.cube) returns boolean
language sql immutable strict parallel safe return @extschema@.cube_corner($1, 1) = @extschema@.cube_corner($1, 2);
create function @extschema@.cube_subset(@extschema@.cube, integer[]) returns @extschema@.cube
language sql immutable strict parallel safe
return @extschema@.cube(
    array(select (@extschema@.cube_corner($1, 1))[d] from unnest($2) with ordinality as e (d, n) order by n),
    array(select (@extschema@.cube_corner($1, 2))[d] from unnest($2) with ordinality as e (d, n) order by n));
create function @extschema@.cube_size(@extschema@.cube) returns double precision
language plpgsql immutable strict parallel safe as $fn$
declare
    size double precision := case when @extschema@.cube_dim($1) = 0 then 0 else 1 end;
begin
    for n in 1 .. @extschema@.cube_dim($1) loop
        size := size * (@extschema@.cube_ur_coord($1, n) - @extschema@.cube_ll_coord($1, n));
    end loop;
    return size;
end
$fn$;
create function @extschema@.cube_union(@extschema@.cube, @extschema@.cube) returns @extschema@.cube
language sql immutable strict parallel safe
return (
    select @extschema@.cube(
        array_agg(least(@extschema@.cube_ll_coord($1, n), @extschema@.cube_ll_coord($2, n)) order by n),
        array_agg(greatest(@extschema@.cube_ur_coord($1, n), @extschema@.cube_ur_coord($2, n)) order by n))
    from generate_series(1, greatest(@extschema@.cube_dim($1), @extschema@.cube_dim($2))) as n
);
create function @extschema@.cube_inter(@extschema@.cube, @extschema@.cube) returns @extschema@.cube
language sql immutable strict parallel safe
return (
    select @extschema@.cube(
        array_agg(greatest(@extschema@.cube_ll_coord($1, n), @extschema@.cube_ll_coord($2, n)) order by n),
        array_agg(least(@extschema@.cube_ur_coord($1, n), @extschema@.cube_ur_coord($2, n)) order by n))
    from generate_series(1, greatest(@extschema@.cube_dim($1), @extschema@.cube_dim($2))) as n
);
create function @extschema@.cube_enlarge(@extschema@.cube, double precision, integer) returns @extschema@.cube
language sql immutable strict parallel safe
return (
    select @extschema@.cube(
        array_agg(@extschema@.cube_ll_coord($1, n) - $2 order by n), array_agg(@extschema@.cube_ur_coord($1, n) + $2 order by n))
    from generate_series(1, greatest(@extschema@.cube_dim($1), case when $2 > 0 then $3 else 0 end)) as n
);

do $make$
declare
    spec text[];
begin
    foreach spec slice 1 in array array[
        ['cube_distance', '<->', 'sqrt(sum(gap ^ 2))'], ['distance_taxicab', '<#>', 'sum(gap)'],
        ['distance_chebyshev', '<=>', 'max(gap)']
    ] loop
        execute format($sql$
            create function @extschema@.%1$s(@extschema@.cube, @extschema@.cube) returns double precision
            language sql immutable strict parallel safe
            return (
                select coalesce(%3$s, 0)
                from (
                    select greatest(@extschema@.cube_ll_coord($1, n) - @extschema@.cube_ur_coord($2, n),
                        @extschema@.cube_ll_coord($2, n) - @extschema@.cube_ur_coord($1, n), 0) as gap
                    from generate_series(1, greatest(@extschema@.cube_dim($1), @extschema@.cube_dim($2))) as n
                ) gaps
            );
            create operator @extschema@.%2$s (leftarg = @extschema@.cube, rightarg = @extschema@.cube,
                function = @extschema@.%1$s, commutator = operator(@extschema@.%2$s));
            $sql$, variadic spec);
    end loop;
end
$make$;

create function @extschema@.cube_contains(@extschema@.cube, @extschema@.cube) returns boolean
language plpgsql immutable strict parallel safe as $fn$
begin
    return (
        select coalesce(bool_and(@extschema@.cube_ll_coord($1, n) <= @extschema@.cube_ll_coord($2, n)
            and @extschema@.cube_ur_coord($2, n) <= @extschema@.cube_ur_coord($1, n)), true)
        from generate_series(1, @extschema@.cube_dim($2)) as n
    );
end
$fn$;
create function @extschema@.cube_contained(@extschema@.cube, @extschema@.cube) returns boolean
language plpgsql immutable strict parallel safe as 'begin return @extschema@.cube_contains($2, $1); end';
create function @extschema@.cube_overlap(@extschema@.cube, @extschema@.cube) returns boolean
language plpgsql immutable strict parallel safe as 'begin return @extschema@.cube_distance($1, $2) = 0; end';
create operator @extschema@.@> (leftarg = @extschema@.cube, rightarg = @extschema@.cube,
    function = @extschema@.cube_contains, commutator = operator(@extschema@.<@));
create operator @extschema@.<@ (leftarg = @extschema@.cube, rightarg = @extschema@.cube,
    function = @extschema@.cube_contained, commutator = operator(@extschema@.@>));
create operator @extschema@.&& (leftarg = @extschema@.cube, rightarg = @extschema@.cube,
    function = @extschema@.cube_overlap, commutator = operator(@extschema@.&&));
create function @extschema@.cube_coord(@extschema@.cube, integer) returns double precision
language sql immutable strict parallel safe
return (@extschema@.cube_corner($1, 1) || @extschema@.cube_corner($1, 2))[$2];
create operator @extschema@.-> (leftarg = @extschema@.cube, rightarg = integer, function = @extschema@.cube_coord);

-- Lower corners first, then upper ones, then the dimensions that only one of them has, against zero.
create function @extschema@.cube_cmp(@extschema@.cube, @extschema@.cube) returns integer
language plpgsql immutable strict parallel safe as $fn$
declare
    dim_a integer := @extschema@.cube_dim($1);
    dim_b integer := @extschema@.cube_dim($2);
begin
    return coalesce((
        select case when a < b then -1 else 1 end
        from (
            select n, @extschema@.cube_ll_coord($1, n) as a, @extschema@.cube_ll_coord($2, n) as b, 1 as corner
            from generate_series(1, greatest(dim_a, dim_b)) as n
            union all
            select n, @extschema@.cube_ur_coord($1, n), @extschema@.cube_ur_coord($2, n), 2
            from generate_series(1, greatest(dim_a, dim_b)) as n
        ) coordinates
        where a <> b
        order by n > least(dim_a, dim_b), corner, n
        limit 1
    ), sign(dim_a - dim_b)::integer);
end
$fn$;
do $make$
declare
    spec text[];
begin
    foreach spec slice 1 in array array[
        ['eq', '=', '=', '<>'], ['ne', '<>', '<>', '='], ['lt', '<', '>', '>='], ['le', '<=', '>=', '>'],
        ['ge', '>=', '<=', '<'], ['gt', '>', '<', '<=']
    ] loop
        execute format($sql$
            create function @extschema@.cube_%1$s(@extschema@.cube, @extschema@.cube) returns boolean
            language plpgsql immutable strict parallel safe as 'begin return @extschema@.cube_cmp($1, $2) %2$s 0; end';
            create operator @extschema@.%2$s (leftarg = @extschema@.cube, rightarg = @extschema@.cube,
                function = @extschema@.cube_%1$s, commutator = operator(@extschema@.%3$s),
                negator = operator(@extschema@.%4$s));
            $sql$, variadic spec);
    end loop;
end
$make$;
create operator class @extschema@.cube_ops default for type @extschema@.cube using btree as
    operator 1 @extschema@.<, operator 2 @extschema@.<=, operator 3 @extschema@.=,
    operator 4 @extschema@.>=, operator 5 @extschema@.>,
    function 1 @extschema@.cube_cmp(@extschema@.cube, @extschema@.cube);
