-- extension: postgis_sfcgal
-- version: 3.3.7
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: none of its functions is there, except the one that tells its version

create function @extschema@.postgis_sfcgal_version() returns text
language sql immutable parallel safe return '1.4.1'::text;
