//! The walk over a script: which commands run, what stands in front of each, and whether its
//! failing reaches the hook's exit status.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::args::Call;
use super::candidate::Candidate;
use super::effects::Effects;
use super::guard::{self, Conditions, Guard, Style};
use super::place::{Expander, Value};
use super::{Context, append, calls};
use crate::shell::parse::parse;
use crate::shell::script::{Command, CommandKind, Connector, List, Piece, Pipeline, Simple, Statement, Word};
use crate::text::Span;

/// How many commands are looked at in one script; functions and loops repeat them.
const MOST_STEPS: usize = 4_000;
/// How deep functions, loops and nested shells are followed.
const DEEPEST: usize = 40;
/// How many pipelines one and-or list may have to be looked at.
const LONGEST_CHAIN: usize = 200;
/// How many guards are kept; beyond, something is taken to have been asked.
const MOST_GUARDS: usize = 64;
/// How many values of a `for` loop are followed.
const MOST_VALUES: usize = 8;

/// What a command's failing does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fate {
    /// Its status is that of the whole script.
    last: bool,
    /// It stands where `set -e` does nothing: in a condition, or before `&&` and `||`.
    tested: bool,
    /// When `set -e` ends this shell, the script fails.
    abort: bool,
    /// It is the condition of an `until` without another end: failing makes the loop go on for ever.
    repeats: bool,
}

impl Fate {
    /// Nobody asks for the status.
    fn ignored(self) -> Self {
        Self { last: false, tested: true, repeats: false, ..self }
    }
}

/// The walker.
pub(super) struct Walk<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) scope: Expander<'a>,
    /// The script that is walked, or the nested one.
    pub(super) text: String,
    /// Where the nested script stands in the outer one.
    place: Option<Nested>,
    pub(super) errexit: bool,
    pub(super) pipefail: bool,
    functions: BTreeMap<String, Rc<Command>>,
    pub(super) guards: Vec<Guard>,
    depth: usize,
    steps: usize,
    /// An earlier command may have made any file.
    pub(super) maker_seen: bool,
    /// What the script makes, empties and removes.
    pub(super) effects: Effects,
    /// What may be found.
    pub(super) candidates: Vec<Candidate>,
}

/// Where a nested script stands.
#[derive(Debug, Clone, Copy)]
struct Nested {
    word: Span,
    /// The word is the script in plain quotes, so that offsets carry over.
    exact: bool,
}

impl<'a> Walk<'a> {
    /// A walk that has not begun.
    pub(super) fn new(text: &str, context: &'a Context<'a>) -> Self {
        Self {
            context,
            scope: Expander::new(context),
            text: text.to_owned(),
            place: None,
            errexit: context.errexit,
            pipefail: context.pipefail,
            functions: BTreeMap::new(),
            guards: Vec::new(),
            depth: 0,
            steps: 0,
            maker_seen: false,
            effects: Effects::default(),
            candidates: Vec::new(),
        }
    }

    /// Walks a whole script.
    pub(super) fn script(&mut self, list: &List) {
        self.list(list, Fate { last: true, tested: false, abort: true, repeats: false });
    }

    /// A span of the walked text as a span of the outer script.
    pub(super) fn outer(&self, span: Span) -> Span {
        match self.place {
            None => span,
            Some(Nested { word, exact: true }) => {
                Span::new(word.start + 1 + span.start, word.start + 1 + span.end)
            }
            Some(Nested { word, .. }) => word,
        }
    }

    /// The walked text under a span.
    pub(super) fn written(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    fn list(&mut self, list: &List, fate: Fate) {
        if self.depth >= DEEPEST {
            return;
        }
        self.depth += 1;
        let known = self.guards.len();
        for (at, statement) in list.iter().enumerate() {
            if self.steps > MOST_STEPS {
                break;
            }
            let last = fate.last && carries_status(list.get(at + 1..).unwrap_or_default());
            self.statement(statement, Fate { last, repeats: fate.repeats && at + 1 == list.len(), ..fate });
            let behind = guard::behind(statement, &self.scope);
            self.know(behind);
            if guard::always_leaves(statement) {
                break;
            }
        }
        self.guards.truncate(known);
        self.depth -= 1;
    }

    /// Takes in what is known from here on.
    fn know(&mut self, guards: Vec<Guard>) {
        for guard in guards {
            let guard = if self.guards.len() < MOST_GUARDS { guard } else { Guard::Asked };
            if !self.guards.contains(&guard) {
                self.guards.push(guard);
            }
        }
    }

    fn statement(&mut self, statement: &Statement, fate: Fate) {
        if statement.rest.len() > LONGEST_CHAIN {
            return;
        }
        let fate = if statement.background { fate.ignored() } else { fate };
        let known = self.guards.len();
        let pipelines: Vec<&Pipeline> =
            std::iter::once(&statement.first).chain(statement.rest.iter().map(|(_, p)| p)).collect();
        let mut reaching = Vec::new();
        for at in 0..pipelines.len() {
            reaching.push(self.reach(statement, at, fate));
        }
        let before_last = self.candidates.len();
        for (at, pipeline) in pipelines.iter().enumerate() {
            if let Some((connector, _)) = at.checked_sub(1).and_then(|before| statement.rest.get(before)) {
                self.guards.truncate(known);
                let lock = !reaching.iter().take(at).any(|fate| fate.last || self.aborts(*fate));
                let conditions = Conditions { scope: &self.scope, style: Style::Chain, lock, depth: 0 };
                let truth = *connector == Connector::And;
                let before = statement.rest.get(..at - 1).unwrap_or_default();
                let guards = conditions.chain(&statement.first, before, truth);
                self.know(guards);
            }
            let fate = reaching.get(at).copied().unwrap_or(fate);
            self.pipeline(pipeline, fate);
        }
        self.guards.truncate(known);
        if fate.last && !statement.background {
            self.last_test(statement, before_last);
        }
    }

    /// What the failing of one pipeline of an and-or list does.
    fn reach(&self, statement: &Statement, at: usize, fate: Fate) -> Fate {
        let final_one = at == statement.rest.len();
        let tested = fate.tested || !final_one;
        let handler = statement.rest.get(at..).unwrap_or_default().iter().find(|(c, _)| *c == Connector::Or);
        match handler {
            None => Fate { tested, ..fate },
            Some((_, handler)) if guard::always_fails(handler) => {
                let leaves = matches!(handler.commands.as_slice(), [command] if exits(command));
                Fate { last: fate.last || (leaves && fate.abort), tested, repeats: false, ..fate }
            }
            Some(_) => fate.ignored(),
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline, fate: Fate) {
        let fate = if pipeline.negated { fate.ignored() } else { fate };
        let mut input: Option<String> = None;
        for (at, command) in pipeline.commands.iter().enumerate() {
            let last = at + 1 == pipeline.commands.len();
            let fate = if last || self.pipefail { fate } else { fate.ignored() };
            let first = pipeline.commands.first().map_or(command.span, |first| first.span);
            self.command(command, fate, input.as_deref(), Span::new(first.start, command.span.end));
            input = calls::output(command, &self.scope);
        }
    }

    /// `whole` is the pipeline up to this command.
    fn command(&mut self, command: &Command, fate: Fate, input: Option<&str>, whole: Span) {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return;
        }
        for redirection in &command.redirections {
            append::redirection(self, redirection, command);
        }
        match &command.kind {
            CommandKind::Simple(simple) => self.simple(simple, command, fate, input, whole),
            CommandKind::Group(list) => self.list(list, fate),
            CommandKind::Subshell(list) => self.subshell(list, fate),
            CommandKind::If { branches, otherwise } => self.branches(branches, otherwise.as_ref(), fate),
            CommandKind::While { until, condition, body } => self.repeat(*until, condition, body, fate),
            CommandKind::For { variable, words, body } => self.each(variable, words.as_deref(), body, fate),
            CommandKind::ForArithmetic { body, .. } => self.list(body, fate),
            CommandKind::Case { word, arms } => self.arms(word, arms, fate),
            CommandKind::Function { name, body } => {
                self.functions.insert(name.clone(), Rc::new((**body).clone()));
            }
            CommandKind::Test(_) | CommandKind::Arithmetic(_) | CommandKind::Other => {}
        }
    }

    fn guarded(&mut self, guards: Vec<Guard>, walk: impl FnOnce(&mut Self)) {
        let known = self.guards.len();
        self.know(guards);
        walk(self);
        self.guards.truncate(known);
    }

    fn subshell(&mut self, list: &List, fate: Fate) {
        self.steps += self.scope.variables.len() / 16;
        let scope = self.scope.clone();
        let options = (self.errexit, self.pipefail);
        let abort = fate.last || self.aborts(fate);
        self.list(list, Fate { abort, ..fate });
        (self.errexit, self.pipefail) = options;
        self.scope = scope;
    }

    fn aborts(&self, fate: Fate) -> bool {
        self.errexit && !fate.tested && fate.abort
    }

    fn branches(&mut self, branches: &[(List, List)], otherwise: Option<&List>, fate: Fate) {
        let mut passed: Vec<Guard> = Vec::new();
        for (condition, body) in branches {
            self.guarded(passed.clone(), |walk| walk.list(condition, fate.ignored()));
            let question = Conditions { scope: &self.scope, style: Style::Question, lock: true, depth: 0 };
            let (yes, no) = (question.list(condition, true), question.list(condition, false));
            let guards = passed.iter().cloned().chain(yes).collect();
            self.guarded(guards, |walk| walk.list(body, fate));
            passed.extend(no);
        }
        if let Some(body) = otherwise {
            self.guarded(passed, |walk| walk.list(body, fate));
        }
    }

    fn repeat(&mut self, until: bool, condition: &List, body: &List, fate: Fate) {
        let endless = until && !body.iter().any(may_leave);
        self.list(condition, Fate { repeats: endless, ..fate.ignored() });
        let question = Conditions { scope: &self.scope, style: Style::Question, lock: true, depth: 0 };
        let guards = question.list(condition, !until);
        self.guarded(guards, |walk| walk.list(body, fate));
    }

    fn each(&mut self, variable: &str, words: Option<&[Word]>, body: &List, fate: Fate) {
        let values: Vec<Value> = match words {
            Some(words) if self.depth < 4 => {
                words.iter().take(MOST_VALUES).map(|word| self.scope.value(word)).collect()
            }
            _ => Vec::new(),
        };
        // `for x in $LIST` gives words, not the list; `{1..3}` and globs give others than written.
        let plain =
            |value: &Value| value.known().is_some_and(|text| !text.contains(['*', '{', ' ', '?', '[']));
        let plain = !values.is_empty() && values.iter().all(plain);
        let values = if plain { values } else { vec![Value::unknown(variable)] };
        for value in values {
            self.scope.variables.insert(variable.to_owned(), value);
            self.list(body, fate);
        }
    }

    fn arms(&mut self, word: &Word, arms: &[(Vec<Word>, List)], fate: Fate) {
        self.substitutions(word, fate.ignored());
        let guards = if self.scope.value(word).dynamic { vec![Guard::Asked] } else { Vec::new() };
        for (_, body) in arms {
            self.guarded(guards.clone(), |walk| walk.list(body, fate));
        }
    }

    fn simple(&mut self, simple: &Simple, command: &Command, fate: Fate, input: Option<&str>, whole: Span) {
        for word in &simple.words {
            self.substitutions(word, fate.ignored());
        }
        for assignment in &simple.assignments {
            if let Some(word) = &assignment.value {
                let status = if simple.words.is_empty() { fate } else { fate.ignored() };
                self.substitutions(word, status);
            }
        }
        if simple.words.is_empty() {
            self.assign(simple);
            return;
        }
        self.run(&simple.words, command, fate, input, whole);
    }

    /// Runs the words of a command, which may be those behind a wrapper.
    fn run(&mut self, words: &[Word], command: &Command, fate: Fate, input: Option<&str>, whole: Span) {
        let Some(call) = Call::read(words, &self.scope) else {
            self.maker_seen = true;
            return;
        };
        if let Some(behind) = calls::behind_wrapper(&call) {
            if self.depth < DEEPEST {
                self.depth += 1;
                self.run(words.get(behind..).unwrap_or_default(), command, fate, input, whole);
                self.depth -= 1;
            }
            return;
        }
        if let Some(body) = self.functions.get(&call.name).cloned() {
            self.function(&body, &call, fate);
            return;
        }
        if let Some(script) = calls::nested_script(&call) {
            self.nested(words, script, fate);
            return;
        }
        self.builtin(&call);
        let kills = fate.last || self.aborts(fate);
        calls::look(self, &call, command, input, whole, (kills, fate.repeats));
        let guarded = self.guards.iter().any(|guard| !matches!(guard, Guard::Present(_)));
        self.effects.of_call(&call, &self.scope, guarded);
        self.maker_seen |= calls::may_make_files(&call);
    }

    fn function(&mut self, body: &Command, call: &Call, fate: Fate) {
        if self.depth + 4 >= DEEPEST {
            return;
        }
        self.depth += 4;
        let outer = self.scope.variables.clone();
        for (at, arg) in call.args.iter().enumerate().take(9) {
            self.scope.variables.insert((at + 1).to_string(), arg.value.clone());
        }
        self.command(body, fate, None, body.span);
        for at in 1..=9 {
            let name = at.to_string();
            match outer.get(&name) {
                Some(value) => self.scope.variables.insert(name, value.clone()),
                None => self.scope.variables.remove(&name),
            };
        }
        self.depth -= 4;
    }

    /// `sh -c '…'`, `eval '…'`: the script in the word at this index.
    fn nested(&mut self, words: &[Word], script: calls::Script, fate: Fate) {
        let Some(word) = words.get(script.at) else { return };
        // What the outer shell expands in it is not read twice.
        let Some(text) = word.literal() else {
            self.maker_seen = true;
            return;
        };
        self.steps += 1 + (text.len() + self.scope.variables.len()) / 16;
        if self.depth >= 12 || self.steps > MOST_STEPS {
            return;
        }
        let Ok(list) = parse(&text) else { return };
        let inside = Span::new(word.span.start + 1, word.span.end.saturating_sub(1));
        let exact = self.place.is_none() && self.written(inside) == text;
        let place = Nested { word: self.outer(word.span), exact };
        let place = self.place.replace(place);
        let text = std::mem::replace(&mut self.text, text);
        let options = (self.errexit, self.pipefail);
        let scope = self.scope.clone();
        self.depth += 4;
        if script.own_shell {
            let abort = fate.last || self.aborts(fate);
            let fate = Fate { last: abort, tested: false, abort, repeats: fate.repeats };
            (self.errexit, self.pipefail) = (script.errexit, false);
            self.scope.variables.clear();
            self.list(&list, fate);
            (self.errexit, self.pipefail) = options;
            self.scope = scope;
        } else {
            self.list(&list, fate);
        }
        self.depth -= 4;
        self.text = text;
        self.place = place;
    }

    /// Commands inside `$( … )`.
    fn substitutions(&mut self, word: &Word, fate: Fate) {
        for piece in &word.pieces {
            match piece {
                Piece::Substitution(list) => self.subshell(list, fate),
                Piece::Variable { default: Some(word), .. } if self.depth < DEEPEST => {
                    self.depth += 1;
                    self.substitutions(word, fate.ignored());
                    self.depth -= 1;
                }
                _ => {}
            }
        }
    }

    /// Keeps a candidate with what is known where it stands.
    pub(super) fn push(&mut self, mut candidate: Candidate) {
        candidate.guards = self.guards.clone();
        candidate.maker_before = self.maker_seen;
        self.candidates.push(candidate);
    }

    /// A file that this place of the script starts anew at each run.
    pub(super) fn truncates(&mut self, path: String) {
        let guarded = self.guards.iter().any(|guard| !matches!(guard, Guard::Present(_)));
        self.effects.made(path.clone());
        if !guarded {
            self.effects.started_anew(path);
        }
    }
}

/// What stands behind a statement leaves its status alone: nothing, or `exit` without a number.
fn carries_status(rest: &[Statement]) -> bool {
    match rest {
        [] => true,
        [first, ..] => match (first.first.commands.as_slice(), first.rest.is_empty()) {
            ([Command { kind: CommandKind::Simple(simple), .. }], true) => {
                let code = simple.words.get(1);
                matches!(simple.name().as_deref(), Some("exit" | "return")) && code.is_none_or(is_last_status)
            }
            ([Command { kind: CommandKind::Function { .. }, .. }], true) => false,
            _ => false,
        },
    }
}

fn is_last_status(word: &Word) -> bool {
    matches!(word.pieces.as_slice(), [Piece::Variable { name, .. }] if name == "?")
}

/// The command ends the shell.
fn exits(command: &Command) -> bool {
    match &command.kind {
        CommandKind::Simple(simple) => simple.name().as_deref() == Some("exit"),
        CommandKind::Group(list) => list
            .last()
            .is_some_and(|statement| statement.rest.is_empty() && statement.first.commands.iter().all(exits)),
        _ => false,
    }
}

/// The loop's body has a way out of the loop, at its own level or one deeper.
fn may_leave(statement: &Statement) -> bool {
    let pipelines = std::iter::once(&statement.first).chain(statement.rest.iter().map(|(_, p)| p));
    pipelines.flat_map(|pipeline| &pipeline.commands).any(|command| match &command.kind {
        CommandKind::Simple(simple) => matches!(simple.name().as_deref(), Some("exit" | "break" | "return")),
        CommandKind::Group(_) | CommandKind::If { .. } | CommandKind::Case { .. } => true,
        _ => false,
    })
}
