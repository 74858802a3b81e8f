-- extension: pg_repack
-- version: 1.5.0
-- schema: extensions
-- creates: repack
-- relocatable: no
-- kind: stub
-- says: no table can be rebuilt

create schema if not exists repack;
create function repack.version() returns text
language sql immutable return 'pg_repack 1.5.0'::text;
create function repack.version_sql() returns text
language sql immutable return 'pg_repack 1.5.0'::text;
