-- Gives the functions of the clock a value that a case chooses: `set local pgattest.now = '2026-03-01T12:00:00Z'`.
-- Without that setting, or with an empty one, each answers as it always did.
--
-- How it works: a built-in function is called by its number, past its row in pg_proc, but the planner reads the row and
-- puts the body of a SQL function in the place of the call. Everything Postgres evaluates in SQL is planned first:
-- statements, defaults, CHECKs of tables and domains, policies, views, WHEN of triggers, every expression of plpgsql.
-- Bodies stand parsed, so that neither search_path nor USAGE of a schema matters to whom they are put before.
--
-- Apply it as a superuser, committed, to a database where no session has run anything yet: a session does not track
-- built-in functions, so neither its plans nor its CHECKs of domains would follow a change, nor survive its rollback.
--
-- Out of reach: current_timestamp, current_date, current_time, localtimestamp and localtime are syntax, 'now' and
-- 'today' are values, and a function written in C asks the machine. real_clock.sql names who uses them.

create or replace function pg_catalog.pgattest_real_now() returns timestamptz
  language internal stable strict parallel safe cost 1 as 'now';
create or replace function pg_catalog.pgattest_real_statement_timestamp() returns timestamptz
  language internal stable strict parallel safe cost 1 as 'statement_timestamp';
create or replace function pg_catalog.pgattest_real_clock_timestamp() returns timestamptz
  language internal volatile strict parallel safe cost 1 as 'clock_timestamp';
grant execute on function pg_catalog.pgattest_real_now(), pg_catalog.pgattest_real_statement_timestamp(),
  pg_catalog.pgattest_real_clock_timestamp() to public;

-- Not strict: a strict function whose body holds coalesce is not put in place of its call.
create or replace function pg_catalog.now() returns timestamptz
  language sql stable parallel safe cost 1
  return coalesce(nullif(pg_catalog.current_setting('pgattest.now', true), '')::timestamptz,
    pg_catalog.pgattest_real_now());
create or replace function pg_catalog.transaction_timestamp() returns timestamptz
  language sql stable parallel safe cost 1
  return coalesce(nullif(pg_catalog.current_setting('pgattest.now', true), '')::timestamptz,
    pg_catalog.pgattest_real_now());
create or replace function pg_catalog.statement_timestamp() returns timestamptz
  language sql stable parallel safe cost 1
  return coalesce(nullif(pg_catalog.current_setting('pgattest.now', true), '')::timestamptz,
    pg_catalog.pgattest_real_statement_timestamp());
-- Goes on from the chosen time, because loops wait for it: pg_sleep_for and pg_sleep_until among them.
create or replace function pg_catalog.clock_timestamp() returns timestamptz
  language sql volatile parallel safe cost 1
  return coalesce(nullif(pg_catalog.current_setting('pgattest.now', true), '')::timestamptz
      + (pg_catalog.pgattest_real_clock_timestamp() - pg_catalog.pgattest_real_now()),
    pg_catalog.pgattest_real_clock_timestamp());

-- These two are SQL functions already; they begin with current_date.
create or replace function pg_catalog.age(timestamptz) returns interval language sql stable strict parallel safe cost 1
  return pg_catalog.age((pg_catalog.now()::date)::timestamptz, $1);
create or replace function pg_catalog.age(timestamp) returns interval language sql stable strict parallel safe cost 1
  return pg_catalog.age((pg_catalog.now()::date)::timestamp, $1);
