set lock_timeout = '2s';

drop trigger if exists proxy_activities_never_emptied on public.proxy_activities;
drop trigger if exists proxy_activities_record on public.proxy_activities;
drop table if exists public.proxy_audit_attempts;
drop table if exists public.proxy_audit_log;
drop function if exists private.refuse_truncate();
drop function if exists private.keep_audit_log();
drop function if exists private.record_proxy_activity();
drop function if exists private.asking_role();
