//! Holds a server against the facts: asks them one by one, each in a transaction that is rolled back, and compares.

mod judge;
mod observe;

pub use judge::{Mismatch, judge};
pub use observe::{Answer, Asked, Subject, ask, open};

use crate::shim::Exposure;
use crate::shim::facts::Fact;

/// What came of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conformity {
    /// It is as Supabase has it.
    Holds,
    /// It is otherwise.
    Broken(Mismatch),
    /// It could not be asked.
    Unknown(String),
}

/// Asks all facts that concern this server and mode, and returns each with what came of it.
pub async fn conform<'a>(subject: &mut Subject, facts: &'a [Fact], exposure: Exposure) -> Vec<(&'a Fact, Conformity)> {
    let mut results = Vec::new();
    let major = subject.major();
    for fact in facts.iter().filter(|it| it.concerns(major, exposure)) {
        let conformity = match ask(subject, fact).await {
            Asked::Answered(answer) => judge(fact, &answer).map_or(Conformity::Holds, Conformity::Broken),
            Asked::Impossible(why) => Conformity::Unknown(why),
        };
        results.push((fact, conformity));
    }
    results
}
