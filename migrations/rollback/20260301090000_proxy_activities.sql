set lock_timeout = '2s';

drop table if exists public.proxy_activities;
drop function if exists private.require_mentor_of_org();
