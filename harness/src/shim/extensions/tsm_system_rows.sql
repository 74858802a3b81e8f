-- extension: tsm_system_rows
-- version: 1.0
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: the argument of tablesample system_rows is taken as a percentage of the pages

-- The built-in method SYSTEM stands in.
create function @extschema@.system_rows(internal) returns tsm_handler
language internal volatile strict as 'tsm_system_handler';
