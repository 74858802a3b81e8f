-- extension: postgis
-- version: 3.3.7
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: values are kept as text and shown as EWKT, column modifiers are partly enforced and not shown, distances and common predicates are computed, overlays raise, spatial indexes are left empty

do $types$
declare
    kind text;
begin
    foreach kind in array array['geometry', 'geography', 'box2d', 'box3d'] loop
        execute replace($sql$
            create type @extschema@.TYPE;
            create function @extschema@.TYPE_in(cstring, oid, integer) returns @extschema@.TYPE
            language internal immutable strict parallel safe as 'textin';
            create function @extschema@.TYPE_out(@extschema@.TYPE) returns cstring
            language internal immutable strict parallel safe as 'textout';
            create function @extschema@.TYPE_recv(internal, oid, integer) returns @extschema@.TYPE
            language internal immutable strict parallel safe as 'textrecv';
            create function @extschema@.TYPE_send(@extschema@.TYPE) returns bytea
            language internal immutable strict parallel safe as 'textsend';
            $sql$, 'TYPE', kind);
        -- No function of core reads modifiers like (Point,4326), but any of them can be hashed. A hash above
        -- zero is handed to the cast that enforces it, one below is taken by Postgres for none at all.
        if kind in ('geometry', 'geography') then
            execute replace($sql$
                create function @extschema@.TYPE_typmod_in(cstring[]) returns integer
                language internal immutable strict parallel safe as 'hashvarlena';
                create function @extschema@.TYPE_typmod_out(integer) returns cstring
                language internal immutable strict parallel safe as 'void_out';
                $sql$, 'TYPE', kind);
        end if;
        execute replace(replace($sql$
            create type @extschema@.TYPE (
                input = @extschema@.TYPE_in,
                output = @extschema@.TYPE_out,
                receive = @extschema@.TYPE_recv,
                send = @extschema@.TYPE_send,
                MODIFIERS
                like = pg_catalog.text,
                delimiter = ':'
            );
            $sql$, 'MODIFIERS', case when kind in ('geometry', 'geography')
                then 'typmod_in = @extschema@.TYPE_typmod_in, typmod_out = @extschema@.TYPE_typmod_out,' else '' end),
            'TYPE', kind);
    end loop;
end
$types$;

create table @extschema@.spatial_ref_sys (
    srid integer not null primary key check (srid > 0 and srid <= 998999),
    auth_name character varying(256),
    auth_srid integer,
    srtext character varying(2048),
    proj4text character varying(2048)
);
grant select on @extschema@.spatial_ref_sys to public;
insert into @extschema@.spatial_ref_sys values
    (4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]',
        '+proj=longlat +datum=WGS84 +no_defs'),
    (3857, 'EPSG', 3857, 'PROJCS["WGS 84 / Pseudo-Mercator",GEOGCS["WGS 84"],PROJECTION["Mercator_1SP"],UNIT["metre",1]]',
        '+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +no_defs');

-- A double from eight bytes, the most significant one first.
create function @extschema@.pgattest_double(bytes bytea) returns double precision
language sql immutable strict
return (
    select case
        when exponent = 0 and fraction = 0 then 0
        else (case when get_byte(bytes, 0) >= 128 then -1 else 1 end)
            * (1 + fraction / 4503599627370496.0::double precision) * 2::double precision ^ (exponent - 1023)
    end
    from (
        select (get_byte(bytes, 0) & 127) * 16 + (get_byte(bytes, 1) >> 4) as exponent,
            ((get_byte(bytes, 1) & 15)::bigint << 48) + (get_byte(bytes, 2)::bigint << 40)
            + (get_byte(bytes, 3)::bigint << 32) + (get_byte(bytes, 4)::bigint << 24)
            + (get_byte(bytes, 5)::bigint << 16) + (get_byte(bytes, 6)::bigint << 8) + get_byte(bytes, 7) as fraction
    ) parts
);

-- Reads one geometry of well-known binary into GeoJSON, and says where it ended.
create function @extschema@.pgattest_from_wkb(
    wkb bytea, inout at integer, out shape jsonb, out reference integer)
language plpgsql immutable as $fn$
declare
    little boolean := get_byte(wkb, at) = 1;
    kind bigint;
    size integer;
    items integer;
    rings integer;
    list jsonb;
    ring jsonb;
    part record;
    names constant text[] := array['Point', 'LineString', 'Polygon', 'MultiPoint', 'MultiLineString', 'MultiPolygon',
        'GeometryCollection'];
    word bytea;
begin
    at := at + 1;
    word := substr(wkb, at + 1, 4);
    kind := case when little
        then get_byte(word, 0) + get_byte(word, 1) * 256 + get_byte(word, 2) * 65536 + get_byte(word, 3)::bigint * 16777216
        else get_byte(word, 3) + get_byte(word, 2) * 256 + get_byte(word, 1) * 65536 + get_byte(word, 0)::bigint * 16777216 end;
    at := at + 4;
    size := 2 + (case when kind & 2147483648 <> 0 or kind % 536870912 / 1000 in (1, 3) then 1 else 0 end)
        + (case when kind & 1073741824 <> 0 or kind % 536870912 / 1000 in (2, 3) then 1 else 0 end);
    if kind & 536870912 <> 0 then
        word := substr(wkb, at + 1, 4);
        reference := case when little then get_byte(word, 0) + get_byte(word, 1) * 256 + get_byte(word, 2) * 65536
            else get_byte(word, 3) + get_byte(word, 2) * 256 + get_byte(word, 1) * 65536 end;
        at := at + 4;
    end if;
    kind := kind % 536870912 % 1000;

    rings := 1;
    if kind > 1 then
        word := substr(wkb, at + 1, 4);
        rings := case when little then get_byte(word, 0) + get_byte(word, 1) * 256 + get_byte(word, 2) * 65536
            else get_byte(word, 3) + get_byte(word, 2) * 256 + get_byte(word, 1) * 65536 end;
        at := at + 4;
    end if;
    list := '[]';
    if kind >= 4 then
        for n in 1 .. rings loop
            select * into part from @extschema@.pgattest_from_wkb(wkb, at);
            at := part.at;
            list := list || jsonb_build_array(case when kind = 7 then part.shape else part.shape -> 'coordinates' end);
        end loop;
    else
        items := rings;
        for r in 1 .. case when kind = 3 then rings else 1 end loop
            if kind = 3 then
                word := substr(wkb, at + 1, 4);
                items := case when little then get_byte(word, 0) + get_byte(word, 1) * 256 + get_byte(word, 2) * 65536
                    else get_byte(word, 3) + get_byte(word, 2) * 256 + get_byte(word, 1) * 65536 end;
                at := at + 4;
            end if;
            ring := '[]';
            for i in 1 .. items loop
                ring := ring || jsonb_build_array((
                    select jsonb_agg(@extschema@.pgattest_double(case when not little then substr(wkb, at + d * 8 + 1, 8)
                        else (
                            select string_agg(substr(wkb, at + d * 8 + b, 1), '' order by b desc)
                            from generate_series(1, 8) as b
                        ) end) order by d)
                    from generate_series(0, size - 1) as d
                ));
                at := at + size * 8;
            end loop;
            list := case when kind = 3 then list || jsonb_build_array(ring) else ring end;
        end loop;
        list := case when kind = 1 then list -> 0 else list end;
    end if;
    shape := jsonb_build_object('type', names[kind], case when kind = 7 then 'geometries' else 'coordinates' end, list);
end
$fn$;

create function @extschema@.pgattest_coordinates(list jsonb) returns text
language plpgsql immutable as $fn$
begin
    if jsonb_array_length(list) = 0 then
        return 'EMPTY';
    elsif jsonb_typeof(list -> 0) = 'number' then
        return (select string_agg(item::text, ' ' order by n) from jsonb_array_elements(list) with ordinality as e (item, n));
    end if;
    return (
        select '(' || string_agg(@extschema@.pgattest_coordinates(item), ',' order by n) || ')'
        from jsonb_array_elements(list) with ordinality as e (item, n)
    );
end
$fn$;

create function @extschema@.pgattest_wkt(shape jsonb) returns text
language plpgsql immutable as $fn$
declare
    list jsonb := shape -> 'coordinates';
    flat text := list::text;
    kind text := upper(shape ->> 'type');
begin
    if shape ? 'geometries' then
        return kind || coalesce((
            select '(' || string_agg(@extschema@.pgattest_wkt(item), ',' order by n) || ')'
            from jsonb_array_elements(shape -> 'geometries') with ordinality as e (item, n)
        ), ' EMPTY');
    elsif list is null or jsonb_typeof(list) <> 'array' then
        raise exception 'Unable to find ''coordinates'' in GeoJSON string' using errcode = 'XX000';
    elsif jsonb_array_length(list) = 0 then
        return kind || ' EMPTY';
    end if;
    return kind || case when flat ~ '\[[^\[\],]+,[^\[\],]+,[^\[\],]+\]' then ' Z ' else '' end
        || case when kind = 'POINT' then '(' || @extschema@.pgattest_coordinates(list) || ')'
            else @extschema@.pgattest_coordinates(list) end;
end
$fn$;

-- Any accepted spelling (EWKT, hex of WKB, GeoJSON) as GeoJSON with the member srid.
create function @extschema@.pgattest_shape(written text) returns jsonb
language plpgsql immutable strict parallel safe as $fn$
declare
    parts text[];
    binary_part record;
    body text;
    kind text;
    list jsonb;
    names constant jsonb := '{"POINT": "Point", "LINESTRING": "LineString", "POLYGON": "Polygon",
        "MULTIPOINT": "MultiPoint", "MULTILINESTRING": "MultiLineString", "MULTIPOLYGON": "MultiPolygon",
        "GEOMETRYCOLLECTION": "GeometryCollection"}';
    depth integer := 0;
    piece text := '';
    letter text;
begin
    if written ~ '^\s*[0-9A-Fa-f]{18,}\s*$' then
        select * into binary_part from @extschema@.pgattest_from_wkb(decode(btrim(written), 'hex'), 0);
        return binary_part.shape || jsonb_build_object('srid', coalesce(binary_part.reference, 0));
    elsif written ~ '^\s*[{]' then
        return written::jsonb || '{"srid": 4326}';
    end if;
    parts := regexp_match(written,
        '^\s*(?:SRID=(-?[0-9]+);)?\s*(POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON|GEOMETRYCOLLECTION)\s*(ZM|Z|M)?\s*(EMPTY|\(.*\))\s*$', 'i');
    if parts is null then
        raise exception 'parse error - invalid geometry'
            using errcode = 'XX000', hint = format('"%s" <-- parse error at position %s within geometry', left(written, 2), 2);
    end if;
    kind := upper(parts[2]);
    body := regexp_replace(regexp_replace(upper(parts[4]), '\s*([(),])\s*', '\1', 'g'), '\s+', ' ', 'g');
    if body = 'EMPTY' then
        list := '[]';
    elsif kind = 'GEOMETRYCOLLECTION' then
        list := '[]';
        foreach letter in array string_to_array(substr(body, 2, length(body) - 2) || ',', null) loop
            depth := depth + case letter when '(' then 1 when ')' then -1 else 0 end;
            if letter = ',' and depth = 0 then
                list := list || jsonb_build_array(@extschema@.pgattest_shape(piece) - 'srid');
                piece := '';
            else
                piece := piece || letter;
            end if;
        end loop;
    else
        begin
            body := regexp_replace(body, '([^(),]+)', '[\1]', 'g');
            body := translate(body, ' ()', ',[]');
            list := regexp_replace(regexp_replace(body, '([\[,]-?)[.]', '\10.', 'g'), '[.]([\],])', '\1', 'g')::jsonb;
        exception when invalid_text_representation then
            raise exception 'parse error - invalid geometry' using errcode = 'XX000';
        end;
        if kind = 'POINT' then
            list := list -> 0;
        elsif kind = 'MULTIPOINT' and jsonb_typeof(list -> 0 -> 0) = 'array' then
            list := (select jsonb_agg(item -> 0 order by n) from jsonb_array_elements(list) with ordinality as e (item, n));
        end if;
    end if;
    return jsonb_build_object('type', names ->> kind,
        case when kind = 'GEOMETRYCOLLECTION' then 'geometries' else 'coordinates' end, list,
        'srid', coalesce(parts[1]::integer, 0));
end
$fn$;

create function @extschema@.pgattest_make(shape jsonb, reference integer) returns @extschema@.geometry
language sql immutable parallel safe
return (case when reference > 0 then 'SRID=' || reference || ';' else '' end
    || @extschema@.pgattest_wkt(shape))::@extschema@.geometry;

-- Paths of all kinds of geometry: a point is a path of one point, a ring of a polygon a path that closes.
create function @extschema@.pgattest_paths(shape jsonb, out path point[], out is_ring boolean, out is_hole boolean, out part integer)
returns setof record
language plpgsql immutable strict parallel safe as $fn$
declare
    kind text := shape ->> 'type';
    item record;
    ring record;
begin
    if kind = 'GeometryCollection' then
        for item in select value, n from jsonb_array_elements(shape -> 'geometries') with ordinality as e (value, n) loop
            return query select p.path, p.is_ring, p.is_hole, (item.n * 1000 + p.part)::integer
            from @extschema@.pgattest_paths(item.value) p;
        end loop;
        return;
    elsif jsonb_array_length(shape -> 'coordinates') = 0 then
        return;
    end if;
    for item in
        select value, n from jsonb_array_elements(case when kind like 'Multi%' then shape -> 'coordinates'
            else jsonb_build_array(shape -> 'coordinates') end) with ordinality as e (value, n)
    loop
        for ring in
            select value, n from jsonb_array_elements(case when kind like '%Polygon' then item.value
                when kind like '%Point' then jsonb_build_array(jsonb_build_array(item.value))
                else jsonb_build_array(item.value) end) with ordinality as e (value, n)
        loop
            path := array(
                select point((value ->> 0)::double precision, (value ->> 1)::double precision)
                from jsonb_array_elements(ring.value) with ordinality as e (value, n) order by n);
            is_ring := kind like '%Polygon';
            is_hole := is_ring and ring.n > 1;
            part := item.n;
            return next;
        end loop;
    end loop;
end
$fn$;

create function @extschema@.pgattest_segments(shape jsonb) returns lseg[]
language sql immutable strict parallel safe
return (
    select array_agg(lseg(p.path[n], coalesce(p.path[n + 1], p.path[n])))
    from @extschema@.pgattest_paths(shape) p, generate_series(1, greatest(cardinality(p.path) - 1, 1)) as n
);

create function @extschema@.pgattest_vertices(shape jsonb) returns point[]
language sql immutable strict parallel safe
return (select array_agg(vertex) from @extschema@.pgattest_paths(shape) p, unnest(p.path) as vertex);

-- Whether an area covers a point, its border included.
create function @extschema@.pgattest_covers(shape jsonb, place point) returns boolean
language sql immutable strict parallel safe
return (
    select coalesce(bool_or(inside), false)
    from (
        select bool_and(case when p.is_hole
            then not polygon(path(('(' || array_to_string(p.path, ',') || ')')::path)) @> place
                or exists (
                    select from generate_series(1, cardinality(p.path) - 1) as n
                    where lseg(p.path[n], p.path[n + 1]) <-> place < 1e-12)
            else polygon(path(('(' || array_to_string(p.path, ',') || ')')::path)) @> place end) as inside
        from @extschema@.pgattest_paths(shape) p
        where p.is_ring
        group by p.part
    ) areas
);

create function @extschema@.pgattest_distance(a jsonb, b jsonb) returns double precision
language plpgsql immutable strict parallel safe as $fn$
declare
    shortest double precision;
begin
    select min(one <-> other) into shortest
    from unnest(@extschema@.pgattest_segments(a)) as one, unnest(@extschema@.pgattest_segments(b)) as other;
    if shortest > 0 and (@extschema@.pgattest_covers(a, (@extschema@.pgattest_vertices(b))[1])
        or @extschema@.pgattest_covers(b, (@extschema@.pgattest_vertices(a))[1])) then
        return 0;
    end if;
    return shortest;
end
$fn$;

-- Distance over the ellipsoid of WGS 84 (the inverse problem, solved by iteration), or over a sphere.
create function @extschema@.pgattest_geodesic(a point, b point, on_ellipsoid boolean) returns double precision
language plpgsql immutable strict parallel safe as $fn$
declare
    axis constant double precision := 6378137;
    flattening constant double precision := 1 / 298.257223563::double precision;
    short_axis constant double precision := axis * (1 - flattening);
    lat_a double precision := radians(a[1]);
    lat_b double precision := radians(b[1]);
    along double precision := radians(b[0] - a[0]);
    u_a double precision := atan((1 - flattening) * tan(lat_a));
    u_b double precision := atan((1 - flattening) * tan(lat_b));
    lambda double precision := along;
    before double precision;
    sin_sigma double precision; cos_sigma double precision; sigma double precision;
    sin_alpha double precision; cos2_alpha double precision; cos_2m double precision;
    c double precision; u2 double precision; big_a double precision; big_b double precision;
begin
    if a ~= b then
        return 0;
    end if;
    if on_ellipsoid then
        for turn in 1 .. 200 loop
            sin_sigma := sqrt((cos(u_b) * sin(lambda)) ^ 2 + (cos(u_a) * sin(u_b) - sin(u_a) * cos(u_b) * cos(lambda)) ^ 2);
            cos_sigma := sin(u_a) * sin(u_b) + cos(u_a) * cos(u_b) * cos(lambda);
            sigma := atan2(sin_sigma, cos_sigma);
            sin_alpha := case when sin_sigma = 0 then 0 else cos(u_a) * cos(u_b) * sin(lambda) / sin_sigma end;
            cos2_alpha := 1 - sin_alpha ^ 2;
            cos_2m := case when cos2_alpha = 0 then 0 else cos_sigma - 2 * sin(u_a) * sin(u_b) / cos2_alpha end;
            c := flattening / 16 * cos2_alpha * (4 + flattening * (4 - 3 * cos2_alpha));
            before := lambda;
            lambda := along + (1 - c) * flattening * sin_alpha
                * (sigma + c * sin_sigma * (cos_2m + c * cos_sigma * (2 * cos_2m ^ 2 - 1)));
            if abs(lambda - before) < 1e-13 then
                u2 := cos2_alpha * (axis ^ 2 - short_axis ^ 2) / short_axis ^ 2;
                big_a := 1 + u2 / 16384 * (4096 + u2 * (u2 * (320 - 175 * u2) - 768));
                big_b := u2 / 1024 * (256 + u2 * (u2 * (74 - 47 * u2) - 128));
                return short_axis * big_a * (sigma - big_b * sin_sigma * (cos_2m + big_b / 4
                    * (cos_sigma * (2 * cos_2m ^ 2 - 1)
                        - big_b / 6 * cos_2m * (4 * sin_sigma ^ 2 - 3) * (4 * cos_2m ^ 2 - 3))));
            end if;
        end loop;
    end if;
    return 6371008.771415 * 2 * asin(least(1, sqrt(
        sin((lat_b - lat_a) / 2) ^ 2 + cos(lat_a) * cos(lat_b) * sin(along / 2) ^ 2)));
end
$fn$;

create function @extschema@.pgattest_check(modifier integer, shape jsonb, fallback integer) returns void
language plpgsql immutable as $fn$
declare
    kind text := lower(shape ->> 'type');
    reference text := coalesce(nullif((shape ->> 'srid')::integer, 0), fallback)::text;
    spelling text;
    found_hash integer;
    zed text := case when @extschema@.pgattest_wkt(shape) ~ ' Z ' then 'z' else '' end;
begin
    if modifier < 0 then
        return;
    end if;
    foreach spelling in array array[
        kind || zed, initcap(kind) || zed, upper(kind || zed), shape ->> 'type', (shape ->> 'type') || upper(zed),
        'geometry', 'Geometry', 'GEOMETRY', 'geometry' || zed
    ] loop
        if modifier in (
            @extschema@.geometry_typmod_in(array[spelling::cstring]),
            @extschema@.geometry_typmod_in(array[spelling::cstring, reference::cstring]),
            @extschema@.geometry_typmod_in(array[spelling::cstring, '0'::cstring])
        ) then
            return;
        end if;
    end loop;
    raise exception 'Geometry type (%) or SRID (%) does not match column type', shape ->> 'type', reference
        using errcode = '22023';
end
$fn$;

create function @extschema@.geometry(@extschema@.geometry, integer, boolean) returns @extschema@.geometry
language plpgsql immutable strict parallel safe as $fn$
begin
    perform @extschema@.pgattest_check($2, @extschema@.pgattest_shape($1::text), 0);
    return $1;
end
$fn$;
create cast (@extschema@.geometry as @extschema@.geometry)
    with function @extschema@.geometry(@extschema@.geometry, integer, boolean) as implicit;
create function @extschema@.geography(@extschema@.geography, integer, boolean) returns @extschema@.geography
language plpgsql immutable strict parallel safe as $fn$
begin
    perform @extschema@.pgattest_check($2, @extschema@.pgattest_shape($1::text), 4326);
    return $1;
end
$fn$;
create cast (@extschema@.geography as @extschema@.geography)
    with function @extschema@.geography(@extschema@.geography, integer, boolean) as implicit;

create function @extschema@.geography(@extschema@.geometry) returns @extschema@.geography
language plpgsql immutable strict parallel safe as $fn$
declare
    shape jsonb := @extschema@.pgattest_shape($1::text);
begin
    if (shape ->> 'srid')::integer not in (0, 4326) then
        raise exception 'Only lon/lat coordinate systems are supported in geography.' using errcode = '22023';
    end if;
    return @extschema@.pgattest_make(shape, 4326)::text::@extschema@.geography;
end
$fn$;
create function @extschema@.geometry(@extschema@.geography) returns @extschema@.geometry
language sql immutable strict parallel safe
return @extschema@.pgattest_make(@extschema@.pgattest_shape($1::text), 4326);
create function @extschema@.geometry(text) returns @extschema@.geometry
language sql immutable strict parallel safe
return @extschema@.pgattest_make(@extschema@.pgattest_shape($1), (@extschema@.pgattest_shape($1) ->> 'srid')::integer);
create function @extschema@.geometry(point) returns @extschema@.geometry
language sql immutable strict parallel safe
return ('POINT(' || $1[0] || ' ' || $1[1] || ')')::@extschema@.geometry;
create function @extschema@.text(@extschema@.geometry) returns text
language sql immutable strict parallel safe return textin(@extschema@.geometry_out($1))::text;
create cast (@extschema@.geometry as @extschema@.geography)
    with function @extschema@.geography(@extschema@.geometry) as implicit;
create cast (@extschema@.geography as @extschema@.geometry) with function @extschema@.geometry(@extschema@.geography);
create cast (text as @extschema@.geometry) with function @extschema@.geometry(text) as implicit;
create cast (point as @extschema@.geometry) with function @extschema@.geometry(point);
create cast (@extschema@.geometry as text) with function @extschema@.text(@extschema@.geometry) as implicit;

-- From here on a value is read by one of these.
create function @extschema@.pgattest_shape(@extschema@.geometry) returns jsonb
language sql immutable strict parallel safe return @extschema@.pgattest_shape($1::text);
create function @extschema@.pgattest_shape(@extschema@.geography) returns jsonb
language sql immutable strict parallel safe return @extschema@.pgattest_shape(textin(@extschema@.geography_out($1))::text);
create function @extschema@.pgattest_pair(a @extschema@.geometry, b @extschema@.geometry) returns boolean
language plpgsql immutable strict parallel safe as $fn$
begin
    if (@extschema@.pgattest_shape(a) ->> 'srid') <> (@extschema@.pgattest_shape(b) ->> 'srid') then
        raise exception 'Operation on mixed SRID geometries (%, %) != (%, %)',
            @extschema@.pgattest_shape(a) ->> 'type', @extschema@.pgattest_shape(a) ->> 'srid',
            @extschema@.pgattest_shape(b) ->> 'type', @extschema@.pgattest_shape(b) ->> 'srid' using errcode = 'XX000';
    end if;
    return true;
end
$fn$;

create function @extschema@.st_srid(geom @extschema@.geometry) returns integer
language sql immutable strict parallel safe return (@extschema@.pgattest_shape(geom) ->> 'srid')::integer;
create function @extschema@.st_srid(geog @extschema@.geography) returns integer
language sql immutable strict parallel safe return 4326;
create function @extschema@.st_setsrid(geom @extschema@.geometry, srid integer) returns @extschema@.geometry
language sql immutable strict parallel safe return @extschema@.pgattest_make(@extschema@.pgattest_shape(geom), srid);
create function @extschema@.st_astext(@extschema@.geometry) returns text
language sql immutable strict parallel safe return @extschema@.pgattest_wkt(@extschema@.pgattest_shape($1));
create function @extschema@.st_astext(@extschema@.geometry, maxdecimaldigits integer) returns text
language sql immutable strict parallel safe return @extschema@.st_astext($1);
create function @extschema@.st_astext(@extschema@.geography) returns text
language sql immutable strict parallel safe return @extschema@.pgattest_wkt(@extschema@.pgattest_shape($1));
create function @extschema@.st_astext(text) returns text
language sql immutable strict parallel safe return @extschema@.st_astext($1::@extschema@.geometry);
create function @extschema@.st_asewkt(@extschema@.geometry) returns text
language sql immutable strict parallel safe
return @extschema@.pgattest_make(@extschema@.pgattest_shape($1), @extschema@.st_srid($1))::text;
create function @extschema@.st_asewkt(@extschema@.geography) returns text
language sql immutable strict parallel safe
return @extschema@.pgattest_make(@extschema@.pgattest_shape($1), 4326)::text;
create function @extschema@.st_asgeojson(geom @extschema@.geometry, maxdecimaldigits integer default 9, options integer default 8)
returns text
language sql immutable strict parallel safe
return '{"type":"' || (@extschema@.pgattest_shape(geom) ->> 'type') || '",' || case
    when @extschema@.pgattest_shape(geom) ? 'geometries' then '"geometries":'
        || replace((@extschema@.pgattest_shape(geom) -> 'geometries')::text, ' ', '')
    else '"coordinates":' || replace((@extschema@.pgattest_shape(geom) -> 'coordinates')::text, ' ', '') end || '}';
create function @extschema@.st_asgeojson(geog @extschema@.geography, maxdecimaldigits integer default 9, options integer default 0)
returns text
language sql immutable strict parallel safe return @extschema@.st_asgeojson(@extschema@.geometry(geog));
create function @extschema@.json(@extschema@.geometry) returns json
language sql immutable strict parallel safe return @extschema@.st_asgeojson($1)::json;
create function @extschema@.jsonb(@extschema@.geometry) returns jsonb
language sql immutable strict parallel safe return @extschema@.st_asgeojson($1)::jsonb;
create cast (@extschema@.geometry as json) with function @extschema@.json(@extschema@.geometry);
create cast (@extschema@.geometry as jsonb) with function @extschema@.jsonb(@extschema@.geometry);

create function @extschema@.st_geomfromtext(text) returns @extschema@.geometry
language sql immutable strict parallel safe return $1::@extschema@.geometry;
create function @extschema@.st_geomfromtext(text, integer) returns @extschema@.geometry
language sql immutable strict parallel safe return @extschema@.st_setsrid($1::@extschema@.geometry, $2);
do $make$
declare
    name text;
begin
    foreach name in array array['st_geometryfromtext', 'st_pointfromtext', 'st_linefromtext', 'st_polygonfromtext',
        'st_mpointfromtext', 'st_mlinefromtext', 'st_mpolyfromtext', 'st_geomcollfromtext', 'st_wkttosql'] loop
        execute format($sql$
            create function @extschema@.%1$s(text) returns @extschema@.geometry
            language sql immutable strict parallel safe return $1::@extschema@.geometry;
            create function @extschema@.%1$s(text, integer) returns @extschema@.geometry
            language sql immutable strict parallel safe return @extschema@.st_setsrid($1::@extschema@.geometry, $2);
            $sql$, name);
    end loop;
    foreach name in array array['st_geogfromtext', 'st_geographyfromtext'] loop
        execute format($sql$
            create function @extschema@.%s(text) returns @extschema@.geography
            language sql immutable strict parallel safe return @extschema@.geography($1::@extschema@.geometry)
            $sql$, name);
    end loop;
    foreach name in array array['text', 'json', 'jsonb'] loop
        execute format($sql$
            create function @extschema@.st_geomfromgeojson(%s) returns @extschema@.geometry
            language sql immutable strict parallel safe return @extschema@.pgattest_make($1::jsonb, 4326)
            $sql$, name);
    end loop;
end
$make$;
create function @extschema@.st_geomfromewkt(text) returns @extschema@.geometry
language sql immutable strict parallel safe return $1::@extschema@.geometry;
create function @extschema@.st_geomfromwkb(bytea) returns @extschema@.geometry
language sql immutable strict parallel safe return encode($1, 'hex')::@extschema@.geometry;
create function @extschema@.st_geomfromwkb(bytea, integer) returns @extschema@.geometry
language sql immutable strict parallel safe return @extschema@.st_setsrid(encode($1, 'hex')::@extschema@.geometry, $2);
create function @extschema@.st_geomfromewkb(bytea) returns @extschema@.geometry
language sql immutable strict parallel safe return encode($1, 'hex')::@extschema@.geometry;

create function @extschema@.st_makepoint(double precision, double precision) returns @extschema@.geometry
language sql immutable strict parallel safe return ('POINT(' || $1 || ' ' || $2 || ')')::@extschema@.geometry;
create function @extschema@.st_makepoint(double precision, double precision, double precision) returns @extschema@.geometry
language sql immutable strict parallel safe return ('POINT Z (' || $1 || ' ' || $2 || ' ' || $3 || ')')::@extschema@.geometry;
create function @extschema@.st_point(double precision, double precision) returns @extschema@.geometry
language sql immutable strict parallel safe return @extschema@.st_makepoint($1, $2);
create function @extschema@.st_point(double precision, double precision, srid integer) returns @extschema@.geometry
language sql immutable strict parallel safe return @extschema@.st_setsrid(@extschema@.st_makepoint($1, $2), $3);
create function @extschema@.st_makeenvelope(
    double precision, double precision, double precision, double precision, integer default 0)
returns @extschema@.geometry
language sql immutable strict parallel safe
return @extschema@.st_setsrid(format('POLYGON((%s %s,%s %s,%s %s,%s %s,%s %s))',
    $1, $2, $1, $4, $3, $4, $3, $2, $1, $2)::@extschema@.geometry, $5);
create function @extschema@.st_makeline(geoms @extschema@.geometry[]) returns @extschema@.geometry
language sql immutable strict parallel safe
return (
    select @extschema@.pgattest_make(jsonb_build_object('type', 'LineString', 'coordinates',
        jsonb_agg(jsonb_build_array(vertex[0], vertex[1]) order by n, v)), max(@extschema@.st_srid(g)))
    from unnest(geoms) with ordinality as e (g, n),
        unnest(@extschema@.pgattest_vertices(@extschema@.pgattest_shape(g))) with ordinality as w (vertex, v)
);
create function @extschema@.st_makeline(geom1 @extschema@.geometry, geom2 @extschema@.geometry) returns @extschema@.geometry
language sql immutable strict parallel safe return @extschema@.st_makeline(array[geom1, geom2]);
create function @extschema@.st_makepolygon(@extschema@.geometry) returns @extschema@.geometry
language sql immutable strict parallel safe
return @extschema@.pgattest_make(jsonb_build_object('type', 'Polygon', 'coordinates',
    jsonb_build_array(@extschema@.pgattest_shape($1) -> 'coordinates')), @extschema@.st_srid($1));
create function @extschema@.st_polygon(@extschema@.geometry, integer) returns @extschema@.geometry
language sql immutable strict parallel safe return @extschema@.st_setsrid(@extschema@.st_makepolygon($1), $2);
create function @extschema@.st_multi(@extschema@.geometry) returns @extschema@.geometry
language sql immutable strict parallel safe
return case when @extschema@.pgattest_shape($1) ->> 'type' ~ '^(Multi|Geometry)' then $1
    else @extschema@.pgattest_make(jsonb_build_object('type', 'Multi' || (@extschema@.pgattest_shape($1) ->> 'type'),
        'coordinates', jsonb_build_array(@extschema@.pgattest_shape($1) -> 'coordinates')), @extschema@.st_srid($1)) end;
create function @extschema@.st_collect(@extschema@.geometry[]) returns @extschema@.geometry
language sql immutable strict parallel safe
return (
    select @extschema@.pgattest_make(jsonb_build_object('type', 'GeometryCollection', 'geometries',
        jsonb_agg(@extschema@.pgattest_shape(g) - 'srid' order by n)), max(@extschema@.st_srid(g)))
    from unnest($1) with ordinality as e (g, n)
);
create function @extschema@.st_collect(geom1 @extschema@.geometry, geom2 @extschema@.geometry) returns @extschema@.geometry
language sql immutable strict parallel safe return @extschema@.st_collect(array[geom1, geom2]);

create function @extschema@.pgattest_ordinate(geom @extschema@.geometry, n integer, name text) returns double precision
language plpgsql immutable strict parallel safe as $fn$
declare
    shape jsonb := @extschema@.pgattest_shape(geom);
begin
    if shape ->> 'type' <> 'Point' then
        raise exception 'Argument to %() must have type POINT', name using errcode = 'XX000';
    end if;
    return (shape -> 'coordinates' ->> n)::double precision;
end
$fn$;
create function @extschema@.st_x(@extschema@.geometry) returns double precision
language sql immutable strict parallel safe return @extschema@.pgattest_ordinate($1, 0, 'ST_X');
create function @extschema@.st_y(@extschema@.geometry) returns double precision
language sql immutable strict parallel safe return @extschema@.pgattest_ordinate($1, 1, 'ST_Y');
create function @extschema@.st_z(@extschema@.geometry) returns double precision
language sql immutable strict parallel safe return @extschema@.pgattest_ordinate($1, 2, 'ST_Z');
create function @extschema@.geometrytype(@extschema@.geometry) returns text
language sql immutable strict parallel safe return upper(@extschema@.pgattest_shape($1) ->> 'type');
create function @extschema@.st_geometrytype(@extschema@.geometry) returns text
language sql immutable strict parallel safe return 'ST_' || (@extschema@.pgattest_shape($1) ->> 'type');
create function @extschema@.st_isempty(@extschema@.geometry) returns boolean
language sql immutable strict parallel safe
return @extschema@.pgattest_vertices(@extschema@.pgattest_shape($1)) is null;
create function @extschema@.st_isvalid(@extschema@.geometry) returns boolean
language sql immutable strict parallel safe return @extschema@.pgattest_shape($1) is not null;
create function @extschema@.st_makevalid(@extschema@.geometry) returns @extschema@.geometry
language sql immutable strict parallel safe return $1;
create function @extschema@.st_force2d(@extschema@.geometry) returns @extschema@.geometry
language sql immutable strict parallel safe return $1;
create function @extschema@.st_npoints(@extschema@.geometry) returns integer
language sql immutable strict parallel safe
return coalesce(cardinality(@extschema@.pgattest_vertices(@extschema@.pgattest_shape($1))), 0);
create function @extschema@.st_numgeometries(@extschema@.geometry) returns integer
language sql immutable strict parallel safe
return case when @extschema@.pgattest_shape($1) ->> 'type' like 'Multi%'
    then jsonb_array_length(@extschema@.pgattest_shape($1) -> 'coordinates')
    else coalesce(jsonb_array_length(@extschema@.pgattest_shape($1) -> 'geometries'), 1) end;
create function @extschema@.st_pointn(@extschema@.geometry, integer) returns @extschema@.geometry
language sql immutable strict parallel safe
return case when @extschema@.pgattest_shape($1) ->> 'type' = 'LineString' and $2 between 1 and @extschema@.st_npoints($1)
    then @extschema@.pgattest_make(jsonb_build_object('type', 'Point', 'coordinates',
        @extschema@.pgattest_shape($1) -> 'coordinates' -> ($2 - 1)), @extschema@.st_srid($1)) end;
create function @extschema@.st_startpoint(@extschema@.geometry) returns @extschema@.geometry
language sql immutable strict parallel safe return @extschema@.st_pointn($1, 1);
create function @extschema@.st_endpoint(@extschema@.geometry) returns @extschema@.geometry
language sql immutable strict parallel safe return @extschema@.st_pointn($1, @extschema@.st_npoints($1));

do $make$
declare
    spec text[];
begin
    foreach spec slice 1 in array array[
        ['st_xmin', 'min', '0'], ['st_xmax', 'max', '0'], ['st_ymin', 'min', '1'], ['st_ymax', 'max', '1']
    ] loop
        execute format($sql$
            create function @extschema@.%1$s(@extschema@.geometry) returns double precision
            language sql immutable strict parallel safe
            return (
                select %2$s(vertex[%3$s])
                from unnest(@extschema@.pgattest_vertices(@extschema@.pgattest_shape($1))) as vertex
            )
            $sql$, variadic spec);
    end loop;
end
$make$;
create function @extschema@.st_envelope(@extschema@.geometry) returns @extschema@.geometry
language sql immutable strict parallel safe
return case when @extschema@.pgattest_shape($1) ->> 'type' = 'Point' then $1
    else @extschema@.st_makeenvelope(@extschema@.st_xmin($1), @extschema@.st_ymin($1), @extschema@.st_xmax($1),
        @extschema@.st_ymax($1), @extschema@.st_srid($1)) end;
create function @extschema@.st_expand(@extschema@.geometry, double precision) returns @extschema@.geometry
language sql immutable strict parallel safe
return @extschema@.st_makeenvelope(@extschema@.st_xmin($1) - $2, @extschema@.st_ymin($1) - $2,
    @extschema@.st_xmax($1) + $2, @extschema@.st_ymax($1) + $2, @extschema@.st_srid($1));
create function @extschema@.box2d(@extschema@.geometry) returns @extschema@.box2d
language sql immutable strict parallel safe
return format('BOX(%s %s,%s %s)', @extschema@.st_xmin($1), @extschema@.st_ymin($1), @extschema@.st_xmax($1),
    @extschema@.st_ymax($1))::@extschema@.box2d;
create function @extschema@.geometry(@extschema@.box2d) returns @extschema@.geometry
language sql immutable strict parallel safe
return (
    select @extschema@.st_makeenvelope(n[1]::double precision, n[2]::double precision, n[3]::double precision, n[4]::double precision)
    from regexp_match($1::text, '([^( ]+) ([^,]+),([^ ]+) ([^)]+)') as n
);
create cast (@extschema@.geometry as @extschema@.box2d) with function @extschema@.box2d(@extschema@.geometry) as implicit;
create cast (@extschema@.box2d as @extschema@.geometry) with function @extschema@.geometry(@extschema@.box2d) as implicit;
create function @extschema@.st_makebox2d(@extschema@.geometry, @extschema@.geometry) returns @extschema@.box2d
language sql immutable strict parallel safe
return @extschema@.box2d(@extschema@.st_collect($1, $2));

create function @extschema@.pgattest_extent(@extschema@.geometry, @extschema@.geometry) returns @extschema@.geometry
language sql immutable parallel safe
return case when $1 is null then @extschema@.st_setsrid(@extschema@.geometry(@extschema@.box2d($2)), 0) when $2 is null then $1
    else @extschema@.geometry(@extschema@.box2d(@extschema@.st_collect($1, $2))) end;
create function @extschema@.pgattest_extent_box(@extschema@.geometry) returns @extschema@.box2d
language sql immutable strict parallel safe return @extschema@.box2d($1);
create aggregate @extschema@.st_extent(@extschema@.geometry) (
    sfunc = @extschema@.pgattest_extent, stype = @extschema@.geometry, finalfunc = @extschema@.pgattest_extent_box);
create function @extschema@.pgattest_collect(@extschema@.geometry[], @extschema@.geometry) returns @extschema@.geometry[]
language sql immutable parallel safe return case when $2 is null then $1 else $1 || $2 end;
create function @extschema@.pgattest_collected(@extschema@.geometry[]) returns @extschema@.geometry
language sql immutable strict parallel safe return case when cardinality($1) > 0 then @extschema@.st_collect($1) end;
create aggregate @extschema@.st_collect(@extschema@.geometry) (
    sfunc = @extschema@.pgattest_collect, stype = @extschema@.geometry[], finalfunc = @extschema@.pgattest_collected, initcond = '{}');
create function @extschema@.pgattest_lined(@extschema@.geometry[]) returns @extschema@.geometry
language sql immutable strict parallel safe return case when cardinality($1) > 0 then @extschema@.st_makeline($1) end;
create aggregate @extschema@.st_makeline(@extschema@.geometry) (
    sfunc = @extschema@.pgattest_collect, stype = @extschema@.geometry[], finalfunc = @extschema@.pgattest_lined, initcond = '{}');

-- The mean of the points, or of the areas of a polygon's rings weighted by size.
create function @extschema@.st_centroid(@extschema@.geometry) returns @extschema@.geometry
language plpgsql immutable strict parallel safe as $fn$
declare
    shape jsonb := @extschema@.pgattest_shape($1);
    x double precision; y double precision; weight double precision;
begin
    select sum(turn), sum((a[0] + b[0]) * turn), sum((a[1] + b[1]) * turn) into weight, x, y
    from (
        select p.path[n] as a, p.path[n + 1] as b, (p.path[n])[0] * (p.path[n + 1])[1] - (p.path[n + 1])[0] * (p.path[n])[1] as turn
        from @extschema@.pgattest_paths(shape) p, generate_series(1, cardinality(p.path) - 1) as n
        where p.is_ring
    ) edges;
    if coalesce(weight, 0) = 0 then
        select avg(vertex[0]), avg(vertex[1]) into x, y from unnest(@extschema@.pgattest_vertices(shape)) as vertex;
        weight := null;
    end if;
    return @extschema@.st_setsrid(@extschema@.st_makepoint(
        case when weight is null then x else x / (3 * weight) end,
        case when weight is null then y else y / (3 * weight) end), (shape ->> 'srid')::integer);
end
$fn$;
create function @extschema@.st_pointonsurface(@extschema@.geometry) returns @extschema@.geometry
language sql immutable strict parallel safe return @extschema@.st_centroid($1);
create function @extschema@.st_area(@extschema@.geometry) returns double precision
language sql immutable strict parallel safe
return (
    select coalesce(sum(case when is_hole then - size else size end), 0)
    from (
        select p.is_hole, abs(sum((p.path[n])[0] * (p.path[n + 1])[1] - (p.path[n + 1])[0] * (p.path[n])[1])) / 2 as size
        from @extschema@.pgattest_paths(@extschema@.pgattest_shape($1)) with ordinality as p (path, is_ring, is_hole, part, place),
            generate_series(1, cardinality(p.path) - 1) as n
        where p.is_ring
        group by p.place, p.is_hole
    ) rings
);
create function @extschema@.st_length(@extschema@.geometry) returns double precision
language sql immutable strict parallel safe
return (
    select coalesce(sum(p.path[n] <-> p.path[n + 1]), 0)
    from @extschema@.pgattest_paths(@extschema@.pgattest_shape($1)) p, generate_series(1, cardinality(p.path) - 1) as n
    where not p.is_ring
);
create function @extschema@.st_perimeter(@extschema@.geometry) returns double precision
language sql immutable strict parallel safe
return (
    select coalesce(sum(p.path[n] <-> p.path[n + 1]), 0)
    from @extschema@.pgattest_paths(@extschema@.pgattest_shape($1)) p, generate_series(1, cardinality(p.path) - 1) as n
    where p.is_ring
);
create function @extschema@.st_length(geog @extschema@.geography, use_spheroid boolean default true) returns double precision
language sql immutable strict parallel safe
return (
    select coalesce(sum(@extschema@.pgattest_geodesic(p.path[n], p.path[n + 1], use_spheroid)), 0)
    from @extschema@.pgattest_paths(@extschema@.pgattest_shape(geog)) p, generate_series(1, cardinality(p.path) - 1) as n
    where not p.is_ring
);
-- On a sphere; the real function takes the ellipsoid.
create function @extschema@.st_area(geog @extschema@.geography, use_spheroid boolean default true) returns double precision
language sql immutable strict parallel safe
return (
    select coalesce(sum(case when is_hole then - size else size end), 0)
    from (
        select p.is_hole, abs(sum(radians((p.path[n + 1])[0] - (p.path[n])[0])
            * (2 + sin(radians((p.path[n])[1])) + sin(radians((p.path[n + 1])[1]))))) * 6371008.771415 ^ 2 / 2 as size
        from @extschema@.pgattest_paths(@extschema@.pgattest_shape(geog)) with ordinality as p (path, is_ring, is_hole, part, place),
            generate_series(1, cardinality(p.path) - 1) as n
        where p.is_ring
        group by p.place, p.is_hole
    ) rings
);

create function @extschema@.st_transform(@extschema@.geometry, integer) returns @extschema@.geometry
language plpgsql immutable strict parallel safe as $fn$
declare
    source integer := @extschema@.st_srid($1);
    shape jsonb := @extschema@.pgattest_shape($1);
    mapped text;
begin
    if source = $2 then
        return $1;
    elsif source = 0 then
        raise exception 'ST_Transform: Input geometry has unknown (0) SRID' using errcode = 'XX000';
    elsif source not in (4326, 3857) or $2 not in (4326, 3857) then
        raise exception 'ST_Transform is imitated between 4326 and 3857 only' using errcode = '0A000';
    end if;
    select string_agg(coalesce(piece[1], '') || case
            when piece[2] is null then ''
            when source = 4326 then (radians(piece[2]::double precision) * 6378137)::text || ' '
                || (ln(tan(pi() / 4 + radians(piece[3]::double precision) / 2)) * 6378137)::text
            else degrees(piece[2]::double precision / 6378137)::text || ' '
                || degrees(2 * atan(exp(piece[3]::double precision / 6378137)) - pi() / 2)::text
        end, '' order by n) into mapped
    from regexp_matches(@extschema@.pgattest_wkt(shape), '([^0-9.+-]*)(?:(-?[0-9.eE+-]+) (-?[0-9.eE+-]+))?', 'g')
        with ordinality as m (piece, n);
    return ('SRID=' || $2 || ';' || mapped)::@extschema@.geometry;
end
$fn$;
create function @extschema@.st_translate(@extschema@.geometry, double precision, double precision) returns @extschema@.geometry
language sql immutable strict parallel safe
return (
    select ('SRID=' || @extschema@.st_srid($1) || ';' || string_agg(coalesce(piece[1], '') || case when piece[2] is null then ''
        else (piece[2]::double precision + $2)::text || ' ' || (piece[3]::double precision + $3)::text end, '' order by n))::@extschema@.geometry
    from regexp_matches(@extschema@.st_astext($1), '([^0-9.+-]*)(?:(-?[0-9.eE+-]+) (-?[0-9.eE+-]+))?', 'g')
        with ordinality as m (piece, n)
);

create function @extschema@.st_distance(geom1 @extschema@.geometry, geom2 @extschema@.geometry) returns double precision
language sql immutable strict parallel safe
return case when @extschema@.pgattest_pair(geom1, geom2)
    then @extschema@.pgattest_distance(@extschema@.pgattest_shape(geom1), @extschema@.pgattest_shape(geom2)) end;
-- Lines and areas are measured from their corners.
create function @extschema@.st_distance(geog1 @extschema@.geography, geog2 @extschema@.geography, use_spheroid boolean default true)
returns double precision
language sql immutable strict parallel safe
return case
    when @extschema@.pgattest_distance(@extschema@.pgattest_shape(geog1), @extschema@.pgattest_shape(geog2)) = 0 then 0
    else (
        select min(@extschema@.pgattest_geodesic(a, b, use_spheroid))
        from unnest(@extschema@.pgattest_vertices(@extschema@.pgattest_shape(geog1))) as a,
            unnest(@extschema@.pgattest_vertices(@extschema@.pgattest_shape(geog2))) as b
    )
end;
create function @extschema@.st_distancesphere(geom1 @extschema@.geometry, geom2 @extschema@.geometry) returns double precision
language sql immutable strict parallel safe
return @extschema@.st_distance(@extschema@.geography(geom1), @extschema@.geography(geom2), false);
create function @extschema@.st_dwithin(geom1 @extschema@.geometry, geom2 @extschema@.geometry, double precision) returns boolean
language sql immutable strict parallel safe return @extschema@.st_distance(geom1, geom2) <= $3;
create function @extschema@.st_dwithin(
    geog1 @extschema@.geography, geog2 @extschema@.geography, tolerance double precision, use_spheroid boolean default true)
returns boolean
language sql immutable strict parallel safe return @extschema@.st_distance(geog1, geog2, use_spheroid) <= tolerance;
create function @extschema@.st_intersects(geom1 @extschema@.geometry, geom2 @extschema@.geometry) returns boolean
language sql immutable strict parallel safe return coalesce(@extschema@.st_distance(geom1, geom2) = 0, false);
create function @extschema@.st_intersects(geog1 @extschema@.geography, geog2 @extschema@.geography) returns boolean
language sql immutable strict parallel safe
return coalesce(@extschema@.pgattest_distance(@extschema@.pgattest_shape(geog1), @extschema@.pgattest_shape(geog2)) = 0, false);
create function @extschema@.st_disjoint(geom1 @extschema@.geometry, geom2 @extschema@.geometry) returns boolean
language sql immutable strict parallel safe return not @extschema@.st_intersects(geom1, geom2);

-- Every corner of the second one must lie in the first: an area that is not convex can fool this.
create function @extschema@.st_covers(geom1 @extschema@.geometry, geom2 @extschema@.geometry) returns boolean
language sql immutable strict parallel safe
return @extschema@.pgattest_pair(geom1, geom2) and (
    select coalesce(bool_and(@extschema@.pgattest_covers(@extschema@.pgattest_shape(geom1), vertex)
        or (select min(segment <-> vertex) from unnest(@extschema@.pgattest_segments(@extschema@.pgattest_shape(geom1))) as segment) = 0), false)
    from unnest(@extschema@.pgattest_vertices(@extschema@.pgattest_shape(geom2))) as vertex
);
create function @extschema@.st_contains(geom1 @extschema@.geometry, geom2 @extschema@.geometry) returns boolean
language sql immutable strict parallel safe
return @extschema@.st_covers(geom1, geom2) and (
    @extschema@.pgattest_shape(geom1) ->> 'type' not like '%Polygon'
    or @extschema@.pgattest_shape(geom2) ->> 'type' not like '%Point'
    or (
        select min(segment <-> vertex)
        from unnest(@extschema@.pgattest_segments(@extschema@.pgattest_shape(geom1))) as segment,
            unnest(@extschema@.pgattest_vertices(@extschema@.pgattest_shape(geom2))) as vertex
    ) > 0
);
create function @extschema@.st_within(geom1 @extschema@.geometry, geom2 @extschema@.geometry) returns boolean
language sql immutable strict parallel safe return @extschema@.st_contains(geom2, geom1);
create function @extschema@.st_coveredby(geom1 @extschema@.geometry, geom2 @extschema@.geometry) returns boolean
language sql immutable strict parallel safe return @extschema@.st_covers(geom2, geom1);
create function @extschema@.st_covers(geog1 @extschema@.geography, geog2 @extschema@.geography) returns boolean
language sql immutable strict parallel safe
return @extschema@.st_covers(@extschema@.geometry(geog1), @extschema@.geometry(geog2));
create function @extschema@.st_coveredby(geog1 @extschema@.geography, geog2 @extschema@.geography) returns boolean
language sql immutable strict parallel safe return @extschema@.st_covers(geog2, geog1);
create function @extschema@.st_equals(geom1 @extschema@.geometry, geom2 @extschema@.geometry) returns boolean
language sql immutable strict parallel safe
return @extschema@.st_covers(geom1, geom2) and @extschema@.st_covers(geom2, geom1);
create function @extschema@.st_azimuth(geom1 @extschema@.geometry, geom2 @extschema@.geometry) returns double precision
language sql immutable strict parallel safe
return (
    select case when angle < 0 then angle + 2 * pi() else angle end
    from atan2(@extschema@.st_x(geom2) - @extschema@.st_x(geom1), @extschema@.st_y(geom2) - @extschema@.st_y(geom1)) as angle
);

-- What takes real computational geometry is there to be named and says that it cannot answer.
do $make$
declare
    signature text;
begin
    foreach signature in array array[
        'st_buffer(@extschema@.geometry, double precision, text default '''') returns @extschema@.geometry',
        'st_buffer(@extschema@.geography, double precision, text default '''') returns @extschema@.geography',
        'st_union(@extschema@.geometry, @extschema@.geometry) returns @extschema@.geometry',
        'st_union(@extschema@.geometry[]) returns @extschema@.geometry',
        'st_intersection(@extschema@.geometry, @extschema@.geometry) returns @extschema@.geometry',
        'st_intersection(@extschema@.geography, @extschema@.geography) returns @extschema@.geography',
        'st_difference(@extschema@.geometry, @extschema@.geometry) returns @extschema@.geometry',
        'st_symdifference(@extschema@.geometry, @extschema@.geometry) returns @extschema@.geometry',
        'st_simplify(@extschema@.geometry, double precision) returns @extschema@.geometry',
        'st_simplifypreservetopology(@extschema@.geometry, double precision) returns @extschema@.geometry',
        'st_convexhull(@extschema@.geometry) returns @extschema@.geometry',
        'st_boundary(@extschema@.geometry) returns @extschema@.geometry',
        'st_snaptogrid(@extschema@.geometry, double precision) returns @extschema@.geometry',
        'st_closestpoint(@extschema@.geometry, @extschema@.geometry) returns @extschema@.geometry',
        'st_lineinterpolatepoint(@extschema@.geometry, double precision) returns @extschema@.geometry',
        'st_linelocatepoint(@extschema@.geometry, @extschema@.geometry) returns double precision',
        'st_linesubstring(@extschema@.geometry, double precision, double precision) returns @extschema@.geometry',
        'st_touches(@extschema@.geometry, @extschema@.geometry) returns boolean',
        'st_crosses(@extschema@.geometry, @extschema@.geometry) returns boolean',
        'st_overlaps(@extschema@.geometry, @extschema@.geometry) returns boolean',
        'st_relate(@extschema@.geometry, @extschema@.geometry) returns text',
        'st_project(@extschema@.geography, double precision, double precision) returns @extschema@.geography',
        'st_geohash(@extschema@.geometry, integer default 0) returns text',
        'st_asbinary(@extschema@.geometry) returns bytea', 'st_asbinary(@extschema@.geography) returns bytea',
        'st_asewkb(@extschema@.geometry) returns bytea',
        'st_asmvtgeom(@extschema@.geometry, @extschema@.box2d, integer default 4096, integer default 256, boolean default true)
            returns @extschema@.geometry',
        'st_tileenvelope(integer, integer, integer) returns @extschema@.geometry',
        'st_dump(@extschema@.geometry, out path integer[], out geom @extschema@.geometry) returns setof record'
    ] loop
        execute format($sql$
            create function @extschema@.%s language plpgsql immutable strict parallel safe as $fn$
            begin
                raise exception '%%', %L using errcode = '0A000';
            end
            $fn$
            $sql$, signature, split_part(signature, '(', 1) || ' is not imitated');
    end loop;
end
$make$;
create aggregate @extschema@.st_union(@extschema@.geometry) (
    sfunc = @extschema@.pgattest_collect, stype = @extschema@.geometry[], finalfunc = @extschema@.st_union, initcond = '{}');

-- Operators on bounding boxes, as in the real extension.
create function @extschema@.geometry_overlaps(geom1 @extschema@.geometry, geom2 @extschema@.geometry) returns boolean
language sql immutable strict parallel safe
return @extschema@.st_xmin(geom1) <= @extschema@.st_xmax(geom2) and @extschema@.st_xmin(geom2) <= @extschema@.st_xmax(geom1)
    and @extschema@.st_ymin(geom1) <= @extschema@.st_ymax(geom2) and @extschema@.st_ymin(geom2) <= @extschema@.st_ymax(geom1);
create function @extschema@.geometry_contains(geom1 @extschema@.geometry, geom2 @extschema@.geometry) returns boolean
language sql immutable strict parallel safe
return @extschema@.st_xmin(geom1) <= @extschema@.st_xmin(geom2) and @extschema@.st_xmax(geom2) <= @extschema@.st_xmax(geom1)
    and @extschema@.st_ymin(geom1) <= @extschema@.st_ymin(geom2) and @extschema@.st_ymax(geom2) <= @extschema@.st_ymax(geom1);
create function @extschema@.geometry_within(geom1 @extschema@.geometry, geom2 @extschema@.geometry) returns boolean
language sql immutable strict parallel safe return @extschema@.geometry_contains(geom2, geom1);
create function @extschema@.geometry_same(geom1 @extschema@.geometry, geom2 @extschema@.geometry) returns boolean
language sql immutable strict parallel safe
return @extschema@.geometry_contains(geom1, geom2) and @extschema@.geometry_contains(geom2, geom1);
create function @extschema@.geography_overlaps(geog1 @extschema@.geography, geog2 @extschema@.geography) returns boolean
language sql immutable strict parallel safe
return @extschema@.geometry_overlaps(@extschema@.geometry(geog1), @extschema@.geometry(geog2));
create function @extschema@.geometry_distance_centroid(geom1 @extschema@.geometry, geom2 @extschema@.geometry) returns double precision
language sql immutable strict parallel safe return @extschema@.st_distance(geom1, geom2);
create function @extschema@.geography_distance_knn(geog1 @extschema@.geography, geog2 @extschema@.geography) returns double precision
language sql immutable strict parallel safe return @extschema@.st_distance(geog1, geog2, false);
create operator @extschema@.&& (leftarg = @extschema@.geometry, rightarg = @extschema@.geometry,
    function = @extschema@.geometry_overlaps, commutator = operator(@extschema@.&&));
create operator @extschema@.&& (leftarg = @extschema@.geography, rightarg = @extschema@.geography,
    function = @extschema@.geography_overlaps, commutator = operator(@extschema@.&&));
create operator @extschema@.~ (leftarg = @extschema@.geometry, rightarg = @extschema@.geometry,
    function = @extschema@.geometry_contains, commutator = operator(@extschema@.@));
create operator @extschema@.@ (leftarg = @extschema@.geometry, rightarg = @extschema@.geometry,
    function = @extschema@.geometry_within, commutator = operator(@extschema@.~));
create operator @extschema@.~= (leftarg = @extschema@.geometry, rightarg = @extschema@.geometry,
    function = @extschema@.geometry_same);
create operator @extschema@.<-> (leftarg = @extschema@.geometry, rightarg = @extschema@.geometry,
    function = @extschema@.geometry_distance_centroid, commutator = operator(@extschema@.<->));
create operator @extschema@.<-> (leftarg = @extschema@.geography, rightarg = @extschema@.geography,
    function = @extschema@.geography_distance_knn, commutator = operator(@extschema@.<->));

do $make$
declare
    kind text;
    spec text[];
begin
    foreach kind in array array['geometry', 'geography'] loop
        execute replace($sql$
            create function @extschema@.TYPE_cmp(@extschema@.TYPE, @extschema@.TYPE) returns integer
            language plpgsql immutable strict parallel safe
            as 'begin return jsonb_cmp(@extschema@.pgattest_shape($1), @extschema@.pgattest_shape($2)); end';
            $sql$, 'TYPE', kind);
        foreach spec slice 1 in array array[
            ['eq', '=', '='], ['lt', '<', '>'], ['le', '<=', '>='], ['ge', '>=', '<='], ['gt', '>', '<']
        ] loop
            execute replace(format($sql$
                create function @extschema@.TYPE_%1$s(@extschema@.TYPE, @extschema@.TYPE) returns boolean
                language plpgsql immutable strict parallel safe
                as 'begin return @extschema@.TYPE_cmp($1, $2) %2$s 0; end';
                create operator @extschema@.%2$s (leftarg = @extschema@.TYPE, rightarg = @extschema@.TYPE,
                    function = @extschema@.TYPE_%1$s, commutator = operator(@extschema@.%3$s));
                $sql$, variadic spec), 'TYPE', kind);
        end loop;
        execute replace($sql$
            create operator class @extschema@.btree_TYPE_ops default for type @extschema@.TYPE using btree as
                operator 1 @extschema@.<, operator 2 @extschema@.<=, operator 3 @extschema@.=,
                operator 4 @extschema@.>=, operator 5 @extschema@.>,
                function 1 @extschema@.TYPE_cmp(@extschema@.TYPE, @extschema@.TYPE);
            $sql$, 'TYPE', kind);
    end loop;
end
$make$;

create view @extschema@.geometry_columns as
select current_database()::character varying(256) as f_table_catalog, n.nspname as f_table_schema,
    c.relname as f_table_name, a.attname as f_geometry_column, 2 as coord_dimension, 0 as srid,
    'GEOMETRY'::character varying(30) as type
from pg_catalog.pg_class c
join pg_catalog.pg_attribute a on a.attrelid = c.oid and not a.attisdropped
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where a.atttypid = '@extschema@.geometry'::regtype and c.relkind in ('r', 'v', 'm', 'f', 'p');
create view @extschema@.geography_columns as
select current_database() as f_table_catalog, n.nspname as f_table_schema, c.relname as f_table_name,
    a.attname as f_geography_column, 2 as coord_dimension, 4326 as srid, 'Geometry'::text as type
from pg_catalog.pg_class c
join pg_catalog.pg_attribute a on a.attrelid = c.oid and not a.attisdropped
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where a.atttypid = '@extschema@.geography'::regtype and c.relkind in ('r', 'v', 'm', 'f', 'p');
grant select on @extschema@.geometry_columns, @extschema@.geography_columns to public;

create function @extschema@.postgis_version() returns text
language sql immutable parallel safe return '3.3 USE_GEOS=0 USE_PROJ=0 USE_STATS=0';
create function @extschema@.postgis_lib_version() returns text
language sql immutable parallel safe return '3.3.7';
create function @extschema@.postgis_full_version() returns text
language sql immutable parallel safe return 'POSTGIS="3.3.7" (a stand-in)';

create function @extschema@.addgeometrycolumn(
    table_name character varying, column_name character varying, new_srid integer, new_type character varying,
    new_dim integer, use_typmod boolean default true)
returns text
language plpgsql strict as $fn$
begin
    execute format('alter table %I add column %I @extschema@.geometry(%s, %s)', table_name, column_name, new_type, new_srid);
    return format('public.%s.%s SRID:%s TYPE:%s DIMS:%s ', table_name, column_name, new_srid, new_type, new_dim);
end
$fn$;
create function @extschema@.addgeometrycolumn(
    schema_name character varying, table_name character varying, column_name character varying, new_srid integer,
    new_type character varying, new_dim integer, use_typmod boolean default true)
returns text
language plpgsql strict as $fn$
begin
    execute format('alter table %I.%I add column %I @extschema@.geometry(%s, %s)',
        schema_name, table_name, column_name, new_type, new_srid);
    return format('%s.%s.%s SRID:%s TYPE:%s DIMS:%s ', schema_name, table_name, column_name, new_srid, new_type, new_dim);
end
$fn$;
