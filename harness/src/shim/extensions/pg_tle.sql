-- extension: pg_tle
-- version: 1.4.0
-- schema: pgtle
-- relocatable: no
-- kind: stub
-- says: extensions are recorded with their SQL; hooks for passwords and connections are never called

create schema if not exists pgtle;

-- A role belongs to the cluster: another database may have made it, or be making it now.
do $make$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'pgtle_admin') then
        begin
            create role pgtle_admin;
            grant pgtle_admin to postgres with admin option;
        exception when duplicate_object or unique_violation then
            null;
        end;
    end if;
end
$make$;
grant usage on schema pgtle to public;

create type pgtle.password_types as enum (
    'PASSWORD_TYPE_PLAINTEXT', 'PASSWORD_TYPE_MD5', 'PASSWORD_TYPE_SCRAM_SHA_256');
create type pgtle.pg_tle_features as enum ('passcheck', 'clientauth');
create type pgtle.clientauth_port_subset as (
    noblock boolean, remote_host text, remote_hostname text, remote_hostname_resolv integer,
    remote_hostname_errcode integer, database_name text, user_name text);

create table pgtle.feature_info (
    feature pgtle.pg_tle_features not null,
    schema_name text not null,
    proname text not null,
    obj_identity text not null
);
grant select on pgtle.feature_info to public;

-- Every version that was installed, with its SQL; the version that CREATE EXTENSION takes is marked.
create table pgtle.pgattest_extension (
    name text not null,
    version text not null,
    description text,
    body text,
    requires text[],
    is_default boolean not null default true,
    primary key (name, version)
);
create table pgtle.pgattest_update_path (
    name text not null,
    source text not null,
    target text not null,
    body text,
    primary key (name, source, target)
);

create function pgtle.install_extension(name text, version text, description text, ext text, requires text[] default null)
returns boolean
language plpgsql security definer set search_path = '' as $fn$
begin
    if exists (select from pgtle.pgattest_extension e where e.name = install_extension.name) then
        raise exception 'extension "%" already installed', name using errcode = '42710';
    end if;
    insert into pgtle.pgattest_extension (name, version, description, body, requires)
    values (install_extension.name, coalesce(install_extension.version, 'unknown'), install_extension.description,
        install_extension.ext, install_extension.requires);
    return true;
end
$fn$;

create function pgtle.install_extension_version_sql(name text, version text, ext text) returns boolean
language plpgsql security definer set search_path = '' as $fn$
begin
    insert into pgtle.pgattest_extension (name, version, body, is_default)
    values (install_extension_version_sql.name, install_extension_version_sql.version,
        install_extension_version_sql.ext, false);
    return true;
end
$fn$;

create function pgtle.install_update_path(name text, fromvers text, tovers text, ext text) returns boolean
language plpgsql security definer set search_path = '' as $fn$
begin
    insert into pgtle.pgattest_update_path (name, source, target, body)
    values (install_update_path.name, fromvers, tovers, ext);
    return true;
end
$fn$;

create function pgtle.set_default_version(name text, version text) returns boolean
language plpgsql security definer set search_path = '' as $fn$
begin
    update pgtle.pgattest_extension e set is_default = e.version = set_default_version.version
    where e.name = set_default_version.name;
    return found;
end
$fn$;

create function pgtle.uninstall_extension(extname text) returns boolean
language plpgsql security definer set search_path = '' as $fn$
begin
    delete from pgtle.pgattest_update_path p where p.name = extname;
    delete from pgtle.pgattest_extension e where e.name = extname;
    if not found then
        raise exception 'Extension % does not exist', extname using errcode = '42704';
    end if;
    return true;
end
$fn$;

create function pgtle.uninstall_extension(extname text, version text) returns boolean
language plpgsql security definer set search_path = '' as $fn$
begin
    delete from pgtle.pgattest_extension e where e.name = extname and e.version = uninstall_extension.version;
    return found;
end
$fn$;

create function pgtle.uninstall_extension_if_exists(extname text) returns boolean
language plpgsql security definer set search_path = '' as $fn$
begin
    delete from pgtle.pgattest_update_path p where p.name = extname;
    delete from pgtle.pgattest_extension e where e.name = extname;
    return found;
end
$fn$;

create function pgtle.uninstall_update_path(extname text, fromvers text, tovers text) returns boolean
language plpgsql security definer set search_path = '' as $fn$
begin
    delete from pgtle.pgattest_update_path p where p.name = extname and p.source = fromvers and p.target = tovers;
    return found;
end
$fn$;

create function pgtle.available_extensions(out name name, out default_version text, out comment text)
returns setof record
language sql stable security definer set search_path = ''
as 'select e.name::name, e.version, e.description from pgtle.pgattest_extension e where e.is_default';

create function pgtle.available_extension_versions(
    out name name, out version text, out superuser boolean, out trusted boolean, out relocatable boolean,
    out schema name, out requires name[], out comment text)
returns setof record
language sql stable security definer set search_path = ''
as $fn$
    select e.name::name, e.version, false, false, false, null::name, e.requires::name[], e.description
    from pgtle.pgattest_extension e
$fn$;

create function pgtle.extension_update_paths(name name, out source text, out target text, out path text)
returns setof record
language sql stable strict security definer set search_path = ''
as 'select p.source, p.target, p.source || ''--'' || p.target from pgtle.pgattest_update_path p where p.name = $1';

create function pgtle.register_feature(proc regproc, feature pgtle.pg_tle_features) returns void
language sql security definer set search_path = ''
as $fn$
    insert into pgtle.feature_info
    select feature, n.nspname, p.proname, p.oid::regprocedure::text
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where p.oid = proc
$fn$;

create function pgtle.unregister_feature(proc regproc, feature pgtle.pg_tle_features) returns void
language sql security definer set search_path = ''
as $fn$
    delete from pgtle.feature_info f
    where f.feature = unregister_feature.feature and f.obj_identity = proc::oid::regprocedure::text
$fn$;

-- On Supabase postgres may use everything here.
revoke all on all functions in schema pgtle from public;
grant execute on function pgtle.available_extensions(), pgtle.available_extension_versions(),
    pgtle.extension_update_paths(name) to public;
grant all on schema pgtle to pgtle_admin, postgres;
grant execute on all functions in schema pgtle to pgtle_admin, postgres;
