//! `[ ! -d x ] && mkdir x` as the last command of a script, which looks like a guard and is none.

use super::Replaced;
use super::candidate::{Candidate, Flip};
use super::fold::Fold;
use super::rows::LAST_TEST;
use crate::shell::{Guard, LastTest};
use crate::text::Span;

impl<'s> Fold<'s> {
    /// `[ ! -d x ] && mkdir x` as the last command: the test is false on the second run, and its
    /// status is the script's (measured: the hook exits with 1, and the container is killed, B23).
    /// `candidates` are those that the command behind the test brought.
    pub(super) fn last_test(&mut self, test: &'s LastTest, candidates: std::ops::Range<usize>) {
        let asked = test.known.contains(&Guard::Asked) && test.negated;
        let found = self.candidates.get(candidates).unwrap_or_default();
        let changed = found.iter().find(|candidate| candidate.flip.is_none());
        let flip = test.known.iter().find_map(|guard| match guard {
            Guard::Absent(path) => Some(Flip::Made(path.clone())),
            Guard::Present(path) => Some(Flip::Removed(path.clone())),
            Guard::Asked => None,
        });
        let (flip, grounds) = match (flip, changed) {
            (Some(flip), _) => (flip, Vec::new()),
            (None, Some(changed)) if asked => {
                (Flip::Certain, changed.paths.iter().chain(&changed.grounds).cloned().collect())
            }
            _ => return,
        };
        let written = |span: Span| test.source.get(span.range()).unwrap_or_default().to_owned();
        let whole = Span::new(test.tests.start, test.body.end);
        let mend = format!("if {}; then {}; fi", written(test.tests), written(test.body));
        self.push(Candidate {
            row: LAST_TEST,
            listed: None,
            words: test.place.words(whole),
            written: written(whole),
            mend,
            replaced: Some(Replaced { words: test.place.words(whole), written: written(whole) }),
            kills: true,
            repeats: false,
            paths: Vec::new(),
            grounds,
            guards: test.guards.clone(),
            maker_before: false,
            flip: Some(flip),
            call: None,
        });
    }
}
