-- The credentials stay in the Vault: whoever takes this back may want to bring it again.
drop trigger if exists organization_integrations_forget_credential on public.organization_integrations;
drop function if exists private.forget_integration_credential();
drop function if exists public.integration_credential(uuid, text);
drop function if exists public.store_integration_credential(uuid, text, text);
drop function if exists private.credential_name(uuid, text);
