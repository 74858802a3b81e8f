-- extension: lo
-- version: 1.1
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: the type and the trigger function do what the real ones do

create domain @extschema@.lo as oid;
create function @extschema@.lo_oid(@extschema@.lo) returns oid
language sql immutable strict parallel safe return $1::oid;

-- Removes a large object when the column stops naming it.
create function @extschema@.lo_manage() returns trigger
language plpgsql as $fn$
declare
    before oid := (to_jsonb(old) ->> tg_argv[0])::oid;
begin
    if before is not null and (tg_op = 'DELETE' or (to_jsonb(new) ->> tg_argv[0])::oid is distinct from before) then
        perform lo_unlink(before);
    end if;
    if tg_op = 'DELETE' then
        return old;
    end if;
    return new;
end
$fn$;
