//! `[ ! -d x ] && mkdir x` as the last command of a script, which looks like a guard and is none.

use super::candidate::{Candidate, Flip};
use super::guard::{Conditions, Guard, Style};
use super::table::LAST_TEST;
use super::walk::Walk;
use crate::shell::script::{Connector, Pipeline, Statement};
use crate::text::Span;

impl Walk<'_> {
    /// `[ ! -d x ] && mkdir x` as the last command: the test is false on the second run, and its
    /// status is the script's (measured: the hook exits with 1, and the container is killed, B23).
    pub(super) fn last_test(&mut self, statement: &Statement, first_candidate: usize) {
        let Some(((_, last), conditions)) = statement.rest.split_last() else { return };
        if statement.rest.iter().any(|(connector, _)| *connector == Connector::Or) {
            return;
        }
        let reader = Conditions { scope: &self.scope, style: Style::Chain, lock: false, depth: 0 };
        let known = reader.chain(&statement.first, conditions, true);
        let asked = known.contains(&Guard::Asked)
            && std::iter::once(&statement.first).chain(conditions.iter().map(|(_, p)| p)).any(|p| p.negated);
        let found = self.candidates.get(first_candidate..).unwrap_or_default();
        let changed = found.iter().find(|candidate| candidate.flip.is_none());
        let flip = known.into_iter().find_map(|guard| match guard {
            Guard::Absent(path) => Some(Flip::Made(path)),
            Guard::Present(path) => Some(Flip::Removed(path)),
            Guard::Asked => None,
        });
        let (flip, uses) = match (flip, changed) {
            (Some(flip), _) => (flip, Vec::new()),
            (None, Some(changed)) if asked => {
                (Flip::Certain, changed.paths.iter().chain(&changed.grounds).cloned().collect())
            }
            _ => return,
        };
        let ends = |p: &Pipeline| p.commands.last().map(|c| c.span);
        let before = conditions.last().map_or(&statement.first, |(_, pipeline)| pipeline);
        let first = statement.first.commands.first().map(|command| command.span);
        let (Some(first), Some(condition), Some(end)) = (first, ends(before), ends(last)) else { return };
        let start = self.negation(statement.first.negated, first.start);
        let condition = self.written(Span::new(start, condition.end)).to_owned();
        let body_start = last.commands.first().map_or(end.start, |command| command.span.start);
        let body = self.written(Span::new(body_start, end.end)).to_owned();
        let candidate = Candidate {
            mend: format!("if {condition}; then {body}; fi"),
            flip: Some(flip),
            grounds: uses,
            kills: true,
            ..Candidate::new(&LAST_TEST, self, Span::new(start, end.end))
        };
        self.push(candidate);
    }

    /// The byte of the `!` in front of a negated pipeline.
    fn negation(&self, negated: bool, start: usize) -> usize {
        let before = self.text.get(..start).unwrap_or_default().trim_end();
        if negated && before.ends_with('!') { before.len() - 1 } else { start }
    }
}
