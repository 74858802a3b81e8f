-- A constraint that was validated cannot be made not valid again but by making it anew. What was repaired stays repaired.
alter table public.organization_integrations
  drop constraint if exists organization_integrations_credentials_in_vault,
  add constraint organization_integrations_credentials_in_vault check (
    not private.hold_a_credential(field_mappings, excluded_features, sync_schedule)
  ) not valid,
  drop constraint if exists organization_integrations_excluded_features_form,
  add constraint organization_integrations_excluded_features_form check (private.are_features(excluded_features)) not valid,
  drop constraint if exists organization_integrations_field_mappings_form,
  add constraint organization_integrations_field_mappings_form check (private.are_field_mappings(field_mappings)) not valid,
  drop constraint if exists organization_integrations_sync_schedule_form,
  add constraint organization_integrations_sync_schedule_form check (private.is_schedule(sync_schedule)) not valid;
