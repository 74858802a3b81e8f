-- What nobody has moved since is what the migration has put there.
delete from public.expense_claim_status where updated_by is null;
