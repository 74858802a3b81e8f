-- Claims that are older than their status begin as drafts, by nobody. No lock but those of the rows: claims go on being submitted meanwhile.
insert into public.expense_claim_status (claim_id)
select c.id
from public.expense_claims c
where not exists (select from public.expense_claim_status s where s.claim_id = c.id)
on conflict (claim_id) do nothing;
