-- extension: plpgsql_check
-- version: 2.7
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: nothing is checked, so no function is ever found faulty

do $make$
declare
    target text;
    options text := ', relid regclass default 0, format text default ''text'', fatal_errors boolean default true,
        other_warnings boolean default true, performance_warnings boolean default false,
        extra_warnings boolean default true, security_warnings boolean default false,
        compatibility_warnings boolean default false, oldtable name default null, newtable name default null,
        anyelememttype regtype default ''int'', anyenumtype regtype default ''-'',
        anyrangetype regtype default ''int4range'', anycompatibletype regtype default ''int'',
        anycompatiblerangetype regtype default ''int4range'', without_warnings boolean default false,
        all_warnings boolean default false, use_incomment_options boolean default true,
        incomment_options_usage_warning boolean default false, constant_tracing boolean default true';
begin
    foreach target in array array['funcoid regprocedure', 'name text'] loop
        execute format('create function @extschema@.plpgsql_check_function(%s%s) returns setof text
            language plpgsql as ''begin return; end''', target, options);
        execute format('create function @extschema@.plpgsql_check_function_tb(%s%s)
            returns table (functionid regproc, lineno integer, statement text, sqlstate text, message text, detail text,
                hint text, level text, "position" integer, query text, context text)
            language plpgsql as ''begin return; end''', target, replace(options, ', format text default ''text''', ''));
        execute format('create function @extschema@.plpgsql_show_dependency_tb(%s, relid regclass default 0)
            returns table (type text, oid oid, schema text, name text, params text)
            language plpgsql as ''begin return; end''', replace(target, 'name text', 'fnname text'));
        execute format('create function @extschema@.plpgsql_profiler_function_tb(%s)
            returns table (lineno integer, stmt_lineno integer, queryids bigint[], cmds_on_row integer,
                exec_stmts bigint, exec_stmts_err bigint, total_time double precision, avg_time double precision,
                max_time double precision[], processed_rows bigint[], source text)
            language plpgsql as ''begin return; end''', target);
        execute format('create function @extschema@.plpgsql_coverage_statements(%s) returns double precision
            language sql return 0::double precision', target);
        execute format('create function @extschema@.plpgsql_coverage_branches(%s) returns double precision
            language sql return 0::double precision', target);
    end loop;
end
$make$;

create function @extschema@.plpgsql_check_pragma(variadic name text[]) returns integer
language sql volatile return 1;
create function @extschema@.plpgsql_profiler_reset_all() returns void language sql as '';
create function @extschema@.plpgsql_profiler_reset(funcoid regprocedure) returns void language sql as '';
create function @extschema@.plpgsql_check_profiler(enable boolean default null) returns boolean language sql return false;
create function @extschema@.plpgsql_check_tracer(enable boolean default null, verbosity text default null) returns boolean
language sql return false;
