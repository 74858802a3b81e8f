-- Which claims are not exported yet, and which claims a run has taken. Built while claims come and go, so this file is not one transaction: what
-- an interrupted build leaves behind is an index that is not valid, which `if not exists` would take for the real one.

-- Dropping an index stops everybody, so it does not wait for long. Building one stops nobody and waits for whoever is there.
set lock_timeout = '2s';

do $$
declare
  broken regclass;
begin
  for broken in
    select i.indexrelid
    from pg_index i
    where not i.indisvalid
      and i.indexrelid in (
        to_regclass('public.expense_claims_unexported_idx'),
        to_regclass('public.expense_claims_export_run_id_idx')
      )
  loop
    execute format('drop index %s', broken);
  end loop;
end
$$;

reset lock_timeout;

create index concurrently if not exists expense_claims_unexported_idx
  on public.expense_claims (org_id, spent_on) where exported_at is null;

create index concurrently if not exists expense_claims_export_run_id_idx
  on public.expense_claims (export_run_id) where export_run_id is not null;

-- Looks at every row and stops nobody from writing one.
alter table public.expense_claims validate constraint expense_claims_export_run_fkey;
alter table public.expense_claims validate constraint expense_claims_run_has_time;
