set lock_timeout = '2s';

drop trigger if exists expense_claims_export_once on public.expense_claims;
alter table public.expense_claims
  drop constraint if exists expense_claims_run_has_time,
  drop constraint if exists expense_claims_export_run_fkey,
  drop column if exists export_run_id,
  drop column if exists exported_at;
drop function if exists private.export_once();
drop table if exists public.export_runs;
drop function if exists private.move_export_run();
drop table if exists public.export_run_statuses;
