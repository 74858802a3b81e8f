-- extension: postgis_raster
-- version: 3.3.7
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: rasters can be stored as text; no raster function works

create type @extschema@.raster;
create function @extschema@.raster_in(cstring) returns @extschema@.raster
language internal immutable strict parallel safe as 'textin';
create function @extschema@.raster_out(@extschema@.raster) returns cstring
language internal immutable strict parallel safe as 'textout';
create type @extschema@.raster (
    input = @extschema@.raster_in, output = @extschema@.raster_out, like = pg_catalog.text
);
create view @extschema@.raster_columns as
select current_database() as r_table_catalog, null::name as r_table_schema, null::name as r_table_name,
    null::name as r_raster_column, null::integer as srid
where false;
grant select on @extschema@.raster_columns to public;
create function @extschema@.postgis_raster_lib_version() returns text
language sql immutable parallel safe return '3.3.7'::text;
