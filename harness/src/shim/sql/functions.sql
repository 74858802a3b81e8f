-- Stand-ins for what other services bring: the GraphQL entry point and the database webhooks.
-- They can be named, granted and attached like the real ones. What they would do outside the database is not done.

-- Without pg_graphql the real function answers with an error as well.
create function graphql_public.graphql(
  "operationName" text default null, query text default null, variables jsonb default null,
  extensions jsonb default null
) returns jsonb language sql stable as $$
  select jsonb_build_object('data', null, 'errors', jsonb_build_array(jsonb_build_object(
    'message', 'pg_graphql is not here: this function is a stand-in of pgattest and resolves nothing.')))
$$;

create table supabase_functions.migrations (
  version text primary key,
  inserted_at timestamptz not null default now()
);
create table supabase_functions.hooks (
  id bigserial primary key,
  hook_table_id integer not null,
  hook_name text not null,
  created_at timestamptz not null default now(),
  request_id bigint
);
alter table supabase_functions.migrations owner to supabase_functions_admin;
alter table supabase_functions.hooks owner to supabase_functions_admin;
grant all on supabase_functions.migrations, supabase_functions.hooks to postgres, anon, authenticated, service_role;
grant all on sequence supabase_functions.hooks_id_seq to postgres, anon, authenticated, service_role;

-- A webhook of a project is a trigger that calls this. Here no request leaves and no row is written to hooks.
create function supabase_functions.http_request() returns trigger
language plpgsql security definer set search_path = supabase_functions as $$
begin
  return new;
end
$$;
alter function supabase_functions.http_request() owner to supabase_functions_admin;
revoke execute on function supabase_functions.http_request() from public;
grant execute on function supabase_functions.http_request() to postgres, anon, authenticated, service_role;
