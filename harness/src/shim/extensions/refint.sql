-- extension: refint
-- version: 1.0
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: check_primary_key checks for real; check_foreign_key raises when it fires

-- Arguments: the columns here, the table there, the columns there.
create function @extschema@.check_primary_key() returns trigger
language plpgsql as $fn$
declare
    here integer := (tg_nargs - 1) / 2;
    found_row boolean;
begin
    if tg_nargs % 2 = 0 or tg_nargs < 3 then
        raise exception 'check_primary_key: odd number of arguments should be specified' using errcode = '39P01';
    end if;
    if exists (select from generate_series(0, here - 1) as n where to_jsonb(new) ->> tg_argv[n] is null) then
        return new;
    end if;
    execute format('select exists (select from %s where %s)', tg_argv[here]::regclass, (
        select string_agg(format('%I = %L', tg_argv[here + 1 + n], to_jsonb(new) ->> tg_argv[n]), ' and ')
        from generate_series(0, here - 1) as n
    )) into found_row;
    if not found_row then
        raise exception 'tuple references non-existent key' using errcode = '09000',
            detail = format('Trigger "%s" found tuple referencing non-existent key in "%s".', tg_name, tg_argv[here]);
    end if;
    return new;
end
$fn$;

create function @extschema@.check_foreign_key() returns trigger
language plpgsql as $fn$
begin
    raise exception 'check_foreign_key of refint is not imitated' using errcode = '0A000';
end
$fn$;
