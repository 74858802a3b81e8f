//! Whatever extension a project asks for, it gets an answer: on every major, with the server's own or with a stand-in.

mod support;

use std::fmt::Write;

use support::Project;

#[test]
fn every_extension_can_be_created_again_commented_on_and_dropped() {
    for binaries in support::majors() {
        let project = Project::new(&[]);
        for (at, it) in pgattest::shim::stand_ins().enumerate() {
            let mut sql = String::new();
            let name = it.name;
            // The first is left alone: everybody has it from the start.
            write!(
                sql,
                "create extension if not exists \"{name}\" cascade;\ncreate extension if not exists \"{name}\";\n\
                 comment on extension \"{name}\" is 'wanted';\n\
                 do $$ begin assert exists (select from pg_extension where extname = '{name}'); end $$;\n\
                 drop extension \"{name}\" cascade;\n\
                 do $$ begin assert not exists (select from pg_extension where extname = '{name}'); end $$;\n"
            )
            .expect("writing to a string cannot fail");
            project.write(&format!("migrations/{at:03}_{}.sql", name.replace('-', "_")), sql.as_bytes());
        }
        let folder = binaries.folder.to_string_lossy().into_owned();
        let ran = project.run(&["run", "--server", "local", "--pg-bin", &folder]);
        assert_eq!(ran.code, Some(0), "PostgreSQL {}: {}{}", binaries.version.text, ran.out, ran.err);
    }
}

#[test]
fn a_block_gets_the_extensions_that_it_asks_for() {
    let sql = "do $$ begin\n  create extension if not exists pg_cron;\n  execute 'create extension if not exists vector with schema extensions';\nend $$;\n\
               create table public.t (v extensions.vector(3));\n\
               create index t_v on public.t using hnsw (v extensions.vector_l2_ops) with (m = 16);\n\
               create index on public.t using hnsw (v extensions.vector_l2_ops);\n\
               create index on public.t using hnsw (v extensions.vector_cosine_ops);\n\
               select cron.schedule('nightly', '0 3 * * *', 'select 1');\n\
               do $$ begin\n  assert (select count(*) = 1 from pg_indexes where indexname = 't_v');\n  assert (select count(*) = 2 from pg_indexes where indexname in ('t_v_idx', 't_v_idx1'));\n  assert (select count(*) = 1 from cron.job);\nend $$;\n";
    for binaries in support::majors() {
        let project = Project::new(&[("migrations/1_t.sql", sql), ("migrations/2_u.sql", "select 1; -- not cron")]);
        let folder = binaries.folder.to_string_lossy().into_owned();
        let ran = project.run(&["run", "--server", "local", "--pg-bin", &folder]);
        assert_eq!(ran.code, Some(0), "PostgreSQL {}: {}{}", binaries.version.text, ran.out, ran.err);
        assert!(ran.out.contains("stub      pg_cron: jobs are recorded and never run"), "{}", ran.out);
        assert!(ran.out.contains("held      migrations/1_t: applies · touches a stub: pg_cron"), "{}", ran.out);
        assert!(!ran.out.contains("migrations/2_u: applies"), "{}", ran.out);
    }
}
