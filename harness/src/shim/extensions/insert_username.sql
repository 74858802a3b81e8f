-- extension: insert_username
-- version: 1.0
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: the trigger function does what the real one does

create function @extschema@.insert_username() returns trigger
language plpgsql as $fn$
begin
    return jsonb_populate_record(new, jsonb_build_object(tg_argv[0], current_user));
end
$fn$;
