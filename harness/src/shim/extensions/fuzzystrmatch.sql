-- extension: fuzzystrmatch
-- version: 1.1
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: levenshtein, soundex and difference are real; metaphone, dmetaphone and daitch_mokotoff raise

create function @extschema@.levenshtein(text, text, integer, integer, integer) returns integer
language plpgsql immutable strict parallel safe as $fn$
declare
    before integer[] := array(select n * $3 from generate_series(0, length($2)) as n);
    row_now integer[];
begin
    if length($1) > 255 or length($2) > 255 then
        raise exception 'levenshtein argument exceeds maximum length of 255 characters' using errcode = '22023';
    end if;
    for i in 1 .. length($1) loop
        row_now := array[i * $4];
        for j in 1 .. length($2) loop
            row_now[j + 1] := least(
                before[j + 1] + $4,
                row_now[j] + $3,
                before[j] + case when substr($1, i, 1) = substr($2, j, 1) then 0 else $5 end);
        end loop;
        before := row_now;
    end loop;
    return before[length($2) + 1];
end
$fn$;

create function @extschema@.levenshtein(text, text) returns integer
language sql immutable strict parallel safe
return @extschema@.levenshtein($1, $2, 1, 1, 1);

-- Above the limit any number above it will do.
create function @extschema@.levenshtein_less_equal(text, text, integer, integer, integer, integer) returns integer
language sql immutable strict parallel safe
return least(@extschema@.levenshtein($1, $2, $3, $4, $5), $6 + 1);
create function @extschema@.levenshtein_less_equal(text, text, integer) returns integer
language sql immutable strict parallel safe
return @extschema@.levenshtein_less_equal($1, $2, 1, 1, 1, $3);

create function @extschema@.soundex(text) returns text
language plpgsql immutable strict parallel safe as $fn$
declare
    letters text := regexp_replace(upper($1), '^[^A-Z]+', '');
    codes text := translate(letters, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '01230120022455012623010202');
    made text := left(letters, 1);
begin
    for n in 2 .. length(codes) loop
        if substr(letters, n, 1) ~ '[A-Z]' and substr(codes, n, 1) <> '0'
            and substr(codes, n, 1) <> substr(codes, n - 1, 1) then
            made := made || substr(codes, n, 1);
        end if;
    end loop;
    return case when made = '' then '' else rpad(left(made, 4), 4, '0') end;
end
$fn$;
create function @extschema@.text_soundex(text) returns text
language sql immutable strict parallel safe
return @extschema@.soundex($1);
create function @extschema@.difference(text, text) returns integer
language sql immutable strict parallel safe
return (
    select count(*)::integer from generate_series(1, 4) as n
    where substr(@extschema@.soundex($1), n, 1) = substr(@extschema@.soundex($2), n, 1)
);

do $make$
declare
    signature text;
begin
    foreach signature in array array[
        'metaphone(text, integer) returns text', 'dmetaphone(text) returns text', 'dmetaphone_alt(text) returns text',
        'daitch_mokotoff(text) returns text[]'
    ] loop
        execute format($sql$
            create function @extschema@.%s language plpgsql immutable strict parallel safe
            as 'begin raise exception ''this function of fuzzystrmatch is not imitated'' using errcode = ''0A000''; end'
            $sql$, signature);
    end loop;
end
$make$;
