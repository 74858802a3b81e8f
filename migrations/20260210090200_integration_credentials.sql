-- The credentials of integrations, in the Vault and nowhere else, under a name that follows from what they are for:
--
--   integration/<organization_id>/<integration_type>
--
-- The service stores, reads and rotates them, and nobody else does; they go when their integration goes. A type is a text here, so that no
-- function hangs on the enum.

create or replace function private.credential_name(organization_id uuid, integration_type text)
returns text
language sql
immutable
set search_path = pg_catalog, pg_temp
return 'integration/' || organization_id || '/' || integration_type;

-- Returns `stored` for a first credential and `rotated` for one that takes the place of another.
create or replace function public.store_integration_credential(organization_id uuid, integration_type text, credential text)
returns text
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  its_name text := private.credential_name(organization_id, integration_type);
  known uuid;
begin
  if coalesce(credential, '') !~ '\S' then
    raise exception 'a credential is not empty' using errcode = 'PT422';
  end if;
  -- The lock lets one of two rotations wait for the other, and holds the integration until its credential is there.
  perform from public.organization_integrations i
  where i.organization_id = store_integration_credential.organization_id
    and i.integration_type::text = store_integration_credential.integration_type
  for update;
  if not found then
    raise exception 'this organization has no such integration' using errcode = 'PT404';
  end if;
  select s.id into known from vault.secrets s where s.name = its_name;
  if known is null then
    perform vault.create_secret(credential, its_name, 'the credential of an integration');
    return 'stored';
  end if;
  perform vault.update_secret(known, credential);
  return 'rotated';
end
$$;

-- Returns null where none is stored.
create or replace function public.integration_credential(organization_id uuid, integration_type text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select s.decrypted_secret
  from vault.decrypted_secrets s
  where s.name = private.credential_name(organization_id, integration_type)
$$;

create or replace function private.forget_integration_credential()
returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from vault.secrets s where s.name = private.credential_name(old.organization_id, old.integration_type::text);
  return null;
end
$$;

revoke execute on function
  private.credential_name(uuid, text),
  private.forget_integration_credential(),
  public.store_integration_credential(uuid, text, text),
  public.integration_credential(uuid, text)
  from public, anon, authenticated, service_role;
grant execute on function
  public.store_integration_credential(uuid, text, text),
  public.integration_credential(uuid, text)
  to service_role;

create or replace trigger organization_integrations_forget_credential
  after delete on public.organization_integrations
  for each row execute function private.forget_integration_credential();
