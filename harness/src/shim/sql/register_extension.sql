-- Registers a stand-in as an extension, so that CREATE EXTENSION IF NOT EXISTS, DROP EXTENSION, COMMENT ON
-- EXTENSION and queries on pg_extension behave as they do for the real one.
-- The harness replaces @name@, @version@ and @schema@ by quoted literals and @relocatable@ by yes or no (whether
-- the extension may be put into any schema), runs the part above the dividing line, the stand-in's body, and the
-- part below it, all in one (sub)transaction.
-- Object ids come from one rising counter: an id drawn now tells old objects from the new ones later, and it
-- becomes the id of the extension itself. It is handed on in a transaction-local setting, which leaves no trace.
select pg_catalog.set_config('pgattest.extension_id',
    pg_catalog.pg_nextoid('pg_catalog.pg_extension', 'oid', 'pg_catalog.pg_extension_oid_index')::pg_catalog.text, true);
-- Shell types and the like are announced by notices that concern no user.
select pg_catalog.set_config('pgattest.notices', pg_catalog.current_setting('client_min_messages'), true);
select pg_catalog.set_config('client_min_messages', 'warning', true);
-- after
do $register$
declare
    extension_id oid := pg_catalog.current_setting('pgattest.extension_id')::oid;
    schema_id oid := (select n.oid from pg_catalog.pg_namespace n where n.nspname = @schema@);
    owner_id oid := (select r.oid from pg_catalog.pg_roles r where r.rolname = current_user);
begin
    if schema_id is null then
        raise exception 'schema "%" does not exist', @schema@ using errcode = '3F000';
    end if;

    insert into pg_catalog.pg_extension
        (oid, extname, extowner, extnamespace, extrelocatable, extversion, extconfig, extcondition)
    values
        (extension_id, @name@, owner_id, schema_id, false, @version@ || '+stub', null, null);

    -- Postgres records no dependency on what it can never drop: the bootstrap superuser, schema pg_catalog.
    -- Schema public is the one object with a low number that can be dropped.
    if schema_id >= 12000 or schema_id = 2200 then
        insert into pg_catalog.pg_depend (classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype)
        values ('pg_catalog.pg_extension'::regclass, extension_id, 0,
                'pg_catalog.pg_namespace'::regclass, schema_id, 0, 'n');
    end if;
    if owner_id >= 12000 then
        insert into pg_catalog.pg_shdepend (dbid, classid, objid, objsubid, refclassid, refobjid, deptype)
        values ((select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()),
                'pg_catalog.pg_extension'::regclass, extension_id, 0,
                'pg_catalog.pg_authid'::regclass, owner_id, 'o');
    end if;

    -- Parts of another object (array types, row types, range constructors, identity sequences) go with it.
    -- The extension's own schema is no member, because that would be a loop.
    insert into pg_catalog.pg_depend (classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype)
    select made.classid, made.objid, 0, 'pg_catalog.pg_extension'::regclass, extension_id, 0, 'e'
    from (
        select n.tableoid as classid, n.oid as objid from pg_catalog.pg_namespace n where n.oid <> schema_id
        union all
        select c.tableoid, c.oid from pg_catalog.pg_class c where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
        union all
        select t.tableoid, t.oid from pg_catalog.pg_type t
        union all
        select p.tableoid, p.oid from pg_catalog.pg_proc p
        union all
        select o.tableoid, o.oid from pg_catalog.pg_operator o
        union all
        select f.tableoid, f.oid from pg_catalog.pg_opfamily f
        union all
        select k.tableoid, k.oid from pg_catalog.pg_opclass k
        union all
        select c.tableoid, c.oid from pg_catalog.pg_cast c
        union all
        select a.tableoid, a.oid from pg_catalog.pg_am a
        union all
        select l.tableoid, l.oid from pg_catalog.pg_language l
        union all
        select w.tableoid, w.oid from pg_catalog.pg_foreign_data_wrapper w
        union all
        select d.tableoid, d.oid from pg_catalog.pg_ts_dict d
        union all
        select m.tableoid, m.oid from pg_catalog.pg_ts_template m
        union all
        select e.tableoid, e.oid from pg_catalog.pg_event_trigger e
    ) made
    where made.objid > extension_id
      and not exists (
          select from pg_catalog.pg_depend d
          where d.classid = made.classid and d.objid = made.objid and d.objsubid = 0 and d.deptype in ('i', 'P', 'S')
      );

    -- It can be moved by ALTER EXTENSION only if no function names the schema in its text.
    update pg_catalog.pg_extension x set extrelocatable = true
    where x.oid = extension_id and '@relocatable@' = 'yes'
      and not exists (
          select from pg_catalog.pg_depend d
          join pg_catalog.pg_proc p on p.oid = d.objid
          where d.classid = 'pg_catalog.pg_proc'::regclass and d.deptype = 'e'
            and d.refclassid = 'pg_catalog.pg_extension'::regclass and d.refobjid = extension_id
            and pg_catalog.strpos(p.prosrc, '"' || @schema@ || '".') > 0
      );
end
$register$;
select pg_catalog.set_config('client_min_messages', pg_catalog.current_setting('pgattest.notices'), true);
select pg_catalog.set_config('pgattest.notices', '', true), pg_catalog.set_config('pgattest.extension_id', '', true);
