-- Export runs: one row for each time that claims are handed to an accounting system. Coordinators start one for an organization of theirs; the
-- service carries it out and says how it went. A claim is marked as exported in its own row, and unexported claims are those with no mark.

-- A wait for a busy table gives up soon: behind a waiting statement, everybody else would wait too.
set lock_timeout = '2s';

-- A table and no enum or check: one more status is one more row, and no other table is touched for it. What a run has come to stays so where no
-- status comes after: if a completed run could fail later, its claims would be let go and exported twice.
create table if not exists public.export_run_statuses (
  status text primary key,
  meaning text not null,
  comes_after text[] not null default '{}'
);

insert into public.export_run_statuses (status, meaning, comes_after) values
  ('pending', 'asked for, not begun', '{}'),
  ('running', 'claims are marked, the file is being made', '{pending}'),
  ('completed', 'the file is there', '{running}'),
  ('failed', 'nothing was handed over, and the claims may be exported again', '{pending,running}')
on conflict (status) do nothing;

alter table public.export_run_statuses enable row level security;

revoke all on public.export_run_statuses from anon, authenticated, service_role;
grant select on public.export_run_statuses to authenticated, service_role;

drop policy if exists export_run_statuses_select on public.export_run_statuses;
create policy export_run_statuses_select on public.export_run_statuses
  for select to authenticated
  using (true);

create table if not exists public.export_runs (
  run_id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id) on delete restrict,
  initiated_by uuid not null default auth.uid() references public.users (id) on delete restrict,
  status text not null default 'pending' references public.export_run_statuses (status) on delete restrict,
  date_range_start date not null,
  date_range_end date not null,
  target_system text not null,
  record_count integer,
  file_url text,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  constraint export_runs_range_in_order check (date_range_start <= date_range_end),
  constraint export_runs_range_ends check (isfinite(date_range_start) and isfinite(date_range_end)),
  constraint export_runs_target_system_known check (target_system in ('xledger', 'dynamics')),
  constraint export_runs_record_count_not_negative check (record_count >= 0),
  constraint export_runs_completed_after_created check (completed_at >= created_at),
  -- What refers to a run refers to one of its own organization.
  constraint export_runs_of_org unique (run_id, org_id)
);

create index if not exists export_runs_org_id_idx on public.export_runs (org_id);
create index if not exists export_runs_initiated_by_idx on public.export_runs (initiated_by);
create index if not exists export_runs_status_idx on public.export_runs (status);

alter table public.export_runs enable row level security;

-- Whoever starts a run says for what; how it goes is for the service to say, and for what it was started not even for the service to change.
revoke all on public.export_runs from anon, authenticated, service_role;
grant select, insert (org_id, initiated_by, target_system, date_range_start, date_range_end) on public.export_runs to authenticated;
grant select, insert, update (status, record_count, file_url, completed_at) on public.export_runs to service_role;

drop policy if exists export_runs_select on public.export_runs;
create policy export_runs_select on public.export_runs
  for select to authenticated
  using (org_id = any (array(select private.my_org_ids('{coordinator,finance,admin}'))));

drop policy if exists export_runs_insert on public.export_runs;
create policy export_runs_insert on public.export_runs
  for insert to authenticated
  with check (
    initiated_by = (select auth.uid())
    and org_id = any (array(select private.my_org_ids('{coordinator}')))
  );

create or replace function private.move_export_run()
returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if new.status <> old.status
    and not exists (select from public.export_run_statuses s where s.status = new.status and old.status = any (s.comes_after)) then
    raise exception 'an export run does not go from % to %', old.status, new.status using errcode = 'PT409';
  end if;
  return new;
end
$$;

create or replace trigger export_runs_move
  before update on public.export_runs
  for each row execute function private.move_export_run();

-- A claim is exported once. Only what a failed run has marked is let go, and then as a whole.
create or replace function private.export_once()
returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if old.exported_at is null
    or (new.exported_at, new.export_run_id) is not distinct from (old.exported_at, old.export_run_id) then
    return new;
  end if;
  if new.exported_at is null and new.export_run_id is null
    and exists (select from public.export_runs r where r.run_id = old.export_run_id and r.status = 'failed') then
    return new;
  end if;
  raise exception 'this claim is exported already' using errcode = 'PT409';
end
$$;

revoke execute on function private.move_export_run(), private.export_once() from public, anon, authenticated, service_role;

-- The claims come last, since this is where a lock keeps their people waiting. Nullable columns without a default rewrite nothing, and
-- constraints that are not validated here look at no row; the next migration validates them, under a lock that stops nobody.
alter table public.expense_claims add column if not exists exported_at timestamptz;
alter table public.expense_claims add column if not exists export_run_id uuid;

do $$
begin
  if not exists (
    select from pg_constraint
    where conrelid = 'public.expense_claims'::regclass and conname = 'expense_claims_export_run_fkey'
  ) then
    alter table public.expense_claims
      add constraint expense_claims_export_run_fkey foreign key (export_run_id, org_id)
        references public.export_runs (run_id, org_id) on delete restrict not valid;
  end if;
  if not exists (
    select from pg_constraint
    where conrelid = 'public.expense_claims'::regclass and conname = 'expense_claims_run_has_time'
  ) then
    alter table public.expense_claims
      add constraint expense_claims_run_has_time check (export_run_id is null or exported_at is not null) not valid;
  end if;
end
$$;

create or replace trigger expense_claims_export_once
  before update on public.expense_claims
  for each row execute function private.export_once();
