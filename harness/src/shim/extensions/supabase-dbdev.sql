-- extension: supabase-dbdev
-- version: 0.0.5
-- schema: extensions
-- creates: dbdev
-- relocatable: no
-- kind: stub
-- says: packages are not fetched; installing one only says that it was asked for

create schema if not exists dbdev;
grant usage on schema dbdev to postgres;

create function dbdev.base_url() returns text
language sql immutable return 'https://dbdev.invalid/rest/v1/'::text;

create function dbdev.exists(package_name text) returns boolean
language sql stable return true;

create function dbdev.install(package_name text) returns boolean
language plpgsql security definer set search_path = '' as $fn$
begin
    -- Known to pg_tle from now on, with no SQL: CREATE EXTENSION has something to answer with.
    if to_regclass('pgtle.pgattest_extension') is not null then
        insert into pgtle.pgattest_extension (name, version, description)
        values (package_name, 'unknown', 'not fetched') on conflict do nothing;
    end if;
    raise notice 'dbdev is a stand-in: package "%" was not fetched', package_name;
    return true;
end
$fn$;

create function dbdev.installed_packages() returns table (package_name text, package_version text)
language plpgsql as 'begin return; end';
