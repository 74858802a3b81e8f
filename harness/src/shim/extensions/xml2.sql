-- extension: xml2
-- version: 1.1
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: only xml_valid and xml_encode_special_chars work; xpath and xslt functions raise

create function @extschema@.xml_valid(text) returns boolean
language sql stable strict parallel safe return xml_is_well_formed($1);
create function @extschema@.xml_encode_special_chars(text) returns text
language sql immutable strict parallel safe
return replace(replace(replace(replace($1, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;');

do $make$
declare
    signature text;
begin
    foreach signature in array array[
        'xpath_string(text, text) returns text', 'xpath_number(text, text) returns real',
        'xpath_bool(text, text) returns boolean', 'xpath_list(text, text) returns text',
        'xpath_list(text, text, text) returns text', 'xpath_nodeset(text, text) returns text',
        'xpath_nodeset(text, text, text) returns text', 'xpath_nodeset(text, text, text, text) returns text',
        'xpath_table(text, text, text, text, text) returns setof record', 'xslt_process(text, text) returns text',
        'xslt_process(text, text, text) returns text'
    ] loop
        execute format($sql$
            create function @extschema@.%s language plpgsql immutable strict parallel safe
            as 'begin raise exception ''this function of xml2 is not imitated'' using errcode = ''0A000''; end'
            $sql$, signature);
    end loop;
end
$make$;
