-- extension: index_advisor
-- version: 0.2.0
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: no index is ever recommended

create function @extschema@.index_advisor(query text)
returns table (
    startup_cost_before jsonb, startup_cost_after jsonb, total_cost_before jsonb, total_cost_after jsonb,
    index_statements text[], errors text[])
language sql volatile
as $fn$
    select null::jsonb, null::jsonb, null::jsonb, null::jsonb, '{}'::text[],
        array['index_advisor is a stand-in: nothing was examined']
$fn$;
