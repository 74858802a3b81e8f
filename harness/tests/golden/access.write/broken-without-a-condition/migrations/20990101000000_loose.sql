alter policy claims_update_own_org on public.claims using (true) with check (true);
create policy claims_delete_all on public.claims for delete to authenticated using (true);
