//! What a script makes, starts anew and removes, so that the order of its parts can make it safe:
//! `rm -rf x; mkdir x`, `: > f; echo … >> f`, `mkdir x; …; rmdir x`.

use std::collections::BTreeSet;

use super::call::Call;
use super::ground::{ancestors, within};
use super::{http, sed};
use crate::programs::{self, Form, GIT_VALUES, OnFiles, Same, SecondRun};
use crate::shell::{Arg, Value};

/// The paths a script changes, from all of its commands.
#[derive(Debug, Default)]
pub(super) struct Effects {
    made: BTreeSet<String>,
    anew: BTreeSet<String>,
    removed: BTreeSet<String>,
    /// What is undone, by the address of its row.
    undone: BTreeSet<(usize, String)>,
}

/// Options of a program that take a value.
fn values_of(name: &str) -> &'static [&'static str] {
    programs::find(name).map_or(&[], |program| program.values)
}

impl Effects {
    /// A path comes into being.
    pub(super) fn made(&mut self, path: String) {
        self.made.insert(path);
    }

    /// Every path that comes into being.
    pub(super) fn paths(&self) -> impl Iterator<Item = &String> {
        self.made.iter()
    }

    /// A file is written from its start at each run.
    pub(super) fn started_anew(&mut self, path: String) {
        self.anew.insert(path);
    }

    /// The path, or a folder above it, is removed.
    pub(super) fn removes(&self, path: &str) -> bool {
        ancestors(path).any(|folder| self.removed.contains(folder))
    }

    /// The file is written from its start, or comes with a folder that is.
    pub(super) fn starts_anew(&self, path: &str) -> bool {
        ancestors(path).any(|folder| self.anew.contains(folder))
    }

    /// The path, something in it, or a folder around it is made.
    pub(super) fn makes(&self, path: &str) -> bool {
        let folder = match path.rsplit_once('/') {
            Some((folder, name)) if name.contains(['*', '?', '[']) => folder,
            _ => path,
        };
        ancestors(path).any(|above| self.made.contains(above)) || self.makes_in(folder)
    }

    /// The path or something in it is made.
    pub(super) fn makes_in(&self, folder: &str) -> bool {
        self.made
            .range(folder.to_owned()..)
            .take_while(|path| path.starts_with(folder))
            .any(|p| within(p, folder))
    }

    /// A command of the script undoes what this call of a row does.
    pub(super) fn undoes(&self, row: &'static SecondRun, call: &Call<'_>) -> bool {
        row.undo.iter().any(|undo| {
            let subject = subject(call, row.form, undo.same, row.values);
            self.undone.contains(&(address(row), subject))
        })
    }

    /// Takes in what a command changes. `guarded`: a second run may not come here.
    pub(super) fn of_call(&mut self, call: &Call<'_>, directory: &str, guarded: bool) {
        self.undo(call);
        let operands = call.operands(values_of(call.name));
        let paths: Vec<String> = operands.iter().map(|arg| arg.value.path(directory)).collect();
        let files = programs::find(call.name).map_or(OnFiles::Nothing, |program| program.files);
        match files {
            OnFiles::Nothing => {}
            OnFiles::Removes => self.removed.extend(paths.iter().map(|path| without_glob(path))),
            OnFiles::Finds => {
                let acts = |arg: &Arg| matches!(arg.value.text.as_str(), "-delete" | "-exec" | "-execdir");
                if call.args.iter().any(acts) {
                    self.removed.extend(paths.into_iter().take(1));
                }
            }
            OnFiles::Makes => self.made.extend(paths),
            OnFiles::Tees => {
                let append = call.has(&["-a", "--append"], &[]);
                for path in paths {
                    self.write(path, guarded || append);
                }
            }
            OnFiles::Copies => self.copy(call, directory, guarded, false),
            OnFiles::Moves => self.copy(call, directory, guarded, true),
            OnFiles::Downloads => {
                if let Some(path) = http::download(call).map(|value| value.path(directory)) {
                    self.write(path, guarded);
                }
            }
            OnFiles::Unpacks => {
                let into = call.values_of(&["-C", "-d", "--directory"], values_of(call.name));
                self.made.extend(into.iter().map(|value| value.path(directory)));
            }
            OnFiles::Clones => {
                self.made.extend(clone_folder(call).map(|folder| folder.path(directory)));
            }
        }
    }

    fn write(&mut self, path: String, guarded: bool) {
        if !guarded {
            self.anew.insert(path.clone());
        }
        self.made.insert(path);
    }

    fn copy(&mut self, call: &Call<'_>, directory: &str, guarded: bool, moves: bool) {
        let values = values_of(call.name);
        let operands = call.operands(values);
        let keeps = call.has(&["-n", "--no-clobber", "-u", "--update"], values);
        let into = call.values_of(&["-t", "--target-directory"], values).pop();
        let (sources, to) = match (into, operands.split_last()) {
            (Some(folder), _) => (operands.as_slice(), folder),
            (None, Some((last, sources))) => (sources, last.value.clone()),
            (None, None) => return,
        };
        let to = to.path(directory);
        for source in sources {
            let path = source.value.path(directory);
            let name = path.rsplit('/').next().unwrap_or_default().to_owned();
            if moves {
                self.removed.insert(path);
            }
            self.write(format!("{}/{name}", to.trim_end_matches('/')), guarded || keeps);
        }
        self.write(to, guarded || keeps);
    }

    fn undo(&mut self, call: &Call<'_>) {
        for (row, undo) in programs::undone_by(call.name) {
            if is_form(call, undo.form, row.values) {
                let subject = subject(call, undo.form, undo.same, row.values);
                self.undone.insert((address(row), subject));
            }
        }
    }
}

fn address(row: &'static SecondRun) -> usize {
    std::ptr::from_ref(row).addr()
}

/// `/data/*` empties `/data`.
fn without_glob(path: &str) -> String {
    match path.rsplit_once('/') {
        Some((folder, "*")) if !folder.is_empty() => folder.to_owned(),
        _ => path.to_owned(),
    }
}

/// Whether a call has a row's form, for those forms that can be told from its words alone.
pub(super) fn is_form(call: &Call<'_>, form: Form, values: &[&str]) -> bool {
    match form {
        Form::Always => true,
        Form::Option(options) => call.has(options, values),
        Form::Choice(option, wanted) => {
            let values: Vec<&str> = values.iter().copied().chain([option]).collect();
            call.values_of(&[option], &values).iter().any(|value| wanted.contains(&value.text.as_str()))
        }
        Form::Verb(verb) => {
            let operands = call.operands(values);
            operands.len() >= verb.len()
                && verb.iter().zip(&operands).all(|(wanted, arg)| {
                    *wanted == "*" || *wanted == arg.value.text || is_short_for(call, wanted, &arg.value.text)
                })
        }
        Form::Word(words) => {
            let operands = call.operands(values);
            operands.first().is_some_and(|arg| words.contains(&arg.value.text.to_ascii_lowercase().as_str()))
        }
        Form::Post => http::posts(call),
        Form::SedInserts => sed::inserts(call),
    }
}

/// `ip r add` is `ip route add`.
fn is_short_for(call: &Call<'_>, word: &str, text: &str) -> bool {
    call.name == "ip" && matches!((word, text), ("route", "r" | "ro"))
}

/// What an undoing command and the undone one have to share.
fn subject(call: &Call<'_>, form: Form, same: Same, values: &[&str]) -> String {
    let operands = call.operands(values);
    let text = |at: usize| operands.get(at).map(|arg| arg.value.text.clone()).unwrap_or_default();
    match same {
        Same::Any => String::new(),
        Same::Last => text(operands.len().saturating_sub(1)),
        Same::Next => text(if let Form::Verb(verb) = form { verb.len() } else { 0 }),
        Same::Rest => {
            let rest = call.args.iter().map(|arg| arg.value.text.as_str());
            let flags = if let Form::Option(options) = form { options } else { &[] };
            rest.filter(|text| !flags.contains(text)).collect::<Vec<_>>().join(" ")
        }
    }
}

/// The folder a `git clone` makes.
pub(super) fn clone_folder(call: &Call<'_>) -> Option<Value> {
    let operands = call.operands(GIT_VALUES);
    let [verb, repository, rest @ ..] = operands.as_slice() else { return None };
    if verb.value.text != "clone" {
        return None;
    }
    let mut folder = match rest.first() {
        Some(folder) => folder.value.clone(),
        None => Value { text: repository_name(&repository.value.text), ..repository.value.clone() },
    };
    if let Some(base) = call.values_of(&["-C"], GIT_VALUES).first()
        && !folder.text.starts_with('/')
    {
        folder.text = format!("{}/{}", base.text, folder.text);
    }
    Some(folder)
}

fn repository_name(url: &str) -> String {
    let name = url.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
    name.strip_suffix(".git").unwrap_or(name).to_owned()
}
