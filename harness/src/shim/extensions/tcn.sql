-- extension: tcn
-- version: 1.0
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: the trigger function notifies as the real one does

create function @extschema@.triggered_change_notification() returns trigger
language plpgsql as $fn$
declare
    changed jsonb := to_jsonb(case when tg_op = 'DELETE' then old else new end);
    keys text;
begin
    select string_agg(format(',"%s"=''%s''', replace(a.attname, '"', '""'),
        replace(changed ->> a.attname, '''', '''''')), '' order by array_position(i.indkey::int2[], a.attnum)) into keys
    from pg_catalog.pg_index i
    join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey::int2[])
    where i.indrelid = tg_relid and i.indisprimary;
    if keys is null then
        raise exception 'triggered_change_notification: must be called on a table with a primary key'
            using errcode = '39P01';
    end if;
    perform pg_notify(coalesce(tg_argv[0], 'tcn'),
        format('"%s",%s%s', replace(tg_table_name, '"', '""'), left(tg_op, 1), keys));
    return null;
end
$fn$;
