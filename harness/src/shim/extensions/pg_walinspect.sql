-- extension: pg_walinspect
-- version: 1.1
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: the log is not read; every function finds nothing

create function @extschema@.pg_get_wal_record_info(
    in_lsn pg_lsn, out start_lsn pg_lsn, out end_lsn pg_lsn, out prev_lsn pg_lsn, out xid xid,
    out resource_manager text, out record_type text, out record_length integer, out main_data_length integer,
    out fpi_length integer, out description text, out block_ref text)
returns setof record
language plpgsql strict as 'begin return; end';
create function @extschema@.pg_get_wal_records_info(
    start_lsn pg_lsn, end_lsn pg_lsn, out record_start pg_lsn, out record_end pg_lsn, out prev_lsn pg_lsn, out xid xid,
    out resource_manager text, out record_type text, out record_length integer, out main_data_length integer,
    out fpi_length integer, out description text, out block_ref text)
returns setof record
language plpgsql strict as 'begin return; end';
create function @extschema@.pg_get_wal_stats(
    start_lsn pg_lsn, end_lsn pg_lsn, per_record boolean default false, out "resource_manager/record_type" text,
    out count bigint, out count_percentage double precision, out record_size bigint,
    out record_size_percentage double precision, out fpi_size bigint, out fpi_size_percentage double precision,
    out combined_size bigint, out combined_size_percentage double precision)
returns setof record
language plpgsql strict as 'begin return; end';
