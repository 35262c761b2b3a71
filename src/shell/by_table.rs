//! What a called program does by its row in the catalogue, or by none.

use super::calls::Call;
use super::machine::Machine;
use super::state::{Outcome, State};
use super::status::Status;
use super::time::Time;
use super::trace::{Flaw, Wait};
use crate::programs::{Manner, Program, Runs};

impl Machine<'_> {
    pub(super) fn by_table(
        &mut self,
        program: Option<&'static Program>,
        call: Call,
        mut state: State,
    ) -> Outcome {
        let given = call.given();
        self.asks_to_stop(call, &mut state);
        let uses = program.map_or(&[][..], |program| program.uses);
        if let Some(found) = uses.iter().find(|found| given.holds(found.arguments)) {
            if let Some(manner) = found.stop {
                self.tells_to_stop(call, &mut state, manner);
            }
            return match found.at_once {
                true => self.instant(call, state),
                false => self.unknown(call, state),
            };
        }
        match program.map_or(Runs::Unknown, |program| program.runs) {
            Runs::Instant => self.instant(call, state),
            Runs::Succeeds => Outcome::next(state.ended(Status::SUCCESS)),
            Runs::Reads if call.reads_elsewhere() => self.unknown(call, state),
            Runs::Reads => self.instant(call, state),
            Runs::Answers => Outcome::next(state.ended(Status::UNKNOWN)),
            Runs::Fails => Outcome::next(state.ended(Status::code(1))),
            _ => match self.names_a_variable(call) {
                Some(status) => Outcome::next(state.ended(status)),
                None => self.unknown(call, state),
            },
        }
    }

    /// `$(DELAY)` in a script is a command substitution, and there is no such command (B5).
    fn names_a_variable(&mut self, call: Call) -> Option<Status> {
        let name = call.text(0).filter(|_| call.args.len() == 1)?;
        if !self.line.env.contains_key(name) || name.chars().any(|c| c.is_ascii_lowercase()) {
            return None;
        }
        Some(self.fail(
            Flaw::Variable,
            Status::NOT_FOUND,
            call.whole.clone(),
            format!("in a script `$({name})` runs a command called {name}, which does not exist; the variable is `${name}`"),
        ))
    }

    /// Returns at once. It counts as succeeding, unless a condition asks for its answer.
    pub(super) fn instant(&mut self, call: Call, state: State) -> Outcome {
        let asked = call.frame.condition && call.args.len() > 1;
        let status = if asked { Status::UNKNOWN } else { Status::SUCCESS };
        Outcome::next(State { assumed: !asked, ..state.ended(status) })
    }

    /// Nobody knows how long it takes, nor how it ends.
    pub(super) fn unknown(&mut self, call: Call, mut state: State) -> Outcome {
        let what = call.text(0).unwrap_or("a command").to_owned();
        self.note(Wait {
            words: call.whole.clone(),
            decisive: call.whole.clone(),
            what,
            time: Time::UNKNOWN,
            rounds: 1,
        });
        state.spend(Time::UNKNOWN);
        // It may set variables only when it runs in this shell, which programs do not.
        Outcome::next(state.ended(Status::UNKNOWN))
    }

    pub(super) fn tells_to_stop(&mut self, call: Call, state: &mut State, manner: Manner) {
        if !state.stopped && self.aside == 0 {
            self.trace.stop.get_or_insert_with(|| call.whole.clone());
        }
        self.stops = Some(manner);
        state.stopped_surely |= !state.stopped && state.time.known;
        state.stopped = true;
    }
}
