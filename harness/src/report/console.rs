//! What a person reads: a line about the world, every contract that did not hold, and the sum.

use std::fmt::Write;
use std::time::Duration;

use crate::outcome::{Checked, Conformity, Finding, Outcome, Run, Verdict};

use super::snippet::Style;
use super::visible::visible;

/// What stands above a run.
#[derive(Debug, Clone)]
pub struct Header<'a> {
    /// The version of this program.
    pub version: &'a str,
    /// The version of the server.
    pub postgres: &'a str,
    /// Where the server runs.
    pub place: &'a str,
    /// Whether new tables are open to the API roles: `exposed` or `hidden`.
    pub exposure: &'a str,
    /// How many migrations there are.
    pub migrations: usize,
    /// How long the template took to build, if it was built just now.
    pub built: Option<Duration>,
    /// What does nothing real, and what is not real about it.
    pub stubs: &'a [(String, String)],
    /// What is imitated.
    pub imitations: &'a [String],
    /// What else is to be said.
    pub remarks: &'a [String],
}

/// Returns the lines above a run.
pub fn header(header: &Header<'_>, style: Style) -> String {
    let Header { version, postgres, place, migrations, .. } = header;
    let count = if *migrations == 1 { "1 migration".to_owned() } else { format!("{migrations} migrations") };
    let template =
        header.built.map_or("template ready".to_owned(), |time| format!("template built in {}", seconds(time)));
    let mut text = format!("pgattest {version} · PostgreSQL {postgres} {place} · {count} · {template}\n");
    if header.exposure != "exposed" {
        line(&mut text, &dim(style, "  note      new tables in `public` are not open to the API roles"));
    }
    for remark in header.remarks {
        line(&mut text, &dim(style, &format!("  note      {}", visible(remark))));
    }
    for (name, says) in header.stubs {
        line(&mut text, &dim(style, &format!("  stub      {name}: {says}")));
    }
    if !header.imitations.is_empty() {
        line(&mut text, &dim(style, &format!("  imitated  {}", header.imitations.join(", "))));
    }
    text
}

/// Returns every contract that did not hold, and the sum.
pub fn run(run: &Run, time: Duration, style: Style) -> String {
    let mut text = String::new();
    for outcome in &run.outcomes {
        match &outcome.verdict {
            Verdict::Held => held_with_stubs(&mut text, outcome, style),
            Verdict::Broken(findings) => broken(&mut text, &outcome.name, findings, style),
            Verdict::Unjudged(why) => {
                line(&mut text, &format!("  {}  {}", colour(style, "33", "unjudged"), visible(&outcome.name)));
                line(&mut text, &format!("            {}", visible(why)));
            }
        }
    }
    let tally = run.tally();
    let count = |number: usize, word: &str, code: &str| {
        let text = format!("{number} {word}");
        if number == 0 { text } else { colour(style, code, &text) }
    };
    let sum = [
        count(tally.held, "held", "32"),
        count(tally.broken, "broken", "31"),
        count(tally.unjudged, "could not be judged", "33"),
        format!("{} of {} run", run.outcomes.len(), run.planned),
        seconds(time),
    ];
    line(&mut text, &format!("  {}", sum.join(" · ")));
    text
}

/// Says of a contract that held that it touches something that does nothing real; of any other there is nothing to say.
fn held_with_stubs(text: &mut String, outcome: &Outcome, style: Style) {
    if !outcome.stubs.is_empty() {
        let said = format!("  held      {} · touches a stub: {}", visible(&outcome.name), outcome.stubs.join(", "));
        line(text, &dim(style, &said));
    }
}

fn broken(text: &mut String, name: &str, findings: &[Finding], style: Style) {
    let name = visible(name);
    for finding in findings {
        line(text, &format!("  {}    {name}  {}", colour(style, "31", "broken"), dim(style, finding.rule)));
        if let Some(place) = &finding.place {
            let at = place.position();
            let path = visible(&place.path.to_string_lossy());
            line(text, &format!("            {path}:{}:{}", at.line, at.column));
        }
        line(text, &format!("            expected  {}", visible(&finding.expected)));
        line(text, &format!("            observed  {}", visible(&finding.observed)));
        line(text, &format!("            again     pgattest run '{}'", name.replace('\'', "'\\''")));
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
        line(text, &format!("            {word:<9} {part}"));
    }
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
