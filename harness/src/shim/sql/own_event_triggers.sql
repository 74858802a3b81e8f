-- Gives the event triggers that a migration made to postgres, as Supabase does. ALTER EVENT TRIGGER … OWNER refuses
-- owners that are no superusers, so the catalog is told directly, the record of who depends on whom included.
-- Operators are named with their schema: the search path is the migration's own.
delete from pg_catalog.pg_shdepend d
using pg_catalog.pg_event_trigger e
where d.classid operator(pg_catalog.=) 'pg_catalog.pg_event_trigger'::regclass and d.objid operator(pg_catalog.=) e.oid and d.deptype operator(pg_catalog.=) 'o'
  and d.dbid operator(pg_catalog.=) (select oid from pg_catalog.pg_database where datname operator(pg_catalog.=) pg_catalog.current_database());
update pg_catalog.pg_event_trigger set evtowner = 'postgres'::regrole where evtowner operator(pg_catalog.<>) 'postgres'::regrole;
insert into pg_catalog.pg_shdepend (dbid, classid, objid, objsubid, refclassid, refobjid, deptype)
select (select oid from pg_catalog.pg_database where datname operator(pg_catalog.=) pg_catalog.current_database()),
       'pg_catalog.pg_event_trigger'::regclass, e.oid, 0, 'pg_catalog.pg_authid'::regclass, e.evtowner, 'o'
from pg_catalog.pg_event_trigger e
