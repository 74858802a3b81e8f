//! The generator of many rows makes rows that the database would have taken one by one, and leaves everything switched on.

mod support;

use std::fs;
use std::path::Path;

const CONTRACTS: &str = r#"
about: What is generated is what the tables promise.
cases:
  - name: every organization with people has as many claims and activities as were wished for, beside those of the world
    as: owner
    run: >
      select o.name,
        (select count(*) from expense_claims c where c.org_id = o.id and c.description like 'Claim number %') as claims,
        (select count(*) from proxy_activities a where a.org_id = o.id and a.date <= '2026-01-01') as activities
      from organizations o
    expect:
      rows:
        - { name: North chapter, claims: 700, activities: 700 }
        - { name: South chapter, claims: 700, activities: 700 }
        - { name: East chapter, claims: 700, activities: 700 }
        - { name: Former chapter, claims: 0, activities: 0 }

  - name: every constraint holds when it is asked again
    as: owner
    isolated: true
    run: |
      do $$
      declare
        its record;
      begin
        for its in
          select conrelid::regclass as table_name, conname, pg_get_constraintdef(oid) as definition
          from pg_constraint
          where connamespace = 'public'::regnamespace and contype in ('c', 'f')
        loop
          execute format('alter table %s drop constraint %I, add constraint %I %s', its.table_name, its.conname, its.conname, its.definition);
        end loop;
      end
      $$
    expect: { holds: "not exists (select from pg_constraint where not convalidated and connamespace = 'public'::regnamespace)" }

  - name: every mentor is one of the organization
    as: owner
    run: >
      select count(*)
      from proxy_activities a
      where not exists (
        select from users u where u.id = a.attributed_mentor_id and u.org_id = a.org_id and u.role = 'peer_mentor'
        union all
        select from memberships m where m.user_id = a.attributed_mentor_id and m.org_id = a.org_id and m.role = 'peer_mentor'
      )
    expect: { value: 0 }

  - name: every activity has one record, and every claim its status
    as: owner
    run: >
      select
        (select count(*) from proxy_activities a where (select count(*) from proxy_audit_log l where l.activity_id = a.id) <> 1) as activities,
        (select count(*) from expense_claims c where not exists (select from expense_claim_status s where s.claim_id = c.id)) as claims,
        (select count(*) from expense_claims c join expense_claim_status s on s.claim_id = c.id
          where (c.export_run_id is null) <> (s.status <> 'exported') and c.description like 'Claim number %') as exported
    expect: { rows: [{ activities: 0, claims: 0, exported: 0 }] }

  - name: what was switched off is on again
    as: owner
    run: select tgname from pg_trigger where tgname in ('proxy_activities_record', 'proxy_audit_log_not_made_up') and tgenabled = 'A'
    expect: { count: 2 }
"#;

fn copied(project: &support::Project, folder: &str) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
    for entry in fs::read_dir(from).expect("the folder is there").flatten().filter(|entry| entry.path().is_file()) {
        let name = entry.file_name().into_string().expect("names are UTF-8");
        project.write(&format!("{folder}/{name}"), &fs::read(entry.path()).expect("the file can be read"));
    }
}

#[test]
fn many_rows_are_rows_that_the_tables_promise() {
    let project = support::Project::new(&[("cases/many.yaml", CONTRACTS)]);
    copied(&project, "migrations");
    copied(&project, "fixtures");
    let world = fs::read_to_string(project.path().join("fixtures/world.yaml")).expect("a world");
    // What the specification asks for is attested by the contracts that are not here.
    let (world, _) = world.split_once("\nspecification:").expect("a specification");
    let more = world.replace("activities.sql]", "activities.sql, many_rows.sql]");
    assert_ne!(more, world);
    project.write("fixtures/world.yaml", more.as_bytes());
    let rows = fs::read_to_string(project.path().join("fixtures/many_rows.sql")).expect("a generator");
    project.write("fixtures/many_rows.sql", format!("set fixtures.rows_per_org = '700';\n{rows}").as_bytes());
    let ran = project.run(&["run", "--server", "local", "many"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("5 held"), "{}", ran.out);
}
