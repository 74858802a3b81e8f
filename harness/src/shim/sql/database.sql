-- The schemas of a Supabase database, what each role may do in them, and the privileges that new objects get.
--
-- ORDER of the files of one database, on a fresh database owned by postgres:
--   database.sql, the default extensions, auth.sql, storage.sql, realtime.sql, vault.sql (as the stand-in of
--   supabase_vault), functions.sql, exposure_off.sql (only where new tables are not exposed), database_grants.sql.
-- A clone keeps everything but what database_grants.sql states: run that again in each clone.
-- Roles come before all of it: roles_wanted.sql, roles_differ.sql, roles_create.sql, in one session.
--
-- Every file is sent as one query by a superuser and names its objects with their schema.

grant usage on schema public to postgres, anon, authenticated, service_role;

create schema auth authorization supabase_admin;
grant usage on schema auth to postgres, anon, authenticated, service_role;
grant all on schema auth to supabase_auth_admin, dashboard_user;

create schema storage authorization supabase_admin;
grant usage on schema storage to postgres with grant option;
grant usage on schema storage to anon, authenticated, service_role;
grant all on schema storage to supabase_storage_admin, dashboard_user;

create schema realtime authorization supabase_admin;
grant usage on schema realtime to postgres with grant option;
grant usage on schema realtime to anon, authenticated, service_role;
grant all on schema realtime to supabase_realtime_admin with grant option;

create schema extensions authorization postgres;
grant usage on schema extensions to anon, authenticated, service_role;
grant all on schema extensions to dashboard_user;

create schema vault authorization supabase_admin;
grant usage on schema vault to postgres with grant option;
grant usage on schema vault to service_role;

create schema graphql authorization supabase_admin;
grant usage on schema graphql to postgres with grant option;
grant usage on schema graphql to anon, authenticated, service_role;

create schema graphql_public authorization supabase_admin;
grant usage on schema graphql_public to postgres, anon, authenticated, service_role;

create schema supabase_functions authorization supabase_admin;
grant usage on schema supabase_functions to postgres, anon, authenticated, service_role;
grant all on schema supabase_functions to supabase_functions_admin;

create schema _realtime authorization postgres;
create schema pgbouncer authorization pgbouncer;

-- What new objects get, by who makes them and where. On PostgreSQL 17 and later ALL includes MAINTAIN.

alter default privileges for role postgres, supabase_admin in schema public
  grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role postgres, supabase_admin in schema public
  grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role postgres, supabase_admin in schema public
  grant all on functions to postgres, anon, authenticated, service_role;

alter default privileges for role postgres in schema storage
  grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema storage
  grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema storage
  grant all on functions to postgres, anon, authenticated, service_role;

alter default privileges for role supabase_auth_admin in schema auth
  grant all on tables to postgres, dashboard_user;
alter default privileges for role supabase_auth_admin in schema auth
  grant all on sequences to postgres, dashboard_user;
alter default privileges for role supabase_auth_admin in schema auth
  grant all on functions to postgres, dashboard_user;

alter default privileges for role supabase_admin in schema realtime
  grant all on tables to postgres, dashboard_user;
alter default privileges for role supabase_admin in schema realtime
  grant all on sequences to postgres, dashboard_user;
alter default privileges for role supabase_admin in schema realtime
  grant all on functions to postgres, dashboard_user;

alter default privileges for role supabase_admin in schema extensions
  grant all on tables to postgres with grant option;
alter default privileges for role supabase_admin in schema extensions
  grant all on sequences to postgres with grant option;
alter default privileges for role supabase_admin in schema extensions
  grant all on functions to postgres with grant option;

alter default privileges for role supabase_admin in schema graphql, graphql_public
  grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema graphql, graphql_public
  grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema graphql, graphql_public
  grant all on functions to postgres, anon, authenticated, service_role;

grant execute on function pg_catalog.pg_reload_conf() to postgres;

-- Supabase's event triggers reload the API's schema cache and grant what an extension brings. Nobody listens here,
-- and a trigger would slow each DDL statement down: the functions exist, do nothing, and are not attached.

create function extensions.pgrst_ddl_watch() returns event_trigger language plpgsql as 'begin end';
create function extensions.pgrst_drop_watch() returns event_trigger language plpgsql as 'begin end';
create function extensions.grant_pg_cron_access() returns event_trigger language plpgsql as 'begin end';
create function extensions.grant_pg_net_access() returns event_trigger language plpgsql as 'begin end';
create function extensions.grant_pg_graphql_access() returns event_trigger language plpgsql as 'begin end';
create function extensions.set_graphql_placeholder() returns event_trigger language plpgsql as 'begin end';

-- postgres must own it: ALTER PUBLICATION … ADD TABLE is the owner's.
create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;
