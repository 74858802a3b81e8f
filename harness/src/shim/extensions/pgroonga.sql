-- extension: pgroonga
-- version: 3.2.5
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: searching means that the words occur somewhere in the text; scores are 1, and an index with pgroonga is left empty

create function @extschema@.pgroonga_match_term(target text, term text) returns boolean
language sql immutable strict parallel safe return strpos(lower(target), lower(term)) > 0;
create function @extschema@.pgroonga_match_term(target text[], term text) returns boolean
language sql immutable strict parallel safe return @extschema@.pgroonga_match_term(array_to_string(target, chr(10)), term);
create function @extschema@.pgroonga_match_jsonb(jsonb, text) returns boolean
language sql immutable strict parallel safe return @extschema@.pgroonga_match_term($1::text, $2);

-- Words must all occur, unless OR stands between them or a minus in front of one.
create function @extschema@.pgroonga_match_query(target text, query text) returns boolean
language sql immutable strict parallel safe
return (
    select coalesce(bool_or(hit), false)
    from (
        select (
            select coalesce(bool_and(case when word like '-%' then strpos(lower(target), substr(lower(word), 2)) = 0
                else strpos(lower(target), btrim(lower(word), '"')) > 0 end), false)
            from regexp_split_to_table(btrim(choice), '\s+') as word
        ) as hit
        from regexp_split_to_table(query, '\s+OR\s+') as choice
    ) choices
);
create function @extschema@.pgroonga_match_query(target text[], query text) returns boolean
language sql immutable strict parallel safe return @extschema@.pgroonga_match_query(array_to_string(target, chr(10)), query);
create function @extschema@.pgroonga_query_jsonb(jsonb, text) returns boolean
language sql immutable strict parallel safe return @extschema@.pgroonga_match_query($1::text, $2);
create function @extschema@.pgroonga_prefix_text(text, text) returns boolean
language sql immutable strict parallel safe return starts_with(lower($1), lower($2));

do $make$
declare
    spec text[];
begin
    foreach spec slice 1 in array array[
        ['&@', 'text', 'pgroonga_match_term'], ['&@', 'text[]', 'pgroonga_match_term'],
        ['%%', 'text', 'pgroonga_match_term'], ['&@', 'jsonb', 'pgroonga_match_jsonb'],
        ['&@~', 'text', 'pgroonga_match_query'], ['&@~', 'text[]', 'pgroonga_match_query'],
        ['&@~', 'jsonb', 'pgroonga_query_jsonb'], ['&?', 'text', 'pgroonga_match_query'],
        ['&^', 'text', 'pgroonga_prefix_text']
    ] loop
        execute format('create operator @extschema@.%1$s (leftarg = %2$s, rightarg = text, function = @extschema@.%3$s)',
            variadic spec);
    end loop;
end
$make$;

create function @extschema@.pgroonga_score(tableoid oid, ctid tid) returns double precision
language sql stable strict parallel safe return 1::double precision;
create function @extschema@.pgroonga_score("row" record) returns double precision
language plpgsql stable strict parallel safe as 'begin return 1; end';
create function @extschema@.pgroonga_escape(value text) returns text
language sql immutable strict parallel safe return regexp_replace(value, '([ ()<>~*:"\\-])', '\\\1', 'g');
create function @extschema@.pgroonga_normalize(target text, normalizername text default '') returns text
language sql immutable strict parallel safe return lower(target);
create function @extschema@.pgroonga_query_extract_keywords(query text, index_name text default '') returns text[]
language sql immutable strict parallel safe
return array(select btrim(w, '"') from regexp_split_to_table(query, '\s+') as w where w not in ('OR', '') and w not like '-%');
create function @extschema@.pgroonga_highlight_html(target text, keywords text[], indexname text default '') returns text
language sql immutable strict parallel safe
return regexp_replace(target, '(' || array_to_string(keywords, '|') || ')', '<span class="keyword">\1</span>', 'gi');
create function @extschema@.pgroonga_snippet_html(target text, keywords text[], width integer default 200) returns text[]
language sql immutable strict parallel safe
return array[@extschema@.pgroonga_highlight_html(left(target, width), keywords)];
