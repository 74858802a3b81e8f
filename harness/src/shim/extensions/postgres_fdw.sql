-- extension: postgres_fdw
-- version: 1.1
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: servers, user mappings and foreign tables can be made, but no foreign table can be read or imported

create function @extschema@.postgres_fdw_validator(text[], oid) returns void
language plpgsql volatile strict parallel safe as 'begin end';
create function @extschema@.postgres_fdw_get_connections(out server_name text, out valid boolean) returns setof record
language plpgsql volatile strict parallel restricted as 'begin return; end';
create function @extschema@.postgres_fdw_disconnect(text) returns boolean
language sql volatile strict parallel restricted return false;
create function @extschema@.postgres_fdw_disconnect_all() returns boolean
language sql volatile strict parallel restricted return false;

-- Without a handler, Postgres itself says that there is none when a foreign table is read.
create foreign data wrapper postgres_fdw validator @extschema@.postgres_fdw_validator;
