-- The audit log of proxy activities: what was registered, changed and deleted, by whom. Triggers write it and nobody else; nobody changes it, not the
-- service and not its owner. Changes that somebody tries come to nothing and leave a record of their own, which an error would take back with it.

set lock_timeout = '2s';

create table if not exists public.proxy_audit_log (
  id bigint generated always as identity primary key,
  activity_id uuid not null,
  org_id uuid not null,
  action text not null,
  acted_by uuid,
  acting_role text not null,
  row_before jsonb,
  row_after jsonb,
  recorded_at timestamptz not null default now(),
  constraint proxy_audit_log_action_known check (action in ('insert', 'update', 'delete')),
  constraint proxy_audit_log_rows_fit_action check (
    (row_before is null) = (action = 'insert') and (row_after is null) = (action = 'delete')
  )
);

create index if not exists proxy_audit_log_org_id_idx on public.proxy_audit_log (org_id, recorded_at);
create index if not exists proxy_audit_log_activity_id_idx on public.proxy_audit_log (activity_id);

create table if not exists public.proxy_audit_attempts (
  id bigint generated always as identity primary key,
  -- Null where somebody has tried to make a record up that names no organization.
  org_id uuid,
  kept_table text not null,
  row_id bigint not null,
  tried text not null,
  tried_by uuid,
  trying_role text not null,
  would_be jsonb,
  tried_at timestamptz not null default now(),
  constraint proxy_audit_attempts_tried_known check (tried in ('insert', 'update', 'delete'))
);

create index if not exists proxy_audit_attempts_org_id_idx on public.proxy_audit_attempts (org_id, tried_at);

alter table public.proxy_audit_log enable row level security;
alter table public.proxy_audit_attempts enable row level security;

-- The service could be refused by a privilege, and then nobody would hear of it. It may try, so that what it tries is recorded.
revoke all on public.proxy_audit_log, public.proxy_audit_attempts from anon, authenticated, service_role;
revoke all on sequence public.proxy_audit_log_id_seq, public.proxy_audit_attempts_id_seq from anon, authenticated, service_role;
grant select on public.proxy_audit_log, public.proxy_audit_attempts to authenticated;
grant select, insert, update, delete on public.proxy_audit_log, public.proxy_audit_attempts to service_role;

drop policy if exists proxy_audit_log_select on public.proxy_audit_log;
create policy proxy_audit_log_select on public.proxy_audit_log
  for select to authenticated
  using (org_id = any (array(select private.my_org_ids('{coordinator,admin}'))));

drop policy if exists proxy_audit_attempts_select on public.proxy_audit_attempts;
create policy proxy_audit_attempts_select on public.proxy_audit_attempts
  for select to authenticated
  using (org_id = any (array(select private.my_org_ids('{admin}'))));

-- Whoever asks: the role of the request if it came through the API, and of the connection otherwise. A connection of another kind may say of
-- itself whatever it likes, and what it says of the person is worth no more than that.
create or replace function private.asking_role()
returns text
language sql
stable
set search_path = pg_catalog, pg_temp
return coalesce(case when session_user = 'authenticator' then auth.role() end, session_user);

create or replace function private.record_proxy_activity()
returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into public.proxy_audit_log (activity_id, org_id, action, acted_by, acting_role, row_before, row_after)
  values (
    coalesce(new.id, old.id),
    coalesce(new.org_id, old.org_id),
    lower(tg_op),
    auth.uid(),
    private.asking_role(),
    to_jsonb(old),
    to_jsonb(new)
  );
  return null;
end
$$;

-- Serves both tables: who tampers with the attempts leaves one more. Returning nothing leaves things as they are, and the record of the attempt
-- stands.
create or replace function private.keep_audit_log()
returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into public.proxy_audit_attempts (org_id, kept_table, row_id, tried, tried_by, trying_role, would_be)
  values (
    coalesce(old.org_id, new.org_id),
    tg_table_name,
    coalesce(old.id, new.id),
    lower(tg_op),
    auth.uid(),
    private.asking_role(),
    to_jsonb(new)
  );
  return null;
end
$$;

-- Emptying a table asks about no row, so there is nothing to leave out: it is refused.
create or replace function private.refuse_truncate()
returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception '% is never emptied', tg_table_name using errcode = 'PT403';
end
$$;

revoke execute on function
  private.asking_role(),
  private.record_proxy_activity(),
  private.keep_audit_log(),
  private.refuse_truncate()
  from public, anon, authenticated, service_role;

create or replace trigger proxy_activities_record
  after insert or update or delete on public.proxy_activities
  for each row execute function private.record_proxy_activity();

-- A truncated table asks no row either, and its records would not tell of it.
create or replace trigger proxy_activities_never_emptied
  before truncate on public.proxy_activities
  for each statement execute function private.refuse_truncate();

-- A record that no trigger of the owner writes is made up. Whoever loads records that were saved elsewhere disables these two by name.
create or replace trigger proxy_audit_log_not_made_up
  before insert on public.proxy_audit_log
  for each row when (pg_trigger_depth() = 0 or current_user <> 'postgres')
  execute function private.keep_audit_log();

create or replace trigger proxy_audit_attempts_not_made_up
  before insert on public.proxy_audit_attempts
  for each row when (pg_trigger_depth() = 0 or current_user <> 'postgres')
  execute function private.keep_audit_log();

create or replace trigger proxy_audit_log_kept
  before update or delete on public.proxy_audit_log
  for each row execute function private.keep_audit_log();

create or replace trigger proxy_audit_log_never_emptied
  before truncate on public.proxy_audit_log
  for each statement execute function private.refuse_truncate();

create or replace trigger proxy_audit_attempts_kept
  before update or delete on public.proxy_audit_attempts
  for each row execute function private.keep_audit_log();

create or replace trigger proxy_audit_attempts_never_emptied
  before truncate on public.proxy_audit_attempts
  for each statement execute function private.refuse_truncate();

-- Replication mode, which whoever owns the tables may switch on, leaves ordinary triggers out.
alter table public.proxy_activities enable always trigger proxy_activities_record;
alter table public.proxy_activities enable always trigger proxy_activities_never_emptied;
alter table public.proxy_audit_log enable always trigger proxy_audit_log_not_made_up;
alter table public.proxy_audit_log enable always trigger proxy_audit_log_kept;
alter table public.proxy_audit_log enable always trigger proxy_audit_log_never_emptied;
alter table public.proxy_audit_attempts enable always trigger proxy_audit_attempts_not_made_up;
alter table public.proxy_audit_attempts enable always trigger proxy_audit_attempts_kept;
alter table public.proxy_audit_attempts enable always trigger proxy_audit_attempts_never_emptied;
