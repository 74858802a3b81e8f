-- extension: pgmq
-- version: 1.5.1
-- schema: pgmq
-- relocatable: no
-- kind: imitation
-- says: queues work as tables with visibility times; partitioned queues are made as plain ones

create schema if not exists pgmq;
grant all on schema pgmq to postgres with grant option;

create type pgmq.message_record as (
    msg_id bigint, read_ct integer, enqueued_at timestamptz, vt timestamptz, message jsonb, headers jsonb);
create type pgmq.queue_record as (
    queue_name character varying, is_partitioned boolean, is_unlogged boolean, created_at timestamptz);
create type pgmq.metrics_result as (
    queue_name text, queue_length bigint, newest_msg_age_sec integer, oldest_msg_age_sec integer,
    total_messages bigint, scrape_time timestamptz, queue_visible_length bigint);

create table pgmq.meta (
    queue_name character varying unique not null,
    is_partitioned boolean not null,
    is_unlogged boolean not null,
    created_at timestamptz not null default pg_catalog.now()
);

create function pgmq.validate_queue_name(queue_name text) returns void
language plpgsql as $fn$
begin
    if length(queue_name) > 47 then
        raise exception 'queue name is too long, maximum length is 47 characters';
    end if;
end
$fn$;

create function pgmq.format_table_name(queue_name text, prefix text) returns text
language plpgsql as $fn$
begin
    if queue_name ~ '[$;'']|--' then
        raise exception 'queue name contains invalid characters: $, ;, --, or ''';
    end if;
    return lower(prefix || '_' || queue_name);
end
$fn$;

create function pgmq.acquire_queue_lock(queue_name text) returns void
language sql as $fn$ select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('pgmq.queue_' || queue_name)) $fn$;

create function pgmq.pgattest_create(queue_name text, is_unlogged boolean, is_partitioned boolean) returns void
language plpgsql set search_path = '' as $fn$
declare
    queue text := pgmq.format_table_name(queue_name, 'q');
    archive text := pgmq.format_table_name(queue_name, 'a');
    kind text := case when is_unlogged then 'unlogged' else '' end;
begin
    perform pgmq.validate_queue_name(queue_name);
    perform pgmq.acquire_queue_lock(queue_name);
    if exists (select from pgmq.meta m where m.queue_name = pgattest_create.queue_name) then
        return;
    end if;
    execute format($sql$
        create %1$s table if not exists pgmq.%2$I (
            msg_id bigint primary key generated always as identity,
            read_ct integer default 0 not null,
            enqueued_at timestamptz default pg_catalog.now() not null,
            vt timestamptz not null,
            message jsonb,
            headers jsonb
        );
        create table if not exists pgmq.%3$I (
            msg_id bigint primary key,
            read_ct integer default 0 not null,
            enqueued_at timestamptz default pg_catalog.now() not null,
            archived_at timestamptz default pg_catalog.now() not null,
            vt timestamptz not null,
            message jsonb,
            headers jsonb
        );
        create index if not exists %4$I on pgmq.%2$I (vt);
        create index if not exists %5$I on pgmq.%3$I (archived_at);
        $sql$, kind, queue, archive, queue || '_vt_idx', 'archived_at_idx_' || queue_name);
    insert into pgmq.meta (queue_name, is_partitioned, is_unlogged)
    values (pgattest_create.queue_name, pgattest_create.is_partitioned, pgattest_create.is_unlogged);
end
$fn$;

create function pgmq.create_non_partitioned(queue_name text) returns void
language sql as 'select pgmq.pgattest_create(queue_name, false, false)';

create function pgmq.create(queue_name text) returns void
language sql as 'select pgmq.pgattest_create(queue_name, false, false)';

create function pgmq.create_unlogged(queue_name text) returns void
language sql as 'select pgmq.pgattest_create(queue_name, true, false)';

create function pgmq.create_partitioned(
    queue_name text, partition_interval text default '10000', retention_interval text default '100000')
returns void
language sql as 'select pgmq.pgattest_create(queue_name, false, true)';

create function pgmq.convert_archive_partitioned(
    table_name text, partition_interval text default '10000', retention_interval text default '100000',
    leading_partition integer default 10)
returns void
language sql as '';

create function pgmq.detach_archive(queue_name text) returns void
language sql as '';

create function pgmq.drop_queue(queue_name text) returns boolean
language plpgsql set search_path = '' as $fn$
begin
    perform pgmq.acquire_queue_lock(queue_name);
    if not exists (select from pgmq.meta m where m.queue_name = drop_queue.queue_name) then
        raise notice 'pgmq queue `%` does not exist', queue_name;
        return false;
    end if;
    execute format('drop table if exists pgmq.%I, pgmq.%I',
        pgmq.format_table_name(queue_name, 'q'), pgmq.format_table_name(queue_name, 'a'));
    delete from pgmq.meta m where m.queue_name = drop_queue.queue_name;
    return true;
end
$fn$;

create function pgmq.drop_queue(queue_name text, partitioned boolean) returns boolean
language sql as 'select pgmq.drop_queue(queue_name)';

create function pgmq.purge_queue(queue_name text) returns bigint
language plpgsql set search_path = '' as $fn$
declare
    gone bigint;
begin
    execute format('delete from pgmq.%I', pgmq.format_table_name(queue_name, 'q'));
    get diagnostics gone = row_count;
    return gone;
end
$fn$;

create function pgmq.send(queue_name text, msg jsonb, headers jsonb, delay timestamptz) returns setof bigint
language plpgsql set search_path = '' as $fn$
begin
    return query execute format(
        'insert into pgmq.%I (vt, message, headers) values ($1, $2, $3) returning msg_id',
        pgmq.format_table_name(queue_name, 'q')) using delay, msg, headers;
end
$fn$;

create function pgmq.send(queue_name text, msg jsonb) returns setof bigint
language sql as 'select * from pgmq.send(queue_name, msg, null, clock_timestamp())';

create function pgmq.send(queue_name text, msg jsonb, headers jsonb) returns setof bigint
language sql as 'select * from pgmq.send(queue_name, msg, headers, clock_timestamp())';

create function pgmq.send(queue_name text, msg jsonb, delay integer) returns setof bigint
language sql as $fn$
    select * from pgmq.send(queue_name, msg, null, clock_timestamp() + pg_catalog.make_interval(secs => delay))
$fn$;

create function pgmq.send(queue_name text, msg jsonb, delay timestamptz) returns setof bigint
language sql as 'select * from pgmq.send(queue_name, msg, null, delay)';

create function pgmq.send(queue_name text, msg jsonb, headers jsonb, delay integer) returns setof bigint
language sql as $fn$
    select * from pgmq.send(queue_name, msg, headers, clock_timestamp() + pg_catalog.make_interval(secs => delay))
$fn$;

create function pgmq.send_batch(queue_name text, msgs jsonb[], headers jsonb[], delay timestamptz) returns setof bigint
language plpgsql set search_path = '' as $fn$
begin
    if headers is not null and cardinality(headers) <> cardinality(msgs) then
        raise exception 'headers array must be null or have as many items as msgs';
    end if;
    return query execute format(
        'insert into pgmq.%I (vt, message, headers) select $1, m, h from unnest($2, $3) as pairs (m, h) returning msg_id',
        pgmq.format_table_name(queue_name, 'q')) using delay, msgs, coalesce(headers, '{}');
end
$fn$;

create function pgmq.send_batch(queue_name text, msgs jsonb[]) returns setof bigint
language sql as 'select * from pgmq.send_batch(queue_name, msgs, null, clock_timestamp())';

create function pgmq.send_batch(queue_name text, msgs jsonb[], headers jsonb[]) returns setof bigint
language sql as 'select * from pgmq.send_batch(queue_name, msgs, headers, clock_timestamp())';

create function pgmq.send_batch(queue_name text, msgs jsonb[], delay integer) returns setof bigint
language sql as $fn$
    select * from pgmq.send_batch(queue_name, msgs, null, clock_timestamp() + pg_catalog.make_interval(secs => delay))
$fn$;

create function pgmq.send_batch(queue_name text, msgs jsonb[], delay timestamptz) returns setof bigint
language sql as 'select * from pgmq.send_batch(queue_name, msgs, null, delay)';

create function pgmq.send_batch(queue_name text, msgs jsonb[], headers jsonb[], delay integer) returns setof bigint
language sql as $fn$
    select * from pgmq.send_batch(queue_name, msgs, headers, clock_timestamp() + pg_catalog.make_interval(secs => delay))
$fn$;

create function pgmq.read(queue_name text, vt integer, qty integer, conditional jsonb)
returns setof pgmq.message_record
language plpgsql set search_path = '' as $fn$
begin
    return query execute format($sql$
        with next as (
            select msg_id from pgmq.%1$I
            where vt <= clock_timestamp() and case when $3 = '{}' then true else message @> $3 end
            order by msg_id limit $1 for update skip locked
        )
        update pgmq.%1$I q
        set vt = clock_timestamp() + pg_catalog.make_interval(secs => $2), read_ct = q.read_ct + 1
        from next
        where q.msg_id = next.msg_id
        returning q.msg_id, q.read_ct, q.enqueued_at, q.vt, q.message, q.headers
        $sql$, pgmq.format_table_name(queue_name, 'q')) using qty, vt, conditional;
end
$fn$;

-- Grants name a function by its arguments, of which earlier versions have one less: so both forms are there.
create function pgmq.read(queue_name text, vt integer, qty integer) returns setof pgmq.message_record
language sql as $fn$ select * from pgmq.read(queue_name, vt, qty, '{}'::jsonb) $fn$;

create function pgmq.read_with_poll(
    queue_name text, vt integer, qty integer, max_poll_seconds integer, poll_interval_ms integer, conditional jsonb)
returns setof pgmq.message_record
language plpgsql set search_path = '' as $fn$
declare
    until timestamptz := clock_timestamp() + make_interval(secs => max_poll_seconds);
begin
    loop
        return query select * from pgmq.read(queue_name, vt, qty, conditional);
        exit when found or clock_timestamp() > until;
        perform pg_sleep(poll_interval_ms / 1000.0);
    end loop;
end
$fn$;

create function pgmq.read_with_poll(
    queue_name text, vt integer, qty integer, max_poll_seconds integer default 5,
    poll_interval_ms integer default 100)
returns setof pgmq.message_record
language sql as $fn$
    select * from pgmq.read_with_poll(queue_name, vt, qty, max_poll_seconds, poll_interval_ms, '{}'::jsonb)
$fn$;

create function pgmq.pop(queue_name text) returns setof pgmq.message_record
language plpgsql set search_path = '' as $fn$
begin
    return query execute format($sql$
        with next as (
            select msg_id from pgmq.%1$I where vt <= clock_timestamp()
            order by msg_id limit 1 for update skip locked
        )
        delete from pgmq.%1$I q using next where q.msg_id = next.msg_id
        returning q.msg_id, q.read_ct, q.enqueued_at, q.vt, q.message, q.headers
        $sql$, pgmq.format_table_name(queue_name, 'q'));
end
$fn$;

create function pgmq.archive(queue_name text, msg_ids bigint[]) returns setof bigint
language plpgsql set search_path = '' as $fn$
begin
    return query execute format($sql$
        with gone as (
            delete from pgmq.%I where msg_id = any ($1)
            returning msg_id, vt, read_ct, enqueued_at, message, headers
        )
        insert into pgmq.%I (msg_id, vt, read_ct, enqueued_at, message, headers)
        select msg_id, vt, read_ct, enqueued_at, message, headers from gone
        returning msg_id
        $sql$, pgmq.format_table_name(queue_name, 'q'), pgmq.format_table_name(queue_name, 'a')) using msg_ids;
end
$fn$;

create function pgmq.archive(queue_name text, msg_id bigint) returns boolean
language sql as 'select exists (select from pgmq.archive(queue_name, array[msg_id]))';

create function pgmq.delete(queue_name text, msg_ids bigint[]) returns setof bigint
language plpgsql set search_path = '' as $fn$
begin
    return query execute format('delete from pgmq.%I where msg_id = any ($1) returning msg_id',
        pgmq.format_table_name(queue_name, 'q')) using msg_ids;
end
$fn$;

create function pgmq.delete(queue_name text, msg_id bigint) returns boolean
language sql as 'select exists (select from pgmq.delete(queue_name, array[msg_id]))';

create function pgmq.set_vt(queue_name text, msg_id bigint, vt integer) returns setof pgmq.message_record
language plpgsql set search_path = '' as $fn$
begin
    return query execute format($sql$
        update pgmq.%I set vt = clock_timestamp() + pg_catalog.make_interval(secs => $1) where msg_id = $2
        returning msg_id, read_ct, enqueued_at, vt, message, headers
        $sql$, pgmq.format_table_name(queue_name, 'q')) using vt, msg_id;
end
$fn$;

create function pgmq.list_queues() returns setof pgmq.queue_record
language sql as 'select m.queue_name, m.is_partitioned, m.is_unlogged, m.created_at from pgmq.meta m';

create function pgmq.metrics(queue_name text) returns pgmq.metrics_result
language plpgsql set search_path = '' as $fn$
declare
    result pgmq.metrics_result;
    queue text := pgmq.format_table_name(queue_name, 'q');
begin
    execute format($sql$
        select $1, count(*), extract(epoch from now() - max(enqueued_at))::integer,
            extract(epoch from now() - min(enqueued_at))::integer,
            (select case when is_called then last_value else 0 end from pgmq.%2$I), now(),
            count(*) filter (where vt <= now())
        from pgmq.%1$I
        $sql$, queue, queue || '_msg_id_seq') using queue_name into result;
    return result;
end
$fn$;

create function pgmq.metrics_all() returns setof pgmq.metrics_result
language sql as 'select (pgmq.metrics(m.queue_name)).* from pgmq.meta m';

-- On Supabase everything in here belongs to postgres, who makes the queues.
do $owner$
declare
    item record;
begin
    for item in select p.oid::regprocedure as name from pg_catalog.pg_proc p where p.pronamespace = 'pgmq'::regnamespace loop
        execute format('alter function %s owner to postgres', item.name);
    end loop;
end
$owner$;
alter table pgmq.meta owner to postgres;
alter type pgmq.message_record owner to postgres;
alter type pgmq.queue_record owner to postgres;
alter type pgmq.metrics_result owner to postgres;
grant select on pgmq.meta to pg_monitor;
