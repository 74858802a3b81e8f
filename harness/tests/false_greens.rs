//! What must not hold: contracts that look as if they said something, and would hold by accident.

mod support;

use support::Project;

const MIGRATION: &str = "
create table notes (id int primary key, owner uuid, body text);
alter table notes enable row level security;
create policy notes_own on notes using (owner = (select auth.uid()));
grant select, update on notes to authenticated, service_role;
create table seven (id int, v int);
revoke all on seven from authenticated;
grant select, insert, delete, truncate, references, trigger, update (v) on seven to authenticated;
create table parents (id int primary key);
create table children (parent int references parents deferrable initially deferred);
grant all on parents, children to service_role;
";

const WORLD: &str = "
actors:
  kari: { user: 00000000-0000-4000-8000-000000000001 }
  per: { user: 00000000-0000-4000-8000-000000000002 }
  stranger: { user: 00000000-0000-4000-8000-000000000009 }
  service: { role: service_role }
  owner: { login: postgres }
seed: [notes.sql]
";

const SEED: &str = "insert into auth.users (id)
  values ('00000000-0000-4000-8000-000000000001'), ('00000000-0000-4000-8000-000000000002');
insert into notes values
  (1, '00000000-0000-4000-8000-000000000001', 'one'), (2, '00000000-0000-4000-8000-000000000002', 'two');";

/// A case, and what is said of it.
type Row = (&'static str, &'static str);

const MISTAKES: [Row; 11] = [
    ("as: per, run: select id from notes where owner = auth.uid() and id = 1, expect: hidden", "write `$me`"),
    ("as: per, run: \"select id from notes where current_user = 'service_role'\", expect: hidden", "write `$me`"),
    ("as: per, run: \"select 1 where nextval('s') > 1\", expect: hidden", "something else each time"),
    ("as: per, run: select id from notes where id = 1, expect: hidden, control: per", "name somebody else"),
    ("as: per, run: select id from notes, expect: { affected: 1 }", "write `count`"),
    ("as: per, run: delete from notes, expect: { fails: \"42501\" }", "{ is: refused, mentions: … }"),
    ("as: per, run: select 1, expect: { mentions: \"\" }", "nothing is expected here"),
    ("as: per, at: yesterdayish, run: select 1, expect: { count: 1 }", "is no time"),
    (
        "as: owner, run: \"do $$ begin perform set_config('session_'||'authorization', 'x', true); end $$\", expect: allowed",
        "whose session",
    ),
    ("as: owner, run: grant service_role to anon, expect: allowed", "known to the whole server"),
    ("as: per, run: select 1, expect: { holds: \"true) or (true\" }", "syntax error"),
];

const VERDICTS: [(&str, Row); 11] = [
    ("unjudged", ("as: kari, run: update notes set body = 'x', expect: { rows: [] }", "add `returning`")),
    (
        "broken",
        (
            "as: per, run: select id from notes where id = 1, expect: { is: denied, mentions: nonsense }",
            "nothing was refused",
        ),
    ),
    ("broken", ("as: per, run: select 1 / (id - id) from notes, expect: raised", "22012")),
    ("unjudged", ("as: stranger, run: select id from notes where id = 1, expect: hidden", "is nobody")),
    ("broken", ("as: kari, run: select 1, expect: { privileges: { seven: all } }", "update (v)")),
    ("broken", ("as: kari, run: \"select 'f'::text\", expect: { value: no }", "expected  no")),
    ("broken", ("as: kari, run: \"select 'a'\", expect: { value: { $not: { $matches: $letter } } }", "not matches a")),
    (
        "unjudged",
        (
            "one_transaction: true, as: service, steps: [{ run: insert into children values (9), expect: { affected: 1 } }, { run: select 1/0, expect: { fails: \"22012\" } }]",
            "could not be committed",
        ),
    ),
    (
        "unjudged",
        (
            "one_transaction: true, as: service, given: [{ run: insert into children values (9) }], run: select 1/0, expect: { fails: \"22012\" }",
            "could not be committed",
        ),
    ),
    (
        "unjudged",
        (
            "as: per, given: [{ as: kari, run: update notes set body = 'x' where id = 2 }], run: select id from notes where id = 2, expect: allowed",
            "`kari` changes no row",
        ),
    ),
    ("broken", ("as: service, run: insert into children values (9), expect: allowed", "violates children_parent_fkey")),
];

fn project(case: &str) -> Project {
    Project::new(&[
        ("migrations/1_notes.sql", MIGRATION),
        ("fixtures/world.yaml", &format!("names: {{ letter: a }}\n{WORLD}")),
        ("fixtures/notes.sql", SEED),
        ("cases/a.yaml", case),
    ])
}

#[test]
fn what_would_hold_by_accident_is_a_mistake() {
    for (case, said) in MISTAKES {
        let ran = project(&format!("cases:\n  - {{ name: a case, {case} }}\n")).run(&["check"]);
        assert!(ran.code == Some(2) && ran.err.contains(said), "{case}\n{}{}", ran.out, ran.err);
    }
}

#[test]
fn what_would_hold_by_accident_is_broken_or_could_not_be_judged() {
    let cases =
        VERDICTS.iter().enumerate().map(|(at, (_, (case, _)))| format!("  - {{ name: number {at}, {case} }}\n"));
    let ran = project(&format!("cases:\n{}", cases.collect::<String>())).run(&["run", "--server", "local", "-q"]);
    for (at, (verdict, (case, said))) in VERDICTS.iter().enumerate() {
        let head = format!("a: number {at}");
        let told = ran.out.split("\n  broken ").flat_map(|part| part.split("\n  unjudged "));
        let told =
            told.map(|part| part.trim_start_matches([' ', '\n'])).find(|part| part.contains(&head)).unwrap_or_default();
        let has_verdict = ran.out.lines().any(|line| line.trim_start().starts_with(verdict) && line.contains(&head));
        assert!(
            has_verdict && told.contains(said),
            "{case} should be {verdict} and say {said:?}\n{}{}",
            ran.out,
            ran.err
        );
    }
}
