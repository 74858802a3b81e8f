//! SQL text, understood by Postgres's own parser. The only module that knows `pg_query`.

mod action;
mod name;
mod split;
mod syntax;

pub use action::{Action, ExtensionRequest, IndexRequest, Relation, action};
pub use name::{
    alter_instead_of_create, altered_tables, confine_role_setting, extension_requests, quote_identifier, quote_literal,
    rename_database,
};
pub use split::{Statement, split};
pub use syntax::SyntaxError;
