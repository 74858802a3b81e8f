//! Migrations are applied as Supabase applies them. The projects look at themselves: a later migration asserts what the
//! earlier ones must have come to, and the run holds only if every assertion does.

#[path = "support/given.rs"]
mod given;
mod support;

use std::path::Path;
use std::sync::OnceLock;

use pgattest::migrate::{self, Applier, Failure};
use pgattest::pg::Clone;
use pgattest::project::Wishes;
use pgattest::shim::Exposure;
use pgattest::world;

use given::Given;
use support::{Project, Ran};

/// Something that must be so, and the SQL that says whether it is.
type Fact = (&'static str, &'static str);

/// A file of a project.
type File = (&'static str, String);

/// Returns a server of each major, shared by all tests: what one project does must not show in another.
fn servers() -> &'static [Given] {
    static SERVERS: OnceLock<Vec<Given>> = OnceLock::new();
    SERVERS.get_or_init(|| support::majors().iter().map(|it| Given::start(&it.folder)).collect())
}

/// Returns a migration that asserts facts, each by itself, so that a failure names the fact.
fn facts(facts: &[Fact]) -> String {
    let check = |(fact, sql): &Fact| format!("do $check$ begin assert ({sql}), $fact${fact}$fact$; end $check$;\n");
    facts.iter().map(check).collect()
}

fn file(path: &'static str, text: &str) -> File {
    (path, text.to_owned())
}

fn project(files: &[File]) -> Project {
    let project = Project::new(&[]);
    for (path, text) in files {
        project.write(path, text.as_bytes());
    }
    project
}

/// Runs a project on a server.
fn run(project: &Project, server: &Given, more: &[&str]) -> Ran {
    let url = server.url();
    let arguments: Vec<_> = ["run", "--server", &url].into_iter().chain(more.iter().copied()).collect();
    let mut command = project.command(&arguments);
    support::ran(command.env("PGATTEST_TEST_SECRET", "from the environment").output().expect("the program starts"))
}

/// Runs a project on every server, each time to a good end, and returns what was printed.
fn held(files: &[File], more: &[&str]) -> Vec<String> {
    let project = project(files);
    let runs = servers().iter().map(|server| {
        let ran = run(&project, server, more);
        assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
        ran.out
    });
    runs.collect()
}

/// Runs a project on every server and asserts that it is refused with words.
fn refused(files: &[File], words: &[&str]) {
    let project = project(files);
    for server in servers() {
        let ran = run(&project, server, &[]);
        assert_eq!(ran.code, Some(2), "{:?}\n{}{}", files, ran.out, ran.err);
        for word in words {
            assert!(ran.err.contains(word), "nothing says {word:?}\n{}", ran.err);
        }
    }
}

/// Asks in a clone of a project's world, where its contracts are judged: not all of a database is copied with it.
fn in_clones(files: &[File], sql: &str, expected: &str) {
    let project = project(files);
    let layout = pgattest::project::find(project.path(), None).expect("a project");
    let read =
        pgattest::project::read(&layout, Wishes::default(), &|_| None).whole().expect("nothing is wrong with it");
    for server in servers() {
        let row = server.with(async |server| {
            let world = world::build(server, &read.plan).await.expect("a world");
            let clone = Clone::make(server, &world.template.name).await.expect("a clone");
            let session = server.session(&clone.name).await.expect("a connection");
            let rows = session.rows(sql).await.expect("the query is answered");
            session.close().await;
            clone.drop(server).await.expect("the clone is dropped");
            rows.into_iter().flatten().flatten().collect::<Vec<_>>().join("|")
        });
        assert_eq!(row, expected, "{sql}");
    }
}

#[test]
fn an_assertion_that_does_not_hold_is_seen() {
    refused(
        &[
            file("migrations/1_a.sql", "create table public.a (i int);"),
            (
                "migrations/2_b.sql",
                facts(&[
                    ("a is there", "to_regclass('public.a') is not null"),
                    ("a is gone", "to_regclass('public.a') is null"),
                ]),
            ),
        ],
        &["error: a is gone\n --> migrations/2_b.sql:2:1", "SQLSTATE P0004"],
    );
    refused(&[("migrations/1_a.sql", facts(&[("nobody knows", "null::boolean")]))], &["nobody knows"]);
}

/// What `postgres` is on a connection that applies migrations.
const MIGRATOR: &[Fact] = &[
    ("the role is postgres", "current_user = 'postgres' and session_user = 'postgres'"),
    ("it is no superuser", "not (select rolsuper from pg_roles where rolname = 'postgres')"),
    ("it bypasses RLS", "(select rolbypassrls from pg_roles where rolname = 'postgres')"),
    (
        "its search path is Supabase's, backslash included",
        r#"current_setting('search_path') = '"\$user", public, extensions'"#,
    ),
    ("a schema of its own name is not on its search path", "current_schemas(false) = '{public,extensions}'"),
    ("functions of extensions need no schema", "length(digest('a', 'sha256')) = 32 and uuid_generate_v4() is not null"),
    (
        "the database belongs to it",
        "(select datdba::regrole = 'postgres'::regrole from pg_database where datname = current_database())",
    ),
    (
        "it cannot make schemas of Supabase its own",
        "not has_schema_privilege('auth', 'create') and not has_schema_privilege('storage', 'create')",
    ),
    ("auth.uid() is NULL without claims", "auth.uid() is null"),
];

/// What the history must say about the files before.
const HISTORY: &[Fact] = &[
    (
        "the history has its columns in order",
        "(select array_agg(attname::text || ' ' || atttypid::regtype || case when attnotnull then ' not null' else '' end order by attnum)
          from pg_attribute where attrelid = 'supabase_migrations.schema_migrations'::regclass and attnum > 0)
         = '{version text not null,statements text[],name text}'",
    ),
    (
        "version is its key",
        "(select pg_get_constraintdef(oid) from pg_constraint where conrelid = 'supabase_migrations.schema_migrations'::regclass and contype = 'p')
         = 'PRIMARY KEY (version)'",
    ),
    ("the history belongs to postgres", "(select relowner from pg_class where oid = 'supabase_migrations.schema_migrations'::regclass) = 'postgres'::regrole"),
    (
        "each file has a row, in the order in which they were applied",
        "(select array_agg(version || ' ' || name order by ctid) from supabase_migrations.schema_migrations)
         = '{0001 first,0002 second-name.with_more,202601010000 third,20260102000000 own_transactions,20260103000000 outside,20260104000000 one_by_one,20260105000000 settings}'",
    ),
    (
        "statements are kept one by one, with their comments and without their semicolons",
        "(select statements from supabase_migrations.schema_migrations where version = '0001')
         = array['-- why there is a table\ncreate schema postgres', 'create table log (entry text, at int generated always as identity)',
                 'create temp table scratch on commit drop as select ''it''''s; fine''::text as entry', 'insert into log select entry from scratch']",
    ),
    ("a table without a schema stands in public", "to_regclass('public.log') is not null and to_regclass('postgres.log') is null"),
    ("a temporary table lasts to the end of its file", "(select entry from log where at = 1) = 'it''s; fine'"),
    ("and no longer", "to_regclass('pg_temp.scratch') is null"),
    ("files come in the order of their names", "(select array_agg(entry order by at) from log where entry in ('second', 'third')) = '{second,third}'"),
    ("a transaction of the file's own is kept", "exists (select from log where entry = 'kept')"),
    ("and what it rolled back is not", "not exists (select from log where entry = 'rolled back')"),
    ("what followed it in the file was done", "exists (select from log where entry = 'after it')"),
    ("an index is built concurrently", "(select indisvalid from pg_index where indexrelid = 'public.log_entry'::regclass)"),
    ("what came after it in the file was done", "exists (select from log where entry = 'after the index')"),
    (
        "without a transaction, each statement has one of its own",
        "(select count(distinct xmin::text) from log where entry in ('alone 1', 'alone 2')) = 2",
    ),
    (
        "with one, the statements share it",
        "(select count(distinct xmin::text) from log where entry in ('second', 'second too')) = 1",
    ),
    ("a search path does not leak into the next file", r#"current_setting('search_path') = '"\$user", public, extensions'"#),
    ("nor does a limit of time", "current_setting('statement_timeout') = '0'"),
    ("nor a setting of the file's own", "coalesce(current_setting('app.mode', true), '') = ''"),
];

#[test]
fn files_are_applied_in_order_in_the_transactions_that_the_cli_gives_them_and_are_recorded() {
    let printed = held(
        &[
            file(
                "migrations/0001_first.sql",
                "-- why there is a table\ncreate schema postgres;\ncreate table log (entry text, at int generated always as identity);
                 create temp table scratch on commit drop as select 'it''s; fine'::text as entry;\ninsert into log select entry from scratch;\n",
            ),
            file("migrations/0002_second-name.with_more.sql", "insert into log values ('second'); insert into log values ('second too')"),
            file("migrations/202601010000_third.sql", "insert into log values ('third')"),
            file(
                "migrations/20260102000000_own_transactions.sql",
                "begin; insert into log values ('kept'); savepoint a; insert into log values ('rolled back'); rollback to savepoint a; commit;
                 insert into log values ('after it');",
            ),
            file(
                "migrations/20260103000000_outside.sql",
                "insert into log values ('before the index'); create index concurrently log_entry on log (entry); vacuum log;
                 insert into log values ('after the index'); reindex index concurrently log_entry;",
            ),
            file(
                "migrations/20260104000000_one_by_one.sql",
                "-- pg-delta: transaction=false\ninsert into log values ('alone 1'); insert into log values ('alone 2'); vacuum log;",
            ),
            file(
                "migrations/20260105000000_settings.sql",
                "set search_path = auth; set statement_timeout = '1h'; set app.mode = 'odd'; set role authenticated; select 1; reset role;",
            ),
            ("migrations/20260106000000_check.sql", [facts(MIGRATOR), facts(HISTORY)].concat()),
            file("migrations/20260107000000_init.sql", "insert into log values ('a later init is applied')"),
            ("migrations/20260108000000_check.sql", facts(&[("a later init is applied", "exists (select from log where entry like '%init%')")])),
        ],
        &[],
    );
    for out in printed {
        assert!(out.contains("10 held"), "{out}");
    }
}

#[test]
fn a_file_that_leaves_another_role_behind_cannot_be_recorded() {
    refused(
        &[file("migrations/1_a.sql", "create table public.a ();\nset role authenticated;\nselect 1;\n")],
        &["the migration could not be recorded", "migrations/1_a.sql:3:10", "SQLSTATE 42501", "reset role"],
    );
}

#[test]
fn a_first_file_of_another_age_is_skipped() {
    let init = |version| (version, "select 1 / 0;".to_owned());
    let good = file("migrations/20220101000000_a.sql", "select 1;");
    for out in held(&[init("migrations/20200101000000_init.sql"), good.clone()], &[]) {
        assert!(out.contains("1 held"), "{out}");
        assert!(out.contains("20200101000000_init.sql is skipped, as the Supabase CLI skips it"), "{out}");
    }
    for applied in
        ["migrations/20211209000000_init.sql", "migrations/0001_init.sql", "migrations/20200101000000_initial.sql"]
    {
        refused(&[init(applied), good.clone()], &["division by zero", applied]);
    }
    let second = [file("migrations/0001_a.sql", "select 1"), init("migrations/20200101000000_init.sql")];
    refused(&second, &["division by zero"]);
}

#[test]
fn a_value_that_is_added_to_an_enum_waits_for_the_next_file() {
    let before = file("migrations/1_a.sql", "create type mood as enum ('happy'); create table people (mood mood);");
    let add = "alter type mood add value 'sad';\n";
    let using = "insert into people values ('sad');";
    refused(
        &[before.clone(), ("migrations/2_b.sql", format!("{add}{using}"))],
        &["unsafe use of new value", "migrations/2_b.sql:2:28", "SQLSTATE 55P04", "from the next migration on"],
    );
    held(&[before, file("migrations/2_b.sql", add), file("migrations/3_c.sql", using)], &[]);
}

/// How a schema begins that was written by pg_dump.
const DUMP: &str = r#"
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE EXTENSION IF NOT EXISTS "pg_net" WITH SCHEMA "extensions";
CREATE EXTENSION IF NOT EXISTS "pgsodium" WITH SCHEMA "pgsodium";
COMMENT ON SCHEMA "public" IS 'standard public schema';
CREATE EXTENSION IF NOT EXISTS "pg_graphql" WITH SCHEMA "graphql";
CREATE EXTENSION IF NOT EXISTS "pg_stat_statements" WITH SCHEMA "extensions";
CREATE EXTENSION IF NOT EXISTS "pgcrypto" WITH SCHEMA "extensions";
CREATE EXTENSION IF NOT EXISTS "pgjwt" WITH SCHEMA "extensions";
CREATE EXTENSION IF NOT EXISTS "supabase_vault" WITH SCHEMA "vault";
CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA "extensions";
CREATE TYPE "public"."kind" AS ENUM ('a', 'b');
ALTER TYPE "public"."kind" OWNER TO "postgres";
CREATE OR REPLACE FUNCTION "public"."later"() RETURNS "trigger" LANGUAGE "plpgsql" SECURITY DEFINER SET "search_path" TO ''
    AS $$ begin insert into public.things (kind) values ('b'); return new; end $$;
ALTER FUNCTION "public"."later"() OWNER TO "postgres";
SET default_tablespace = '';
SET default_table_access_method = "heap";
CREATE TABLE IF NOT EXISTS "public"."things" (
    "id" "uuid" DEFAULT "extensions"."uuid_generate_v4"() NOT NULL,
    "kind" "public"."kind" DEFAULT 'a'::"public"."kind" NOT NULL,
    "owner" "uuid" DEFAULT "auth"."uid"()
);
ALTER TABLE "public"."things" OWNER TO "postgres";
ALTER TABLE ONLY "public"."things" ADD CONSTRAINT "things_pkey" PRIMARY KEY ("id");
ALTER TABLE ONLY "public"."things" ADD CONSTRAINT "things_owner_fkey" FOREIGN KEY ("owner") REFERENCES "auth"."users"("id") ON DELETE CASCADE;
ALTER TABLE "public"."things" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "own" ON "public"."things" USING (("owner" = ( SELECT "auth"."uid"() AS "uid")));
ALTER PUBLICATION "supabase_realtime" OWNER TO "postgres";
ALTER PUBLICATION "supabase_realtime" ADD TABLE ONLY "public"."things";
GRANT USAGE ON SCHEMA "public" TO "postgres";
GRANT USAGE ON SCHEMA "public" TO "anon";
GRANT ALL ON FUNCTION "public"."later"() TO "service_role";
GRANT ALL ON TABLE "public"."things" TO "authenticated";
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" GRANT ALL ON TABLES TO "anon";
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" GRANT ALL ON SEQUENCES TO "service_role";
CREATE TRIGGER "on_user" AFTER INSERT ON "auth"."users" FOR EACH ROW EXECUTE FUNCTION "public"."later"();
CREATE POLICY "dumped" ON "storage"."objects" FOR SELECT USING (("bucket_id" = 'things'::"text"));
RESET ALL;
"#;

#[test]
fn a_dump_applies_and_its_search_path_ends_with_its_file() {
    let check = facts(&[
        ("a trigger with an empty search path has run", "(select kind from things) = 'b'"),
        ("a policy of the dump is there", "exists (select from pg_policies where policyname = 'dumped')"),
        ("the limits of the dump are gone", "current_setting('row_security') = 'on'"),
        ("the search path is Supabase's", "current_schemas(false) = '{public,extensions}'"),
    ]);
    let check = format!("insert into auth.users (id) values ('01000000-0000-0000-0000-000000000001');\n{check}");
    let made_schemas = "create schema if not exists pgsodium; create schema if not exists graphql;";
    held(
        &[
            file("migrations/1_schemas.sql", made_schemas),
            file("migrations/2_dump.sql", DUMP),
            ("migrations/3_check.sql", check),
        ],
        &[],
    );
}

/// What migrations do to Supabase's own tables, and may.
const TOUCHING: &str = "
create table public.profiles (id uuid primary key references auth.users on delete cascade, email text);
create function public.handle_new_user() returns trigger language plpgsql security definer set search_path = '' as $$
begin insert into public.profiles values (new.id, new.email); return new; end $$;
create trigger on_auth_user_created after insert on auth.users for each row execute function public.handle_new_user();
create trigger other after update on auth.users for each row execute function public.handle_new_user();
drop trigger other on auth.users;
insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true) on conflict do nothing;
create policy top on storage.objects for select to authenticated using (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text);
alter policy top on storage.objects to anon, authenticated;
alter policy top on storage.objects rename to on_top;
comment on policy on_top on storage.objects is 'seen by all';
create policy gone on storage.buckets using (true);
drop policy gone on storage.buckets;
drop policy if exists never on storage.objects;
do $$ begin
  create policy in_a_block on storage.objects for insert to authenticated with check (true);
  if not exists (select from pg_policies where policyname = 'executed') then
    execute 'create policy executed on storage.objects for delete to authenticated using (owner_id = auth.uid()::text)';
  end if;
end $$;
do $$ begin drop policy in_a_block on storage.objects; create policy in_a_block on realtime.messages for select using (realtime.topic() = 'a'); end $$;
create policy on_users on auth.users for select to authenticated using (id = auth.uid());
create view public.users_seen with (security_invoker = true) as select id, email from auth.users;
grant select on auth.users to authenticated;
insert into auth.users (id, email) values ('01000000-0000-0000-0000-000000000001', 'kari@a.example');
alter publication supabase_realtime add table public.profiles;
create publication everything for all tables;
set local session_replication_role = replica;
insert into auth.users (id, email) values ('01000000-0000-0000-0000-000000000002', 'per@a.example');
set local session_replication_role = default;
create foreign data wrapper nothing;
grant usage on schema storage to public;
delete from auth.users where email = 'per@a.example';
select realtime.send('{\"a\": 1}'::jsonb, 'event', 'topic', false);
";

const TOUCHED: &[Fact] = &[
    ("a trigger on auth.users has run", "(select email from public.profiles) = 'kari@a.example'"),
    ("and not for the one inserted as a replica", "(select count(*) = 1 from public.profiles)"),
    (
        "the policies on Supabase's tables are these",
        "(select array_agg(schemaname || '.' || tablename || ' ' || policyname || ' ' || cmd order by 1) from
          (select * from pg_policies where schemaname in ('auth', 'storage', 'realtime') order by schemaname, tablename, policyname) p)
         = '{auth.users on_users SELECT,realtime.messages in_a_block SELECT,storage.objects executed DELETE,storage.objects on_top SELECT}'",
    ),
    ("a policy has its roles", "(select roles from pg_policies where policyname = 'on_top') = '{anon,authenticated}'"),
    ("and its comment", "(select obj_description(oid, 'pg_policy') from pg_policy where polname = 'on_top') = 'seen by all'"),
    ("no membership is left over", "not pg_has_role('postgres', 'supabase_storage_admin', 'member') and not pg_has_role('postgres', 'supabase_auth_admin', 'member')"),
    (
        "tables, functions and types of Supabase still belong to Supabase",
        "not exists (select from pg_class where relnamespace in ('auth'::regnamespace, 'storage'::regnamespace) and relowner = 'postgres'::regrole)",
    ),
    ("a table was added to the publication", "exists (select from pg_publication_tables where pubname = 'supabase_realtime' and tablename = 'profiles')"),
    ("there is a publication of all tables", "(select puballtables from pg_publication where pubname = 'everything')"),
    ("a row of a removed user went with him", "not exists (select from auth.users where email = 'per@a.example')"),
    ("a broadcast was stored", "exists (select from realtime.messages where event = 'event')"),
    ("an own table in public is exposed", "has_table_privilege('anon', 'public.profiles', 'select, insert, update, delete, truncate')"),
];

#[test]
fn supabases_own_tables_are_touched_where_supabase_lets_them() {
    held(&[file("migrations/1_touch.sql", TOUCHING), ("migrations/2_check.sql", facts(TOUCHED))], &[]);
}

/// Statements that Supabase refuses to `postgres`, and what Postgres says of them.
const REFUSED: &[(&str, &str)] = &[
    ("alter table storage.objects enable row level security", "must be owner of table objects"),
    ("do $$ begin alter table storage.objects add column x int; end $$", "must be owner of table objects"),
    (
        "do $$ begin create policy p on storage.objects using (true); alter table storage.objects add column x int; end $$",
        "must be owner of table objects",
    ),
    (
        "do $$ begin execute 'create policy p on storage.objects using (true)'; create table storage.mine (); end $$",
        "SQLSTATE 42501",
    ),
    ("create policy p on storage.migrations using (true)", "must be owner of table migrations"),
    ("create table auth.mine ()", "permission denied for schema auth"),
    ("create function auth.mine() returns int language sql as 'select 1'", "permission denied for schema auth"),
    (
        "create or replace function auth.uid() returns uuid language sql as 'select null::uuid'",
        "permission denied for schema auth",
    ),
    ("drop table auth.users", "must be owner of table users"),
    ("insert into vault.secrets (name, secret) values ('a', 'b')", "permission denied for table secrets"),
    ("delete from storage.objects", "Direct deletion from storage tables is not allowed"),
    ("set session authorization supabase_admin", "permission denied to set session authorization"),
    ("set role supabase_storage_admin", "permission denied to set role \"supabase_storage_admin\""),
    ("alter role anon rename to nobody", "this role is reserved and cannot be renamed"),
    ("alter role anon login", "this role is reserved and cannot be altered"),
    ("alter role supabase_auth_admin set search_path = public", "this role is reserved and cannot be altered"),
    ("drop role if exists dashboard_user", "this role is reserved and cannot be dropped"),
    ("grant pg_read_server_files to postgres", "membership in this role is reserved"),
    ("grant supabase_admin to anon", "membership in this role is reserved"),
    ("create role mine in role supabase_storage_admin", "membership in this role is reserved"),
    ("create role boss superuser", "SQLSTATE 42501"),
    ("alter role postgres superuser", "SQLSTATE 42501"),
    (
        "alter default privileges for role supabase_admin in schema public revoke all on tables from anon",
        "SQLSTATE 42501",
    ),
    ("alter database postgres set \"app.secret\" to 'x'", "permission denied to set parameter \"app.secret\""),
    ("copy (select 1) to program 'true'", "SQLSTATE 42501"),
    ("alter system set work_mem = '1GB'", "SQLSTATE 42501"),
    ("vacuum; set role supabase_admin", "permission denied to set role"),
];

#[test]
fn what_supabase_refuses_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("1_a.sql");
    for server in servers() {
        let refused = server.with(async |server| {
            let template = world::shim_only(server, Exposure::On).await.expect("a world");
            let clone = Clone::make(server, &template.name).await.expect("a clone");
            let mut applier = Applier::connect(server, &clone.name).await.expect("a connection");
            let mut said = Vec::new();
            for (statement, _) in REFUSED {
                std::fs::write(&path, statement).expect("a file");
                let script = migrate::read_script(&path, Path::new("1_a.sql")).expect("the statement is SQL");
                said.push(match applier.script(&script).await {
                    Err(Failure::Refused(problem)) => {
                        format!("{} {}", problem.title, problem.label.unwrap_or_default())
                    }
                    other => format!("{other:?}"),
                });
            }
            applier.close().await;
            clone.drop(server).await.expect("the clone is dropped");
            said
        });
        for ((statement, words), said) in REFUSED.iter().zip(refused) {
            assert!(said.contains(words), "{statement}\n{said}");
        }
    }
    refused(
        &[file(
            "migrations/1_a.sql",
            "create table public.a ();\nalter table storage.objects enable row level security;",
        )],
        &["error: must be owner of table objects\n --> migrations/1_a.sql:2:1", "SQLSTATE 42501"],
    );
}

/// What a project does to the settings of roles and of the database.
const SETTING: &str = "
alter role anon set statement_timeout = '17s';
alter role authenticator set pgrst.db_schemas = 'public, api';
alter role postgres set work_mem = '17MB';
alter database postgres set timezone to 'Europe/Oslo';
grant connect on database postgres to anon;
comment on database postgres is 'ours';
create event trigger watch on ddl_command_end execute function public.watch();
create event trigger to_be_dropped on sql_drop execute function public.watch();
drop event trigger to_be_dropped;
alter event trigger watch disable;
alter event trigger watch enable;
";

#[test]
fn settings_and_event_triggers_belong_to_one_database() {
    let watch = "create table public.watched (tag text); create function public.watch() returns event_trigger language plpgsql security definer as
                 $$ begin insert into public.watched values (tg_tag); end $$;";
    let mine = "from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole where s.setdatabase = (select oid from pg_database where datname = current_database())";
    let setting = |role: &str, setting: &str| {
        format!("exists (select {mine} and coalesce(rolname, '') = '{role}' and '{setting}' = any (setconfig))")
    };
    let is_set = [
        setting("anon", "statement_timeout=17s"),
        setting("authenticator", "pgrst.db_schemas=public, api"),
        setting("", "TimeZone=Europe/Oslo"),
    ];
    let is_set = is_set.map(|sql| format!("do $$ begin assert {sql}, 'a setting'; end $$;\n")).concat();
    let owned = facts(&[
        (
            "an event trigger belongs to postgres",
            "(select evtowner from pg_event_trigger where evtname = 'watch') = 'postgres'::regrole",
        ),
        ("one that was dropped is gone", "not exists (select from pg_event_trigger where evtname = 'to_be_dropped')"),
        ("it has run", "exists (select from public.watched where tag = 'CREATE TABLE')"),
        ("this database may be entered by anon", "has_database_privilege('anon', current_database(), 'connect')"),
    ]);
    let files = [
        file("migrations/1_watch.sql", watch),
        file("migrations/2_set.sql", SETTING),
        file("migrations/3_more.sql", "create table public.made ();"),
        ("migrations/4_check.sql", [is_set, owned].concat()),
        file("migrations/5_drop.sql", "drop event trigger watch;"),
    ];
    held(&files, &[]);
    in_clones(&files, &format!("select current_setting('timezone'), (select count(*) {mine})"), "Europe/Oslo|4");
    // Another project on the same server knows nothing of it.
    let other = facts(&[
        (
            "a role has Supabase's settings",
            "(select rolconfig from pg_roles where rolname = 'anon') = '{statement_timeout=3s}'",
        ),
        (
            "and none of another project",
            "not exists (select from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase where d.datname = current_database() and s.setrole <> 0)",
        ),
        ("the clock stands where Supabase's does", "current_setting('timezone') = 'UTC'"),
        ("no event trigger watches", "not exists (select from pg_event_trigger where evtname = 'watch')"),
    ]);
    held(&[("migrations/1_check.sql", other)], &[]);
}

/// How a role begins that a migration has just made.
const FRESH: &[Fact] = &[
    (
        "a role begins without attributes",
        "(select not rolcanlogin and not rolbypassrls and not rolcreatedb and rolinherit and rolconnlimit = -1 from pg_roles where rolname = 'reader')",
    ),
    ("without settings", "(select rolconfig is null from pg_roles where rolname = 'reader')"),
    ("and without memberships", "not exists (select from pg_auth_members where member = 'reader'::regrole)"),
    (
        "nobody is a member of it but postgres, who made it",
        "not exists (select from pg_auth_members where roleid = 'reader'::regrole and (member <> 'postgres'::regrole or grantor = 'postgres'::regrole))",
    ),
];

#[test]
fn a_role_is_made_anew_in_every_project_and_every_build() {
    let use_it = "grant authenticated to reader; grant reader to authenticator; alter role reader login bypassrls connection limit 3;
                  alter role reader set statement_timeout = '1s'; grant select on public.kept to reader; create schema mine authorization postgres;
                  grant all on schema mine to reader; grant reader to postgres; set role reader; select * from public.kept; reset role;";
    let files = |last: &str| {
        vec![
            file("migrations/1_make.sql", "create table public.kept (); create role reader;"),
            ("migrations/2_check.sql", facts(FRESH)),
            file("migrations/3_use.sql", use_it),
            ("migrations/4_last.sql", last.to_owned()),
        ]
    };
    for last in ["select 1", "select 2"] {
        held(&files(last), &[]);
    }
    // The same role, wanted otherwise by another project; and dropped by a third, that makes it again.
    let otherwise = facts(&[
        (
            "a role has what it was made with",
            "(select rolcanlogin and rolbypassrls and not rolinherit from pg_roles where rolname = 'reader')",
        ),
        (
            "and belongs where it was put",
            "pg_has_role('reader', 'anon', 'member') and not pg_has_role('reader', 'authenticated', 'member')",
        ),
    ]);
    held(
        &[
            file("migrations/1_make.sql", "create user reader noinherit bypassrls in role anon;"),
            ("migrations/2_check.sql", otherwise),
        ],
        &[],
    );
    let again = "drop role if exists reader; create role reader; grant select on public.kept to reader; revoke all on public.kept from reader; drop role reader; create role reader;";
    held(
        &[
            file("migrations/1_make.sql", "create table public.kept ();"),
            file("migrations/2_again.sql", again),
            ("migrations/3_check.sql", facts(FRESH)),
        ],
        &[],
    );
}

#[test]
fn a_role_that_a_block_makes_is_made_anew_and_one_that_is_made_twice_is_refused() {
    let block = "do $$ begin if not exists (select from pg_roles where rolname = 'guarded') then create role guarded login; end if; end $$;
                 do $$ begin create role unguarded nologin; exception when duplicate_object then null; end $$;
                 do $$ begin execute 'create role executed noinherit'; end $$; grant guarded to authenticator;";
    let made = facts(&[
        ("a role that was made in a block is there", "(select rolcanlogin from pg_roles where rolname = 'guarded')"),
        ("and one that an executed string made", "(select not rolinherit from pg_roles where rolname = 'executed')"),
    ]);
    for number in ["1", "2"] {
        let name = format!("create table public.t{number} ();{block}");
        held(&[("migrations/1_block.sql", name), ("migrations/2_check.sql", made.clone())], &[]);
    }
    // Twice in one project is a mistake, as it is on Supabase.
    refused(
        &[file("migrations/1_a.sql", "create role twice;"), file("migrations/2_b.sql", "create role twice;")],
        &["role \"twice\" already exists", "migrations/2_b.sql:1:1", "SQLSTATE 42710"],
    );
}

/// Extensions in every way in which migrations ask for them.
const EXTENSIONS: &str = "
create extension if not exists pgcrypto;
create extension if not exists \"uuid-ossp\" with schema extensions;
create extension pg_trgm with schema extensions;
create extension if not exists pg_trgm;
create extension moddatetime schema extensions;
create extension if not exists vector with schema extensions;
create extension if not exists vector with schema extensions;
comment on extension vector is 'embeddings';
do $$ begin
  create extension if not exists pg_cron;
  execute 'create extension if not exists pg_net with schema extensions';
  create extension if not exists pg_net;
end $$;
do $$ begin create extension if not exists http with schema extensions; exception when others then raise; end $$;
drop extension if exists never_heard_of;
create extension pg_jsonschema with schema extensions;
drop extension pg_jsonschema;
create extension pg_jsonschema with schema extensions;
alter extension vector update;
create table public.items (id int primary key, embedding extensions.vector(3), title text, updated_at timestamptz);
create index on public.items using hnsw (embedding extensions.vector_cosine_ops);
create index items_ivf on public.items using ivfflat (embedding vector_l2_ops) with (lists = 100);
create index items_title on public.items using gin (title gin_trgm_ops);
create trigger touch before update on public.items for each row execute function extensions.moddatetime(updated_at);
insert into public.items values (1, '[1,2,3]', 'a', '2020-01-01');
update public.items set title = 'b';
select cron.schedule('nightly', '0 3 * * *', 'delete from public.items');
select net.http_post(url := 'http://127.0.0.1/', body := '{}'::jsonb);
";

const EXTENDED: &[Fact] = &[
    (
        "every extension is on record once",
        "(select count(*) from pg_extension where extname in ('pgcrypto', 'uuid-ossp', 'pg_trgm', 'moddatetime', 'vector', 'pg_cron', 'pg_net', 'http', 'pg_jsonschema')) = 9",
    ),
    (
        "where it was put",
        "(select extnamespace::regnamespace::text from pg_extension where extname = 'vector') = 'extensions'",
    ),
    (
        "with its comment",
        "(select obj_description(oid, 'pg_extension') from pg_extension where extname = 'vector') = 'embeddings'",
    ),
    (
        "and belongs to the superuser",
        "(select extowner from pg_extension where extname = 'moddatetime') = 'supabase_admin'::regrole",
    ),
    ("a vector can be stored", "(select embedding::text from public.items) = '[1,2,3]'"),
    (
        "its indexes are there by name",
        "to_regclass('public.items_embedding_idx') is not null and to_regclass('public.items_ivf') is not null",
    ),
    ("a time is stamped", "(select updated_at > '2020-01-01' from public.items)"),
    ("a job is on record", "exists (select from cron.job where jobname = 'nightly')"),
];

#[test]
fn extensions_are_the_servers_own_or_stood_in_for() {
    let printed = held(&[file("migrations/1_make.sql", EXTENSIONS), ("migrations/2_check.sql", facts(EXTENDED))], &[]);
    for (out, server) in printed.iter().zip(servers()) {
        let own = server.ask("postgres", "select name from pg_available_extensions");
        for name in ["pg_cron", "pg_net", "http", "vector", "moddatetime"] {
            let said = out.lines().any(|line| {
                let names = ["  stub ", "  imitated "].iter().find_map(|word| line.strip_prefix(word));
                names.is_some_and(|names| names.split([',', ':']).any(|it| it.trim() == name))
            });
            assert_eq!(said, !own.iter().any(|it| it == name), "{name}\n{out}");
        }
    }
    for (statement, words) in [
        ("create extension pgcrypto", &["extension \"pgcrypto\" already exists", "SQLSTATE 42710"][..]),
        ("create extension never_heard_of", &["never_heard_of", "is not available", "nothing stands in for it"]),
        ("create extension file_fdw", &["file_fdw"]),
        ("create extension pg_trgm with schema nowhere", &["schema \"nowhere\" does not exist", "SQLSTATE 3F000"]),
        ("drop extension never_heard_of", &["does not exist", "SQLSTATE 42704"]),
    ] {
        refused(&[("migrations/1_a.sql", format!("{statement};"))], words);
    }
}

const CONFIG: &str = "
[db.vault]
plain = \"it's plain\"
secret = \"env(PGATTEST_TEST_SECRET)\"
unset = \"env(PGATTEST_TEST_NEVER_SET)\"
[db.seed]
sql_paths = [\"./seeds/*.sql\", \"./seeds/a.sql\", \"./more/one.sql\", \"./none/*.sql\"]
";

const SECRETS: &[Fact] = &[
    (
        "a secret of the settings is in the vault",
        "(select decrypted_secret from vault.decrypted_secrets where name = 'plain') = 'it''s plain'",
    ),
    (
        "and one of the environment",
        "(select decrypted_secret from vault.decrypted_secrets where name = 'secret') = 'from the environment'",
    ),
    ("one that is not set is there all the same", "exists (select from vault.decrypted_secrets where name = 'unset')"),
    ("secrets are not stored in clear", "not exists (select from vault.secrets where secret like '%plain%')"),
    ("the file of roles came first", "exists (select from pg_roles where rolname = 'of_the_roles_file')"),
    ("and is not in the history", "(select count(*) = 0 from supabase_migrations.schema_migrations)"),
];

#[test]
fn secrets_and_roles_come_before_the_migrations_and_seeds_after_them() {
    let last = facts(&[
        (
            "seeds come in the order of their patterns, each once",
            "(select array_agg(t order by at) from public.log) = '{a,b,one}'",
        ),
        (
            "seeds are on record with their hashes",
            "(select hash from supabase_migrations.seed_files where path = 'supabase/seeds/a.sql') = encode(sha256('insert into public.log values (''a'');'), 'hex')",
        ),
        (
            "a seed is one transaction of postgres",
            "current_user = 'postgres' and (select count(*) = 2 from supabase_migrations.seed_files)",
        ),
        ("its tables are open to service_role", "has_table_privilege('service_role', 'public.log', 'select')"),
    ]);
    // It is itself a seed and looks at those before it.
    let one = format!(
        "create temp table t on commit drop as select 1; insert into public.log values ('one'); select * from t;\n{last}"
    );
    let files = [
        file("supabase/config.toml", CONFIG),
        file("supabase/roles.sql", "create role of_the_roles_file;"),
        ("supabase/migrations/1_secrets.sql", facts(SECRETS)),
        file("supabase/migrations/2_log.sql", "create table public.log (t text, at int generated always as identity);"),
        file("supabase/seeds/b.sql", "insert into public.log values ('b');"),
        file("supabase/seeds/a.sql", "insert into public.log values ('a');"),
        ("supabase/more/one.sql", one),
    ];
    for out in held(&files, &[]) {
        assert!(out.contains("no seed is named like ./none/*.sql"), "{out}");
        assert!(
            out.contains("the vault's secret `unset` has a made-up value: PGATTEST_TEST_NEVER_SET is not set"),
            "{out}"
        );
        assert!(!out.contains("from the environment"), "{out}");
    }
    let mut wrong = files.to_vec();
    wrong.push(file("supabase/seeds/c.sql", "insert into public.log values ('c');\ninsert into nowhere values (1);"));
    refused(
        &wrong,
        &["relation \"nowhere\" does not exist", "supabase/seeds/c.sql:2:13", "nothing of this file remains"],
    );
}

/// What the API roles may do with what a migration makes: by privilege, in both modes.
const TABLES: &str =
    "create table public.t (id bigint generated by default as identity, i serial); create view public.v as select 1;
create function public.f() returns int language sql as 'select 1'; create schema api; create table api.t ();";

#[test]
fn new_tables_are_exposed_or_not_as_the_project_says() {
    let always = [
        ("a schema of one's own is closed", "not has_schema_privilege('anon', 'api', 'usage')"),
        ("TRUNCATE is left to the API roles in both modes", "has_table_privilege('anon', 'public.t', 'truncate')"),
        ("functions are everybody's in both modes", "has_function_privilege('anon', 'public.f()', 'execute')"),
    ];
    let on = [
        (
            "tables are exposed",
            "has_table_privilege('anon', 'public.t', 'select') and has_table_privilege('service_role', 'public.t', 'delete')",
        ),
        ("views are exposed", "has_table_privilege('authenticated', 'public.v', 'select')"),
        ("sequences are exposed", "has_sequence_privilege('anon', 'public.t_i_seq', 'usage')"),
    ];
    let off = [
        (
            "tables are not exposed, to nobody",
            "not has_table_privilege('anon', 'public.t', 'select') and not has_table_privilege('service_role', 'public.t', 'select')",
        ),
        ("nor views", "not has_table_privilege('authenticated', 'public.v', 'select')"),
        (
            "nor sequences, but for UPDATE",
            "not has_sequence_privilege('anon', 'public.t_i_seq', 'usage') and has_sequence_privilege('anon', 'public.t_i_seq', 'update')",
        ),
        ("postgres keeps all", "has_table_privilege('postgres', 'public.t', 'select')"),
    ];
    let plain = |mode: &[Fact]| {
        vec![file("migrations/1_make.sql", TABLES), ("migrations/2_check.sql", [facts(&always), facts(mode)].concat())]
    };
    held(&plain(&on), &[]);
    held(&plain(&off), &["--expose", "off"]);
    held(&[plain(&off), vec![file("fixtures/world.yaml", "expose_new_tables: false\n")]].concat(), &[]);
    let supabase = |mode: &[Fact], value: &str| {
        let config = ("supabase/config.toml", format!("[api]\nauto_expose_new_tables = {value}\n"));
        vec![config, file("supabase/migrations/1_make.sql", TABLES), ("supabase/migrations/2_check.sql", facts(mode))]
    };
    held(&supabase(&off, "false"), &[]);
    held(&supabase(&on, "true"), &[]);
    held(&supabase(&on, "false"), &["--expose", "on"]);
}
