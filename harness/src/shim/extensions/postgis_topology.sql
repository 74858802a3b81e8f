-- extension: postgis_topology
-- version: 3.3.7
-- schema: topology
-- relocatable: no
-- kind: stub
-- says: topologies are recorded and hold nothing

create schema if not exists topology;
grant usage on schema topology to public;

create table topology.topology (
    id serial primary key,
    name character varying not null unique,
    srid integer not null,
    precision double precision not null,
    hasz boolean not null default false
);
create table topology.layer (
    topology_id integer not null references topology.topology (id),
    layer_id integer not null,
    schema_name character varying not null,
    table_name character varying not null,
    feature_column character varying not null,
    feature_type integer not null,
    level integer not null default 0,
    child_id integer,
    primary key (topology_id, layer_id),
    unique (schema_name, table_name, feature_column)
);
grant select on topology.topology, topology.layer to public;
create type topology.topogeometry as (topology_id integer, layer_id integer, id integer, type integer);

create function topology.createtopology(
    atopology character varying, srid integer default 0, prec double precision default 0, hasz boolean default false)
returns integer
language plpgsql strict security definer set search_path = '' as $fn$
declare
    made integer;
begin
    execute format('create schema %I', atopology);
    insert into topology.topology (name, srid, precision, hasz)
    values (atopology, createtopology.srid, prec, createtopology.hasz) returning id into made;
    return made;
end
$fn$;

create function topology.droptopology(atopology character varying) returns text
language plpgsql strict security definer set search_path = '' as $fn$
begin
    delete from topology.layer l using topology.topology t where t.id = l.topology_id and t.name = atopology;
    delete from topology.topology t where t.name = atopology;
    execute format('drop schema if exists %I cascade', atopology);
    return format('Topology %L dropped', atopology);
end
$fn$;
