//! Lists, and-or lists and pipelines: what runs behind, beside and instead of what.

use std::rc::Rc;

use super::answers;
use super::fate::{self, Fate};
use super::guard::{self, Answer, Guard};
use super::machine::{DEEPEST, Frame, LONGEST_CHAIN, Machine};
use super::output::{self, Away};
use super::script::{Command, CommandKind, Connector, List, Pipeline, Statement};
use super::state::{Flow, Job, Outcome, State};
use super::status::Status;
use super::trace::LastTest;
use crate::programs;
use crate::text::Span;

impl Machine<'_> {
    pub(super) fn list(&mut self, list: &List, state: State, frame: Frame) -> Outcome {
        self.depth += 1;
        let outcome = match self.depth > DEEPEST {
            true => self.lost(state),
            false => self.statements(list, state, frame.inside()),
        };
        self.depth -= 1;
        outcome
    }

    fn statements(&mut self, list: &List, state: State, frame: Frame) -> Outcome {
        let mut result = Outcome::default();
        let mut next = Some(state);
        for (at, statement) in list.iter().enumerate() {
            let Some(state) = next.take() else { break };
            let last = frame.fate.last && fate::carries_status(list.get(at + 1..).unwrap_or_default());
            let is_asked = at + 1 == list.len();
            let (hangs, turns) = (frame.fate.hangs && is_asked, frame.fate.turns && is_asked);
            let frame = Frame { fate: Fate { last, hangs, turns, ..frame.fate }, ..frame };
            let is_open = !result.is_empty();
            let mut outcome = self.maybe(is_open, |machine| machine.statement(statement, state, frame));
            next = outcome.take_next();
            result.add_all(outcome);
        }
        if let Some(state) = next {
            result.add(Flow::Next, state);
        }
        result
    }

    fn statement(&mut self, statement: &Statement, state: State, frame: Frame) -> Outcome {
        if statement.background {
            return self.background(statement, state, frame);
        }
        self.and_or(statement, state, frame)
    }

    fn background(&mut self, statement: &Statement, mut state: State, frame: Frame) -> Outcome {
        let inner = Frame { fate: frame.fate.ignored(), ..frame };
        let before = std::mem::replace(&mut self.in_background, true);
        let child = self.nested(&state, inner, |machine, state| machine.and_or(statement, state, inner));
        self.in_background = before;
        let open = output::of_job(statement, state.away, frame.source) != Away::ALL;
        let single = statement.rest.is_empty()
            && matches!(statement.first.commands.as_slice(), [Command { kind: CommandKind::Simple(_), .. }]);
        state.jobs.push(Job { start: state.time, time: child.time, open, mine: true, single });
        for job in child.jobs {
            state.jobs.push(Job { start: state.time.then(job.start), ..job });
        }
        if child.stopped && !state.stopped {
            state.live += child.live;
            state.stopped = true;
        }
        Outcome::next(state.ended(Status::SUCCESS))
    }

    fn and_or(&mut self, statement: &Statement, state: State, frame: Frame) -> Outcome {
        let last = statement.rest.len();
        let at_hand = |at: usize| {
            let fate = fate::reach(statement, at, frame.fate);
            Frame { checked: frame.checked || at < last, fate, ..frame }
        };
        if last == 0 {
            return self.pipeline(&statement.first, state, frame);
        }
        let entry = state.guards.clone();
        let first_step = self.trace.steps.len();
        let mut left = self.pipeline(&statement.first, state, at_hand(0));
        let mut leaks = false;
        let (mut yes, mut no, mut unexpected) = ways(left.take_next());
        for (at, (connector, pipeline)) in statement.rest.iter().enumerate() {
            let is_open = yes.is_some() && no.is_some();
            let is_last = at + 1 == last;
            match connector {
                Connector::And => {
                    let Some(go) = yes.take() else { continue };
                    let here = at_hand(at + 1);
                    let known = guard::beyond(&go.guards, &entry);
                    let mut ran = self.maybe(is_open, |machine| machine.pipeline(pipeline, go, here));
                    if is_last && frame.fate.last {
                        let steps = first_step..self.trace.steps.len();
                        self.last_test(statement, known, &entry, steps, frame);
                    }
                    let (succeeded, failed, surprise) = ways(ran.take_next());
                    left.add_all(ran);
                    yes = succeeded;
                    no = either(no, failed);
                    unexpected = surprise.or(unexpected);
                }
                Connector::Or => match no.take() {
                    Some(go) => {
                        let here = at_hand(at + 1);
                        let mut ran = self.maybe(is_open, |machine| machine.pipeline(pipeline, go, here));
                        let (succeeded, failed, surprise) = ways(ran.take_next());
                        left.add_all(ran);
                        no = failed;
                        yes = either(yes, succeeded);
                        unexpected = surprise;
                    }
                    None if last <= LONGEST_CHAIN => {
                        let failed = unexpected.take();
                        leaks |=
                            failed.is_some_and(|state| self.leaves_aside(pipeline, state, at_hand(at + 1)));
                    }
                    None => {}
                },
            }
        }
        let leaks = leaks || !left.is_empty();
        if let Some(state) = meet(yes, no, entry, leaks) {
            left.add(Flow::Next, state);
        }
        left
    }

    /// Follows what runs when a command fails that counts as succeeding; whether that leaves.
    fn leaves_aside(&mut self, pipeline: &Pipeline, failed: State, frame: Frame) -> bool {
        let functions = self.functions.clone();
        let counts = self.counts_unknown;
        self.aside += 1;
        let outcome = self.pipeline(pipeline, failed, frame);
        self.aside -= 1;
        self.functions = functions;
        self.counts_unknown = counts;
        !outcome.goes_on()
    }

    /// Notes `test && command` as the last command of a script.
    fn last_test(
        &mut self,
        statement: &Statement,
        known: Vec<Guard>,
        entry: &[Guard],
        steps: std::ops::Range<usize>,
        frame: Frame,
    ) {
        let Some(((_, body), conditions)) = statement.rest.split_last() else { return };
        if statement.rest.iter().any(|(connector, _)| *connector == Connector::Or) {
            return;
        }
        let all = || std::iter::once(&statement.first).chain(conditions.iter().map(|(_, pipeline)| pipeline));
        let span = |pipeline: &Pipeline| {
            let (first, last) = (pipeline.commands.first()?, pipeline.commands.last()?);
            Some(Span::new(first.span.start, last.span.end))
        };
        let (Some(first), Some(end), Some(body)) =
            (span(&statement.first), all().last().and_then(span), span(body))
        else {
            return;
        };
        let before = frame.source.get(..first.start).unwrap_or_default().trim_end();
        let start =
            if statement.first.negated && before.ends_with('!') { before.len() - 1 } else { first.start };
        self.trace.last_tests.push(LastTest {
            known,
            negated: all().any(|pipeline| pipeline.negated),
            source: Rc::clone(frame.source),
            place: frame.place.clone(),
            tests: Span::new(start, end.end),
            body,
            steps,
            guards: entry.to_vec(),
        });
    }

    fn pipeline(&mut self, pipeline: &Pipeline, mut state: State, frame: Frame) -> Outcome {
        // How what comes next ends is another question.
        state.succeeds_at = None;
        let fate = if pipeline.negated { frame.fate.negated() } else { frame.fate };
        let inner = Frame { checked: frame.checked || pipeline.negated, fate, ..frame };
        let mut outcome = match pipeline.commands.as_slice() {
            [command] => self.command(command, state, inner),
            commands => self.piped(commands, state, inner),
        };
        let Some(mut next) = outcome.take_next() else { return outcome };
        // Nothing runs behind what never ends.
        if next.time.shortest.is_infinite() {
            outcome.add(Flow::Exit, next);
            return outcome;
        }
        if pipeline.negated {
            next.status = next.status.negated();
            next.succeeds_at = None;
            next.answer = next.answer.negated();
        }
        // A compound command fails by what failed in it, which has had its say already.
        let counts = match pipeline.commands.as_slice() {
            [command] => matches!(
                command.kind,
                CommandKind::Subshell(_)
                    | CommandKind::Simple(_)
                    | CommandKind::Test(_)
                    | CommandKind::Arithmetic(_)
            ),
            _ => true,
        };
        if next.errexit && counts && !frame.checked && !pipeline.negated {
            let (succeeded, failed) = next.split();
            if let Some(failed) = failed {
                outcome.add(Flow::Exit, failed);
            }
            if let Some(succeeded) = succeeded {
                outcome.add(Flow::Next, succeeded);
            }
        } else {
            outcome.add(Flow::Next, next);
        }
        outcome
    }

    /// The parts of a pipeline run beside each other, and the shell waits for all of them.
    fn piped(&mut self, commands: &[Command], mut state: State, frame: Frame) -> Outcome {
        let mut together: Option<State> = None;
        let mut statuses = Vec::new();
        let start = commands.first().map(|command| command.span.start);
        let first_step = self.trace.steps.len();
        let mut input: Option<String> = None;
        for (at, command) in commands.iter().enumerate() {
            let is_last = at + 1 == commands.len();
            let fate = if is_last || state.pipefail { frame.fate } else { frame.fate.ignored() };
            let inner = Frame { fate, pipeline_start: start, input: input.as_deref(), ..frame };
            let mut part =
                self.nested(&state, inner, |machine, state| machine.command(command, state, inner));
            // A writer that goes on for ever ends when nobody reads any more.
            if !is_last && part.time.shortest.is_infinite() {
                part.time.shortest = 0.0;
                part.live = 0.0;
                part.runs_on = false;
            }
            let written = self.written_by(command, &mut state, inner);
            input = written;
            statuses.push(part.status);
            together = Some(match together {
                None => part,
                Some(before) => beside(before, part),
            });
        }
        let Some(together) = together else { return Outcome::next(state) };
        state.absorb(together);
        if state.pipefail {
            state.status = statuses.iter().rev().copied().fold(Status::SUCCESS, |all, one| {
                match (all.success(), one.success()) {
                    (Some(true), _) => one,
                    (None, Some(false)) => Status::FAILURE,
                    _ => all,
                }
            });
        }
        state.answer = self.piped_answer(commands, first_step);
        state.assumed = false;
        Outcome::next(state)
    }

    /// `echo $HOSTNAME | grep -q 0` asks nothing new; `psql … | grep -q 1` does.
    fn piped_answer(&self, commands: &[Command], first_step: usize) -> Answer {
        let program = |command: &Command| match &command.kind {
            CommandKind::Simple(simple) => {
                simple.name().and_then(|name| programs::find(programs::base_name(&name)))
            }
            _ => None,
        };
        let steps = self.trace.steps.get(first_step..).unwrap_or_default();
        let is_dynamic = steps.iter().flat_map(|step| &step.args).any(|arg| arg.value.dynamic);
        answers::piped(&commands.iter().map(program).collect::<Vec<_>>(), is_dynamic)
    }
}

/// The states in which a command succeeded, and in which it failed; and that in which it fails although it
/// counts as succeeding.
fn ways(state: Option<State>) -> (Option<State>, Option<State>, Option<State>) {
    let Some(state) = state else { return (None, None, None) };
    let surprise = state.assumed.then(|| state.clone().surprised());
    let (yes, no) = state.split();
    (yes, no, surprise)
}

fn either(one: Option<State>, other: Option<State>) -> Option<State> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.join(other)),
        (one, other) => one.or(other),
    }
}

/// Where success and failure of a list meet again. What each says is kept as the list's answer, and holds
/// further on only where another way has left.
fn meet(yes: Option<State>, no: Option<State>, entry: Vec<Guard>, leaks: bool) -> Option<State> {
    let said = |state: &Option<State>| {
        state.as_ref().map(|state| guard::beyond(&state.guards, &entry)).unwrap_or_default()
    };
    let answer = Answer { yes: said(&yes), no: said(&no) };
    let state = either(yes, no)?;
    let guards = if leaks { state.guards } else { entry };
    Some(State { guards, answer, ..state })
}

/// Two parts of a pipeline; the later one's status counts.
fn beside(before: State, later: State) -> State {
    let live = match (before.stopped, later.stopped) {
        (true, true) => before.live.min(later.live),
        (true, false) => before.live,
        (false, true) => later.live,
        (false, false) => before.live.max(later.live),
    };
    let mut jobs = before.jobs;
    jobs.extend(later.jobs);
    State {
        time: before.time.beside(later.time),
        live,
        stopped: before.stopped || later.stopped,
        stopped_surely: before.stopped_surely || later.stopped_surely,
        jobs,
        ..later
    }
}
