//! Contract tests for Postgres databases behind Supabase.
//!
//! The modules in the order in which data travels: `project` reads the files of a project ([`migrate`] those of its
//! migrations, with the eyes of [`sql`]); [`world`] builds from them, on a server that [`pg`] got, a database that
//! [`shim`] made look like Supabase's; [`plan`] says what will be judged, [`runner`] observes it, [`judge`] compares, and
//! [`report`] turns the [`outcome`] into text. [`conform`] holds a server against the facts about Supabase.

pub mod bless;
pub mod case;
pub mod cli;
pub mod conform;
pub mod judge;
pub mod migrate;
pub mod observation;
pub mod outcome;
pub mod pg;
pub mod plan;
pub mod problem;
pub mod project;
pub mod report;
pub mod rule;
pub mod runner;
pub mod shim;
pub mod span;
pub mod sql;
pub mod value;
pub mod world;
pub mod yaml;
