-- extension: isn
-- version: 1.2
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: numbers are texts that keep the form they were written in; forms and check digits are checked, kinds are not converted

create function @extschema@.isn_check(number text, kind text) returns boolean
language sql immutable strict parallel safe
return (
    select case
        when kind = 'ean13' or length(digits) = 13 then digits ~ '^[0-9]{13}$' and (
            select sum(substr(digits, n, 1)::integer * case when n % 2 = 1 then 1 else 3 end)
            from generate_series(1, length(digits)) as n where substr(digits, n, 1) ~ '[0-9]') % 10 = 0
        when kind = 'upc' then digits ~ '^[0-9]{12}$' and (
            select sum(substr(digits, n, 1)::integer * case when n % 2 = 1 then 3 else 1 end)
            from generate_series(1, length(digits)) as n where substr(digits, n, 1) ~ '[0-9]') % 10 = 0
        when kind = 'isbn' then digits ~ '^[0-9]{9}[0-9X]$' and (
            select sum((11 - n) * case substr(digits, n::integer, 1) when 'X' then 10 else nullif(regexp_replace(substr(digits, n::integer, 1), '[^0-9]', ''), '')::integer end)
            from generate_series(1, length(digits)) as n) % 11 = 0
        when kind = 'issn' then digits ~ '^[0-9]{7}[0-9X]$' and (
            select sum((9 - n) * case substr(digits, n::integer, 1) when 'X' then 10 else nullif(regexp_replace(substr(digits, n::integer, 1), '[^0-9]', ''), '')::integer end)
            from generate_series(1, length(digits)) as n) % 11 = 0
        else digits ~ '^M[0-9]{9}$'
    end
    from translate(upper(rtrim(number, '!')), '- ', '') as digits
);

do $types$
declare
    kind text;
begin
    foreach kind in array array['ean13', 'isbn', 'isbn13', 'issn', 'issn13', 'ismn', 'ismn13', 'upc'] loop
        execute format('create domain @extschema@.%1$I as text check (@extschema@.isn_check(value, %2$L))',
            kind, case when kind like '%13' then 'ean13' else kind end);
        execute format('create function @extschema@.is_valid(@extschema@.%1$I) returns boolean
            language sql immutable strict parallel safe return $1 not like ''%%!''', kind);
        execute format('create function @extschema@.make_valid(@extschema@.%1$I) returns @extschema@.%1$I
            language sql immutable strict parallel safe return rtrim($1, ''!'')::@extschema@.%1$I', kind);
    end loop;
end
$types$;
create function @extschema@.isn_weak(boolean) returns boolean language sql immutable strict parallel safe return false;
create function @extschema@.isn_weak() returns boolean language sql immutable strict parallel safe return false;
