-- extension: ltree
-- version: 1.2
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: paths, ancestors and lquery patterns work; values are not checked when written, and GiST indexes on them are missing

do $types$
declare
    kind text;
begin
    foreach kind in array array['ltree', 'lquery', 'ltxtquery'] loop
        execute replace($sql$
            create type @extschema@.TYPE;
            create function @extschema@.TYPE_in(cstring) returns @extschema@.TYPE
            language internal immutable strict parallel safe as 'textin';
            create function @extschema@.TYPE_out(@extschema@.TYPE) returns cstring
            language internal immutable strict parallel safe as 'textout';
            create function @extschema@.TYPE_recv(internal) returns @extschema@.TYPE
            language internal immutable strict parallel safe as 'textrecv';
            create function @extschema@.TYPE_send(@extschema@.TYPE) returns bytea
            language internal immutable strict parallel safe as 'textsend';
            create type @extschema@.TYPE (
                input = @extschema@.TYPE_in,
                output = @extschema@.TYPE_out,
                receive = @extschema@.TYPE_recv,
                send = @extschema@.TYPE_send,
                like = pg_catalog.text
            );
            $sql$, 'TYPE', kind);
    end loop;
end
$types$;

-- The labels of a path. What was written is checked here, when it is first used.
create function @extschema@.ltree_labels(@extschema@.ltree) returns text[]
language plpgsql immutable strict parallel safe as $fn$
begin
    if $1::text <> '' and $1::text !~ '^[[:alnum:]_-]+([.][[:alnum:]_-]+)*$' then
        raise exception 'ltree syntax error' using errcode = '42601', detail = 'Value: ' || $1::text;
    end if;
    return string_to_array($1::text, '.');
end
$fn$;
create function @extschema@.ltree_join(text[]) returns @extschema@.ltree
language sql immutable strict parallel safe
return array_to_string($1, '.')::@extschema@.ltree;

create function @extschema@.nlevel(@extschema@.ltree) returns integer
language sql immutable strict parallel safe return cardinality(@extschema@.ltree_labels($1));
create function @extschema@.ltree2text(@extschema@.ltree) returns text
language sql immutable strict parallel safe return $1::text;
create function @extschema@.text2ltree(text) returns @extschema@.ltree
language sql immutable strict parallel safe
return @extschema@.ltree_join(@extschema@.ltree_labels($1::@extschema@.ltree));

create function @extschema@.subltree(@extschema@.ltree, integer, integer) returns @extschema@.ltree
language plpgsql immutable strict parallel safe as $fn$
begin
    if $2 < 0 or $3 < $2 or $2 >= @extschema@.nlevel($1) then
        raise exception 'invalid positions' using errcode = '22023';
    end if;
    return @extschema@.ltree_join((@extschema@.ltree_labels($1))[$2 + 1:$3]);
end
$fn$;
create function @extschema@.subpath(@extschema@.ltree, integer, integer) returns @extschema@.ltree
language plpgsql immutable strict parallel safe as $fn$
declare
    size integer := @extschema@.nlevel($1);
    start_at integer := $2;
begin
    -- Counting from the end wraps around once.
    if start_at < 0 then
        start_at := size + start_at;
    end if;
    if start_at < 0 then
        start_at := size + start_at;
    end if;
    return @extschema@.subltree($1, start_at, least(case when $3 < 0 then size + $3 else start_at + $3 end, size));
end
$fn$;
create function @extschema@.subpath(@extschema@.ltree, integer) returns @extschema@.ltree
language sql immutable strict parallel safe
return @extschema@.subpath($1, $2, @extschema@.nlevel($1));

create function @extschema@.index(@extschema@.ltree, @extschema@.ltree, integer) returns integer
language plpgsql immutable strict parallel safe as $fn$
declare
    hay text[] := @extschema@.ltree_labels($1);
    needle text[] := @extschema@.ltree_labels($2);
begin
    for n in case when $3 < 0 then greatest(cardinality(hay) + $3, 0) else $3 end .. cardinality(hay) - cardinality(needle) loop
        if cardinality(needle) > 0 and hay[n + 1:n + cardinality(needle)] = needle then
            return n;
        end if;
    end loop;
    return -1;
end
$fn$;
create function @extschema@.index(@extschema@.ltree, @extschema@.ltree) returns integer
language sql immutable strict parallel safe return @extschema@.index($1, $2, 0);

create function @extschema@.lca(@extschema@.ltree[]) returns @extschema@.ltree
language plpgsql immutable strict parallel safe as $fn$
declare
    common text[];
    labels text[];
    path @extschema@.ltree;
    shared integer;
begin
    foreach path in array $1 loop
        labels := @extschema@.ltree_labels(path);
        if cardinality(labels) = 0 then
            return null;
        end if;
        -- The ancestor is never one of the paths themselves.
        labels := labels[1:cardinality(labels) - 1];
        if common is null then
            common := labels;
        else
            shared := 0;
            while shared < least(cardinality(common), cardinality(labels))
                and common[shared + 1] = labels[shared + 1] loop
                shared := shared + 1;
            end loop;
            common := common[1:shared];
        end if;
    end loop;
    return @extschema@.ltree_join(common);
end
$fn$;
do $make$
begin
    for n in 2 .. 8 loop
        execute format('create function @extschema@.lca(%s) returns @extschema@.ltree
            language sql immutable strict parallel safe return @extschema@.lca(array[%s])',
            (select string_agg('@extschema@.ltree', ', ') from generate_series(1, n)),
            (select string_agg('$' || i, ', ') from generate_series(1, n) as i));
    end loop;
end
$make$;

create function @extschema@.ltree_addltree(@extschema@.ltree, @extschema@.ltree) returns @extschema@.ltree
language sql immutable strict parallel safe
return @extschema@.ltree_join(@extschema@.ltree_labels($1) || @extschema@.ltree_labels($2));
create function @extschema@.ltree_addtext(@extschema@.ltree, text) returns @extschema@.ltree
language sql immutable strict parallel safe return @extschema@.ltree_addltree($1, $2::@extschema@.ltree);
create function @extschema@.ltree_textadd(text, @extschema@.ltree) returns @extschema@.ltree
language sql immutable strict parallel safe return @extschema@.ltree_addltree($1::@extschema@.ltree, $2);

-- PL/pgSQL rather than SQL: an inlined operator would no longer match an index.
create function @extschema@.ltree_isparent(@extschema@.ltree, @extschema@.ltree) returns boolean
language plpgsql immutable strict parallel safe
as $fn$ begin return (@extschema@.ltree_labels($2))[1:@extschema@.nlevel($1)] = @extschema@.ltree_labels($1); end $fn$;
create function @extschema@.ltree_risparent(@extschema@.ltree, @extschema@.ltree) returns boolean
language plpgsql immutable strict parallel safe
as $fn$ begin return @extschema@.ltree_isparent($2, $1); end $fn$;
create function @extschema@.ltree_cmp(@extschema@.ltree, @extschema@.ltree) returns integer
language plpgsql immutable strict parallel safe
as $fn$ begin
    return btarraycmp(
        array(select label collate "C" from unnest(@extschema@.ltree_labels($1)) with ordinality as l (label, n) order by n),
        @extschema@.ltree_labels($2) collate "C");
end $fn$;
create function @extschema@.hash_ltree(@extschema@.ltree) returns integer
language plpgsql immutable strict parallel safe as $fn$ begin return hashtext($1::text); end $fn$;
create function @extschema@.hash_ltree_extended(@extschema@.ltree, bigint) returns bigint
language plpgsql immutable strict parallel safe as $fn$ begin return hashtextextended($1::text, $2); end $fn$;

-- An lquery becomes a regular expression over the path with a dot behind every label.
create function @extschema@.ltq_regex(@extschema@.ltree, @extschema@.lquery) returns boolean
language plpgsql immutable strict parallel safe as $fn$
declare
    level text;
    part text;
    label text;
    flags text;
    choices text;
    pattern text := '^';
    bounds text;
    refuse boolean;
begin
    foreach level in array string_to_array($2::text, '.') loop
        if level ~ '^[*]' then
            bounds := coalesce(substring(level from '[{].*[}]'), '*');
            pattern := pattern || '(?:[^.]+[.])' || replace(replace(bounds, '{,', '{0,'), ' ', '');
            continue;
        end if;
        refuse := level like '!%';
        bounds := coalesce(replace(substring(level from '[{].*[}]'), '{,', '{0,'), '');
        choices := '';
        foreach part in array string_to_array(regexp_replace(ltrim(level, '!'), '[{].*[}]', ''), '|') loop
            flags := substring(part from '[*@%]*$');
            label := left(part, length(part) - length(flags));
            choices := choices || case when choices = '' then '' else '|' end || label
                || case when flags like '%*%' then '[^.]*' when strpos(flags, '%') > 0 then '(?:_[^.]*)?' else '' end;
        end loop;
        pattern := pattern || '(?:' || case
            when refuse then '(?!(?:' || choices || ')[.])[^.]+[.]'
            else '(?:' || choices || ')[.]'
        end || ')' || bounds;
    end loop;
    -- Case is ignored as a whole as soon as one label asks for it.
    if $2::text like '%@%' then
        return array_to_string(@extschema@.ltree_labels($1) || ''::text, '.') ~* (pattern || '$');
    end if;
    return array_to_string(@extschema@.ltree_labels($1) || ''::text, '.') ~ (pattern || '$');
end
$fn$;
create function @extschema@.ltq_rregex(@extschema@.lquery, @extschema@.ltree) returns boolean
language plpgsql immutable strict parallel safe as $fn$ begin return @extschema@.ltq_regex($2, $1); end $fn$;

-- Words of an ltxtquery stand for any label; the rest is boolean algebra, which tsquery does as well.
create function @extschema@.ltxtq_exec(@extschema@.ltree, @extschema@.ltxtquery) returns boolean
language plpgsql immutable strict parallel safe
as $fn$ begin
    return array_to_tsvector(array(select distinct lower(label) from unnest(@extschema@.ltree_labels($1)) as label))
        @@ replace(lower($2::text), '*', ':*')::tsquery;
end $fn$;
create function @extschema@.ltxtq_rexec(@extschema@.ltxtquery, @extschema@.ltree) returns boolean
language plpgsql immutable strict parallel safe as $fn$ begin return @extschema@.ltxtq_exec($2, $1); end $fn$;
create function @extschema@.lt_q_regex(@extschema@.ltree, @extschema@.lquery[]) returns boolean
language plpgsql immutable strict parallel safe
as $fn$ begin return (select coalesce(bool_or(@extschema@.ltq_regex($1, q)), false) from unnest($2) as q); end $fn$;
create function @extschema@._ltree_isparent(@extschema@.ltree[], @extschema@.ltree) returns boolean
language plpgsql immutable strict parallel safe
as $fn$ begin return (select coalesce(bool_or(@extschema@.ltree_isparent(p, $2)), false) from unnest($1) as p); end $fn$;
create function @extschema@._ltree_risparent(@extschema@.ltree[], @extschema@.ltree) returns boolean
language plpgsql immutable strict parallel safe
as $fn$ begin return (select coalesce(bool_or(@extschema@.ltree_isparent($2, p)), false) from unnest($1) as p); end $fn$;
create function @extschema@._ltq_regex(@extschema@.ltree[], @extschema@.lquery) returns boolean
language plpgsql immutable strict parallel safe
as $fn$ begin return (select coalesce(bool_or(@extschema@.ltq_regex(p, $2)), false) from unnest($1) as p); end $fn$;

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
            create function @extschema@.ltree_%1$s(@extschema@.ltree, @extschema@.ltree) returns boolean
            language plpgsql immutable strict parallel safe
            as 'begin return @extschema@.ltree_cmp($1, $2) %2$s 0; end';
            create operator @extschema@.%2$s (
                leftarg = @extschema@.ltree, rightarg = @extschema@.ltree, function = @extschema@.ltree_%1$s,
                commutator = operator(@extschema@.%3$s), negator = operator(@extschema@.%4$s),
                restrict = %5$s, join = %6$s%7$s);
            $sql$, variadic spec);
    end loop;
    foreach spec slice 1 in array array[
        ['ltree', '@>', 'ltree', 'ltree_isparent', ', commutator = operator(@extschema@.<@)'],
        ['ltree', '<@', 'ltree', 'ltree_risparent', ', commutator = operator(@extschema@.@>)'],
        ['ltree', '~', 'lquery', 'ltq_regex', ', commutator = operator(@extschema@.~)'],
        ['lquery', '~', 'ltree', 'ltq_rregex', ', commutator = operator(@extschema@.~)'],
        ['ltree', '?', 'lquery[]', 'lt_q_regex', ''],
        ['ltree', '@', 'ltxtquery', 'ltxtq_exec', ', commutator = operator(@extschema@.@)'],
        ['ltxtquery', '@', 'ltree', 'ltxtq_rexec', ', commutator = operator(@extschema@.@)'],
        ['ltree[]', '@>', 'ltree', '_ltree_isparent', ''],
        ['ltree[]', '<@', 'ltree', '_ltree_risparent', ''],
        ['ltree[]', '~', 'lquery', '_ltq_regex', ''],
        ['ltree', '||', 'ltree', 'ltree_addltree', '']
    ] loop
        execute format('create operator @extschema@.%2$s (leftarg = @extschema@.%1$s, rightarg = @extschema@.%3$s,
            function = @extschema@.%4$s%5$s)', variadic spec);
    end loop;
end
$make$;
create operator @extschema@.|| (leftarg = @extschema@.ltree, rightarg = text, function = @extschema@.ltree_addtext);
create operator @extschema@.|| (leftarg = text, rightarg = @extschema@.ltree, function = @extschema@.ltree_textadd);

create operator class @extschema@.ltree_ops default for type @extschema@.ltree using btree as
    operator 1 @extschema@.<, operator 2 @extschema@.<=, operator 3 @extschema@.=,
    operator 4 @extschema@.>=, operator 5 @extschema@.>,
    function 1 @extschema@.ltree_cmp(@extschema@.ltree, @extschema@.ltree);
create operator class @extschema@.hash_ltree_ops default for type @extschema@.ltree using hash as
    operator 1 @extschema@.=,
    function 1 @extschema@.hash_ltree(@extschema@.ltree),
    function 2 @extschema@.hash_ltree_extended(@extschema@.ltree, bigint);
