-- extension: citext
-- version: 1.6
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: comparison, uniqueness and pattern matching ignore case as in the real type; only a few string functions have citext forms

create type @extschema@.citext;
create function @extschema@.citextin(cstring) returns @extschema@.citext
language internal immutable strict parallel safe as 'textin';
create function @extschema@.citextout(@extschema@.citext) returns cstring
language internal immutable strict parallel safe as 'textout';
create function @extschema@.citextrecv(internal) returns @extschema@.citext
language internal stable strict parallel safe as 'textrecv';
create function @extschema@.citextsend(@extschema@.citext) returns bytea
language internal stable strict parallel safe as 'textsend';
create type @extschema@.citext (
    input = @extschema@.citextin,
    output = @extschema@.citextout,
    receive = @extschema@.citextrecv,
    send = @extschema@.citextsend,
    like = pg_catalog.text,
    category = 'S',
    preferred = false,
    collatable = true
);

create function @extschema@.citext(bpchar) returns @extschema@.citext
language internal immutable strict parallel safe as 'rtrim1';
create function @extschema@.citext(boolean) returns @extschema@.citext
language internal immutable strict parallel safe as 'booltext';
create function @extschema@.citext(inet) returns @extschema@.citext
language internal immutable strict parallel safe as 'network_show';

create cast (@extschema@.citext as text) without function as implicit;
create cast (@extschema@.citext as character varying) without function as implicit;
create cast (@extschema@.citext as bpchar) without function as assignment;
create cast (text as @extschema@.citext) without function as assignment;
create cast (character varying as @extschema@.citext) without function as assignment;
create cast (bpchar as @extschema@.citext) with function @extschema@.citext(bpchar) as assignment;
create cast (boolean as @extschema@.citext) with function @extschema@.citext(boolean) as assignment;
create cast (inet as @extschema@.citext) with function @extschema@.citext(inet) as assignment;

-- PL/pgSQL rather than SQL: an inlined operator would no longer match an index.
do $make$
declare
    spec text[];
begin
    foreach spec slice 1 in array array[
        ['eq', '=', '=', '<>', 'eqsel', 'eqjoinsel', ', hashes, merges'],
        ['ne', '<>', '<>', '=', 'neqsel', 'neqjoinsel', ''],
        ['lt', '<', '>', '>=', 'scalarltsel', 'scalarltjoinsel', ''],
        ['le', '<=', '>=', '>', 'scalarlesel', 'scalarlejoinsel', ''],
        ['ge', '>=', '<=', '<', 'scalargesel', 'scalargejoinsel', ''],
        ['gt', '>', '<', '<=', 'scalargtsel', 'scalargtjoinsel', '']
    ] loop
        execute format($sql$
            create function @extschema@.citext_%1$s(@extschema@.citext, @extschema@.citext) returns boolean
            language plpgsql immutable strict parallel safe
            as 'begin return lower($1::text) %2$s lower($2::text); end';
            create operator @extschema@.%2$s (
                leftarg = @extschema@.citext, rightarg = @extschema@.citext, function = @extschema@.citext_%1$s,
                commutator = operator(@extschema@.%3$s), negator = operator(@extschema@.%4$s),
                restrict = %5$s, join = %6$s%7$s);
            $sql$, variadic spec);
    end loop;
    foreach spec slice 1 in array array[
        ['lt', '~<~'], ['le', '~<=~'], ['ge', '~>=~'], ['gt', '~>~']
    ] loop
        execute format($sql$
            create function @extschema@.citext_pattern_%1$s(@extschema@.citext, @extschema@.citext) returns boolean
            language plpgsql immutable strict parallel safe
            as 'begin return lower($1::text) %2$s lower($2::text); end';
            create operator @extschema@.%2$s (
                leftarg = @extschema@.citext, rightarg = @extschema@.citext,
                function = @extschema@.citext_pattern_%1$s);
            $sql$, variadic spec);
    end loop;
    foreach spec slice 1 in array array[
        ['texticlike', '~~*', '~~'], ['texticnlike', '!~~*', '!~~'],
        ['texticregexeq', '~*', '~'], ['texticregexne', '!~*', '!~']
    ] loop
        execute format($sql$
            create function @extschema@.%1$s(@extschema@.citext, @extschema@.citext) returns boolean
            language plpgsql immutable strict parallel safe as 'begin return $1::text %2$s $2::text; end';
            create function @extschema@.%1$s(@extschema@.citext, text) returns boolean
            language plpgsql immutable strict parallel safe as 'begin return $1::text %2$s $2; end';
            create operator @extschema@.%2$s (
                leftarg = @extschema@.citext, rightarg = @extschema@.citext, function = @extschema@.%1$s);
            create operator @extschema@.%3$s (
                leftarg = @extschema@.citext, rightarg = @extschema@.citext, function = @extschema@.%1$s);
            create operator @extschema@.%2$s (
                leftarg = @extschema@.citext, rightarg = text, function = @extschema@.%1$s);
            create operator @extschema@.%3$s (
                leftarg = @extschema@.citext, rightarg = text, function = @extschema@.%1$s);
            $sql$, variadic spec);
    end loop;
end
$make$;

create function @extschema@.citext_cmp(@extschema@.citext, @extschema@.citext) returns integer
language plpgsql immutable strict parallel safe
as 'begin return bttextcmp(lower($1::text), lower($2::text)); end';
create function @extschema@.citext_pattern_cmp(@extschema@.citext, @extschema@.citext) returns integer
language plpgsql immutable strict parallel safe
as 'begin return bttext_pattern_cmp(lower($1::text), lower($2::text)); end';
create function @extschema@.citext_hash(@extschema@.citext) returns integer
language plpgsql immutable strict parallel safe as 'begin return hashtext(lower($1::text)); end';
create function @extschema@.citext_hash_extended(@extschema@.citext, bigint) returns bigint
language plpgsql immutable strict parallel safe as 'begin return hashtextextended(lower($1::text), $2); end';

create operator class @extschema@.citext_ops default for type @extschema@.citext using btree as
    operator 1 @extschema@.<, operator 2 @extschema@.<=, operator 3 @extschema@.=,
    operator 4 @extschema@.>=, operator 5 @extschema@.>,
    function 1 @extschema@.citext_cmp(@extschema@.citext, @extschema@.citext);
create operator class @extschema@.citext_ops default for type @extschema@.citext using hash as
    operator 1 @extschema@.=,
    function 1 @extschema@.citext_hash(@extschema@.citext),
    function 2 @extschema@.citext_hash_extended(@extschema@.citext, bigint);
create operator class @extschema@.citext_pattern_ops for type @extschema@.citext using btree as
    operator 1 @extschema@.~<~, operator 2 @extschema@.~<=~, operator 3 @extschema@.=,
    operator 4 @extschema@.~>=~, operator 5 @extschema@.~>~,
    function 1 @extschema@.citext_pattern_cmp(@extschema@.citext, @extschema@.citext);

create function @extschema@.citext_smaller(@extschema@.citext, @extschema@.citext) returns @extschema@.citext
language plpgsql immutable strict parallel safe
as 'begin return case when lower($1::text) < lower($2::text) then $1 else $2 end; end';
create function @extschema@.citext_larger(@extschema@.citext, @extschema@.citext) returns @extschema@.citext
language plpgsql immutable strict parallel safe
as 'begin return case when lower($1::text) > lower($2::text) then $1 else $2 end; end';
create aggregate @extschema@.min(@extschema@.citext) (
    sfunc = @extschema@.citext_smaller, stype = @extschema@.citext, sortop = operator(@extschema@.<),
    combinefunc = @extschema@.citext_smaller, parallel = safe);
create aggregate @extschema@.max(@extschema@.citext) (
    sfunc = @extschema@.citext_larger, stype = @extschema@.citext, sortop = operator(@extschema@.>),
    combinefunc = @extschema@.citext_larger, parallel = safe);

create function @extschema@.replace(@extschema@.citext, @extschema@.citext, @extschema@.citext) returns text
language sql immutable strict parallel safe
return regexp_replace($1::text, regexp_replace($2::text, '([^a-zA-Z0-9_])', '\\\1', 'g'),
    replace($3::text, '\', '\\'), 'gi');
create function @extschema@.strpos(@extschema@.citext, @extschema@.citext) returns integer
language sql immutable strict parallel safe return strpos(lower($1::text), lower($2::text));
create function @extschema@.split_part(@extschema@.citext, @extschema@.citext, integer) returns text
language sql immutable strict parallel safe
return (regexp_split_to_array($1::text, regexp_replace($2::text, '([^a-zA-Z0-9_])', '\\\1', 'g'), 'i'))[$3];
create function @extschema@.translate(@extschema@.citext, @extschema@.citext, text) returns text
language sql immutable strict parallel safe
return translate(translate($1::text, lower($2::text), $3), upper($2::text), $3);
create function @extschema@.regexp_match(@extschema@.citext, @extschema@.citext) returns text[]
language sql immutable strict parallel safe return regexp_match($1::text, $2::text, 'i');
create function @extschema@.regexp_matches(@extschema@.citext, @extschema@.citext) returns setof text[]
language sql immutable strict parallel safe as 'select pg_catalog.regexp_matches($1::text, $2::text, ''i'')';
create function @extschema@.regexp_replace(@extschema@.citext, @extschema@.citext, text) returns text
language sql immutable strict parallel safe return regexp_replace($1::text, $2::text, $3, 'i');
create function @extschema@.regexp_split_to_array(@extschema@.citext, @extschema@.citext) returns text[]
language sql immutable strict parallel safe return regexp_split_to_array($1::text, $2::text, 'i');
create function @extschema@.regexp_split_to_table(@extschema@.citext, @extschema@.citext) returns setof text
language sql immutable strict parallel safe as 'select pg_catalog.regexp_split_to_table($1::text, $2::text, ''i'')';
create function @extschema@.regexp_match(@extschema@.citext, @extschema@.citext, text) returns text[]
language sql immutable strict parallel safe return regexp_match($1::text, $2::text, 'i' || $3);
create function @extschema@.regexp_matches(@extschema@.citext, @extschema@.citext, text) returns setof text[]
language sql immutable strict parallel safe as 'select pg_catalog.regexp_matches($1::text, $2::text, ''i'' || $3)';
create function @extschema@.regexp_split_to_array(@extschema@.citext, @extschema@.citext, text) returns text[]
language sql immutable strict parallel safe return regexp_split_to_array($1::text, $2::text, 'i' || $3);
create function @extschema@.regexp_split_to_table(@extschema@.citext, @extschema@.citext, text) returns setof text
language sql immutable strict parallel safe as 'select pg_catalog.regexp_split_to_table($1::text, $2::text, ''i'' || $3)';
create function @extschema@.regexp_replace(@extschema@.citext, @extschema@.citext, text, text) returns text
language sql immutable strict parallel safe return regexp_replace($1::text, $2::text, $3, 'i' || $4);
