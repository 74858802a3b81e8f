//! What a case begins with: statements that are done before anything of it is judged.

use crate::case::Word;

use super::statement::Statement;
use super::steps::Planner;

impl Planner<'_> {
    /// Plans what is done before the steps; whoever acts in the case acts here too, where nobody is named.
    pub(super) fn given(&mut self, actor: Option<&Word>) {
        for step in &self.case.given {
            let request = self.request(step, actor, Statement::read);
            self.given.extend(request);
            self.keep(step);
        }
    }
}
