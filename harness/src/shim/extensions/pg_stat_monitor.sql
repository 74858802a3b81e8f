-- extension: pg_stat_monitor
-- version: 2.1
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: nothing is recorded; the view is empty and resetting does nothing

create function @extschema@.pg_stat_monitor_internal(
    showtext boolean, out bucket bigint, out bucket_start_time timestamptz, out userid oid, out username text,
    out dbid oid, out datname text, out client_ip inet, out pgsm_query_id bigint, out queryid bigint,
    out toplevel boolean, out top_queryid bigint, out query text, out comments text, out planid bigint,
    out query_plan text, out top_query text, out application_name text, out relations text[], out cmd_type integer,
    out cmd_type_text text, out elevel integer, out sqlcode text, out message text, out calls bigint,
    out total_exec_time double precision, out min_exec_time double precision, out max_exec_time double precision,
    out mean_exec_time double precision, out stddev_exec_time double precision, out rows bigint,
    out shared_blks_hit bigint, out shared_blks_read bigint, out shared_blks_dirtied bigint,
    out shared_blks_written bigint, out resp_calls text[], out cpu_user_time double precision,
    out cpu_sys_time double precision, out bucket_done boolean)
returns setof record
language plpgsql strict volatile parallel safe as 'begin return; end';

create view @extschema@.pg_stat_monitor as select * from @extschema@.pg_stat_monitor_internal(true);
grant select on @extschema@.pg_stat_monitor to public;

create function @extschema@.pg_stat_monitor_version() returns text
language sql parallel safe return '2.1';
create function @extschema@.pg_stat_monitor_reset() returns void
language sql parallel safe as '';
create function @extschema@.get_histogram_timings() returns text
language sql parallel safe return '';
create function @extschema@.histogram(_bucket integer, _quryid bigint) returns setof record
language plpgsql as 'begin return; end';
create function @extschema@.range() returns text[]
language sql parallel safe return '{}'::text[];
create function @extschema@.get_cmd_type(cmd_type integer) returns text
language sql parallel safe
return (array['', 'SELECT', 'UPDATE', 'INSERT', 'DELETE', 'UTILITY', 'NOTHING'])[cmd_type + 1];
