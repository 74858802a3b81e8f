//! YAML that an author wrote: a tree in which every node knows its place, what may stand where, and what is wrong.

mod check;
mod form;
mod node;
mod read;
mod schema;

pub use check::check;
pub use form::{Field, Form, Need};
pub use node::{Data, Fields, Key, Node};
pub use read::read;
pub use schema::schema;
