drop function if exists public.export_claims(uuid);
drop function if exists public.export_preview(uuid);
