-- extension: pgtap
-- version: 1.3.3
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: plan, finish, ok, is, isnt, pass, fail, skip, diag, lives_ok and throws_ok work; every other assertion is missing

create table @extschema@.pgtap_imitated (
    run bigint not null default pg_catalog.txid_current(),
    number integer not null,
    passed boolean not null
);
grant select, insert on @extschema@.pgtap_imitated to public;

create function @extschema@.plan(integer) returns text language sql as $$ select '1..' || $1 $$;
create function @extschema@.no_plan() returns setof text language sql as $$ select null::text where false $$;
create function @extschema@.diag(text) returns text language sql as $$ select '# ' || replace($1, e'\n', e'\n# ') $$;

create function @extschema@.ok(boolean, text default null) returns text language plpgsql as $fn$
declare
    at integer;
begin
    select count(*) + 1 into at from @extschema@.pgtap_imitated where run = pg_catalog.txid_current();
    insert into @extschema@.pgtap_imitated (number, passed) values (at, coalesce($1, false));
    return case when $1 then 'ok ' else 'not ok ' end || at || coalesce(' - ' || $2, '');
end
$fn$;

create function @extschema@.pass(text default null) returns text
language plpgsql as $fn$ begin return @extschema@.ok(true, $1); end $fn$;
create function @extschema@.fail(text default null) returns text
language plpgsql as $fn$ begin return @extschema@.ok(false, $1); end $fn$;
create function @extschema@.skip(text, integer default 1) returns text
language plpgsql as $fn$ begin return @extschema@.ok(true, 'SKIP ' || $1); end $fn$;
create function @extschema@.is(anyelement, anyelement, text default null) returns text
language plpgsql as $fn$ begin return @extschema@.ok($1 is not distinct from $2, $3); end $fn$;
create function @extschema@.isnt(anyelement, anyelement, text default null) returns text
language plpgsql as $fn$ begin return @extschema@.ok($1 is distinct from $2, $3); end $fn$;

create function @extschema@.lives_ok(text, text default null) returns text language plpgsql as $fn$
begin
    execute $1;
    return @extschema@.ok(true, $2);
exception when others then
    return @extschema@.ok(false, $2) || e'\n# died: ' || sqlstate || ': ' || sqlerrm;
end
$fn$;

create function @extschema@.throws_ok(text, text default null, text default null, text default null) returns text
language plpgsql as $fn$
begin
    execute $1;
    return @extschema@.ok(false, $4) || e'\n# caught: no exception';
exception when others then
    return @extschema@.ok(sqlstate = coalesce($2, sqlstate) and sqlerrm = coalesce($3, sqlerrm), $4);
end
$fn$;

create function @extschema@.finish(boolean default false) returns setof text language sql as $$
    select '# Looks like you failed ' || count(*) || ' of the tests' from @extschema@.pgtap_imitated
    where run = pg_catalog.txid_current() and not passed having count(*) > 0
$$;
