-- extension: tsm_system_time
-- version: 1.0
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: the argument of tablesample system_time is taken as a percentage of the pages

-- The built-in method SYSTEM stands in.
create function @extschema@.system_time(internal) returns tsm_handler
language internal volatile strict as 'tsm_system_handler';
