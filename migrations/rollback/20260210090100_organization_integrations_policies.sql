drop policy if exists organization_integrations_delete on public.organization_integrations;
drop policy if exists organization_integrations_update on public.organization_integrations;
drop policy if exists organization_integrations_insert on public.organization_integrations;
drop policy if exists organization_integrations_select on public.organization_integrations;

revoke all on public.organization_integrations from authenticated, service_role;
revoke insert (organization_id, integration_type, status, field_mappings, sync_schedule, excluded_features),
  update (status, field_mappings, sync_schedule, excluded_features)
  on public.organization_integrations from authenticated;
