-- extension: moddatetime
-- version: 1.0
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: the trigger function sets the named column to the transaction's time, as the real one does

create function @extschema@.moddatetime() returns trigger
language plpgsql as $fn$
declare
    column_type oid;
begin
    if tg_when <> 'BEFORE' or tg_level <> 'ROW' then
        raise exception 'moddatetime: must be fired before event, for each row' using errcode = '39P01';
    elsif tg_op <> 'UPDATE' then
        raise exception 'moddatetime: cannot process % events', tg_op using errcode = '39P01';
    elsif tg_nargs <> 1 then
        raise exception 'moddatetime (%): A single argument was expected', tg_relid::regclass using errcode = '39P01';
    end if;
    select a.atttypid into column_type from pg_catalog.pg_attribute a
    where a.attrelid = tg_relid and a.attname = tg_argv[0] and a.attnum > 0 and not a.attisdropped;
    if column_type is null then
        raise exception '"%" has no attribute "%"', tg_table_name, tg_argv[0] using errcode = '09000';
    elsif column_type not in ('timestamp'::regtype, 'timestamptz'::regtype) then
        raise exception 'attribute "%" of "%" must be type TIMESTAMP or TIMESTAMPTZ', tg_argv[0], tg_table_name
            using errcode = '09000';
    end if;
    return jsonb_populate_record(new, jsonb_build_object(tg_argv[0], now()));
end
$fn$;
