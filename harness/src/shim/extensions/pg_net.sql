-- extension: pg_net
-- version: 0.19.5
-- schema: extensions
-- creates: net
-- relocatable: no
-- kind: stub
-- says: requests are queued in net.http_request_queue and never sent, so no response arrives

create schema if not exists net;
grant usage on schema net to public;
grant usage on schema net to postgres, anon, authenticated, service_role;
-- This role is there only where webhooks were set up.
do $make$
begin
    if exists (select from pg_catalog.pg_roles where rolname = 'supabase_functions_admin') then
        grant usage on schema net to supabase_functions_admin;
    end if;
end
$make$;

create domain net.http_method as text check (value in ('GET', 'POST', 'DELETE'));
create type net.request_status as enum ('PENDING', 'SUCCESS', 'ERROR');
create type net.http_response as (status_code integer, headers jsonb, body text);
create type net.http_response_result as (status net.request_status, message text, response net.http_response);

create unlogged table net.http_request_queue (
    id bigserial,
    method net.http_method not null,
    url text not null,
    headers jsonb not null,
    body bytea,
    timeout_milliseconds integer not null
);

create unlogged table net._http_response (
    id bigint,
    status_code integer,
    content_type text,
    headers jsonb,
    content text,
    timed_out boolean,
    error_msg text,
    created timestamptz not null default pg_catalog.now()
);
create index _http_response_created_idx on net._http_response (created);

grant all on all sequences in schema net to public;
grant all on all tables in schema net to public;

create function net._urlencode_string(string character varying) returns text
language sql immutable strict
return (
    select coalesce(string_agg(case
        when get_byte(bytes, n) between 48 and 57 or get_byte(bytes, n) between 65 and 90
            or get_byte(bytes, n) between 97 and 122 or get_byte(bytes, n) in (45, 46, 95, 126)
            then chr(get_byte(bytes, n))
        else '%' || upper(lpad(to_hex(get_byte(bytes, n)), 2, '0'))
    end, '' order by n), '')
    from convert_to(string, 'UTF8') as bytes, generate_series(0, length(bytes) - 1) as n
);

create function net._encode_url_with_params_array(url text, params_array text[]) returns text
language sql immutable strict
return case when cardinality(params_array) = 0 then url
    else url || case when strpos(url, '?') > 0 then '&' else '?' end || array_to_string(params_array, '&') end;

create function net.wake() returns void
language sql as '';

create function net.check_worker_is_up() returns void
language sql as '';

create function net.wait_until_running() returns void
language sql as '';

create function net.worker_restart() returns boolean
language sql
return true;

create function net._await_response(request_id bigint) returns boolean
language sql strict
return exists (select from net._http_response r where r.id = request_id);

create function net._http_collect_response(request_id bigint, async boolean default true)
returns net.http_response_result
language plpgsql strict set search_path = '' as $fn$
declare
    found_row net._http_response;
begin
    select r.* into found_row from net._http_response r where r.id = request_id;
    if found then
        return (case when coalesce(found_row.timed_out, false) or found_row.error_msg is not null
                then 'ERROR' else 'SUCCESS' end, coalesce(found_row.error_msg, 'ok'),
            (found_row.status_code, found_row.headers, found_row.content)::net.http_response)::net.http_response_result;
    elsif exists (select from net.http_request_queue q where q.id = request_id) then
        return ('PENDING', 'request is pending processing', null)::net.http_response_result;
    end if;
    return ('ERROR', 'request matching request_id not found', null)::net.http_response_result;
end
$fn$;

create function net.http_collect_response(request_id bigint, async boolean default true)
returns net.http_response_result
language plpgsql strict set search_path = '' as $fn$
begin
    raise notice 'The net.http_collect_response function is deprecated.';
    return net._http_collect_response(request_id, async);
end
$fn$;

create function net.pgattest_queue(
    method text, url text, params jsonb, headers jsonb, body bytea, timeout_milliseconds integer)
returns bigint
language sql
as $fn$
    insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
    values (method, net._encode_url_with_params_array(url, coalesce((
            select pg_catalog.array_agg(net._urlencode_string(key) || '=' || net._urlencode_string(value))
            from pg_catalog.jsonb_each_text(params)), '{}')),
        coalesce(headers, '{}'), body, timeout_milliseconds)
    returning id
$fn$;

create function net.http_get(
    url text, params jsonb default '{}'::jsonb, headers jsonb default '{}'::jsonb,
    timeout_milliseconds integer default 5000)
returns bigint
language sql
return net.pgattest_queue('GET', url, params, headers, null, timeout_milliseconds);

create function net.http_delete(
    url text, params jsonb default '{}'::jsonb, headers jsonb default '{}'::jsonb,
    timeout_milliseconds integer default 5000, body jsonb default null)
returns bigint
language sql
return net.pgattest_queue('DELETE', url, params, headers, convert_to(body::text, 'UTF8'), timeout_milliseconds);

create function net.http_post(
    url text, body jsonb default '{}'::jsonb, params jsonb default '{}'::jsonb,
    headers jsonb default '{"Content-Type": "application/json"}'::jsonb, timeout_milliseconds integer default 5000)
returns bigint
language plpgsql set search_path = '' as $fn$
declare
    content_type text := (select h.value from jsonb_each_text(headers) h where lower(h.key) = 'content-type' limit 1);
begin
    if content_type is null then
        headers := coalesce(headers, '{}') || '{"Content-Type": "application/json"}';
    elsif content_type !~* '^application/json' then
        raise exception 'Content-Type header must be "application/json"';
    end if;
    return net.pgattest_queue('POST', url, params, headers, convert_to(body::text, 'UTF8'), timeout_milliseconds);
end
$fn$;
