drop table if exists public.expense_claims;
