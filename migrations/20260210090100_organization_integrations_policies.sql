-- Admins set the integrations of their organization up; its coordinators and finance people read them. Nobody reaches those of another.

grant select, delete,
  insert (organization_id, integration_type, status, field_mappings, sync_schedule, excluded_features),
  update (status, field_mappings, sync_schedule, excluded_features)
  on public.organization_integrations to authenticated;
grant select, insert, update, delete on public.organization_integrations to service_role;

drop policy if exists organization_integrations_select on public.organization_integrations;
create policy organization_integrations_select on public.organization_integrations
  for select to authenticated
  using (organization_id = any (array(select private.my_org_ids('{coordinator,finance,admin}'))));

drop policy if exists organization_integrations_insert on public.organization_integrations;
create policy organization_integrations_insert on public.organization_integrations
  for insert to authenticated
  with check (organization_id = any (array(select private.my_org_ids('{admin}'))));

drop policy if exists organization_integrations_update on public.organization_integrations;
create policy organization_integrations_update on public.organization_integrations
  for update to authenticated
  using (organization_id = any (array(select private.my_org_ids('{admin}'))));

drop policy if exists organization_integrations_delete on public.organization_integrations;
create policy organization_integrations_delete on public.organization_integrations
  for delete to authenticated
  using (organization_id = any (array(select private.my_org_ids('{admin}'))));
