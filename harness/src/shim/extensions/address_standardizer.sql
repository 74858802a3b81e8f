-- extension: address_standardizer
-- version: 3.3.7
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: addresses are not taken apart; standardize_address and parse_address raise

create type @extschema@.stdaddr as (
    building text, house_num text, predir text, qual text, pretype text, name text, suftype text, sufdir text,
    ruralroute text, extra text, city text, state text, country text, postcode text, box text, unit text);

create function @extschema@.standardize_address(lextab text, gaztab text, rultab text, address text)
returns @extschema@.stdaddr
language plpgsql immutable strict
as 'begin raise exception ''standardize_address is not imitated'' using errcode = ''0A000''; end';
create function @extschema@.standardize_address(lextab text, gaztab text, rultab text, micro text, macro text)
returns @extschema@.stdaddr
language plpgsql immutable strict
as 'begin raise exception ''standardize_address is not imitated'' using errcode = ''0A000''; end';
create function @extschema@.parse_address(
    text, out num text, out street text, out street2 text, out address1 text, out city text, out state text,
    out zip text, out zipplus text, out country text)
language plpgsql immutable strict
as 'begin raise exception ''parse_address is not imitated'' using errcode = ''0A000''; end';
