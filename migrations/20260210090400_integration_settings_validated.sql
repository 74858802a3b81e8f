-- From here on every row has the form that new rows have. What was damaged is repaired first, and its admins find the record; both look at every
-- row of the table, under locks that stop nobody from reading or writing another one.
select count(*) from public.repair_integrations();

alter table public.organization_integrations validate constraint organization_integrations_credentials_in_vault;
alter table public.organization_integrations validate constraint organization_integrations_excluded_features_form;
alter table public.organization_integrations validate constraint organization_integrations_field_mappings_form;
alter table public.organization_integrations validate constraint organization_integrations_sync_schedule_form;
