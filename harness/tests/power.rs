//! A migration has the power that Supabase gives it and no more, and what it does stays in its own database.

mod support;

use support::Project;

/// Fails, within the file, unless the session still belongs to an ordinary `postgres`.
const ORDINARY: &str = "do $$ begin
  assert session_user = 'postgres' and current_setting('is_superuser') = 'off', 'more power than Supabase gives';
end $$;";

fn ran(sql: &str) -> support::Ran {
    Project::new(&[("migrations/1_m.sql", sql)]).run(&["run", "--server", "local"])
}

#[test]
fn no_file_becomes_superuser() {
    for sql in [
        "set session authorization supabase_admin;",
        "select set_config('session_authorization', 'supabase_admin', false);",
        "do $$ begin execute 'reset session authorization'; end $$;",
        "do $$ begin execute 'reset session ' || 'author' || 'ization'; end $$;",
        "create function public.f() returns int language sql set session_authorization = 'supabase_admin' as 'select 1';",
        "create role r superuser;",
        "grant supabase_admin to postgres;",
        "alter role postgres superuser;",
    ] {
        let ran = ran(sql);
        assert_eq!(ran.code, Some(2), "{sql}\n{}{}", ran.out, ran.err);
        assert!(ran.err.contains("SQLSTATE 42501"), "{sql}\n{}", ran.err);
    }
    for sql in ["reset session authorization;", "set session authorization default;", "discard all;"] {
        let ran = ran(&format!("{sql}\n{ORDINARY}"));
        assert_eq!(ran.code, Some(0), "{sql}\n{}{}", ran.out, ran.err);
    }
}

#[test]
fn help_is_for_postgres_and_not_for_a_role_that_a_file_has_set() {
    let ran = ran("set role anon;\ncreate policy p on storage.objects for select using (true);\nreset role;");
    assert_eq!(ran.code, Some(2), "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("must be owner of table objects"), "{}", ran.err);
}

#[test]
fn event_triggers_of_a_project_stay_out_of_what_the_superuser_does() {
    let sql = "create table public.seen (tag text);
create function public.note() returns event_trigger language plpgsql as $$ begin
  insert into public.seen values (tg_tag);
end $$;
create event trigger note on ddl_command_end execute function public.note();
create policy p on storage.objects for select using (true);
create table public.mine (i int);
do $$ begin
  assert (select array_agg(tag) = array['CREATE TABLE'] from public.seen), (select array_agg(tag)::text from public.seen);
  assert (select evtowner = 'postgres'::regrole from pg_event_trigger where evtname = 'note');
end $$;
drop event trigger note;";
    let ran = ran(sql);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
}

#[test]
fn an_extension_that_a_project_gives_to_pg_tle_is_made_by_postgres() {
    let sql = "create extension pg_tle;
select pgtle.install_extension('mine', '1.0', 'one function', $_$create function @extschema@.mine() returns text language sql as 'select current_user::text'$_$);
create extension mine schema public;
do $$ begin
  assert (select proowner = 'postgres'::regrole from pg_proc where proname = 'mine');
  assert (select extversion = '1.0' from pg_extension where extname = 'mine');
end $$;
drop extension mine;";
    let ran = ran(sql);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
}

#[test]
fn other_databases_are_out_of_reach() {
    for sql in ["create database left_behind;", "drop database template1;"] {
        let ran = ran(sql);
        assert_eq!(ran.code, Some(2), "{sql}\n{}{}", ran.out, ran.err);
        assert!(ran.err.contains("own database is the only one"), "{sql}\n{}", ran.err);
    }
}

#[test]
fn a_transaction_that_is_left_open_is_a_mistake() {
    let ran = ran("create table a ();\nbegin;\ncreate table b ();\n");
    assert_eq!(ran.code, Some(2), "{}{}", ran.out, ran.err);
    assert!(
        ran.err.contains("migrations/1_m.sql:2:1") && ran.err.contains("leaves its transaction open"),
        "{}",
        ran.err
    );
    let ran = self::ran("begin;\ncreate table b ();\ncommit and chain;\nselect 1;\ncommit;\n");
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
}

#[test]
fn settings_of_roles_and_of_the_database_reach_the_clone_and_nobody_else() {
    let cache = tempfile::tempdir().expect("a folder");
    let run = |project: &Project, arguments: &[&str]| {
        let mut command = project.command(arguments);
        support::ran(command.env("XDG_CACHE_HOME", cache.path()).output().expect("the program starts"))
    };
    let sets = Project::new(&[(
        "migrations/1_m.sql",
        "alter role authenticated set statement_timeout = '77s';
alter role current_user set work_mem = '5MB';
alter database postgres set search_path = app, public;
do $$ begin
  assert exists (select from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
    where d.datname = current_database() and setrole = 0 and 'search_path=app, public' = any (setconfig));
end $$;",
    )]);
    let other = Project::new(&[(
        "migrations/1_m.sql",
        "do $$ begin
  assert not exists (select from pg_db_role_setting where setdatabase = 0 and setconfig::text ~ '77s|5MB');
  assert not exists (select from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
    where d.datname = current_database() and setconfig::text ~ '77s|5MB|app, public');
end $$;",
    )]);
    assert_eq!(run(&sets, &["up", "--server", "local"]).code, Some(0));
    for project in [&sets, &other, &sets, &other] {
        let ran = run(project, &["run"]);
        assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    }
    assert_eq!(run(&sets, &["down"]).code, Some(0));
}

#[test]
fn two_that_start_a_warm_server_at_once_start_one() {
    let cache = tempfile::tempdir().expect("a folder");
    let project = Project::new(&[("migrations/1_m.sql", "select 1;")]);
    let command = |arguments: &[&str]| {
        let mut command = project.command(arguments);
        command.env("XDG_CACHE_HOME", cache.path()).stdout(std::process::Stdio::piped());
        command
    };
    let both: Vec<_> = (0..2).map(|_| command(&["up", "--server", "local"]).spawn().expect("it starts")).collect();
    let said: Vec<_> = both.into_iter().map(|it| support::ran(it.wait_with_output().expect("it ends")).out).collect();
    assert_eq!(said.iter().filter(|out| out.contains("was up already")).count(), 1, "{said:?}");
    let another = support::ran(command(&["up", "--server", "container"]).output().expect("it starts"));
    assert_eq!(another.code, Some(2), "an explicit choice never falls back");
    assert_eq!(command(&["down"]).status().expect("it starts").code(), Some(0));
    assert_eq!(command(&["status"]).status().expect("it starts").code(), Some(4));
}

#[test]
fn a_kept_server_whose_note_is_lost_is_found_and_ended() {
    let cache = tempfile::tempdir().expect("a folder");
    let project = Project::new(&[("migrations/1_m.sql", "select 1;")]);
    let run = |arguments: &[&str]| {
        let mut command = project.command(arguments);
        support::ran(command.env("XDG_CACHE_HOME", cache.path()).output().expect("the program starts"))
    };
    assert_eq!(run(&["up", "--server", "local"]).code, Some(0));
    let note = cache.path().join("pgattest/warm.json");
    let text = std::fs::read_to_string(&note).expect("the note");
    let name = text.split("pgattest-").nth(1).expect("a folder").chars().take(16).collect::<String>();
    assert!(!run(&["doctor"]).out.contains(&name), "what is noted is not left behind");
    std::fs::remove_file(note).expect("it was there");
    assert!(run(&["doctor"]).out.contains(&name));
    let cleaned = run(&["doctor", "--clean"]).out;
    assert!(cleaned.lines().any(|line| line.starts_with("removed") && line.contains(&name)), "{cleaned}");
    assert!(!run(&["doctor"]).out.contains(&name));
}
