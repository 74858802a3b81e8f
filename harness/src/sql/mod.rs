//! SQL text, understood by Postgres's own parser. The only module that knows `pg_query`.

mod action;
mod alternatives;
mod bind;
mod inserted;
mod isolation;
mod kind;
mod listed;
mod name;
mod policy;
mod role;
mod rows;
mod search;
mod split;
mod syntax;

pub use action::{Action, ExtensionRequest, IndexRequest, Relation};
pub use alternatives::alternatives;
pub use bind::{FillError, Filled, Hole, Template, Value, template};
pub use inserted::inserted;
pub use isolation::isolation_level;
pub use kind::{Kind, Locking, Meaning, kinds, meaning};
pub use listed::{Listed, Literal, listed, lister};
pub use name::{
    changed_things, confine_role_setting, created_roles, extension_requests, mentioned, quote_identifier,
    quote_literal, rename_database,
};
pub use policy::{PolicyText, policies};
pub use role::alter_instead_of_create;
pub use rows::{Meant, meant};
pub use split::{Statement, on_deep_stack, split};
pub use syntax::SyntaxError;
