-- extension: sslinfo
-- version: 1.2
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: every connection counts as one without SSL

create function @extschema@.ssl_is_used() returns boolean language sql strict parallel restricted return false;
create function @extschema@.ssl_client_cert_present() returns boolean language sql strict parallel restricted return false;
create function @extschema@.ssl_version() returns text language sql strict parallel restricted return null::text;
create function @extschema@.ssl_cipher() returns text language sql strict parallel restricted return null::text;
create function @extschema@.ssl_client_serial() returns numeric language sql strict parallel restricted return null::numeric;
create function @extschema@.ssl_client_dn() returns text language sql strict parallel restricted return null::text;
create function @extschema@.ssl_issuer_dn() returns text language sql strict parallel restricted return null::text;
create function @extschema@.ssl_client_dn_field(text) returns text language sql strict parallel restricted return null::text;
create function @extschema@.ssl_issuer_field(text) returns text language sql strict parallel restricted return null::text;
create function @extschema@.ssl_extension_info(out name text, out value text, out critical boolean) returns setof record
language plpgsql strict parallel restricted as 'begin return; end';
