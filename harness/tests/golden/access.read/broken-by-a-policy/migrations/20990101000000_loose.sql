alter policy claims_select_own_org on public.claims using (true);
