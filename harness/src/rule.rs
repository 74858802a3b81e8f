//! The rules by which contracts are judged, each once: its name, what it holds, why that matters, and what to do.

/// A rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name: the kind of contract, a dot, and what breaks.
    pub name: &'static str,
    /// What it holds, in a sentence.
    pub says: &'static str,
    /// Why a broken one matters.
    pub why: &'static str,
    /// Where to look first.
    pub remedy: &'static str,
}

macro_rules! rules {
    ($($constant:ident = $name:literal, $says:literal, $why:literal, $remedy:literal;)*) => {
        $(
            #[doc = $says]
            pub const $constant: Rule = Rule { name: $name, says: $says, why: $why, remedy: $remedy };
        )*
        /// Every rule, in order.
        pub const RULES: &[&Rule] = &[$(&$constant),*];
    };
}

rules! {
    APPLIES = "migration.applies",
        "A migration is on record, under its own name and with all its statements.",
        "A history that says otherwise makes the next deployment apply something twice, or not at all.",
        "Look for a migration that writes to the history, or for two of one version.";
    OUTCOME = "case.outcome",
        "What happens to a statement is what the case says: allowed, hidden, rejected, refused, violates, raised, fails.",
        "The words differ in who finds out what: a hidden row is not known to be there, a refused table is.",
        "Look at the policy, the grant, the constraint or the trigger that is named below the observation.";
    ROWS = "case.rows",
        "A query gives the rows that the case lists, and no others unless it says so.",
        "A row too many is a leak, a row too few is a feature that does not work.",
        "Look at the difference, then at the policies of the table for this role.";
    COUNT = "case.count",
        "A statement gives or changes as many rows as the case says.",
        "A policy that is a little too wide or too narrow shows in the number first.",
        "Run the statement as the actor: `pgattest shell --as ACTOR`.";
    MESSAGE = "case.message",
        "A refusal says what the case says that it says.",
        "Clients show messages and branch on them.",
        "Look at the function or constraint that raised it.";
    NOTICES = "case.notices",
        "What a statement remarks is what the case lists, in order.",
        "A function that repairs something says so by a remark, and silence hides it.",
        "Look at the `raise` in the function.";
    PRIVILEGES = "case.privileges",
        "The acting role has exactly the privileges that the case lists.",
        "A privilege too many is one policy away from a leak, and TRUNCATE asks no policy at all.",
        "Look for a grant to the role, to PUBLIC, or by default privileges.";
    HOLDS = "case.holds",
        "The conditions of the case are true when all is done.",
        "What a statement reports and what it leaves behind are two things.",
        "Ask the condition part by part: `pgattest shell`.";
    SHAPE_MISSING = "shape.missing",
        "Everything that a shape lists is there, under its name.",
        "What a specification promises and no migration made is found by the first who needs it.",
        "Look for the migration that should have made it, or that made it under another name.";
    SHAPE_DIFFERENT = "shape.different",
        "Everything that a shape lists is there as it is listed.",
        "A column that may be null or a foreign key that cascades changes what every client relies on.",
        "Compare both definitions: they are in the words of the same server.";
    SHAPE_UNLISTED = "shape.unlisted",
        "Nothing is there that an exact shape does not list.",
        "A grant or a policy that no specification knows is one that nobody has thought about.",
        "List it, or take it away by a migration.";
    NOT_IN_SOURCE = "drift.not_in_source",
        "A file of another stack has every value that the database has.",
        "A client that meets a value that it does not know fails in front of people, or passes over what it cannot read.",
        "Add the value to the file, or look for the migration that should have taken it away.";
    NOT_IN_DATABASE = "drift.not_in_database",
        "The database has every value that a file of another stack has.",
        "A client that offers a value that the database does not have is refused when somebody chooses it.",
        "Add the value by a migration, or take it out of the file.";
    OUT_OF_ORDER = "drift.out_of_order",
        "A file of another stack has its values in the order of the database.",
        "An enum sorts and compares by the order of its labels, and a client that numbers its values counts on the same.",
        "Move the value in the file: labels of an enum stay where they are.";
    IGNORED = "drift.ignored",
        "Each value that a comparison ignores stands on one side alone.",
        "An entry that is no longer needed hides the next difference of that name.",
        "Take the value out of `ignore`.";
    ORDER = "sessions.order",
        "What is read after the steps holds in every order in which the sessions can take them.",
        "Two people who press a button at the same time do not ask who is first.",
        "Look for a decision that is made on what was read before the row was locked: add the version to the `where`, or a constraint.";
    DEADLOCK = "sessions.deadlock",
        "In no order do the sessions wait for one another until Postgres ends one of them.",
        "Whoever is ended has lost their work, and few clients try again.",
        "Let every transaction lock in the same order, or say `deadlocks: allowed` where the client tries again.";
    CASCADES_OUTCOME = "cascades.outcome",
        "A delete or a key update is done, or refused by what the contract names.",
        "A delete that is refused where it should work strands data, and one that works where it should not loses it.",
        "Look at the foreign keys that point at the table, and at what each does on delete and on update.";
    CASCADES_NAMED = "cascades.named",
        "What a contract says of a table comes of exactly the rows that hang on what was done, and of no other.",
        "A row that outlives its owner is an orphan, and one that goes with a stranger is lost.",
        "Look at the foreign keys and triggers that are named in the observation.";
    CASCADES_UNNAMED = "cascades.unnamed",
        "A table of which a contract says nothing does not change.",
        "What nobody thought of is what nobody can restore.",
        "Name the table in the contract if it is meant, or else look at the trigger or foreign key that did it.";
    REFUSES_OUTCOME = "refuses.outcome",
        "A row that differs from a valid one in one thing is refused by what is there to refuse just that.",
        "A constraint that another one hides may be wrong or gone, and nobody notices until the other goes too.",
        "Look at the constraint that is expected: is it there, and does it mean this value?";
    ACCESS_READ = "access.read",
        "Each actor reads the rows that the matrix says, all of a class or none.",
        "Whoever reads a row too many has seen it, and nothing takes that back.",
        "Look at the policies for select that are named below the observation, and at the grants of the role.";
    ACCESS_WRITE = "access.write",
        "Each actor puts, changes and takes away the rows that the matrix says, and those alone, with a condition or without.",
        "A policy for changes that is wider than the one for reading is hidden by it, until somebody leaves the condition out.",
        "Look at `using` and `with check` of the policies that are named, and at the grants of the role.";
    ACCESS_UNDECLARED = "access.undeclared",
        "Whatever the API reaches stands in a matrix, and so does every actor.",
        "A table that nobody thought of is the one that leaks.",
        "Write a matrix for it, or accept it with a reason: `accepts: [{ name: …, why: … }]`.";
}
