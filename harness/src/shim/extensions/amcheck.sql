-- extension: amcheck
-- version: 1.3
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: nothing is checked, so no damage is ever found

create function @extschema@.bt_index_check(
    index regclass, heapallindexed boolean default false, checkunique boolean default false)
returns void language sql strict as '';
create function @extschema@.bt_index_parent_check(
    index regclass, heapallindexed boolean default false, rootdescend boolean default false,
    checkunique boolean default false)
returns void language sql strict as '';
create function @extschema@.verify_heapam(
    relation regclass, on_error_stop boolean default false, check_toast boolean default false, skip text default 'none',
    startblock bigint default null, endblock bigint default null, out blkno bigint, out offnum integer,
    out attnum integer, out msg text)
returns setof record
language plpgsql as 'begin return; end';
