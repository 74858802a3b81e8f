-- extension: earthdistance
-- version: 1.1
-- schema: extensions
-- relocatable: no
-- kind: imitation
-- says: both forms of distance are real; it stands on the stand-in of cube where that is one

-- The real extension wants cube to be there first, in whatever schema.
do $make$
declare
    cube text := (
        select format('%I.', n.nspname) from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
        where t.typname = 'cube' and exists (
            select from pg_catalog.pg_depend d join pg_catalog.pg_extension x on x.oid = d.refobjid
            where d.objid = t.oid and d.deptype = 'e' and x.extname = 'cube')
    );
begin
    if cube is null then
        raise exception 'required extension "cube" is not installed'
            using errcode = '42704', hint = 'Use CREATE EXTENSION ... CASCADE to install required extensions too.';
    end if;
    execute replace($sql$
        create function @extschema@.earth() returns double precision
        language sql immutable parallel safe return 6378168::double precision;
        create function @extschema@.sec_to_gc(double precision) returns double precision
        language sql immutable strict parallel safe
        return case when $1 < 0 then 0 when $1 / (2 * @extschema@.earth()) > 1 then pi() * @extschema@.earth()
            else 2 * @extschema@.earth() * asin($1 / (2 * @extschema@.earth())) end;
        create function @extschema@.gc_to_sec(double precision) returns double precision
        language sql immutable strict parallel safe
        return case when $1 < 0 then 0 when $1 / @extschema@.earth() > pi() then 2 * @extschema@.earth()
            else 2 * @extschema@.earth() * sin($1 / (2 * @extschema@.earth())) end;

        create domain @extschema@.earth as CUBE_cube
            constraint not_point check (CUBE_cube_is_point(value))
            constraint not_3d check (CUBE_cube_dim(value) <= 3)
            constraint on_surface check (
                abs(CUBE_cube_distance(value, '(0)'::CUBE_cube) / @extschema@.earth() - 1) < 1e-6);

        create function @extschema@.ll_to_earth(double precision, double precision) returns @extschema@.earth
        language sql immutable strict parallel safe
        return CUBE_cube(CUBE_cube(CUBE_cube(
            @extschema@.earth() * cos(radians($1)) * cos(radians($2))),
            @extschema@.earth() * cos(radians($1)) * sin(radians($2))), @extschema@.earth() * sin(radians($1)))::@extschema@.earth;
        create function @extschema@.latitude(@extschema@.earth) returns double precision
        language sql immutable strict parallel safe
        return degrees(asin(greatest(least(CUBE_cube_ll_coord($1, 3) / @extschema@.earth(), 1), -1)));
        create function @extschema@.longitude(@extschema@.earth) returns double precision
        language sql immutable strict parallel safe
        return degrees(atan2(CUBE_cube_ll_coord($1, 2), CUBE_cube_ll_coord($1, 1)));
        create function @extschema@.earth_distance(@extschema@.earth, @extschema@.earth) returns double precision
        language sql immutable strict parallel safe
        return @extschema@.sec_to_gc(CUBE_cube_distance($1, $2));
        create function @extschema@.earth_box(@extschema@.earth, double precision) returns CUBE_cube
        language sql immutable strict parallel safe
        return CUBE_cube_enlarge($1, @extschema@.gc_to_sec($2), 3);
        $sql$, 'CUBE_', cube);
end
$make$;

-- Statute miles between points of longitude and latitude.
create function @extschema@.geo_distance(point, point) returns double precision
language sql immutable strict parallel safe
return 2 * 3958.747716 * asin(least(1, sqrt(
    sin(radians($1[1] - $2[1]) / 2) ^ 2
    + cos(radians($1[1])) * cos(radians($2[1])) * sin(radians(abs($1[0] - $2[0])) / 2) ^ 2)));
create operator @extschema@.<@> (leftarg = point, rightarg = point, function = @extschema@.geo_distance,
    commutator = operator(@extschema@.<@>));
