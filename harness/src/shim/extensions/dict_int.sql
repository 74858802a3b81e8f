-- extension: dict_int
-- version: 1.0
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: the dictionary passes every word on unchanged

-- A dictionary that does not accept a word hands it to the next one in the list.
create text search template @extschema@.intdict_template (
    init = pg_catalog.dsimple_init, lexize = pg_catalog.dsimple_lexize);
create text search dictionary @extschema@.intdict (template = @extschema@.intdict_template, accept = false);
