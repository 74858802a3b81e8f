drop index concurrently if exists public.expense_claims_export_run_id_idx;
drop index concurrently if exists public.expense_claims_unexported_idx;

set lock_timeout = '2s';

-- A constraint that was validated cannot be made not valid again but by making it anew.
alter table public.expense_claims
  drop constraint if exists expense_claims_export_run_fkey,
  add constraint expense_claims_export_run_fkey foreign key (export_run_id, org_id)
    references public.export_runs (run_id, org_id) on delete restrict not valid,
  drop constraint if exists expense_claims_run_has_time,
  add constraint expense_claims_run_has_time check (export_run_id is null or exported_at is not null) not valid;
