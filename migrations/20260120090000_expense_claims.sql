-- Expense claims: what somebody spent for an organization and wants back. Whoever submits one sees it, and so do the coordinators, the finance
-- people and the admins of the organization. How far a claim has come stands in a table of its own.

create table if not exists public.expense_claims (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id) on delete restrict,
  submitted_by uuid not null default auth.uid() references public.users (id) on delete restrict,
  category text not null,
  amount numeric(12, 2) not null,
  spent_on date not null,
  description text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- NaN counts as more than any number, and 'infinity' as a day.
  constraint expense_claims_amount_positive check (amount > 0 and amount <> 'NaN'),
  constraint expense_claims_spent_on_a_day check (isfinite(spent_on)),
  constraint expense_claims_category_is_a_word check (category ~ '^[a-z][a-z0-9_]{0,39}$')
);

create index if not exists expense_claims_org_id_idx on public.expense_claims (org_id);
create index if not exists expense_claims_submitted_by_idx on public.expense_claims (submitted_by);

alter table public.expense_claims enable row level security;

-- Of which organization a claim is and who submitted it is said once: neither stands among the columns that may be updated.
revoke all on public.expense_claims from anon, authenticated, service_role;
grant select, insert (org_id, submitted_by, category, amount, spent_on, description),
  update (category, amount, spent_on, description) on public.expense_claims to authenticated;
grant select, insert, update on public.expense_claims to service_role;

create or replace trigger expense_claims_belong
  before update on public.expense_claims
  for each row execute function private.keep_columns('org_id', 'submitted_by');

create or replace trigger expense_claims_touch
  before update on public.expense_claims
  for each row execute function private.touch_updated_at();

drop policy if exists expense_claims_select on public.expense_claims;
create policy expense_claims_select on public.expense_claims
  for select to authenticated
  using (
    submitted_by = (select auth.uid())
    or org_id = any (array(select private.my_org_ids('{coordinator,finance,admin}')))
  );

drop policy if exists expense_claims_insert on public.expense_claims;
create policy expense_claims_insert on public.expense_claims
  for insert to authenticated
  with check (
    submitted_by = (select auth.uid())
    and org_id = any (array(select private.my_org_ids()))
  );

drop policy if exists expense_claims_update on public.expense_claims;
create policy expense_claims_update on public.expense_claims
  for update to authenticated
  using (submitted_by = (select auth.uid()));
