//! The only place that prints.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::outcome::ExitCode;
use crate::pg::server::NoServer;
use crate::problem::{Problem, Problems};
use crate::report::{self, Style};

use super::args::{Arguments, Colour};
use super::environment::Environment;

/// How many mistakes are shown with their places; nobody reads more.
const SHOWN: usize = 100;

/// Where text goes, and how it looks there.
#[derive(Debug)]
pub(super) struct Out {
    /// Whether what people read is coloured.
    pub(super) style: Style,
    error_style: Style,
    /// Whether standard output is for a report, so that people read the other one.
    is_taken: bool,
    quiet: bool,
    lively: bool,
}

impl Out {
    pub(super) fn new(arguments: &Arguments, environment: &Environment) -> Self {
        let style = |is_terminal: bool| match arguments.color {
            Colour::Always => Style::Coloured,
            Colour::Auto if is_terminal && !environment.no_color => Style::Coloured,
            Colour::Auto | Colour::Never => Style::Plain,
        };
        let error_is_terminal = std::io::stderr().is_terminal();
        let is_taken = arguments.reports_to_output();
        Self {
            style: style(if is_taken { error_is_terminal } else { std::io::stdout().is_terminal() }),
            error_style: style(error_is_terminal),
            is_taken,
            quiet: arguments.quiet,
            lively: error_is_terminal && !environment.ci && !arguments.quiet,
        }
    }

    /// Prints what clap says about the arguments, which may be the help that was asked for.
    pub(super) fn usage(said: &clap::Error) -> ExitCode {
        // A reader that has gone away wants no more text.
        drop(said.print());
        if said.use_stderr() { ExitCode::Mistake } else { ExitCode::Held }
    }

    /// Prints what was asked for.
    pub(super) fn say(text: &str) {
        // A reader that has gone away wants no more text.
        drop(std::io::stdout().write_all(text.as_bytes()).and_then(|()| std::io::stdout().flush()));
    }

    /// Prints what people read, beside a report that may take standard output.
    pub(super) fn tell(&self, text: &str) {
        if self.is_taken {
            // As above: nobody may be reading.
            drop(std::io::stderr().write_all(text.as_bytes()));
        } else {
            Self::say(text);
        }
    }

    /// Prints what can be left out.
    pub(super) fn mention(&self, text: &str) {
        if !self.quiet {
            self.tell(text);
        }
    }

    /// Shows on a terminal that something is being done.
    pub(super) fn progress(&self, doing: &str) -> ProgressBar {
        let bar =
            ProgressBar::new_spinner().with_style(ProgressStyle::default_spinner()).with_message(doing.to_owned());
        let target = if self.lively { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        bar.set_draw_target(target);
        bar.enable_steady_tick(Duration::from_millis(80));
        bar
    }

    /// Prints mistakes of the author or the caller.
    pub(super) fn mistakes(&self, problems: &Problems) -> ExitCode {
        let count = problems.0.len();
        let shown = Problems(problems.0.iter().take(SHOWN).cloned().collect());
        self.complain(&shown);
        match count {
            0 | 1 => {}
            2..=SHOWN => eprint_line(&format!("{count} mistakes")),
            _ => eprint_line(&format!("{count} mistakes, of which these are the first {SHOWN}")),
        }
        ExitCode::Mistake
    }

    /// Prints why nothing could be judged.
    pub(super) fn fault(&self, why: &str) -> ExitCode {
        self.complain(&Problem::new(why).into());
        ExitCode::Unjudged
    }

    /// Prints why nothing could be judged, with all that is known about it.
    pub(super) fn faults(&self, problem: Problem) -> ExitCode {
        self.complain(&problem.into());
        ExitCode::Unjudged
    }

    /// Prints why there is no server.
    pub(super) fn no_server(&self, why: NoServer) -> ExitCode {
        match why {
            NoServer::Caller(problem) => self.mistakes(&problem.into()),
            NoServer::Machine(problem) => self.faults(problem),
        }
    }

    fn complain(&self, problems: &Problems) {
        eprint_line(report::problems(problems, self.error_style).trim_end());
    }
}

fn eprint_line(text: &str) {
    // As above: nobody may be reading.
    drop(writeln!(std::io::stderr(), "{text}"));
}
