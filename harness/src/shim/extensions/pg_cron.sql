-- extension: pg_cron
-- version: 1.6
-- schema: pg_catalog
-- creates: cron
-- relocatable: no
-- kind: stub
-- says: jobs are recorded and never run

create schema if not exists cron;
grant usage on schema cron to postgres with grant option;
alter default privileges in schema cron grant all on tables to postgres with grant option;
alter default privileges in schema cron grant all on sequences to postgres with grant option;
alter default privileges in schema cron grant all on functions to postgres with grant option;

create sequence cron.jobid_seq;
create sequence cron.runid_seq;

create table cron.job (
    jobid bigint primary key default pg_catalog.nextval('cron.jobid_seq'),
    schedule text not null,
    command text not null,
    nodename text not null default 'localhost',
    nodeport integer not null default coalesce(pg_catalog.inet_server_port(), 5432),
    database text not null default pg_catalog.current_database(),
    username text not null default current_user,
    active boolean not null default true,
    jobname text,
    constraint jobname_username_uniq unique (jobname, username)
);

create table cron.job_run_details (
    jobid bigint,
    runid bigint primary key default pg_catalog.nextval('cron.runid_seq'),
    job_pid integer,
    database text,
    username text,
    command text,
    status text,
    return_message text,
    start_time timestamptz,
    end_time timestamptz
);

alter table cron.job enable row level security;
create policy cron_job_policy on cron.job using (username = current_user);
alter table cron.job_run_details enable row level security;
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);
grant select on cron.job to public;
grant select, delete on cron.job_run_details to public;
revoke all on cron.job from postgres;
grant select on cron.job to postgres with grant option;

create function cron.job_cache_invalidate() returns trigger
language plpgsql as $fn$ begin return null; end $fn$;

-- Callers may not write cron.job, so this runs with its owner's rights and is told who called.
create function cron.pgattest_record(
    caller text, job_name text, job_schedule text, job_command text, job_database text, job_active boolean)
returns bigint
language plpgsql security definer set search_path = '' as $fn$
declare
    made bigint;
begin
    if job_schedule !~* '^\s*(@(yearly|annually|monthly|weekly|daily|midnight|hourly|reboot)|[1-5]?[0-9]\s+seconds?|([0-9a-z*,/$-]+\s+){4}[0-9a-z*,/$-]+)\s*$'
        or job_schedule !~* '^\s*@|seconds?\s*$'
        and exists (
            select from pg_catalog.regexp_split_to_table(pg_catalog.btrim(job_schedule), '\s+')
                with ordinality as fields (field, n)
            where field !~* (array['^[0-9*,/-]+$', '^[0-9*,/-]+$', '^([0-9*,/-]+|[$])$',
                '^([0-9*,/-]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)+$',
                '^([0-9*,/-]|sun|mon|tue|wed|thu|fri|sat)+$'])[n]
        )
        or job_schedule ~* '^\s*0+\s+seconds?' then
        raise exception 'invalid schedule: %', job_schedule
            using errcode = '22023', hint = 'Use cron format (e.g. 5 4 * * *), or interval format ''[1-59] seconds''';
    end if;
    insert into cron.job (schedule, command, database, username, active, jobname)
    values (job_schedule, job_command, job_database, caller, job_active, job_name)
    on conflict on constraint jobname_username_uniq do update
        set schedule = excluded.schedule, command = excluded.command,
            database = excluded.database, active = excluded.active
    returning jobid into made;
    return made;
end
$fn$;

create function cron.pgattest_remove(caller text, id bigint, name text) returns boolean
language plpgsql security definer set search_path = '' as $fn$
begin
    delete from cron.job where (jobid = id or jobname = name) and username = caller;
    if not found then
        if name is not null then
            raise exception 'could not find valid entry for job ''%''', name using errcode = 'XX000';
        end if;
        raise exception 'could not find valid entry for job %', id using errcode = 'XX000';
    end if;
    return true;
end
$fn$;

create function cron.schedule(schedule text, command text) returns bigint
language sql
return cron.pgattest_record(current_user, null, schedule, command, current_database(), true);

create function cron.schedule(job_name text, schedule text, command text) returns bigint
language sql
return cron.pgattest_record(current_user, job_name, schedule, command, current_database(), true);

create function cron.schedule_in_database(
    job_name text, schedule text, command text, database text, username text default null, active boolean default true)
returns bigint
language sql
return cron.pgattest_record(coalesce(username, current_user), job_name, schedule, command, database, active);

create function cron.unschedule(job_id bigint) returns boolean
language sql strict
return cron.pgattest_remove(current_user, job_id, null);

create function cron.unschedule(job_name text) returns boolean
language sql strict
return cron.pgattest_remove(current_user, null, job_name);

create function cron.alter_job(
    job_id bigint, schedule text default null, command text default null, database text default null,
    username text default null, active boolean default null)
returns void
language plpgsql security definer set search_path = '' as $fn$
begin
    update cron.job j
    set schedule = coalesce(alter_job.schedule, j.schedule), command = coalesce(alter_job.command, j.command),
        database = coalesce(alter_job.database, j.database), username = coalesce(alter_job.username, j.username),
        active = coalesce(alter_job.active, j.active)
    where j.jobid = alter_job.job_id;
    if not found then
        raise exception 'Job % does not exist or you don''t own it', job_id using errcode = '22023';
    end if;
end
$fn$;

revoke all on function cron.schedule_in_database(text, text, text, text, text, boolean) from public;
revoke all on function cron.alter_job(bigint, text, text, text, text, boolean) from public;
