-- extension: autoinc
-- version: 1.0
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: the trigger function does what the real one does

-- Arguments: pairs of a column and a sequence. A column that is zero or NULL gets the next value that is not zero.
create function @extschema@.autoinc() returns trigger
language plpgsql as $fn$
declare
    next_value bigint;
begin
    for n in 0 .. tg_nargs - 1 by 2 loop
        continue when coalesce((to_jsonb(new) ->> tg_argv[n])::bigint, 0) <> 0;
        next_value := nextval(tg_argv[n + 1]::regclass);
        if next_value = 0 then
            next_value := nextval(tg_argv[n + 1]::regclass);
        end if;
        new := jsonb_populate_record(new, jsonb_build_object(tg_argv[n], next_value));
    end loop;
    return new;
end
$fn$;
