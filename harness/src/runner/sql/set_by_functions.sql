-- Settings of their own that functions of this database set, as far as their bodies name them.
select distinct m[1]
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace and n.nspname not in ('pg_catalog', 'information_schema'),
regexp_matches(p.prosrc, 'set_config\s*\(\s*''([[:alpha:]_][[:alnum:]_]*(?:\.[[:alpha:]_][[:alnum:]_]*)+)''', 'gi') m
