//! The fold over a trace: what each step does to files and servers, and what a second run of it does.

use super::call::Call;
use super::candidate::{self, Candidate};
use super::effects::Effects;
use super::look::look;
use super::{Context, Repeat, append};
use crate::programs;
use crate::shell::{Guard, Step, Trace};

/// What is gathered over a trace.
pub(super) struct Fold<'s> {
    pub(super) context: &'s Context<'s>,
    /// An earlier command may have made any file.
    maker_seen: bool,
    /// What the script makes, empties and removes.
    pub(super) effects: Effects,
    /// What may be found.
    pub(super) candidates: Vec<Candidate<'s>>,
}

/// The commands whose second run does harm, unsorted.
pub(super) fn repeats(trace: &Trace, context: &Context<'_>) -> Vec<Repeat> {
    let mut fold = Fold { context, maker_seen: false, effects: Effects::default(), candidates: Vec::new() };
    // Where the candidates of each step begin.
    let mut starts = Vec::with_capacity(trace.steps.len());
    for step in &trace.steps {
        starts.push(fold.candidates.len());
        fold.step(step);
    }
    let at = |step: usize| starts.get(step).copied().unwrap_or(fold.candidates.len());
    let ranges: Vec<_> =
        trace.last_tests.iter().map(|test| at(test.steps.start)..at(test.steps.end)).collect();
    for (test, range) in trace.last_tests.iter().zip(ranges) {
        fold.last_test(test, range);
    }
    fold.candidates.iter().filter_map(|candidate| candidate::judge(candidate, &fold)).collect()
}

/// What the steps of a trace make, empty and remove.
pub(super) fn effects(trace: &Trace) -> Effects {
    let context = Context { mounts: &[], restarts: true };
    let mut fold =
        Fold { context: &context, maker_seen: false, effects: Effects::default(), candidates: Vec::new() };
    trace.steps.iter().for_each(|step| fold.step(step));
    fold.effects
}

impl<'s> Fold<'s> {
    fn step(&mut self, step: &'s Step) {
        for redirect in &step.redirects {
            append::redirection(self, redirect, step);
        }
        if step.args.is_empty() {
            return;
        }
        let Some(call) = Call::of(step) else {
            self.maker_seen = true;
            return;
        };
        look(self, call, step);
        self.effects.of_call(&call, &step.directory, is_guarded(step));
        let makes_files = programs::find(call.name).is_none_or(|program| program.makes_files);
        self.maker_seen |= call.own_path || makes_files;
    }

    /// Keeps a candidate with what is known where it stands.
    pub(super) fn push(&mut self, candidate: Candidate<'s>) {
        self.candidates.push(Candidate { maker_before: self.maker_seen, ..candidate });
    }

    /// A file that this place of the script starts anew at each run.
    pub(super) fn truncates(&mut self, path: String, step: &Step) {
        self.effects.made(path.clone());
        if !is_guarded(step) {
            self.effects.started_anew(path);
        }
    }
}

/// Something was asked, so that a second run may not come here.
fn is_guarded(step: &Step) -> bool {
    step.guards.iter().any(|guard| !matches!(guard, Guard::Present(_)))
}
