-- extension: pgroonga_database
-- version: 3.2.5
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: there is nothing to clean up

create function @extschema@.pgroonga_database_remove() returns boolean
language sql return true;
