-- extension: postgis_tiger_geocoder
-- version: 3.3.7
-- schema: tiger
-- creates: tiger_data
-- relocatable: no
-- kind: stub
-- says: no address is found

create schema if not exists tiger;
create schema if not exists tiger_data;

create type tiger.norm_addy as (
    address integer, predirabbrev character varying, streetname character varying, streettypeabbrev character varying,
    postdirabbrev character varying, internal character varying, location character varying,
    stateabbrev character varying, zip character varying, parsed boolean, zip4 character varying,
    address_alphanumeric character varying);
create table tiger.geocode_settings (
    name text primary key, setting text, unit text, category text, short_desc text);

create function tiger.normalize_address(in_rawinput character varying) returns tiger.norm_addy
language sql stable as 'select null::tiger.norm_addy';
create function tiger.pprint_addy(input tiger.norm_addy) returns character varying
language sql immutable as 'select null::varchar';
