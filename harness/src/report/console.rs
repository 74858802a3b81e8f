//! What a person reads: a line about the world, every contract that did not hold, and the sum.

use std::fmt::Write;
use std::time::Duration;

use crate::outcome::{Checked, Conformity, Fault, Finding, Outcome, Run, Tally, Verdict};
use crate::span::Place;

use super::about::About;
use super::snippet::Style;
use super::visible::visible;

/// Returns the lines above a run; `built` is how long the template took to build, if it was built just now.
pub fn header(about: &About<'_>, built: Option<Duration>, style: Style) -> String {
    let About { version, postgres, place, migrations, .. } = about;
    let count = if *migrations == 1 { "1 migration".to_owned() } else { format!("{migrations} migrations") };
    let template = built.map_or("template ready".to_owned(), |time| format!("template built in {}", seconds(time)));
    let mut text = format!("pgattest {version} · PostgreSQL {postgres} {place} · {count} · {template}\n");
    if about.exposure != "exposed" {
        line(&mut text, &dim(style, "  note      new tables in `public` are not open to the API roles"));
    }
    for remark in about.remarks {
        line(&mut text, &dim(style, &format!("  note      {}", visible(remark))));
    }
    for (name, says) in about.stubs {
        line(&mut text, &dim(style, &format!("  stub      {name}: {says}")));
    }
    if !about.imitations.is_empty() {
        line(&mut text, &dim(style, &format!("  imitated  {}", about.imitations.join(", "))));
    }
    text
}

/// How many lines of SQL are shown; of more, the command that prints them.
const RECIPE: usize = 24;

/// How many contracts that held are told because there is something to remark; more would hide those that did not.
const REMARKED: usize = 3;

/// Returns every contract that did not hold, and the sum.
pub fn run(run: &Run, time: Duration, style: Style) -> String {
    let mut text = String::new();
    // A stub is told wherever it is touched: what holds of it holds of something that does nothing real.
    let is_remark = |it: &&Outcome| it.verdict == Verdict::Held && it.stubs.is_empty() && !it.notes.is_empty();
    let mut remarks = 0;
    for outcome in &run.outcomes {
        remarks += usize::from(is_remark(&outcome));
        if !is_remark(&outcome) || remarks <= REMARKED {
            text.push_str(&self::outcome(outcome, style));
        }
    }
    if let Some(more) = remarks.checked_sub(REMARKED).filter(|more| *more > 0) {
        let help = "`pgattest run NAME` and `--json` tell it";
        line(&mut text, &dim(style, &format!("  held      {more} more with something to remark: {help}")));
    }
    line(&mut text, &format!("  {}", sum(run, time, style)));
    text
}

/// Returns what there is to say of one contract.
pub fn outcome(outcome: &Outcome, style: Style) -> String {
    let mut text = String::new();
    match &outcome.verdict {
        Verdict::Held => held(&mut text, outcome, style),
        Verdict::Broken(findings) => broken(&mut text, outcome, findings, style),
        Verdict::Unjudged(fault) => unjudged(&mut text, outcome, fault, style),
    }
    text
}

fn sum(run: &Run, time: Duration, style: Style) -> String {
    let Tally { held, broken, unjudged } = run.tally();
    let count = |number: usize, word: &str, code: &str| {
        let text = format!("{number} {word}");
        if number == 0 { text } else { colour(style, code, &text) }
    };
    let parts = [
        count(held, "held", "32"),
        count(broken, "broken", "31"),
        count(unjudged, "could not be judged", "33"),
        format!("{} of {} run", run.outcomes.len(), run.planned),
        seconds(time),
    ];
    parts.join(" · ")
}

/// Says of a contract that held what is not to be overlooked; of most there is nothing to say.
fn held(text: &mut String, outcome: &Outcome, style: Style) {
    let touches = (!outcome.stubs.is_empty()).then(|| format!("touches a stub: {}", outcome.stubs.join(", ")));
    let said: Vec<_> = touches.into_iter().chain(outcome.notes.iter().map(|note| visible(note))).collect();
    if !said.is_empty() {
        line(text, &dim(style, &format!("  held      {} · {}", visible(&outcome.name), said.join(" · "))));
    }
}

fn broken(text: &mut String, outcome: &Outcome, findings: &[Finding], style: Style) {
    for (at, finding) in findings.iter().enumerate() {
        let rule = dim(style, finding.rule.name);
        if at == 0 {
            line(text, &format!("  {}    {}  {rule}", colour(style, "31", "broken"), visible(&outcome.name)));
        } else {
            line(text, &format!("            and       {rule}"));
        }
        place(text, finding.place.as_ref());
        block(text, "expected", &finding.expected);
        block(text, "observed", &finding.observed);
        finding.difference.iter().for_each(|difference| block(text, "", difference));
        if at + 1 == findings.len() {
            circumstances(text, outcome, style);
        }
    }
    after(text, outcome, style);
}

fn unjudged(text: &mut String, outcome: &Outcome, fault: &Fault, style: Style) {
    line(text, &format!("  {}  {}", colour(style, "33", "unjudged"), visible(&outcome.name)));
    place(text, fault.place.as_ref().or(Some(&outcome.place)));
    block(text, "because", &fault.why);
    fault.notes.iter().for_each(|note| block(text, "", note));
    fault.help.iter().for_each(|help| block(text, "help", help));
    after(text, outcome, style);
}

/// What in the database decided.
fn circumstances(text: &mut String, outcome: &Outcome, style: Style) {
    for it in &outcome.circumstances {
        let said = if it.says.is_empty() { it.name.clone() } else { format!("{}  {}", it.name, it.says) };
        block(text, &it.kind, &said);
    }
    outcome.notes.iter().for_each(|note| block(text, "note", note));
    if !outcome.stubs.is_empty() {
        block(text, "stub", &dim(style, &outcome.stubs.join(", ")));
    }
}

/// How to see it again.
fn after(text: &mut String, outcome: &Outcome, style: Style) {
    let name = visible(&outcome.name).replace('\'', "'\\''");
    if let Some(database) = &outcome.kept {
        block(text, "kept", database);
    }
    block(text, "again", &format!("pgattest run '{name}'"));
    let sql = matches!(outcome.verdict, Verdict::Broken(_)).then(|| super::psql::script(&outcome.seen)).flatten();
    let Some(sql) = sql else { return };
    if sql.lines().count() > RECIPE {
        return block(text, "sql", &format!("pgattest explain '{name}'"));
    }
    for (at, part) in sql.lines().enumerate() {
        let word = if at == 0 { "psql" } else { "" };
        line(text, &dim(style, &format!("            {word:<9} {}", visible(part))));
    }
}

fn place(text: &mut String, place: Option<&Place>) {
    if let Some(place) = place {
        let at = place.position();
        line(text, &format!("            {}:{}:{}", visible(&place.path.to_string_lossy()), at.line, at.column));
    }
}

/// Returns every fact that is otherwise, both values beside it, and the sum.
pub fn mismatches(results: &[Checked], style: Style) -> String {
    let mut text = String::new();
    let (mut held, mut broken, mut unknown) = (0, 0, 0);
    for it in results {
        let name = format!("{} (section {})", it.fact, it.section);
        match &it.conformity {
            Conformity::Holds => held += 1,
            Conformity::Broken(mismatch) => {
                broken += 1;
                line(&mut text, &format!("  {}    {name}", colour(style, "31", "broken")));
                block(&mut text, "expected", &mismatch.expected);
                block(&mut text, "observed", &mismatch.observed);
                it.imitated.iter().for_each(|why| block(&mut text, "imitated", why));
            }
            Conformity::Unknown(why) => {
                unknown += 1;
                line(&mut text, &format!("  {}  {name}", colour(style, "33", "unjudged")));
                block(&mut text, "because", why);
            }
        }
    }
    line(&mut text, &format!("  {held} facts held · {broken} broken · {unknown} could not be judged"));
    text
}

fn block(text: &mut String, word: &str, value: &str) {
    for (at, part) in value.lines().enumerate() {
        let word = if at == 0 { word } else { "" };
        line(text, format!("            {word:<9} {}", visible_but_styled(part)).trim_end());
    }
}

/// Returns a text made safe to show, with the styles that were put there by ourselves.
fn visible_but_styled(text: &str) -> String {
    let own = |part: &str| part.strip_prefix("\u{1b}[2m").and_then(|part| part.strip_suffix("\u{1b}[0m")).map(visible);
    own(text).map_or_else(|| visible(text), |inner| format!("\u{1b}[2m{inner}\u{1b}[0m"))
}

fn line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

fn seconds(time: Duration) -> String {
    let mut text = String::new();
    write!(text, "{:.2} s", time.as_secs_f64()).expect("writing to a string cannot fail");
    text
}

fn dim(style: Style, text: &str) -> String {
    colour(style, "2", text)
}

fn colour(style: Style, code: &str, text: &str) -> String {
    match style {
        Style::Plain => text.to_owned(),
        Style::Coloured => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
    }
}
