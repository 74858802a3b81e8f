-- Builds what a listed relation is written down in: scratch relations of the same name as the project's, to which the
-- statements that an author's lines make are applied one by one; see shape_read.sql. Runs first in a transaction of a
-- superuser in a clone, which is rolled back when everything is read.
-- The harness replaces @found@ by a quoted literal that to_regclass understands.
create schema pgattest_listed;
create schema pgattest_columns;
create schema pgattest_whole;
do $build$
declare
  it record;
  grantee oid;
begin
  select c.oid::pg_catalog.regclass::text as relation, pg_catalog.quote_ident(c.relname) as name, c.relkind,
         r.rolname as owner into it
  from pg_catalog.pg_class c
  join pg_catalog.pg_roles r on r.oid = c.relowner
  where c.oid = pg_catalog.to_regclass(@found@) and c.relkind in ('r', 'p', 'f', 'v', 'm');
  if not found then
    return;
  end if;

  execute pg_catalog.format('create table pgattest_columns.%s (like %s)', it.name, it.relation);
  execute case it.relkind
    when 'v' then pg_catalog.format('create view pgattest_listed.%s as select * from %s', it.name, it.relation)
    when 'm' then pg_catalog.format('create materialized view pgattest_listed.%s as select * from %s with no data',
                                    it.name, it.relation)
    else pg_catalog.format('create table pgattest_listed.%s (like %s)', it.name, it.relation)
  end;

  -- The owner has the same share in both, and nothing is granted that no line grants.
  execute pg_catalog.format('alter table pgattest_listed.%s owner to %I', it.name, it.owner);
  for grantee in
    select distinct g.grantee
    from pg_catalog.pg_class c cross join pg_catalog.aclexplode(c.relacl) g
    where c.oid = pg_catalog.to_regclass('pgattest_listed.' || it.name) and g.grantee <> c.relowner
  loop
    execute pg_catalog.format('revoke all on pgattest_listed.%s from %s', it.name,
      case grantee when 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(grantee)) end);
  end loop;
end
$build$;
