-- extension: pg_hashids
-- version: 1.3
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: ids are really encoded and decoded by the algorithm of Hashids

create function @extschema@.hashids_shuffle(letters text, salt text) returns text
language plpgsql immutable strict parallel safe as $fn$
declare
    a text[] := string_to_array(letters, null);
    kept text;
    v integer := 0;
    total integer := 0;
    j integer;
begin
    if salt = '' then
        return letters;
    end if;
    for i in reverse cardinality(a) - 1 .. 1 loop
        v := v % length(salt);
        total := total + ascii(substr(salt, v + 1, 1));
        j := (ascii(substr(salt, v + 1, 1)) + v + total) % i;
        kept := a[i + 1];
        a[i + 1] := a[j + 1];
        a[j + 1] := kept;
        v := v + 1;
    end loop;
    return array_to_string(a, '');
end
$fn$;

-- The alphabet, the separators and the guards that a salt leads to.
create function @extschema@.hashids_setup(salt text, wanted text, out letters text, out separators text, out guards text)
language plpgsql immutable strict parallel safe as $fn$
declare
    size integer;
begin
    separators := array_to_string(array(
        select c from unnest(string_to_array('cfhistuCFHISTU', null)) with ordinality as s (c, n)
        where strpos(wanted, c) > 0 order by n), '');
    letters := array_to_string(array(
        select c from unnest(string_to_array(wanted, null)) with ordinality as s (c, n)
        where strpos('cfhistuCFHISTU', c) = 0 order by n), '');
    separators := @extschema@.hashids_shuffle(separators, salt);
    if separators = '' or length(letters)::numeric / length(separators) > 3.5 then
        size := greatest(ceil(length(letters) / 3.5), 2);
        if size > length(separators) then
            size := size - length(separators);
            separators := separators || left(letters, size);
            letters := substr(letters, size + 1);
        else
            separators := left(separators, size);
        end if;
    end if;
    letters := @extschema@.hashids_shuffle(letters, salt);
    size := ceil(length(letters) / 12.0);
    guards := left(letters, size);
    letters := substr(letters, size + 1);
end
$fn$;

create function @extschema@.id_encode(numbers bigint[], salt text, min_length integer, alphabet text) returns text
language plpgsql immutable strict parallel safe as $fn$
declare
    letters text; separators text; guards text;
    total bigint := 0;
    lottery text;
    made text;
    last_part text;
    rest bigint;
    excess integer;
begin
    select * into letters, separators, guards from @extschema@.hashids_setup(salt, alphabet);
    for i in 1 .. cardinality(numbers) loop
        total := total + numbers[i] % (i + 99);
    end loop;
    lottery := substr(letters, (total % length(letters))::integer + 1, 1);
    made := lottery;
    for i in 1 .. cardinality(numbers) loop
        letters := @extschema@.hashids_shuffle(letters, left(lottery || salt || letters, length(letters)));
        rest := numbers[i];
        last_part := '';
        loop
            last_part := substr(letters, (rest % length(letters))::integer + 1, 1) || last_part;
            rest := rest / length(letters);
            exit when rest = 0;
        end loop;
        made := made || last_part;
        if i < cardinality(numbers) then
            rest := numbers[i] % (ascii(last_part) + i - 1);
            made := made || substr(separators, (rest % length(separators))::integer + 1, 1);
        end if;
    end loop;
    if length(made) < min_length then
        made := substr(guards, ((total + ascii(made)) % length(guards))::integer + 1, 1) || made;
        if length(made) < min_length then
            made := made || substr(guards, ((total + ascii(substr(made, 3, 1))) % length(guards))::integer + 1, 1);
        end if;
    end if;
    while length(made) < min_length loop
        letters := @extschema@.hashids_shuffle(letters, letters);
        made := substr(letters, length(letters) / 2 + 1) || made || left(letters, length(letters) / 2);
        excess := length(made) - min_length;
        if excess > 0 then
            made := substr(made, excess / 2 + 1, min_length);
        end if;
    end loop;
    return made;
end
$fn$;

create function @extschema@.id_decode(code text, salt text, min_length integer, alphabet text) returns bigint[]
language plpgsql immutable strict parallel safe as $fn$
declare
    letters text; separators text; guards text;
    parts text[];
    body text;
    lottery text;
    part text;
    number bigint;
    made bigint[] := '{}';
begin
    select * into letters, separators, guards from @extschema@.hashids_setup(salt, alphabet);
    parts := string_to_array(translate(code, guards, repeat(' ', length(guards))), ' ');
    body := parts[case when cardinality(parts) in (2, 3) then 2 else 1 end];
    lottery := left(body, 1);
    foreach part in array string_to_array(translate(substr(body, 2), separators, repeat(' ', length(separators))), ' ') loop
        letters := @extschema@.hashids_shuffle(letters, left(lottery || salt || letters, length(letters)));
        number := 0;
        for n in 1 .. length(part) loop
            number := number * length(letters) + strpos(letters, substr(part, n, 1)) - 1;
        end loop;
        made := made || number;
    end loop;
    if @extschema@.id_encode(made, salt, min_length, alphabet) is distinct from code then
        return '{}';
    end if;
    return made;
end
$fn$;

do $make$
declare
    letters constant text := '''abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890''';
    given text[];
begin
    foreach given slice 1 in array array[
        ['', ''''', 0', letters], [', text', '$2, 0', letters], [', text, integer', '$2, $3', letters],
        [', text, integer, text', '$2, $3', '$4']
    ] loop
        execute format($sql$
            create function @extschema@.id_encode(bigint%1$s) returns text
            language sql immutable strict parallel safe return @extschema@.id_encode(array[$1], %2$s, %3$s);
            create function @extschema@.id_decode_once(text%1$s) returns bigint
            language sql immutable strict parallel safe return (@extschema@.id_decode($1, %2$s, %3$s))[1];
            $sql$, variadic given);
        continue when given[3] = '$4';
        execute format($sql$
            create function @extschema@.id_encode(bigint[]%1$s) returns text
            language sql immutable strict parallel safe return @extschema@.id_encode($1, %2$s, %3$s);
            create function @extschema@.id_decode(text%1$s) returns bigint[]
            language sql immutable strict parallel safe return @extschema@.id_decode($1, %2$s, %3$s);
            $sql$, variadic given);
    end loop;
end
$make$;
create function @extschema@.hash_encode(bigint) returns text
language sql immutable strict parallel safe return @extschema@.id_encode($1);
create function @extschema@.hash_decode(text, text, integer) returns bigint
language sql immutable strict parallel safe return @extschema@.id_decode_once($1, $2, $3);
