drop function if exists public.repair_integrations();
drop function if exists private.kept_schedule(text);
drop function if exists private.kept_features(jsonb);
drop function if exists private.kept_field_mappings(jsonb);
drop function if exists private.without_credentials(jsonb);
drop table if exists public.integration_repairs;
drop trigger if exists organization_integrations_settings on public.organization_integrations;
drop function if exists private.refuse_settings();
alter table public.organization_integrations
  drop constraint if exists organization_integrations_sync_schedule_form,
  drop constraint if exists organization_integrations_field_mappings_form,
  drop constraint if exists organization_integrations_excluded_features_form,
  drop constraint if exists organization_integrations_credentials_in_vault;
drop function if exists private.hold_a_credential(jsonb, jsonb, text);
drop function if exists private.is_schedule(text);
drop function if exists private.are_features(jsonb);
drop function if exists private.are_field_mappings(jsonb);
drop function if exists private.is_feature(jsonb);
drop function if exists private.is_mapping(text, jsonb);
drop function if exists private.looks_like_a_credential(text);
