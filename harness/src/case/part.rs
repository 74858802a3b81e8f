//! What a shape can list, each once: what it is, what has it, how it is written, how it is called.

use crate::yaml::{Field, Form};

use super::shape::Of;

/// A key of a shape: what it lists, and of what.
pub(super) struct Listed {
    /// The key and its form.
    pub(super) field: Field,
    /// What it lists.
    pub(super) part: Part,
    /// What can have it.
    pub(super) of: &'static [Of],
}

const TABLE: &[Of] = &[Of::Table];
const ENUM: &[Of] = &[Of::Enum];
const VIEW: &[Of] = &[Of::View];
const RELATION: &[Of] = &[Of::Table, Of::View];
const FUNCTION: &[Of] = &[Of::Function];
const ROUTINE: &[Of] = &[Of::Function, Of::Procedure];
const ALL: &[Of] = &[Of::Table, Of::View, Of::Function, Of::Procedure, Of::Enum];
const NOT_ENUM: &[Of] = &[Of::Table, Of::View, Of::Function, Of::Procedure];

/// One text, or several.
pub(super) const TEXTS: Form = Form::Either(&[Form::List(&Form::Text), Form::Text]);
const NAMES: Form = Form::Names(&Form::Text);
const PUBLICATIONS: Form = Form::Either(&[NAMES, TEXTS]);
const NAMED: Form = Form::Either(&[Form::Names(&Form::Text), Form::List(&Form::Text)]);
const KEYS: Form = Form::Either(&[Form::Names(&TEXTS), Form::List(&TEXTS)]);
/// In YAML `off` is a truth value.
const SWITCH: Form = Form::Either(&[Form::Word(&["enabled", "forced", "off"]), Form::Bool]);
const POLICY: Form = Form::Either(&[
    Form::Map(&[
        Field::new(
            "as",
            Form::Word(&["permissive", "restrictive"]),
            "Whether it widens or narrows.",
            "as: restrictive",
        ),
        Field::new("for", Form::Word(&["all", "select", "insert", "update", "delete"]), "The command.", "for: insert"),
        Field::new("to", TEXTS, "The roles; everybody, where nothing is said.", "to: [authenticated]"),
        Field::new("using", Form::Text, "Which rows there are.", "using: org_id = current_org_id()"),
        Field::new("check", Form::Text, "Which rows there may be.", "check: org_id = current_org_id()"),
    ]),
    Form::Text,
]);

macro_rules! parts {
    ($($part:ident = $word:literal, $called:literal, $of:ident, $key:literal, $form:expr, $says:literal, $example:literal;)*) => {
        /// What can be listed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Part {
            $(#[doc = $says] $part,)*
        }

        impl Part {
            /// Returns the part of a word by which the catalog is told.
            pub fn of(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$part),)*
                    _ => None,
                }
            }

            /// Returns what it is called in a sentence.
            pub fn called(self) -> &'static str {
                match self {
                    $(Self::$part => $called,)*
                }
            }
        }

        /// Every key of a shape that lists something.
        pub(super) const LISTED: &[Listed] = &[
            $(Listed { field: Field::new($key, $form, $says, $example), part: Part::$part, of: $of },)*
        ];
    };
}

// In the order in which the scratch relations are built: what is spoken of comes first.
parts! {
    Column = "column", "column", RELATION, "columns", NAMES,
        "Columns, each as in `create table`.",
        "columns: { id: uuid not null default gen_random_uuid() }";
    PrimaryKey = "primary_key", "primary key", TABLE, "primary_key", TEXTS,
        "The columns of the primary key.",
        "primary_key: [id]";
    Unique = "unique", "unique constraint", TABLE, "unique", KEYS,
        "Unique constraints: the name, and the columns.",
        "unique: { claims_number_key: [org_id, number] }";
    Check = "check", "check", TABLE, "checks", NAMED,
        "Checks: the name, and the condition.",
        "checks: { claims_amount_positive: amount > 0 }";
    Exclusion = "exclusion", "exclusion constraint", TABLE, "excludes", NAMED,
        "Exclusion constraints: the name, and what follows `exclude`.",
        "excludes: { no_overlap: using gist (during with &&) }";
    ForeignKey = "foreign_key", "foreign key", TABLE, "foreign_keys", NAMED,
        "Foreign keys: the column, and what follows it; or the name, and the whole of it.",
        "foreign_keys: { org_id: references organizations (id) on delete cascade }";
    Index = "index", "index", RELATION, "indexes", NAMED,
        "Indexes: the name, and what follows the table.",
        "indexes: { claims_org_id_idx: (org_id) where closed_at is null }";
    Trigger = "trigger", "trigger", RELATION, "triggers", NAMES,
        "Triggers: the name, and what follows it, without the table.",
        "triggers: { set_updated_at: before update for each row execute function moddatetime('updated_at') }";
    Policy = "policy", "policy", TABLE, "policies", Form::Names(&POLICY),
        "Policies, each whole.",
        "policies: { claims_insert: { for: insert, to: authenticated, check: org_id = current_org_id() } }";
    Grant = "grant", "grant to", NOT_ENUM, "grants", Form::Names(&TEXTS),
        "What is granted to which role, exactly; [] for nothing.",
        "grants: { authenticated: [select, insert], anon: [] }";
    Publication = "publication", "publication", TABLE, "publications", PUBLICATIONS,
        "Publications that it is in.",
        "publications: [supabase_realtime]";
    RowSecurity = "row_security", "row security", TABLE, "row_security", SWITCH,
        "Whether policies are asked.",
        "row_security: enabled";
    ReplicaIdentity = "replica_identity", "replica identity", TABLE, "replica_identity", Form::Text,
        "What is told of an old row.",
        "replica_identity: full";
    PartitionBy = "partition_by", "partition key", TABLE, "partition_by", Form::Text,
        "How it is cut into partitions.",
        "partition_by: range (created_at)";
    Query = "query", "query", VIEW, "query", Form::Text,
        "What the view shows.",
        "query: select id, name from organizations";
    SecurityInvoker = "security_invoker", "security_invoker", VIEW, "security_invoker", Form::Bool,
        "Whether the view asks with the rights of its reader.",
        "security_invoker: true";
    SecurityBarrier = "security_barrier", "security_barrier", VIEW, "security_barrier", Form::Bool,
        "Whether the view hides rows from functions.",
        "security_barrier: true";
    CheckOption = "check_option", "check option", VIEW, "check_option", Form::Word(&["local", "cascaded"]),
        "What may be written through the view.",
        "check_option: local";
    Returns = "returns", "result", FUNCTION, "returns", Form::Text,
        "What the function returns.",
        "returns: setof claims";
    Arguments = "arguments", "arguments", ROUTINE, "arguments", Form::Text,
        "The arguments, with names and defaults.",
        "arguments: claim uuid, reason text default null";
    Language = "language", "language", ROUTINE, "language", Form::Text,
        "The language.",
        "language: plpgsql";
    Volatility = "volatility", "volatility", FUNCTION, "volatility", Form::Word(&["immutable", "stable", "volatile"]),
        "What the function promises of its results.",
        "volatility: stable";
    Security = "security", "security", ROUTINE, "security", Form::Word(&["definer", "invoker"]),
        "With whose rights it runs.",
        "security: definer";
    Parallel = "parallel", "parallel safety", FUNCTION, "parallel", Form::Word(&["safe", "restricted", "unsafe"]),
        "Whether workers may run the function.",
        "parallel: safe";
    Strict = "strict", "strictness", FUNCTION, "strict", Form::Bool,
        "Whether the function is not run for nulls.",
        "strict: true";
    Setting = "setting", "setting", ROUTINE, "settings", NAMES,
        "Settings of the function, each as after `set … =`.",
        "settings: { search_path: \"\" }";
    Owner = "owner", "owner", ALL, "owner", Form::Text,
        "The owner.",
        "owner: postgres";
    Comment = "comment", "comment", ALL, "comment", Form::Any,
        "The comment; a matcher will do.",
        "comment: { $contains: exported }";
    Label = "label", "labels", ENUM, "labels", Form::List(&Form::Text),
        "The labels, all of them, in order.",
        "labels: [xledger, dynamics]";
}

impl Part {
    /// Returns the word for what is not there.
    pub fn nothing(self) -> &'static str {
        match self {
            Self::RowSecurity => "off",
            Self::ReplicaIdentity => "default",
            Self::SecurityInvoker | Self::SecurityBarrier => "false",
            _ => "none",
        }
    }

    /// Whether there can be only one, so that it has no name.
    pub fn is_alone(self) -> bool {
        !matches!(
            self,
            Self::Column
                | Self::Unique
                | Self::Check
                | Self::Exclusion
                | Self::ForeignKey
                | Self::Index
                | Self::Trigger
                | Self::Policy
                | Self::Grant
                | Self::Publication
                | Self::Setting
        )
    }

    /// Whether it is something that may be there without being listed, unless nothing else may be.
    pub fn is_counted(self) -> bool {
        !self.is_alone() || matches!(self, Self::PrimaryKey | Self::RowSecurity | Self::PartitionBy)
    }
}
