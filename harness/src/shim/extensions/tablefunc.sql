-- extension: tablefunc
-- version: 1.0
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: crosstab with a query of categories, crosstab2 to 4 and normal_rand work; the other crosstab forms and connectby raise

do $types$
begin
    for n in 2 .. 4 loop
        execute format('create type @extschema@.tablefunc_crosstab_%s as (row_name text, %s)', n,
            (select string_agg(format('category_%s text', i), ', ') from generate_series(1, n) as i));
    end loop;
end
$types$;

create function @extschema@.normal_rand(integer, double precision, double precision) returns setof double precision
language sql volatile strict parallel restricted
as 'select $2 + $3 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) from generate_series(1, $1)';

-- The source has three columns: what names the row, the category, the value.
create function @extschema@.crosstab(source_sql text, category_sql text) returns setof record
language plpgsql stable strict as $fn$
declare
    cells text;
begin
    execute format('select string_agg(format($f$(array_agg(c3) filter (where c2::text = %%L))[1]$f$, category), '', '' order by n)
        from (select category::text, row_number() over () as n from (%s) as q (category)) as c',
        rtrim(category_sql, E' ;\n\t')) into cells;
    return query execute format('select c1, %s from (select *, row_number() over () as n from (%s) as q (c1, c2, c3)) as s
        group by c1 order by min(n)', cells, rtrim(source_sql, E' ;\n\t'));
end
$fn$;

do $make$
declare
    signature text;
begin
    for n in 2 .. 4 loop
        execute format($sql$
            create function @extschema@.crosstab%1$s(source_sql text) returns setof @extschema@.tablefunc_crosstab_%1$s
            language plpgsql stable strict as $fn$
            begin
                return query execute format('select c1::text, %2$s from (
                    select *, row_number() over () as n from (%%s) as q (c1, c2, c3)) as s group by c1 order by min(n)',
                    rtrim(source_sql, E' ;\n\t'));
            end
            $fn$
            $sql$, n, (select string_agg(format('(array_agg(c3::text order by n))[%s]', i), ', ') from generate_series(1, n) as i));
    end loop;
    foreach signature in array array[
        'crosstab(text)', 'crosstab(text, integer)', 'connectby(text, text, text, text, integer)',
        'connectby(text, text, text, text, integer, text)', 'connectby(text, text, text, text, text, integer)',
        'connectby(text, text, text, text, text, integer, text)'
    ] loop
        execute format($sql$
            create function @extschema@.%s returns setof record language plpgsql stable strict
            as 'begin raise exception ''this function of tablefunc is not imitated'' using errcode = ''0A000''; end'
            $sql$, signature);
    end loop;
end
$make$;
