-- extension: seg
-- version: 1.4
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: intervals such as '1 .. 2' keep the form they were written in; certainty marks are ignored and GiST indexes are missing

create domain @extschema@.seg as text
    check (value ~ '^\s*[<>~]?\s*[-+]?[0-9.eE+-]*\s*([.]{2,3}\s*[<>~]?\s*[-+]?[0-9.eE+-]*\s*)?$');

create function @extschema@.seg_lower(@extschema@.seg) returns real
language sql immutable strict parallel safe
return coalesce(nullif(translate((regexp_split_to_array($1::text, '[.]{2,3}'))[1], '<>~ ', ''), '')::real, '-infinity');
create function @extschema@.seg_upper(@extschema@.seg) returns real
language sql immutable strict parallel safe
return coalesce(nullif(translate(coalesce((regexp_split_to_array($1::text, '[.]{2,3}'))[2], $1::text), '<>~ ', ''), '')::real, 'infinity');
create function @extschema@.seg_center(@extschema@.seg) returns real
language sql immutable strict parallel safe return (@extschema@.seg_lower($1) + @extschema@.seg_upper($1)) / 2;
create function @extschema@.seg_size(@extschema@.seg) returns real
language sql immutable strict parallel safe return @extschema@.seg_upper($1) - @extschema@.seg_lower($1);

do $make$
declare
    spec text[];
begin
    foreach spec slice 1 in array array[
        ['seg_contains', '@>', 'seg_lower($1) <= @extschema@.seg_lower($2) and @extschema@.seg_upper($2) <= @extschema@.seg_upper($1)'],
        ['seg_contained', '<@', 'seg_lower($2) <= @extschema@.seg_lower($1) and @extschema@.seg_upper($1) <= @extschema@.seg_upper($2)'],
        ['seg_overlap', '&&', 'seg_lower($1) <= @extschema@.seg_upper($2) and @extschema@.seg_lower($2) <= @extschema@.seg_upper($1)'],
        ['seg_left', '<<', 'seg_upper($1) < @extschema@.seg_lower($2)'],
        ['seg_right', '>>', 'seg_lower($1) > @extschema@.seg_upper($2)']
    ] loop
        execute format($sql$
            create function @extschema@.%1$s(@extschema@.seg, @extschema@.seg) returns boolean
            language sql immutable strict parallel safe return @extschema@.%3$s;
            create operator @extschema@.%2$s (leftarg = @extschema@.seg, rightarg = @extschema@.seg, function = @extschema@.%1$s);
            $sql$, variadic spec);
    end loop;
end
$make$;
