-- extension: orioledb
-- version: 1.5
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: tables using orioledb are stored as heap tables

create access method orioledb type table handler pg_catalog.heap_tableam_handler;
create function @extschema@.orioledb_version() returns text
language sql immutable return 'stand-in'::text;
