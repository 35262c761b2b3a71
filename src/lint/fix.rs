//! Fixes that are made: round after round, until none is left, and never one that does harm.
//!
//! Everything happens in memory. A round makes the fixes that do not touch one another; the texts are then parsed
//! and linted again. A fix that makes trouble or a new finding is taken back and not tried again.

mod place;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use place::{Place, is_pipe, place};

use super::Options;
use super::project::{Project, ReadFile};
use crate::edit::{self, TextEdit};
use crate::finding::identity::Identity;
use crate::finding::{Finding, Fix, FixesLeft, FixesMade, Report, Severity, SourceId};
use crate::project::input::{Content, Input};

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
    /// Standard input as it is then, where it was read.
    pub stdin: Option<Arc<str>>,
    /// What is reported of the texts as they are then, with the fixes that were made.
    pub report: Report,
    /// As given, with streams as they are then.
    options: Box<Options>,
}

impl Fixed {
    /// What is reported where some of the files, by their names, could not be written: what is on disk counts.
    #[must_use]
    pub fn without(self, unwritten: BTreeSet<String>) -> Report {
        let mut made = self.report.fixes_made.unwrap_or_default();
        made.files.retain(|name, _| !unwritten.contains(name));
        made.unwritten = unwritten;
        Report { fixes_made: Some(made), ..super::lint(&self.options) }
    }
}

/// A file and its new text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FixedFile {
    /// The file, as given.
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
/// The second finds nothing, but where a fix of one file brings a finding in another.
const MOST_PASSES: usize = 5;

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
    let before = project.lint();
    let streams = streams(&project);
    let mut wary = Wary::default();
    loop {
        let mut run = Rounds::new(&options, &project, before.clone(), &streams, which, wary);
        run.all();
        let harmed = harmed(&before, &run.report, |finding| run.has_revealed(finding));
        wary = match harmed.is_empty() {
            true => return run.end(stdin(&project)),
            false => run.wary.more(harmed),
        };
    }
}

/// Where no fix is made that brings a finding, although that finding has a fix of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wary {
    /// In these files.
    In(BTreeSet<String>),
    /// Everywhere.
    Everywhere,
}

impl Default for Wary {
    fn default() -> Self {
        Self::In(BTreeSet::new())
    }
}

impl Wary {
    fn is_in(&self, file: &str) -> bool {
        match self {
            Self::In(files) => files.contains(file),
            Self::Everywhere => true,
        }
    }

    /// In these files as well; everywhere, where that is nothing new.
    fn more(self, harmed: BTreeSet<String>) -> Self {
        match self {
            Self::In(files) if !harmed.is_subset(&files) => {
                Self::In(files.into_iter().chain(harmed).collect())
            }
            _ => Self::Everywhere,
        }
    }
}

/// What tells one finding from the others across rounds, in which lines move.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    /// The file that it stands in, and the one that its fix changes: scripts are run by several objects.
    files: (String, String),
    identity: Identity,
    verdict: &'static str,
}

impl Key {
    fn of(report: &Report, finding: &Finding, fix: &Fix) -> Self {
        let name = |source| name(report, source).to_owned();
        Self {
            files: (name(finding.place.source), name(fix.source)),
            identity: Identity::of(finding),
            verdict: finding.verdict,
        }
    }

    /// How many findings have a fix, by their keys.
    fn counted(report: &Report) -> BTreeMap<Self, usize> {
        let mut counted = BTreeMap::new();
        for finding in &report.findings {
            let Some(fix) = &finding.fix else { continue };
            *counted.entry(Self::of(report, finding, fix)).or_default() += 1;
        }
        counted
    }
}

struct Rounds<'p> {
    options: Options,
    which: Fixes,
    /// As it was read.
    first: &'p Project,
    /// With the fixes that were made; `None` where none were.
    project: Option<Project>,
    report: Report,
    /// By the names of the files.
    files: BTreeMap<String, FixedFile>,
    wary: Wary,
    /// How many are made at once in a file where one did harm: half of those among which it was, then more again.
    most: BTreeMap<String, usize>,
    /// Those that would do harm.
    refused: BTreeSet<Key>,
    /// Those that leave their findings: they would be made for ever.
    useless: BTreeSet<Key>,
    /// What came with a fix of something more severe, by its file.
    revealed: BTreeSet<(String, Identity)>,
}

/// A fix to be made, with the finding's key.
struct Chosen {
    source: SourceId,
    edits: Vec<TextEdit>,
    key: Key,
    severity: Severity,
}

impl<'p> Rounds<'p> {
    fn new(
        options: &Options,
        first: &'p Project,
        report: Report,
        streams: &[(Content, Input)],
        which: Fixes,
        wary: Wary,
    ) -> Self {
        let inputs = options.inputs.iter().map(|input| {
            let is_it = |stream: &Content| match (stream, input) {
                (Content::Path(stream), Input::Path { path, .. }) => stream == path,
                (Content::Stdin, Input::Stdin) => true,
                _ => false,
            };
            streams.iter().find(|(stream, _)| is_it(stream)).map_or(input, |(_, text)| text).clone()
        });
        let options = Options { inputs: inputs.collect(), ..options.clone() };
        let (files, most, refused, useless, revealed) = Default::default();
        Self { options, which, first, project: None, report, files, wary, most, refused, useless, revealed }
    }

    /// Rounds, until none has anything left to make. What was refused is tried again once others were made: a second
    /// run would do so.
    fn all(&mut self) {
        for _ in 0..MOST_PASSES {
            let made =
                |files: &BTreeMap<String, FixedFile>| files.values().map(|file| file.fixes).sum::<usize>();
            let before = made(&self.files);
            self.pass();
            if self.refused.is_empty() || made(&self.files) == before {
                return;
            }
            self.refused.clear();
            self.most.clear();
        }
    }

    fn pass(&mut self) {
        let mut most = usize::MAX;
        for _ in 0..MOST_ROUNDS {
            let mut chosen = self.chosen();
            chosen.truncate(most);
            if chosen.is_empty() {
                return;
            }
            let Some(harmed) = self.harmed_by(&chosen) else {
                most = most.saturating_mul(2);
                self.most.values_mut().for_each(|most| *most = most.saturating_mul(2));
                continue;
            };
            let blamed: Vec<&Chosen> =
                chosen.iter().filter(|one| harmed.contains(self.name(one.source))).collect();
            match blamed.as_slice() {
                // The harm shows in another file.
                [] if chosen.len() > 1 => {
                    most = chosen.len() / 2;
                    continue;
                }
                [] => self.refused.extend(chosen.into_iter().map(|one| one.key)),
                blamed => {
                    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
                    for one in blamed {
                        *counts.entry(self.name(one.source).to_owned()).or_default() += 1;
                    }
                    let is_alone = |one: &&&Chosen| counts.get(self.name(one.source)) == Some(&1);
                    let alone: Vec<Key> = blamed.iter().filter(is_alone).map(|one| one.key.clone()).collect();
                    self.refused.extend(alone);
                    self.most.extend(counts.into_iter().map(|(file, among)| (file, among.div_ceil(2))));
                }
            }
            most = usize::MAX;
        }
    }

    /// The fixes that do not touch one another, in the order of their findings.
    fn chosen(&self) -> Vec<Chosen> {
        let mut taken: BTreeMap<SourceId, Vec<TextEdit>> = BTreeMap::new();
        let mut chosen = Vec::new();
        let mut counts: BTreeMap<SourceId, usize> = BTreeMap::new();
        for finding in &self.report.findings {
            let is_for_file = |fix: &&Fix| self.place(fix) == Place::File;
            let Some(fix) = finding.fix.as_ref().filter(is_for_file) else { continue };
            let key = Key::of(&self.report, finding, fix);
            if (!fix.is_safe && self.which == Fixes::Safe)
                || self.refused.contains(&key)
                || self.useless.contains(&key)
            {
                continue;
            }
            let count = counts.entry(fix.source).or_default();
            if self.most.get(self.name(fix.source)).is_some_and(|most| *count >= *most) {
                continue;
            }
            let taken = taken.entry(fix.source).or_default();
            if !fix.edits.iter().any(|edit| taken.iter().any(|other| touch(other, edit))) {
                taken.extend(fix.edits.iter().cloned());
                let (source, severity) = (fix.source, finding.severity);
                chosen.push(Chosen { source, edits: fix.edits.clone(), key, severity });
                *count += 1;
            }
        }
        chosen
    }

    fn project(&self) -> &Project {
        self.project.as_ref().unwrap_or(self.first)
    }

    fn name(&self, source: SourceId) -> &str {
        name(&self.report, source)
    }

    /// Makes these fixes; the files in which that would do harm, and then nothing is made.
    fn harmed_by(&mut self, chosen: &[Chosen]) -> Option<BTreeSet<String>> {
        let mut files = self.files.clone();
        let mut unfit = BTreeSet::new();
        let mut of_files: BTreeMap<SourceId, (Vec<TextEdit>, usize)> = BTreeMap::new();
        for one in chosen {
            let (edits, fixes) = of_files.entry(one.source).or_default();
            edits.extend(one.edits.iter().cloned());
            *fixes += 1;
        }
        for (id, (mut edits, fixes)) in of_files {
            edits.sort();
            let source = self.report.source(id).zip(self.project().file(id));
            let after = source.and_then(|(source, _)| edit::applied(source.text(), 0, &edits));
            let (Some((source, file)), Some(after)) = (source, after) else {
                unfit.insert(self.name(id).to_owned());
                continue;
            };
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
        if !unfit.is_empty() {
            return Some(unfit);
        }
        let texts = files.values().map(|file| {
            let path = file.path.clone().unwrap_or_else(|| PathBuf::from(&file.name));
            Input::text(path, Arc::clone(&file.after))
        });
        let inputs = with_texts(&self.options.inputs, texts);
        let project = self.project().reread(&Options { inputs, ..self.options.clone() });
        let report = project.lint();
        let is_mended_next = |finding: &Finding| {
            let fix = finding.fix.as_ref().filter(|fix| fix.is_safe || self.which == Fixes::All);
            let file = fix.and_then(|fix| project.file(fix.source));
            let is_written = file.is_some_and(|file| place(file, &self.options.inputs) == Place::File);
            is_written && !self.wary.is_in(name(&report, finding.place.source))
        };
        let is_less = |finding: &Finding| self.is_less(chosen, name(&report, finding.place.source), finding);
        let may_be = |finding: &Finding| is_less(finding) || is_mended_next(finding);
        let harmed = harmed(&self.report, &report, may_be);
        if !harmed.is_empty() {
            return Some(harmed);
        }
        let revealed = report.findings.iter().filter(|finding| is_less(finding));
        let revealed = revealed
            .map(|finding| (name(&report, finding.place.source).to_owned(), Identity::of(finding)))
            .collect::<Vec<_>>();
        let (before, after) = (Key::counted(&self.report), Key::counted(&report));
        let stays = |one: &&Chosen| after.get(&one.key) >= before.get(&one.key);
        let stay: Vec<Key> = chosen.iter().filter(stays).map(|one| one.key.clone()).collect();
        self.useless.extend(stay);
        self.revealed.extend(revealed);
        (self.files, self.project, self.report) = (files, Some(project), report);
        None
    }

    /// It is less severe than what the fixes of its file mend, or all of them where none is of its file: who mends an
    /// error would rather read the warning that it hid.
    fn is_less(&self, chosen: &[Chosen], file: &str, finding: &Finding) -> bool {
        let least = |is_meant: &dyn Fn(&&Chosen) -> bool| {
            chosen.iter().filter(is_meant).map(|one| one.severity).min()
        };
        let of_file = least(&|one| self.name(one.source) == file);
        of_file.or_else(|| least(&|_| true)).is_some_and(|least| finding.severity < least)
    }

    /// It came with a fix of something more severe.
    fn has_revealed(&self, finding: &Finding) -> bool {
        let file = name(&self.report, finding.place.source).to_owned();
        self.revealed.contains(&(file, Identity::of(finding)))
    }

    fn end(self, stdin: Option<(String, Arc<str>)>) -> Fixed {
        let mut left = FixesLeft::default();
        for finding in &self.report.findings {
            let Some(fix) = &finding.fix else {
                left.rendered += usize::from(self.is_of_rendered(finding.place.source));
                continue;
            };
            let count = match self.place(fix) {
                Place::Rendered => &mut left.rendered,
                Place::Link => &mut left.links,
                Place::Elsewhere => continue,
                Place::File if !fix.is_safe && self.which == Fixes::Safe => &mut left.guesses,
                Place::File => &mut left.harmful,
            };
            *count += 1;
        }
        let files: Vec<FixedFile> =
            self.files.into_values().filter(|file| file.before != file.after).collect();
        let is_stdin = |file: &&FixedFile, name: &str| file.path.is_none() && file.name == name;
        let stdin = stdin.map(|(name, text)| {
            let fixed = files.iter().find(|file| is_stdin(file, &name));
            fixed.map_or(text, |file| Arc::clone(&file.after))
        });
        let made = files.iter().map(|file| (file.name.clone(), file.fixes)).collect();
        let fixes_made = Some(FixesMade { files: made, left, unwritten: BTreeSet::new() });
        let of_stream = files.iter().filter(|file| file.path.is_none());
        let of_stream = of_stream.map(|file| Input::text(file.name.as_str(), Arc::clone(&file.after)));
        let inputs = with_texts(&self.options.inputs, of_stream);
        let options = Box::new(Options { inputs, ..self.options });
        Fixed { files, stdin, report: Report { fixes_made, ..self.report }, options }
    }

    /// The text was rendered, or is what a program rendered.
    fn is_of_rendered(&self, source: SourceId) -> bool {
        let file = self.project().file(source);
        file.is_some_and(|one| one.file.is_rendered() || one.loaded.is_origin)
    }

    fn place(&self, fix: &Fix) -> Place {
        self.project().file(fix.source).map_or(Place::Elsewhere, |file| place(file, &self.options.inputs))
    }
}

/// A fix of the file is written: it was named, and is no link, or it is a stream.
pub(super) fn is_written(one: &ReadFile, inputs: &[Input]) -> bool {
    place(one, inputs) == Place::File
}

/// What can be read once, with the text that stands for it from then on.
fn streams(project: &Project) -> Vec<(Content, Input)> {
    let streams = project.files.iter().filter(|one| one.file.content == Content::Stdin || is_pipe(one));
    let streams = streams.filter_map(|one| {
        let text = one.loaded.source.as_ref()?.shared_text();
        Some((one.file.content.clone(), Input::text(one.file.name.as_str(), text)))
    });
    streams.collect()
}

/// The inputs, in which these texts stand for others of their names.
fn with_texts(inputs: &[Input], texts: impl Iterator<Item = Input>) -> Vec<Input> {
    let texts: Vec<Input> = texts.collect();
    let name = |input: &Input| match input {
        Input::Text { path, .. } => Some(path.clone()),
        _ => None,
    };
    let new: BTreeSet<PathBuf> = texts.iter().filter_map(name).collect();
    let is_left = |input: &&Input| name(input).is_none_or(|name| !new.contains(&name));
    inputs.iter().filter(is_left).cloned().chain(texts).collect()
}

/// Standard input: what it is called, and its text.
fn stdin(project: &Project) -> Option<(String, Arc<str>)> {
    let stream = project.files.iter().find(|one| one.file.content == Content::Stdin)?;
    Some((stream.file.name.clone(), stream.loaded.source.as_ref()?.shared_text()))
}

/// They share a byte, or stand side by side: the second may mean what the first has changed.
fn touch(a: &TextEdit, b: &TextEdit) -> bool {
    a.span.start <= b.span.end && b.span.start <= a.span.end
}

/// The files in which there is trouble that was not there, or a finding that was not, but for those that may be.
fn harmed(before: &Report, after: &Report, may_be: impl Fn(&Finding) -> bool) -> BTreeSet<String> {
    let known = counted(before);
    let more: BTreeSet<_> = counted(after)
        .into_iter()
        .filter(|(key, count)| known.get(key).is_none_or(|known| known < count))
        .map(|(key, _)| key)
        .collect();
    let new = after.findings.iter().filter(|finding| {
        let key = (name(after, finding.place.source), Identity::of(finding));
        !more.is_empty() && more.contains(&key) && !may_be(finding)
    });
    let mut harmed: BTreeSet<String> = new.map(|one| name(after, one.place.source).to_owned()).collect();
    let trouble = |report: &Report| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for one in &report.trouble {
            *counts.entry(one.file.clone()).or_default() += 1;
        }
        counts
    };
    let known = trouble(before);
    let more =
        trouble(after).into_iter().filter(|(file, count)| known.get(file).is_none_or(|known| known < count));
    harmed.extend(more.map(|(file, _)| file));
    harmed
}

fn name(report: &Report, source: SourceId) -> &str {
    report.source(source).map_or("", crate::finding::Source::name)
}

/// How many findings are the same but for their lines, by file.
fn counted(report: &Report) -> BTreeMap<(&str, Identity), usize> {
    let mut counted = BTreeMap::new();
    for finding in &report.findings {
        let key = (name(report, finding.place.source), Identity::of(finding));
        *counted.entry(key).or_default() += 1;
    }
    counted
}
