-- extension: pg_prewarm
-- version: 1.2
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: nothing is read into memory; every call reports no block

create function @extschema@.pg_prewarm(
    regclass, mode text default 'buffer', fork text default 'main', first_block bigint default null,
    last_block bigint default null)
returns bigint
language sql return 0::bigint;
create function @extschema@.autoprewarm_start_worker() returns void language sql strict as '';
create function @extschema@.autoprewarm_dump_now() returns bigint language sql strict return 0::bigint;
