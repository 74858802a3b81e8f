-- extension: pgrowlocks
-- version: 1.2
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: locks of rows are not looked at; none is ever reported

create function @extschema@.pgrowlocks(
    relname text, out locked_row tid, out locker xid, out multi boolean, out xids xid[], out modes text[],
    out pids integer[])
returns setof record
language plpgsql strict as 'begin return; end';
