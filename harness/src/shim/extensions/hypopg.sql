-- extension: hypopg
-- version: 1.4.1
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: no hypothetical index is made and the planner is told of none

create function @extschema@.hypopg(
    out indexname text, out indexrelid oid, out indrelid oid, out innatts integer, out indisunique boolean,
    out indkey int2vector, out indcollation oidvector, out indclass oidvector, out indoption oidvector,
    out indexprs pg_node_tree, out indpred pg_node_tree, out amid oid)
returns setof record
language plpgsql as 'begin return; end';

create function @extschema@.hypopg_create_index(sql_order text, out indexrelid oid, out indexname text)
returns setof record
language plpgsql strict as 'begin return; end';
create function @extschema@.hypopg_drop_index(indexid oid) returns boolean language sql strict return false;
create function @extschema@.hypopg_reset() returns void language sql as '';
create function @extschema@.hypopg_reset_index() returns void language sql as '';
create function @extschema@.hypopg_relation_size(indexid oid) returns bigint language sql strict return 0::bigint;
create function @extschema@.hypopg_get_indexdef(indexid oid) returns text language sql strict return null::text;
create function @extschema@.hypopg_hide_index(indexid oid) returns boolean language sql strict return false;
create function @extschema@.hypopg_unhide_index(indexid oid) returns boolean language sql strict return false;
create function @extschema@.hypopg_unhide_all_indexes() returns void language sql as '';
create function @extschema@.hypopg_hidden_indexes() returns table (indexid oid)
language plpgsql as 'begin return; end';

create view @extschema@.hypopg_list_indexes as
select h.indexrelid, h.indexname as index_name, n.nspname as schema_name,
    coalesce(c.relname, '<dropped>') as table_name, a.amname as am_name
from @extschema@.hypopg() h
left join pg_catalog.pg_class c on c.oid = h.indrelid
left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_am a on a.oid = h.amid;

create view @extschema@.hypopg_hidden_indexes as
select h.indexid as indexrelid, i.relname as index_name, n.nspname as schema_name, t.relname as table_name,
    a.amname as am_name, false as is_hypo
from @extschema@.hypopg_hidden_indexes() h
join pg_catalog.pg_index x on x.indexrelid = h.indexid
join pg_catalog.pg_class i on i.oid = h.indexid
join pg_catalog.pg_class t on t.oid = x.indrelid
join pg_catalog.pg_namespace n on n.oid = t.relnamespace
join pg_catalog.pg_am a on a.oid = i.relam;
