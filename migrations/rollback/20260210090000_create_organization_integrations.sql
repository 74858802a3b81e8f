drop table if exists public.organization_integrations;
drop type if exists public.integration_status_enum;
drop type if exists public.integration_type_enum;
