-- Only what the migration has converted goes back to text; a column that was made with the enum keeps it.
set lock_timeout = '2s';

do $$
begin
  if col_description(
    'public.organization_integrations'::regclass,
    (
      select a.attnum from pg_attribute a
      where a.attrelid = 'public.organization_integrations'::regclass and a.attname = 'integration_type'
    )
  ) is distinct from 'Was text before 20260310090000.' then
    return;
  end if;
  comment on column public.organization_integrations.integration_type is null;
  alter table public.organization_integrations alter column integration_type type text;
  drop type public.integration_type_enum;
end
$$;
