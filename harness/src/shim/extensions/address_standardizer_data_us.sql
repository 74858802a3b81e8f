-- extension: address_standardizer_data_us
-- version: 3.3.7
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: the tables are there and empty

create table @extschema@.us_lex (
    id serial primary key, seq integer, word text, stdword text, token integer, is_custom boolean not null default true);
create table @extschema@.us_gaz (
    id serial primary key, seq integer, word text, stdword text, token integer, is_custom boolean not null default true);
create table @extschema@.us_rules (id serial primary key, rule text, is_custom boolean not null default true);
