//! Holds a server against the facts: asks them one by one, each in a transaction that is rolled back, and compares.

mod judge;
mod observe;

pub use judge::judge;
pub use observe::{Answer, Asked, Subject, ask};

use crate::outcome::{Checked, Conformity};
use crate::shim::Exposure;
use crate::shim::facts::Fact;

/// Asks all facts that concern this server and mode.
pub async fn conform(subject: &mut Subject, facts: &[Fact], exposure: Exposure) -> Vec<Checked> {
    let mut results = Vec::new();
    let major = subject.major();
    for fact in facts.iter().filter(|it| it.concerns(major, exposure)) {
        results.push(Checked {
            fact: fact.fact.value.clone(),
            section: fact.section.clone(),
            imitated: fact.imitated.clone(),
            conformity: check(subject, fact).await,
        });
    }
    results
}

/// Asks one fact and compares.
pub async fn check(subject: &mut Subject, fact: &Fact) -> Conformity {
    match ask(subject, fact).await {
        Asked::Answered(answer) => judge(fact, &answer).map_or(Conformity::Holds, Conformity::Broken),
        Asked::Impossible(why) => Conformity::Unknown(why),
    }
}
