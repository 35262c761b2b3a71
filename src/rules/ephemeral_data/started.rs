//! What a container starts: the server of its image, with which words, or something else.

use crate::kubernetes::images::Data;
use crate::manifest::{Container, Workload};
use crate::programs::base_name;
use crate::rules::subject::Subject;
use crate::set::environment::environment;
use crate::shell::invocation::{self, Invocation};
use crate::timeline::{HookScript, own_args, own_command};

/// The words behind the program of a server; `None` is one that nobody knows.
#[derive(Debug)]
pub(super) struct Started {
    words: Vec<Option<String>>,
}

impl Started {
    /// `None` where it is not the server that is started, where that is not known, and where it is told to keep nothing.
    pub(super) fn of(
        subject: &Subject<'_>,
        workload: &Workload,
        container: &Container,
        data: &Data,
    ) -> Option<Self> {
        let spec = &container.spec;
        let is_given = |words: &Option<Vec<String>>| words.as_ref().is_some_and(|words| !words.is_empty());
        let words = match (is_given(&spec.command), is_given(&spec.args)) {
            (false, false) => Vec::new(),
            // The ENTRYPOINT takes options and commands for its server, and runs anything else.
            (false, true) => {
                let args = own_args(subject.set, workload, container)?;
                let is_option = args
                    .first()
                    .is_some_and(|first| first.starts_with('-') || data.only_with.contains(&first.as_str()));
                let args: Vec<Option<String>> = args.into_iter().map(Some).collect();
                if is_option { args } else { server(&args, data)? }
            }
            (true, _) => {
                let command = own_command(subject.set, workload, container)?;
                match invocation::resolve(&command) {
                    Invocation::Program { .. } | Invocation::ScriptFile { .. } => {
                        let words: Vec<Option<String>> = command.iter().cloned().map(Some).collect();
                        server(&words, data)?
                    }
                    Invocation::Script { .. } => {
                        let script = HookScript::of_container(
                            subject.set,
                            subject.source,
                            workload,
                            container,
                            &command,
                        );
                        let trace = script.trace(&subject.settings.knowledge);
                        trace.steps.iter().find_map(|step| {
                            let known = |arg: &crate::shell::Arg| arg.known().map(str::to_owned);
                            server(&step.args.iter().map(known).collect::<Vec<_>>(), data)
                        })?
                    }
                    _ => return None,
                }
            }
        };
        let further = further(subject, workload, container, data);
        let started = Self { words: words.into_iter().chain(further).collect() };
        let keeps = data.only_with.is_empty() || data.only_with.iter().any(|word| started.says(word));
        (keeps && !started.says_any(data.unless)).then_some(started)
    }

    /// A word is there, alone or with a value behind `=`.
    fn says(&self, word: &str) -> bool {
        self.known().any(|known| {
            known.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        })
    }

    /// One of some words in a row is there, in one word with `=` between as well.
    pub(super) fn says_any(&self, rows: &[&[&str]]) -> bool {
        rows.iter().any(|row| {
            let joined = row.join("=");
            self.known().any(|word| word == joined)
                || self.words.windows(row.len()).any(|window| {
                    window.iter().zip(*row).all(|(word, wanted)| word.as_deref() == Some(wanted))
                })
        })
    }

    /// The values of an option, each where it is known: `--dir /x`, `--dir=/x`, and `-D/x` of one letter.
    pub(super) fn values(&self, option: &str) -> Vec<Option<&str>> {
        let is_letter = option.len() == 2 && option.starts_with('-');
        let mut values = Vec::new();
        for (at, word) in self.words.iter().enumerate() {
            let Some(word) = word.as_deref() else { continue };
            match word.strip_prefix(option) {
                Some("") => values.push(self.words.get(at + 1).and_then(Option::as_deref)),
                Some(rest) if rest.starts_with('=') => values.push(rest.get(1..)),
                Some(rest) if is_letter && rest.starts_with('/') => values.push(Some(rest)),
                _ => {}
            }
        }
        values
    }

    /// The first operand behind a word.
    pub(super) fn operand_of(&self, word: &str) -> Option<&str> {
        let at = self.words.iter().position(|known| known.as_deref() == Some(word))?;
        let behind = self.words.get(at + 1..)?.iter().flatten();
        behind.map(String::as_str).find(|word| word.starts_with('/'))
    }

    /// A file of settings is named.
    pub(super) fn names_settings(&self, options: &[&str]) -> bool {
        const ENDINGS: [&str; 6] = [".conf", ".cnf", ".cfg", ".yaml", ".yml", ".xml"];
        options.iter().any(|option| self.says(option))
            || self.known().any(|word| ENDINGS.iter().any(|ending| word.ends_with(ending)))
            || self.words.iter().any(Option::is_none)
    }

    fn known(&self) -> impl Iterator<Item = &str> {
        self.words.iter().flatten().map(String::as_str)
    }
}

/// What variables add to the words; nobody knows those of one whose value is unknown.
fn further(
    subject: &Subject<'_>,
    workload: &Workload,
    container: &Container,
    data: &Data,
) -> Vec<Option<String>> {
    if data.further.is_empty() {
        return Vec::new();
    }
    let known = environment(subject.set, workload, container);
    let values = data.further.iter().filter_map(|variable| known.get(*variable));
    values
        .flat_map(|value| match value {
            Some(text) => text.split_whitespace().map(|word| Some(word.to_owned())).collect(),
            None => vec![None],
        })
        .collect()
}

/// The words behind the program, where that is the server, or something that runs it.
fn server(words: &[Option<String>], data: &Data) -> Option<Vec<Option<String>>> {
    let texts: Vec<Option<&str>> = words.iter().map(Option::as_deref).collect();
    let mut first = 0;
    loop {
        let rest = texts.get(first..)?;
        let name = base_name(rest.first().copied().flatten()?);
        if data.programs.contains(&name) {
            return words.get(first + 1..).map(<[_]>::to_vec);
        }
        // The entrypoint of an image hands on what is behind it.
        first += match invocation::wrapper_arguments(rest) {
            Some(taken) if taken > 0 => taken,
            _ if name.contains("entrypoint") => 1,
            _ => return None,
        };
    }
}
