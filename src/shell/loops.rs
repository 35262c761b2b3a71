//! Loops: unrolled as long as their variables change.

use super::fate::{self, Fate};
use super::machine::{Frame, Machine, is_unbounded};
use super::script::{Command, CommandKind, List, Word};
use super::state::{Flow, Outcome, State};
use super::status::Status;
use super::time::{Longest, Time};
use super::trace::{Wait, Words};
use super::value::Value;

/// What decides whether a loop goes on.
enum Head<'s> {
    Commands { until: bool, list: &'s List, leaves: bool },
    Arithmetic { condition: &'s str, step: &'s str },
}

impl Machine<'_> {
    pub(super) fn while_loop(
        &mut self,
        until: bool,
        condition: &List,
        body: &List,
        command: &Command,
        state: State,
        frame: Frame,
    ) -> Outcome {
        let reads = reads_input(condition);
        self.repeat(
            &Head::Commands { until, list: condition, leaves: body.iter().any(fate::may_leave) },
            body,
            frame.place.words(command.span),
            reads,
            state,
            frame,
        )
    }

    pub(super) fn arithmetic_loop(
        &mut self,
        start: &str,
        [condition, step]: [&String; 2],
        body: &List,
        command: &Command,
        mut state: State,
        frame: Frame,
    ) -> Outcome {
        self.arithmetic(start, &mut state);
        self.repeat(
            &Head::Arithmetic { condition, step },
            body,
            frame.place.words(command.span),
            false,
            state,
            frame,
        )
    }

    fn head(&mut self, head: &Head, mut state: State, frame: Frame) -> Outcome {
        match head {
            Head::Commands { until, list, leaves } => {
                let (hangs, turns) = (*until && !leaves, !until && !leaves);
                let fate = Fate { hangs, turns, ..frame.fate.ignored() };
                self.loops += 1;
                let asked = self.list(list, state, Frame { checked: true, condition: true, fate, ..frame });
                self.loops -= 1;
                asked
            }
            Head::Arithmetic { condition, .. } => {
                let answer = match condition.trim() {
                    "" => Some(true),
                    condition => self.arithmetic(condition, &mut state).map(|value| value != 0),
                };
                Outcome::next(state.ended(Status::answer(answer)))
            }
        }
    }

    fn repeat(
        &mut self,
        head: &Head,
        body: &List,
        words: Words,
        reads: bool,
        state: State,
        frame: Frame,
    ) -> Outcome {
        let until = matches!(head, Head::Commands { until: true, .. });
        let counted_before = std::mem::replace(&mut self.counts_unknown, false);
        let entry = state.guards.clone();
        let mut result = Outcome::default();
        let mut next = Some(state);
        // The status of a loop is that of its last round.
        let mut last = Status::SUCCESS;
        let mut is_open = false;
        while let Some(state) = next.take() {
            if !self.step() {
                result.add(Flow::Next, self.tired(state));
                break;
            }
            let before = state.clone();
            let mut asked = self.maybe(is_open, |machine| machine.head(head, state, frame));
            let answer = asked.take_next();
            leave(asked, &mut result);
            let Some((yes, no)) = answer.map(State::split) else { break };
            let (go, stop) = if until { (no, yes) } else { (yes, no) };
            is_open |= go.is_some() && stop.is_some();
            if let Some(stop) = stop {
                result.add(Flow::Next, stop.ended(last));
            }
            let Some(go) = go else { break };
            let round = self.maybe(is_open, |machine| machine.round(body, go, &mut result, frame));
            let Some(mut after) = round else { break };
            last = after.status;
            if let Head::Arithmetic { step, .. } = head {
                self.arithmetic(step, &mut after);
            }
            if self.is_tired() {
                result.add(Flow::Next, self.tired(after));
                break;
            }
            if after.vars == before.vars && after.positional == before.positional {
                self.goes_on(&before, after, &words, reads, &mut result);
                break;
            }
            next = Some(State { guards: entry.clone(), ..after });
        }
        self.counts_unknown |= counted_before;
        result.forget_beyond(&entry);
        result
    }

    /// One run of the body; the state in which the next round starts.
    fn round(&mut self, body: &List, state: State, result: &mut Outcome, frame: Frame) -> Option<State> {
        self.loops += 1;
        let ran = self.list(body, state, frame);
        self.loops -= 1;
        let mut outcome = ran.map(|flow| match flow {
            Flow::Continue(1) => Flow::Next,
            Flow::Continue(levels) => Flow::Continue(levels - 1),
            other => other,
        });
        let next = outcome.take_next();
        // What is still to continue belongs to an outer loop.
        leave(outcome, result);
        next
    }

    /// Nothing changed in a round, so nothing will: the loop goes on until its condition, which
    /// depends on the container, says otherwise, or for ever.
    fn goes_on(&mut self, before: &State, after: State, words: &Words, reads: bool, result: &mut Outcome) {
        let counts = self.counts_unknown || reads;
        if result.is_empty() {
            let mut state = after;
            let live = if state.stopped { state.live } else { f64::INFINITY };
            state.spend(Time::ENDLESS);
            state.live = live;
            self.wait_without_bound(words, Time::ENDLESS);
            result.add(Flow::Next, state);
            return;
        }
        let (longest, known) = match (counts, after.time != before.time) {
            (true, false) => (after.time.longest, after.time.known),
            (true, true) => (Longest::Unknown, false),
            (false, _) => (Longest::Unbounded, after.time.known),
        };
        let time = Time { shortest: 0.0, longest, known, counted: 0.0 };
        if is_unbounded(time) {
            self.wait_without_bound(words, time);
        }
        let stopped = after.stopped;
        let runs_on = !counts && result.only_fails();
        result.for_each(|state| {
            state.runs_on |= runs_on;
            state.time.known &= known;
            state.stopped |= stopped;
            if state.time.longest != Longest::Unbounded {
                state.time.longest = longest;
            }
            for (name, value) in &after.vars {
                if state.vars.get(name) != Some(value) {
                    state.vars.insert(name.clone(), Value::unknown(name).and_dynamic(value.dynamic));
                }
            }
        });
    }

    pub(super) fn wait_without_bound(&mut self, words: &Words, time: Time) {
        self.waits_for_ever(words);
        self.note(Wait {
            words: words.clone(),
            decisive: words.clone(),
            what: "a wait without bound".to_owned(),
            time,
            rounds: 1,
        });
    }

    /// There have been too many steps: it lasts at least as long as until here.
    fn tired(&mut self, mut state: State) -> State {
        state.lose_track();
        state
    }

    pub(super) fn for_loop(
        &mut self,
        variable: &str,
        words: Option<&[Word]>,
        body: &List,
        mut state: State,
        frame: Frame,
    ) -> Outcome {
        let entry = state.guards.clone();
        let values = match words {
            Some(words) => {
                let before = state.status;
                let (fields, exact) = self.expand_all(words, &mut state, frame.unasked());
                // bash lets what the words run change `$?`, and dash does not.
                state.status = before.or(state.status);
                exact.then(|| fields.into_iter().map(|field| field.value).collect::<Vec<_>>())
            }
            None => state.positional.as_ref().map(|all| all.iter().skip(1).cloned().collect()),
        };
        let mut outcome = match values {
            Some(values) => self.for_each_value(variable, values, body, state, frame),
            None => self.for_unknown_values(variable, body, state, frame),
        };
        outcome.forget_beyond(&entry);
        outcome
    }

    fn for_each_value(
        &mut self,
        variable: &str,
        values: Vec<Value>,
        body: &List,
        state: State,
        frame: Frame,
    ) -> Outcome {
        let entry = state.guards.clone();
        let mut result = Outcome::default();
        let mut next = Some(if values.is_empty() { state.ended(Status::SUCCESS) } else { state });
        for value in values {
            let Some(mut state) = next.take() else { break };
            if !self.step() {
                next = Some(self.tired(state));
                break;
            }
            state.vars.insert(variable.to_owned(), value);
            let is_open = !result.is_empty();
            next = self.maybe(is_open, |machine| machine.round(body, state, &mut result, frame));
            if result.is_empty() {
                next = next.map(|state| State { guards: entry.clone(), ..state });
            }
        }
        if let Some(state) = next {
            result.add(Flow::Next, state);
        }
        result
    }

    /// Nobody knows how many rounds there are, if any.
    fn for_unknown_values(&mut self, variable: &str, body: &List, state: State, frame: Frame) -> Outcome {
        let mut result = Outcome::next(state.clone().ended(Status::SUCCESS));
        let before = state.time;
        let mut first = state;
        first.vars.insert(variable.to_owned(), Value::unknown(variable));
        let round = self.maybe(true, |machine| machine.round(body, first, &mut result, frame));
        if let Some(mut after) = round {
            if after.time != before {
                after.lose_track();
            }
            result.add(Flow::Next, after);
        }
        result
    }
}

/// Moves the flows that leave a loop out of it.
fn leave(outcome: Outcome, result: &mut Outcome) {
    result.add_all(outcome.map(|flow| match flow {
        Flow::Break(1) => Flow::Next,
        Flow::Break(levels) => Flow::Break(levels - 1),
        other => other,
    }));
}

/// The condition reads lines, so the loop ends with its input.
fn reads_input(condition: &List) -> bool {
    condition.iter().flat_map(|statement| &statement.first.commands).any(|command| match &command.kind {
        CommandKind::Simple(simple) => simple
            .words
            .first()
            .and_then(Word::literal)
            .is_some_and(|name| matches!(name.as_str(), "read" | "getopts")),
        _ => false,
    })
}
