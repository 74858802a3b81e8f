//! Units as tests: libtest-mimic chooses, orders and counts them; each is carried out where the server is.

use libtest_mimic::{Arguments, Conclusion, Failed, Trial};
use tokio::sync::{mpsc, oneshot};

use crate::plan::Unit;

/// A unit that is to be carried out now, and where to send what came of it: nothing, or why it did not hold.
pub(super) struct Job {
    pub(super) unit: usize,
    pub(super) reply: oneshot::Sender<Result<(), String>>,
}

/// Runs tests on threads of their own; each hands its unit over and waits for what comes of it.
pub(super) fn start(
    units: &[Unit],
    order: Vec<usize>,
    arguments: Arguments,
) -> (mpsc::UnboundedReceiver<Job>, tokio::task::JoinHandle<Conclusion>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let trials: Vec<_> = order.into_iter().map(|at| trial(at, &units[at], sender.clone())).collect();
    drop(sender);
    let conclusion = tokio::task::spawn_blocking(move || libtest_mimic::run(&arguments, trials));
    (receiver, conclusion)
}

/// Prints the names of tests, or of none, as libtest would.
pub fn list(units: &[Unit], arguments: &Arguments) {
    let trials = units.iter().map(|unit| Trial::test(unit.name.clone(), || Ok(()))).collect();
    // Nothing is run, so there is nothing to conclude.
    drop(libtest_mimic::run(arguments, trials));
}

fn trial(unit: usize, planned: &Unit, jobs: mpsc::UnboundedSender<Job>) -> Trial {
    Trial::test(planned.name.clone(), move || {
        let (reply, answer) = oneshot::channel();
        let gone = || Failed::from("the run was ended");
        jobs.send(Job { unit, reply }).map_err(|_| gone())?;
        answer.blocking_recv().map_err(|_| gone())?.map_err(Failed::from)
    })
}
