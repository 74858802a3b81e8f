-- extension: pg_trgm
-- version: 1.6
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: similarities are computed, slowly; gin_trgm_ops indexes hold nothing and are never used, gist_trgm_ops is missing

-- Trigrams of every word in lower case, two spaces before it and one behind, sorted, each once.
create function @extschema@.show_trgm(text) returns text[]
language sql immutable strict parallel safe
return (
    select coalesce(array_agg(distinct trigram collate "C" order by trigram collate "C"), '{}')
    from regexp_split_to_table(lower($1), '[^[:alnum:]]+') as word,
        generate_series(1, length(word) + 1) as n,
        substr('  ' || word || ' ', n, 3) as trigram
    where word <> ''
);

create function @extschema@.pgattest_threshold(name text, fallback real) returns real
language sql stable parallel safe
return coalesce(nullif(current_setting('pg_trgm.' || name, true), '')::real, fallback);

create function @extschema@.show_limit() returns real
language sql stable parallel safe
return @extschema@.pgattest_threshold('similarity_threshold', 0.3);

create function @extschema@.set_limit(real) returns real
language sql volatile strict
return set_config('pg_trgm.similarity_threshold', $1::text, false)::real;

create function @extschema@.similarity(text, text) returns real
language sql immutable strict parallel safe
return (
    select coalesce(count(*) filter (where seen = 2)::real / nullif(count(*), 0), 0)
    from (
        select count(*) as seen
        from (
            select unnest(@extschema@.show_trgm($1)) as trigram
            union all
            select unnest(@extschema@.show_trgm($2))
        ) every_one
        group by trigram
    ) counted
);

-- The best match of all trigrams of the first text with any stretch of the second one's, in which they stand
-- in their order; the strict form lets stretches start and end only where words do.
create function @extschema@.pgattest_word_similarity(wanted text[], hay text, whole_words boolean) returns real
language plpgsql immutable strict parallel safe as $fn$
declare
    trigrams text[] := '{}';
    starts boolean[] := '{}';
    ends boolean[] := '{}';
    word text;
    best real := 0;
    hits integer;
    others integer;
    seen text[];
begin
    for word in select w from regexp_split_to_table(lower(hay), '[^[:alnum:]]+') as w where w <> '' loop
        for n in 1 .. length(word) + 1 loop
            trigrams := trigrams || substr('  ' || word || ' ', n, 3);
            starts := starts || (n = 1);
            ends := ends || (n = length(word) + 1);
        end loop;
    end loop;
    for start_at in 1 .. cardinality(trigrams) loop
        continue when not (starts[start_at] or not whole_words and trigrams[start_at] = any (wanted));
        hits := 0;
        others := 0;
        seen := '{}';
        for end_at in start_at .. cardinality(trigrams) loop
            if trigrams[end_at] <> all (seen) then
                seen := seen || trigrams[end_at];
                if trigrams[end_at] = any (wanted) then
                    hits := hits + 1;
                else
                    others := others + 1;
                end if;
            end if;
            if ends[end_at] or not whole_words then
                best := greatest(best, hits::real / (cardinality(wanted) + others));
            end if;
        end loop;
    end loop;
    return best;
end
$fn$;

create function @extschema@.word_similarity(text, text) returns real
language sql immutable strict parallel safe
return @extschema@.pgattest_word_similarity(@extschema@.show_trgm($1), $2, false);

create function @extschema@.strict_word_similarity(text, text) returns real
language sql immutable strict parallel safe
return @extschema@.pgattest_word_similarity(@extschema@.show_trgm($1), $2, true);

do $make$
declare
    spec text[];
begin
    foreach spec slice 1 in array array[
        ['similarity_op', '%', 'similarity($1, $2)', 'similarity_threshold', '0.3', '%'],
        ['word_similarity_op', '<%', 'word_similarity($1, $2)', 'word_similarity_threshold', '0.6', '%>'],
        ['word_similarity_commutator_op', '%>', 'word_similarity($2, $1)', 'word_similarity_threshold', '0.6', '<%'],
        ['strict_word_similarity_op', '<<%', 'strict_word_similarity($1, $2)', 'strict_word_similarity_threshold',
            '0.5', '%>>'],
        ['strict_word_similarity_commutator_op', '%>>', 'strict_word_similarity($2, $1)',
            'strict_word_similarity_threshold', '0.5', '<<%']
    ] loop
        execute format($sql$
            create function @extschema@.%1$s(text, text) returns boolean
            language sql stable strict parallel safe
            return @extschema@.%3$s >= @extschema@.pgattest_threshold(%4$L, %5$s);
            create operator @extschema@.%2$s (leftarg = text, rightarg = text, function = @extschema@.%1$s,
                commutator = operator(@extschema@.%6$s), restrict = contsel, join = contjoinsel);
            $sql$, variadic spec);
    end loop;
    foreach spec slice 1 in array array[
        ['similarity_dist', '<->', 'similarity($1, $2)', '<->'],
        ['word_similarity_dist_op', '<<->', 'word_similarity($1, $2)', '<->>'],
        ['word_similarity_dist_commutator_op', '<->>', 'word_similarity($2, $1)', '<<->'],
        ['strict_word_similarity_dist_op', '<<<->', 'strict_word_similarity($1, $2)', '<->>>'],
        ['strict_word_similarity_dist_commutator_op', '<->>>', 'strict_word_similarity($2, $1)', '<<<->']
    ] loop
        execute format($sql$
            create function @extschema@.%1$s(text, text) returns real
            language sql immutable strict parallel safe
            return 1 - @extschema@.%3$s;
            create operator @extschema@.%2$s (leftarg = text, rightarg = text, function = @extschema@.%1$s,
                commutator = operator(@extschema@.%4$s));
            $sql$, variadic spec);
    end loop;
end
$make$;

-- A support function that returns nothing makes GIN store no key, and a class without operators is never
-- chosen by the planner: the index is there, and answers come from the table.
create function @extschema@.gin_extract_value_trgm(text, internal) returns internal
language internal immutable strict parallel safe as 'void_in';
create function @extschema@.gin_extract_query_trgm(text, internal, smallint, internal, internal, internal, internal)
returns internal
language internal immutable strict parallel safe as 'void_in';
create function @extschema@.gin_trgm_consistent(
    internal, smallint, text, integer, internal, internal, internal, internal)
returns boolean
language internal immutable strict parallel safe as 'void_in';
create operator class @extschema@.gin_trgm_ops for type text using gin as
    function 2 @extschema@.gin_extract_value_trgm(text, internal),
    function 3 @extschema@.gin_extract_query_trgm(text, internal, smallint, internal, internal, internal, internal),
    function 4 @extschema@.gin_trgm_consistent(internal, smallint, text, integer, internal, internal, internal, internal),
    storage integer;

-- The setting of a function is checked when the function is made, and only who may SET a parameter that no
-- library has announced may do so. The right belongs to the cluster: another database may be granting it now.
do $grant$
declare
    name text;
begin
    foreach name in array array[
        'pg_trgm.similarity_threshold', 'pg_trgm.word_similarity_threshold', 'pg_trgm.strict_word_similarity_threshold'
    ] loop
        if not has_parameter_privilege('postgres', name, 'SET') then
            begin
                execute format('grant set on parameter %s to postgres', name);
            exception when others then
                null;
            end;
        end if;
    end loop;
end
$grant$;
