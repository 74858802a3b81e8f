-- extension: pgaudit
-- version: 1.7
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: nothing is written to an audit log

create function @extschema@.pgaudit_ddl_command_end() returns event_trigger
language plpgsql security definer as 'begin end';
create function @extschema@.pgaudit_sql_drop() returns event_trigger
language plpgsql security definer as 'begin end';
