set lock_timeout = '2s';

drop trigger if exists expense_claims_keep_submitted on public.expense_claims;
drop trigger if exists expense_claims_begin_status on public.expense_claims;
drop function if exists private.keep_submitted_claim();
drop function if exists private.begin_claim_status();
drop function if exists public.move_claim(uuid, public.claim_status, integer);
drop table if exists public.expense_claim_status;
drop function if exists private.move_claim_status();
drop function if exists private.who_moves_a_claim(public.claim_status, public.claim_status);
drop type if exists public.claim_status;
