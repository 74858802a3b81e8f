-- extension: http
-- version: 1.6
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: no request is sent; every call answers with status 599 and a JSON body that says so

create domain @extschema@.http_method as text
    check (value ilike 'get' or value ilike 'post' or value ilike 'put' or value ilike 'delete'
        or value ilike 'patch' or value ilike 'head');
create type @extschema@.http_header as (field character varying, value character varying);
create type @extschema@.http_response as (
    status integer, content_type character varying, headers @extschema@.http_header[], content character varying);
create type @extschema@.http_request as (
    method @extschema@.http_method, uri character varying, headers @extschema@.http_header[],
    content_type character varying, content character varying);

create function @extschema@.http_set_curlopt(curlopt character varying, value character varying) returns boolean
language sql return true;
create function @extschema@.http_reset_curlopt() returns boolean
language sql return true;
create function @extschema@.http_list_curlopt() returns table (curlopt text, value text)
language sql as 'select null::text, null::text where false';

create function @extschema@.http_header(field character varying, value character varying)
returns @extschema@.http_header
language sql return row(field, value)::@extschema@.http_header;

create function @extschema@.http(request @extschema@.http_request) returns @extschema@.http_response
language sql
return row(599, 'application/json', array[row('content-type', 'application/json')::@extschema@.http_header],
    '{"message": "the http extension is a stand-in: no request was sent"}')::@extschema@.http_response;

create function @extschema@.urlencode(string bytea) returns text
language sql immutable strict
return (
    select coalesce(string_agg(case
        when get_byte(string, n) between 48 and 57 or get_byte(string, n) between 65 and 90
            or get_byte(string, n) between 97 and 122 or get_byte(string, n) in (45, 46, 95, 126)
            then chr(get_byte(string, n))
        else '%' || upper(lpad(to_hex(get_byte(string, n)), 2, '0'))
    end, '' order by n), '')
    from generate_series(0, length(string) - 1) as n
);

create function @extschema@.urlencode(string character varying) returns text
language sql immutable strict
return @extschema@.urlencode(convert_to(string, 'UTF8'));

create function @extschema@.urlencode(data jsonb) returns text
language sql immutable strict
return (
    select string_agg(@extschema@.urlencode(key::character varying) || '='
        || @extschema@.urlencode(value::character varying), '&' order by n)
    from jsonb_each_text(data) with ordinality as pairs (key, value, n)
);

create function @extschema@.http_get(uri character varying) returns @extschema@.http_response
language sql
return @extschema@.http(row('GET', uri, null, null, null)::@extschema@.http_request);

create function @extschema@.http_get(uri character varying, data jsonb) returns @extschema@.http_response
language sql
return @extschema@.http(row('GET', uri || '?' || @extschema@.urlencode(data), null, null, null)::@extschema@.http_request);

create function @extschema@.http_head(uri character varying) returns @extschema@.http_response
language sql
return @extschema@.http(row('HEAD', uri, null, null, null)::@extschema@.http_request);

create function @extschema@.http_post(uri character varying, content character varying, content_type character varying)
returns @extschema@.http_response
language sql
return @extschema@.http(row('POST', uri, null, content_type, content)::@extschema@.http_request);

create function @extschema@.http_post(uri character varying, data jsonb) returns @extschema@.http_response
language sql
return @extschema@.http(row('POST', uri, null, 'application/x-www-form-urlencoded',
    @extschema@.urlencode(data))::@extschema@.http_request);

create function @extschema@.http_put(uri character varying, content character varying, content_type character varying)
returns @extschema@.http_response
language sql
return @extschema@.http(row('PUT', uri, null, content_type, content)::@extschema@.http_request);

create function @extschema@.http_patch(uri character varying, content character varying, content_type character varying)
returns @extschema@.http_response
language sql
return @extschema@.http(row('PATCH', uri, null, content_type, content)::@extschema@.http_request);

create function @extschema@.http_delete(uri character varying) returns @extschema@.http_response
language sql
return @extschema@.http(row('DELETE', uri, null, null, null)::@extschema@.http_request);

create function @extschema@.http_delete(uri character varying, content character varying, content_type character varying)
returns @extschema@.http_response
language sql
return @extschema@.http(row('DELETE', uri, null, content_type, content)::@extschema@.http_request);

create function @extschema@.text_to_bytea(data text) returns bytea
language sql immutable strict return convert_to(data, 'UTF8');

create function @extschema@.bytea_to_text(data bytea) returns text
language sql immutable strict return convert_from(data, 'UTF8');
