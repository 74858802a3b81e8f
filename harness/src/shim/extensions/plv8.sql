-- extension: plv8
-- version: 3.1.10
-- schema: pg_catalog
-- relocatable: no
-- kind: stub
-- says: functions in JavaScript can be created but not called, and DO blocks in it fail

-- The handler of PL/pgSQL stands in. Without a validator nothing is read when a function is made; when one is
-- called, the handler cannot read it.
create trusted language plv8 handler pg_catalog.plpgsql_call_handler;
create function pg_catalog.plv8_version() returns text
language sql immutable return '3.1.10'::text;
