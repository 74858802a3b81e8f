//! The cases of the benchmark: each one as pgattest reads it, as psql sends it and as pgTAP asserts it.

pub(super) const ORGANIZATIONS: usize = 10;
pub(super) const ROWS: usize = 100;

/// What a case asks for, and so what must come of it.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Counted,
    Rows,
    Updated,
    Inserted,
    Hidden,
    Rejected,
}

/// Four of ten read, two update, two insert, and two are denied.
pub(super) const KINDS: [Kind; ROWS / ORGANIZATIONS] = [
    Kind::Counted,
    Kind::Rows,
    Kind::Updated,
    Kind::Updated,
    Kind::Rows,
    Kind::Counted,
    Kind::Inserted,
    Kind::Inserted,
    Kind::Hidden,
    Kind::Rejected,
];

/// A case, in nobody's language yet. Organizations are numbers, and the coordinator of each has the same one.
pub(super) struct Case {
    number: usize,
    pub(super) kind: Kind,
    coordinator: usize,
    org: usize,
}

impl Case {
    /// Every row is for one kind alone, so that in a single transaction too no case sees what another one did.
    pub(super) fn new(number: usize) -> Self {
        let kind = KINDS[number % ROWS / ORGANIZATIONS];
        let org = number % ORGANIZATIONS;
        let foreign = usize::from(matches!(kind, Kind::Hidden | Kind::Rejected));
        Self { number, kind, coordinator: (org + foreign) % ORGANIZATIONS, org }
    }

    /// Returns the statement, with the organization as the caller writes it.
    fn statement(&self, org: &str) -> String {
        let (row, new) = (self.number % ROWS, ROWS + self.number);
        match self.kind {
            Kind::Counted | Kind::Rows | Kind::Hidden => {
                format!("select n, status from claims where org_id = {org} and n = {row}")
            }
            Kind::Updated => format!("update claims set status = 'submitted' where org_id = {org} and n = {row}"),
            Kind::Inserted | Kind::Rejected => format!("insert into claims (org_id, n) values ({org}, {new})"),
        }
    }

    pub(super) fn yaml(&self) -> String {
        let row = self.number % ROWS;
        let expect = match self.kind {
            Kind::Counted => "{ count: 1 }".to_owned(),
            Kind::Rows => format!("{{ rows: [{{ n: {row}, status: draft }}] }}"),
            Kind::Updated => "{ affected: 1 }".to_owned(),
            Kind::Inserted => "allowed".to_owned(),
            Kind::Hidden => "hidden".to_owned(),
            Kind::Rejected => "rejected".to_owned(),
        };
        let (number, coordinator) = (self.number, letter(self.coordinator));
        let statement = self.statement(&format!("$org_{}", letter(self.org)));
        format!(
            "  - name: case {number}\n    as: coordinator_{coordinator}\n    run: {statement}\n    expect: {expect}\n"
        )
    }

    /// Returns the case as a transaction of a request, by whom it is about or by somebody who may.
    pub(super) fn psql(&self, role: &str) -> String {
        let claims = claims(role, self.coordinator);
        let statement = self.statement(&quoted(&organization(self.org)));
        format!(
            "begin;\nselect set_config('search_path', 'public, public, extensions', true), \
             set_config('statement_timeout', '8s', true), set_config('role', '{role}', true), \
             set_config('request.jwt.claims', '{claims}', true), set_config('request.method', 'POST', true), \
             set_config('request.path', '/claims', true), set_config('request.headers', '{{}}', true);\n\
             {statement};\nrollback;\n"
        )
    }

    pub(super) fn pgtap(&self) -> String {
        let (claims, row) = (claims("authenticated", self.coordinator), self.number % ROWS);
        let statement = self.statement(&quoted(&organization(self.org)));
        let (text, name) = (quoted(&statement), format!("'case {}'", self.number));
        let assertion = match self.kind {
            Kind::Counted => format!("select is((select count(*) from ({statement}) s), 1::bigint, {name})"),
            Kind::Rows => format!("select results_eq({text}, 'values ({row}, ''draft'')', {name})"),
            Kind::Updated => {
                format!("with u as ({statement} returning 1) select is(count(*), 1::bigint, {name}) from u")
            }
            Kind::Inserted => format!("select lives_ok({text}, {name})"),
            Kind::Hidden => format!("select is_empty({text}, {name})"),
            Kind::Rejected => format!("select throws_ok({text}, '42501', null, {name})"),
        };
        format!(
            "set local role authenticated;\nset local request.jwt.claims to '{claims}';\n{assertion};\nreset role;\n"
        )
    }
}

pub(super) fn letter(number: usize) -> char {
    char::from(b'a' + u8::try_from(number).expect("there are ten"))
}

pub(super) fn organization(number: usize) -> String {
    format!("0a000000-0000-4000-8000-{number:012}")
}

pub(super) fn user(number: usize) -> String {
    format!("01000000-0000-4000-8000-{number:012}")
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn claims(role: &str, coordinator: usize) -> String {
    let user = user(coordinator);
    if role == "service_role" {
        format!(r#"{{"role":"{role}"}}"#)
    } else {
        format!(r#"{{"sub":"{user}","role":"{role}"}}"#)
    }
}
