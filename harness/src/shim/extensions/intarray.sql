-- extension: intarray
-- version: 1.5
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: functions and operators work; gin__int_ops indexes hold nothing and are never used, the GiST classes are missing

create domain @extschema@.query_int as text check (value ~ '^[0-9!&|() -]+$');

create function @extschema@.icount(integer[]) returns integer
language sql immutable strict parallel safe return cardinality($1);
create function @extschema@.sort(integer[], text) returns integer[]
language sql immutable strict parallel safe
return case when lower($2) = 'desc' then array(select v from unnest($1) as v order by v desc)
    else array(select v from unnest($1) as v order by v) end;
create function @extschema@.sort(integer[]) returns integer[]
language sql immutable strict parallel safe return @extschema@.sort($1, 'asc');
create function @extschema@.sort_asc(integer[]) returns integer[]
language sql immutable strict parallel safe return @extschema@.sort($1, 'asc');
create function @extschema@.sort_desc(integer[]) returns integer[]
language sql immutable strict parallel safe return @extschema@.sort($1, 'desc');
create function @extschema@.uniq(integer[]) returns integer[]
language sql immutable strict parallel safe
return array(
    select v from (select v, n, lag(v) over (order by n) as last_v from unnest($1) with ordinality as e (v, n)) s
    where last_v is distinct from v order by n
);
create function @extschema@.idx(integer[], integer) returns integer
language sql immutable strict parallel safe return coalesce(array_position($1, $2), 0);
create function @extschema@.subarray(integer[], integer, integer) returns integer[]
language sql immutable strict parallel safe
return (
    select coalesce($1[greatest(start_at, 0) + 1:case
        when $3 < 0 then cardinality($1) + $3
        when $3 = 0 then cardinality($1)
        else start_at + $3
    end], '{}')
    from (select case when $2 > 0 then $2 - 1 when $2 < 0 then cardinality($1) + $2 else 0 end as start_at) s
);
create function @extschema@.subarray(integer[], integer) returns integer[]
language sql immutable strict parallel safe return @extschema@.subarray($1, $2, 0);
create function @extschema@.intset(integer) returns integer[]
language sql immutable strict parallel safe return array[$1];
create function @extschema@._int_union(integer[], integer[]) returns integer[]
language sql immutable strict parallel safe return array(select distinct v from unnest($1 || $2) as v order by v);
create function @extschema@._int_inter(integer[], integer[]) returns integer[]
language sql immutable strict parallel safe
return array(select distinct v from unnest($1) as v where v = any ($2) order by v);
create function @extschema@.intset_union_elem(integer[], integer) returns integer[]
language sql immutable strict parallel safe return @extschema@._int_union($1, array[$2]);
create function @extschema@.intset_subtract(integer[], integer[]) returns integer[]
language sql immutable strict parallel safe
return array(select distinct v from unnest($1) as v where v <> all ($2) order by v);
create function @extschema@.intarray_push_elem(integer[], integer) returns integer[]
language sql immutable strict parallel safe return $1 || $2;
create function @extschema@.intarray_push_array(integer[], integer[]) returns integer[]
language sql immutable strict parallel safe return $1 || $2;
create function @extschema@.intarray_del_elem(integer[], integer) returns integer[]
language sql immutable strict parallel safe return array_remove($1, $2);

-- Only digits, brackets and the three signs get past the domain, so the text can be run as an expression.
create function @extschema@.boolop(integer[], @extschema@.query_int) returns boolean
language plpgsql stable strict as $fn$
declare
    expression text := regexp_replace($2::text, '(-?[0-9]+)', '(\1 = any ($1))', 'g');
    answer boolean;
begin
    expression := replace(replace(replace(expression, '&', ' and '), '|', ' or '), '!', ' not ');
    execute 'select ' || expression using $1 into answer;
    return answer;
end
$fn$;
create function @extschema@.rboolop(@extschema@.query_int, integer[]) returns boolean
language sql stable strict return @extschema@.boolop($2, $1);

create operator @extschema@.# (rightarg = integer[], function = @extschema@.icount);
create operator @extschema@.# (leftarg = integer[], rightarg = integer, function = @extschema@.idx);
create operator @extschema@.+ (leftarg = integer[], rightarg = integer, function = @extschema@.intarray_push_elem);
create operator @extschema@.+ (leftarg = integer[], rightarg = integer[], function = @extschema@.intarray_push_array);
create operator @extschema@.- (leftarg = integer[], rightarg = integer, function = @extschema@.intarray_del_elem);
create operator @extschema@.- (leftarg = integer[], rightarg = integer[], function = @extschema@.intset_subtract);
create operator @extschema@.| (leftarg = integer[], rightarg = integer, function = @extschema@.intset_union_elem);
create operator @extschema@.| (leftarg = integer[], rightarg = integer[], function = @extschema@._int_union);
create operator @extschema@.& (leftarg = integer[], rightarg = integer[], function = @extschema@._int_inter);
create operator @extschema@.@@ (leftarg = integer[], rightarg = @extschema@.query_int, function = @extschema@.boolop);
create operator @extschema@.~~ (leftarg = @extschema@.query_int, rightarg = integer[], function = @extschema@.rboolop);

-- A support function that returns nothing makes GIN store no key; without operators the class is never chosen.
create function @extschema@.ginint4_extract(internal, internal, internal) returns internal
language internal immutable strict parallel safe as 'void_in';
create function @extschema@.ginint4_queryextract(integer[], internal, smallint, internal, internal, internal, internal)
returns internal
language internal immutable strict parallel safe as 'void_in';
create function @extschema@.ginint4_consistent(
    internal, smallint, integer[], integer, internal, internal, internal, internal)
returns boolean
language internal immutable strict parallel safe as 'void_in';
create operator class @extschema@.gin__int_ops for type integer[] using gin as
    function 2 @extschema@.ginint4_extract(internal, internal, internal),
    function 3 @extschema@.ginint4_queryextract(integer[], internal, smallint, internal, internal, internal, internal),
    function 4 @extschema@.ginint4_consistent(internal, smallint, integer[], integer, internal, internal, internal, internal),
    storage integer;
