-- extension: dict_xsyn
-- version: 1.0
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: the dictionary passes every word on unchanged

-- A dictionary that does not accept a word hands it to the next one in the list.
create text search template @extschema@.xsyn_template (
    init = pg_catalog.dsimple_init, lexize = pg_catalog.dsimple_lexize);
create text search dictionary @extschema@.xsyn (template = @extschema@.xsyn_template, accept = false);
