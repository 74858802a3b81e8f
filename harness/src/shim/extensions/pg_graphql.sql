-- extension: pg_graphql
-- version: 1.5.11
-- schema: graphql
-- relocatable: no
-- kind: stub
-- says: every query answers with an error that says that this is a stand-in

create schema if not exists graphql;
grant usage on schema graphql to postgres with grant option;
grant usage on schema graphql to anon, authenticated, service_role;
alter default privileges in schema graphql grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges in schema graphql grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges in schema graphql grant all on functions to postgres, anon, authenticated, service_role;

create sequence graphql.seq_schema_version as integer cycle;

create function graphql.get_schema_version() returns integer
language sql security definer
return (select s.last_value::integer from graphql.seq_schema_version s);

create function graphql.increment_schema_version() returns event_trigger
language plpgsql security definer as $fn$ begin perform pg_catalog.nextval('graphql.seq_schema_version'); end $fn$;

create function graphql.exception(message text) returns text
language plpgsql as $fn$ begin raise exception using errcode = '22000', message = message; end $fn$;

create function graphql.comment_directive(comment_ text) returns jsonb
language sql immutable
return coalesce(substring(comment_ from '@graphql\((.*)\)')::jsonb, '{}');

create function graphql._internal_resolve(
    query text, variables jsonb default '{}'::jsonb, "operationName" text default null, extensions jsonb default null)
returns jsonb
language sql
return jsonb_build_object('data', null, 'errors',
    jsonb_build_array(jsonb_build_object('message', 'pg_graphql is a stand-in: no query is resolved')));

create function graphql.resolve(
    query text, variables jsonb default '{}'::jsonb, "operationName" text default null, extensions jsonb default null)
returns jsonb
language sql
return graphql._internal_resolve(query, variables, "operationName", extensions);
