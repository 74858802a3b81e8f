-- extension: dblink
-- version: 1.2
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: no connection can be made; every call that needs one raises 08001

create type @extschema@.dblink_pkey_results as (position integer, colname text);

do $make$
declare
    signature text;
begin
    foreach signature in array array[
        'dblink(text) returns setof record', 'dblink(text, boolean) returns setof record',
        'dblink(text, text) returns setof record', 'dblink(text, text, boolean) returns setof record',
        'dblink_connect(text) returns text', 'dblink_connect(text, text) returns text',
        'dblink_connect_u(text) returns text', 'dblink_connect_u(text, text) returns text',
        'dblink_disconnect() returns text', 'dblink_disconnect(text) returns text',
        'dblink_exec(text) returns text', 'dblink_exec(text, boolean) returns text',
        'dblink_exec(text, text) returns text', 'dblink_exec(text, text, boolean) returns text',
        'dblink_open(text, text) returns text', 'dblink_open(text, text, boolean) returns text',
        'dblink_open(text, text, text) returns text', 'dblink_open(text, text, text, boolean) returns text',
        'dblink_fetch(text, integer) returns setof record', 'dblink_fetch(text, integer, boolean) returns setof record',
        'dblink_fetch(text, text, integer) returns setof record',
        'dblink_fetch(text, text, integer, boolean) returns setof record',
        'dblink_close(text) returns text', 'dblink_close(text, boolean) returns text',
        'dblink_close(text, text) returns text', 'dblink_close(text, text, boolean) returns text',
        'dblink_send_query(text, text) returns integer', 'dblink_is_busy(text) returns integer',
        'dblink_get_result(text) returns setof record', 'dblink_get_result(text, boolean) returns setof record',
        'dblink_error_message(text) returns text', 'dblink_cancel_query(text) returns text'
    ] loop
        execute format($sql$
            create function @extschema@.%s language plpgsql volatile strict parallel restricted as $fn$
            begin
                raise exception 'could not establish connection'
                    using errcode = '08001', detail = 'dblink is a stand-in: it connects to nothing';
            end
            $fn$
            $sql$, signature);
    end loop;
end
$make$;
revoke all on function @extschema@.dblink_connect_u(text), @extschema@.dblink_connect_u(text, text) from public;

create function @extschema@.dblink_get_connections() returns text[]
language sql volatile parallel restricted return null::text[];
create function @extschema@.dblink_current_query() returns text
language sql volatile parallel restricted return current_query();
create function @extschema@.dblink_get_notify(
    conname text default null, out notify_name text, out be_pid integer, out extra text)
returns setof record
language plpgsql volatile parallel restricted as 'begin return; end';
create function @extschema@.dblink_get_pkey(text) returns setof @extschema@.dblink_pkey_results
language sql volatile strict parallel restricted
begin atomic
    select row_number() over (order by array_position(i.indkey::int2[], a.attnum))::integer, a.attname::text
    from pg_catalog.pg_index i
    join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey::int2[])
    where i.indrelid = $1::regclass and i.indisprimary;
end;

create function @extschema@.dblink_fdw_validator(options text[], catalog oid) returns void
language plpgsql volatile strict parallel safe as 'begin end';
create foreign data wrapper dblink_fdw validator @extschema@.dblink_fdw_validator;
