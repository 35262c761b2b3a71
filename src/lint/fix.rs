//! Fixes that are made: round after round, until none is left, and never one that does harm.
//!
//! Everything happens in memory. A round makes the fixes that do not touch one another; the texts are then parsed
//! and linted again. A fix that makes trouble or a new finding is taken back and not tried again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Options;
use super::project::{Project, ReadFile};
use crate::edit::{self, TextEdit};
use crate::finding::identity::Identity;
use crate::finding::{Finding, Fix, Report, SourceId};
use crate::project::input::{Content, Input, Role};

/// Which fixes are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fixes {
    /// Those that change nothing but the fault, and hold no guess.
    Safe,
    /// Those that hold a guess as well.
    All,
}

/// What came of the fixes.
#[derive(Debug)]
#[non_exhaustive]
pub struct Fixed {
    /// The files that changed, in the order of their names.
    pub files: Vec<FixedFile>,
    /// What is reported of the texts as they are then.
    pub report: Report,
    /// Fixes that were not made, and why.
    pub left: Left,
}

/// Fixes that were not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Left {
    /// They hold a guess, which was not asked for.
    pub guesses: usize,
    /// They are for a text that a program has rendered.
    pub rendered: usize,
    /// The file is a symbolic link.
    pub links: usize,
    /// They were tried, and would have done harm.
    pub harmful: usize,
}

/// A file and its new text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FixedFile {
    /// The file, as given; `-` is standard input.
    pub name: String,
    /// Where it lies; `None` for a stream.
    pub path: Option<PathBuf>,
    /// Its text before.
    pub before: Arc<str>,
    /// Its text with the fixes.
    pub after: Arc<str>,
    /// How many fixes were made in it.
    pub fixes: usize,
}

/// No project needs so many: fixes that touch one another are rare, and one round makes all others.
const MOST_ROUNDS: usize = 1000;

/// Makes the fixes of everything that [`super::lint`] reports of the options. Nothing is written: that is for
/// whoever asked.
///
/// ```
/// use kubectl_lifecycle::lint::{Fixes, Input, Options, fixed};
///
/// let options = Options::of([Input::path("k8s/02-prestop-hook.yaml")]);
/// let fixed = fixed(&options, Fixes::All);
/// let [file] = fixed.files.as_slice() else { panic!("one file has fixes") };
/// assert!(file.after.contains("terminationGracePeriodSeconds: 70"));
/// assert!(fixed.report.findings.iter().all(|finding| finding.rule != "prestop-exceeds-grace-period"));
/// ```
pub fn fixed(options: &Options, which: Fixes) -> Fixed {
    let options = Options { fixes: true, ..options.clone() };
    let project = Project::read(&options);
    let mut run = Rounds::new(options, project, which);
    run.all();
    run.end()
}

/// What tells one finding from the others across rounds, in which lines move.
type Key = (String, Identity, &'static str);

struct Rounds {
    options: Options,
    which: Fixes,
    project: Project,
    report: Report,
    /// By the names of the files.
    files: BTreeMap<String, FixedFile>,
    /// Those that would do harm.
    refused: BTreeSet<Key>,
}

/// A fix to be made, with the finding's key.
struct Chosen {
    source: SourceId,
    edits: Vec<TextEdit>,
    key: Key,
}

impl Rounds {
    fn new(options: Options, project: Project, which: Fixes) -> Self {
        let report = project.lint();
        let inputs = without_streams(&options, &project);
        let options = Options { inputs, ..options };
        Self { options, which, project, report, files: BTreeMap::new(), refused: BTreeSet::new() }
    }

    fn all(&mut self) {
        let mut most = usize::MAX;
        for _ in 0..MOST_ROUNDS {
            let mut chosen = self.chosen();
            chosen.truncate(most);
            let [first, ..] = chosen.as_slice() else { return };
            let first = first.key.clone();
            if self.made(&chosen) {
                most = usize::MAX;
            } else if chosen.len() == 1 {
                self.refused.insert(first);
                most = usize::MAX;
            } else {
                most = chosen.len() / 2;
            }
        }
    }

    /// The fixes that do not touch one another, in the order of their findings.
    fn chosen(&self) -> Vec<Chosen> {
        let mut taken: BTreeMap<SourceId, Vec<TextEdit>> = BTreeMap::new();
        let mut chosen = Vec::new();
        for finding in &self.report.findings {
            let Some(fix) = finding.fix.as_ref().filter(|fix| self.place(fix) == Place::File) else { continue };
            if !fix.is_safe && self.which == Fixes::Safe {
                continue;
            }
            let key = self.key(finding);
            let taken = taken.entry(fix.source).or_default();
            if self.refused.contains(&key) || fix.edits.iter().any(|edit| taken.iter().any(|one| touch(one, edit)))
            {
                continue;
            }
            taken.extend(fix.edits.iter().cloned());
            chosen.push(Chosen { source: fix.source, edits: fix.edits.clone(), key });
        }
        chosen
    }

    /// Makes these fixes, unless that does harm.
    fn made(&mut self, chosen: &[Chosen]) -> bool {
        let mut edits: BTreeMap<SourceId, (Vec<TextEdit>, usize)> = BTreeMap::new();
        for one in chosen {
            let (of_file, fixes) = edits.entry(one.source).or_default();
            of_file.extend(one.edits.iter().cloned());
            *fixes += 1;
        }
        let mut files = self.files.clone();
        for (id, (mut edits, fixes)) in edits {
            edits.sort();
            let (Some(source), Some(file)) = (self.report.source(id), self.project.file(id)) else { return false };
            let Some(after) = edit::applied(source.text(), 0, &edits) else { return false };
            let entry = files.entry(source.name().to_owned()).or_insert_with(|| FixedFile {
                name: source.name().to_owned(),
                path: match &file.file.content {
                    Content::Path(path) => Some(path.clone()),
                    Content::Stdin | Content::Text(_) | Content::Rendered { .. } => None,
                },
                before: source.shared_text(),
                after: Arc::from(""),
                fixes: 0,
            });
            entry.after = after.into();
            entry.fixes += fixes;
        }
        let texts = files.values().map(|file| {
            let path = file.path.clone().unwrap_or_else(|| PathBuf::from(&file.name));
            Input::text(path, Arc::clone(&file.after))
        });
        let inputs = self.options.inputs.iter().cloned().chain(texts).collect();
        let project = self.project.reread(&Options { inputs, ..self.options.clone() });
        let report = project.lint();
        let is_new = does_harm(&self.report, &report);
        if !is_new {
            // One that leaves its finding would be made for ever.
            let before = counted(&self.report);
            let after = counted(&report);
            let stays = chosen.iter().filter(|one| after.get(&one.key.1) >= before.get(&one.key.1));
            self.refused.extend(stays.map(|one| one.key.clone()));
            (self.files, self.project, self.report) = (files, project, report);
        }
        !is_new
    }

    fn end(self) -> Fixed {
        let mut left = Left::default();
        for finding in &self.report.findings {
            let Some(fix) = &finding.fix else { continue };
            let count = match self.place(fix) {
                Place::Rendered => &mut left.rendered,
                Place::Link => &mut left.links,
                Place::Elsewhere => continue,
                Place::File if !fix.is_safe && self.which == Fixes::Safe => &mut left.guesses,
                Place::File => &mut left.harmful,
            };
            *count += 1;
        }
        let files = self.files.into_values().filter(|file| file.before != file.after).collect();
        Fixed { files, report: self.report, left }
    }

    fn key(&self, finding: &Finding) -> Key {
        let file = self.report.source(finding.place.source).map_or("", crate::finding::Source::name);
        (file.to_owned(), Identity::of(finding), finding.verdict)
    }

    fn place(&self, fix: &Fix) -> Place {
        self.project.file(fix.source).map_or(Place::Elsewhere, place)
    }
}

/// Where a fix would go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A file that was named, or a stream.
    File,
    /// What a program made of other files.
    Rendered,
    /// A symbolic link, which may lead anywhere.
    Link,
    /// A file that is only known about.
    Elsewhere,
}

fn place(one: &ReadFile) -> Place {
    match &one.file.content {
        _ if one.file.is_rendered() => Place::Rendered,
        _ if one.file.role != Role::Target || one.loaded.is_origin => Place::Elsewhere,
        Content::Path(path) if path.is_symlink() => Place::Link,
        Content::Text(_) if Path::new(&one.file.name).is_symlink() => Place::Link,
        _ => Place::File,
    }
}

/// A stream can be read once: its text stands for it from then on.
fn without_streams(options: &Options, project: &Project) -> Vec<Input> {
    let stream = project.files.iter().find(|one| one.file.content == Content::Stdin);
    let text = stream.and_then(|one| Some((one.file.name.clone(), one.loaded.source.as_ref()?.shared_text())));
    let replaced = |input: &Input| match (input, &text) {
        (Input::Stdin, Some((name, text))) => Input::text(name.as_str(), Arc::clone(text)),
        _ => input.clone(),
    };
    options.inputs.iter().map(replaced).collect()
}

/// They share a byte, or stand side by side: the second may mean what the first has changed.
fn touch(a: &TextEdit, b: &TextEdit) -> bool {
    a.span.start <= b.span.end && b.span.start <= a.span.end
}

/// There is trouble that was not there, or a finding.
fn does_harm(before: &Report, after: &Report) -> bool {
    let trouble = |report: &Report| report.trouble.len();
    let known = counted(before);
    let is_more = |(identity, count): (&Identity, &usize)| known.get(identity).is_none_or(|known| known < count);
    trouble(after) > trouble(before) || counted(after).iter().any(is_more)
}

fn counted(report: &Report) -> BTreeMap<Identity, usize> {
    let mut counted = BTreeMap::new();
    for finding in &report.findings {
        *counted.entry(Identity::of(finding)).or_default() += 1;
    }
    counted
}
