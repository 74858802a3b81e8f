-- The roles of a Supabase server, stated as data for the major version that runs this file.
-- Nothing is changed here: roles_differ.sql compares these tables with the server, roles_create.sql makes what is
-- missing. Temporary tables, so that every session has its own; the three files belong to one session.

set local client_min_messages = warning;
drop table if exists pg_temp.wanted_role, pg_temp.wanted_setting, pg_temp.wanted_member, pg_temp.wanted_parameter;

-- An attribute that is not named is wanted absent. The order is that of creation, and PostgreSQL lists the privileges
-- of a new object in that order: postgres before the API roles, as Supabase shows them.
create temp table wanted_role as
select row_number() over () as place, role, string_to_array(attributes, ' ') as attributes
from (values
  ('supabase_admin', 'login inherit superuser createrole createdb replication bypassrls'),
  ('postgres', 'login inherit createrole createdb replication bypassrls'),
  ('anon', 'inherit'),
  ('authenticated', 'inherit'),
  ('service_role', 'inherit bypassrls'),
  ('authenticator', 'login'),
  ('supabase_auth_admin', 'login createrole'),
  ('supabase_storage_admin', 'login createrole'),
  ('supabase_realtime_admin', 'login createrole replication'),
  ('supabase_functions_admin', 'login createrole'),
  ('supabase_replication_admin', 'login inherit replication'),
  ('supabase_read_only_user', 'login inherit bypassrls'),
  ('supabase_etl_admin', 'login inherit replication bypassrls'),
  ('supabase_privileged_role', 'inherit'),
  ('dashboard_user', 'inherit createrole createdb replication'),
  ('pgbouncer', 'login inherit')
) as r (role, attributes);

-- `value` is what the catalog shows; `written` is how a list must be written to be stored so.
-- The backslash before $user is Supabase's own: it makes the first element a schema that nobody has.
-- Left out: authenticator's session_preload_libraries (supautils, safeupdate). Those libraries are not part of
-- PostgreSQL, and a login with a library that is not there fails.
create temp table wanted_setting as
select role, name, value, coalesce(written, quote_literal(value)) as written
from (values
  ('supabase_admin', 'search_path', '"$user", public, auth, extensions', $$'$user', public, auth, extensions$$),
  ('supabase_admin', 'log_statement', 'none', null),
  ('anon', 'statement_timeout', '3s', null),
  ('authenticated', 'statement_timeout', '8s', null),
  ('authenticator', 'statement_timeout', '8s', null),
  ('authenticator', 'lock_timeout', '8s', null),
  ('postgres', 'search_path', '"\$user", public, extensions', $$'\$user', public, extensions$$),
  ('supabase_auth_admin', 'search_path', 'auth', null),
  ('supabase_auth_admin', 'idle_in_transaction_session_timeout', '60000', null),
  ('supabase_auth_admin', 'log_statement', 'none', null),
  ('supabase_storage_admin', 'search_path', 'storage', null),
  ('supabase_storage_admin', 'log_statement', 'none', null),
  ('supabase_functions_admin', 'search_path', 'supabase_functions', null),
  ('supabase_realtime_admin', 'search_path', 'realtime', null),
  ('supabase_read_only_user', 'default_transaction_read_only', 'on', null)
) as s (role, name, value, written);

-- PostgreSQL 16 gave each membership its own INHERIT and SET; before, they follow from the member's attributes.
-- There, too, CREATEROLE alone no longer suffices to grant a role on: postgres holds the ADMIN option instead.
create temp table wanted_member as
select m.member, m.role,
       m.admin and v.is_16 as admin,
       case when v.is_16 then 'inherit' = any (w.attributes) end as inherit,
       case when v.is_16 then true end as set
from (values
  ('authenticator', 'anon', false, 15),
  ('authenticator', 'authenticated', false, 15),
  ('authenticator', 'service_role', false, 15),
  ('postgres', 'anon', true, 15),
  ('postgres', 'authenticated', true, 15),
  ('postgres', 'service_role', true, 15),
  ('postgres', 'pg_monitor', true, 15),
  ('postgres', 'pg_read_all_data', true, 15),
  ('postgres', 'pg_signal_backend', true, 15),
  ('postgres', 'authenticator', true, 16),
  ('postgres', 'pg_create_subscription', false, 16),
  ('postgres', 'supabase_privileged_role', false, 15),
  ('supabase_storage_admin', 'authenticator', false, 15),
  ('supabase_realtime_admin', 'anon', false, 15),
  ('supabase_realtime_admin', 'authenticated', false, 15),
  ('supabase_realtime_admin', 'service_role', false, 15),
  ('supabase_read_only_user', 'pg_read_all_data', false, 15),
  ('supabase_read_only_user', 'pg_monitor', false, 15),
  ('supabase_etl_admin', 'pg_read_all_data', false, 15),
  ('supabase_etl_admin', 'pg_monitor', false, 15)
) as m (member, role, admin, since)
join wanted_role w on w.role = m.member
cross join (select current_setting('server_version_num')::int as number,
                   current_setting('server_version_num')::int >= 160000 as is_16) v
where v.number >= m.since * 10000;

-- What supautils lets postgres set. It knows families of names (pgrst.*); PostgreSQL grants single names, so the
-- families are spelled out as far as they are known.
create temp table wanted_parameter as
select prefix || unnest(string_to_array(names, ' ')) as parameter
from (values
  ('', 'session_replication_role log_lock_waits log_min_duration_statement log_min_messages log_parameter_max_length '
    || 'log_replication_commands log_statement log_temp_files track_io_timing wal_compression safeupdate.enabled'),
  ('pgrst.', 'app_settings client_error_verbosity db_aggregates_enabled db_anon_role db_channel db_channel_enabled '
    || 'db_config db_extra_search_path db_hoisted_tx_settings db_max_rows db_plan_enabled db_pool '
    || 'db_pool_acquisition_timeout db_pre_config db_pre_request db_prepared_statements db_root_spec db_schema '
    || 'db_schemas db_timezone_enabled db_tx_end db_use_legacy_gucs jwt_aud jwt_cache_max_entries '
    || 'jwt_cache_max_lifetime jwt_role_claim_key jwt_secret jwt_secret_is_base64 log_level log_query max_rows '
    || 'openapi_mode openapi_security_active openapi_server_proxy_uri pre_request raw_media_types '
    || 'server_cors_allowed_origins server_timing_enabled server_trace_header'),
  ('auto_explain.', 'log_analyze log_buffers log_format log_level log_min_duration log_nested_statements '
    || 'log_parameter_max_length log_settings log_timing log_triggers log_verbose log_wal sample_rate'),
  ('pg_net.', 'batch_size database_name ttl username'),
  ('pg_stat_statements.', 'max save track track_planning track_utility'),
  ('pgaudit.', 'log log_catalog log_client log_level log_parameter log_parameter_max_size log_relation log_rows '
    || 'log_statement log_statement_once role'),
  ('plan_filter.', 'limit_select_only module_loaded statement_cost_limit')
) as p (prefix, names);
