//! What is read for a run, once: files, what they hold, and what silences findings in them.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use rayon::prelude::*;

use super::rendered::{self, Plan};
use super::{Options, caused, guarded};
use crate::config::overrides::InFile;
use crate::finding::{SourceId, Trouble};
use crate::project::input::{self, Content, File, Files, Input, Selection};
use crate::project::load::{Loaded, Loader};
use crate::project::render::notice::Reading;
use crate::rules::settings::Settings;
use crate::suppress;

/// The files of a run, parsed, and with what decides about them. Whatever is asked of it (findings,
/// timelines) is computed from what was read once; after a change, [`Project::reread`] reads what changed.
///
/// ```
/// use kubectl_lifecycle::lint::{Input, Options, Project};
///
/// let folder = Input::path("k8s");
/// let project = Project::read(&Options::of([folder.clone()]));
/// assert!(!project.lint().findings.is_empty());
///
/// // An editor has a text that is not saved yet: it stands for the file of its name.
/// let text = std::fs::read_to_string("k8s/02-prestop-hook.yaml")?.replace("sleep\", \"45\"", "sleep\", \"15\"");
/// let edited = Options::of([folder, Input::text("k8s/02-prestop-hook.yaml", text)]);
/// let project = project.reread(&edited);
/// assert!(project.lint().findings.iter().all(|finding| finding.rule != "prestop-exceeds-grace-period"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Project {
    pub(super) options: Options,
    /// In the order of their names: [`SourceId`] is the number of one.
    pub(super) files: Vec<ReadFile>,
    /// What became of the inputs besides; its list of files is empty.
    pub(super) found: Files,
    pub(super) plan: Plan,
}

/// A file of a run: what it is read for and as, what it is judged by, and what it holds.
#[derive(Debug)]
pub(super) struct ReadFile {
    pub(super) file: File,
    pub(super) reading: Reading,
    pub(super) settings: Arc<Settings>,
    pub(super) loaded: Arc<Loaded>,
    /// What silences findings in it, if it holds such a thing.
    pub(super) silences: Option<Arc<suppress::Collected>>,
    stamp: Option<Stamp>,
}

impl ReadFile {
    /// What overrides may be about.
    fn in_file(&self) -> InFile<'_> {
        let items = self.loaded.items.iter();
        let objects = Box::new(items.map(|item| (&item.object, item.workload.as_deref())));
        InFile { path: self.file.path(), objects }
    }
}

/// What a file looked like when it was read.
#[derive(Debug, Clone, PartialEq)]
enum Stamp {
    OnDisk { bytes: u64, modified: SystemTime },
    InMemory(Arc<str>),
}

impl Stamp {
    /// `None` for a stream, and for what cannot be looked at: that is read again.
    fn of(file: &File) -> Option<Self> {
        match &file.content {
            Content::Path(path) => {
                let metadata = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
                Some(Self::OnDisk { bytes: metadata.len(), modified: metadata.modified().ok()? })
            }
            Content::Text(text) | Content::Rendered { text, .. } => Some(Self::InMemory(Arc::clone(text))),
            Content::Stdin => None,
        }
    }
}

/// Where files that were read before are found again.
type Known<'p> = HashMap<(PathBuf, Reading), &'p ReadFile>;

impl Project {
    /// Reads everything that the options name. What cannot be read is part of what is answered later.
    pub fn read(options: &Options) -> Self {
        super::on_threads(options, || Self::again(options, &Known::new(), true))
    }

    /// The same project with other options, or after a change on disk: only what changed is read.
    #[must_use]
    pub fn reread(&self, options: &Options) -> Self {
        // What was made of a text depends on these.
        let is_alike = self.options.kinds == options.kinds
            && self.options.max_file_size == options.max_file_size
            && knows_all(&self.options) == knows_all(options);
        let key = |one: &ReadFile| (input::identity(&one.file), one.reading);
        let known = self.files.iter().filter(|_| is_alike).map(|one| (key(one), one)).collect();
        super::on_threads(options, || Self::again(options, &known, true))
    }

    /// The same for one question: nobody will come back.
    pub(super) fn once(options: &Options) -> Self {
        Self::again(options, &Known::new(), false)
    }

    fn again(options: &Options, known: &Known<'_>, is_kept: bool) -> Self {
        let selection = Selection {
            exclude: &options.exclude,
            reads_ignored: options.read_ignored,
            // Where nothing changed there is nothing to judge.
            allows_empty: options.allow_empty || options.changes.is_some(),
        };
        let mut found = input::collect(&options.inputs, &options.context, selection);
        if let Some(name) = &options.stdin_filename {
            found.name_stdin(name);
        }
        if let Some(changes) = &options.changes {
            caused::assign_roles(&mut found, changes);
        }
        let (files, plan) = rendered::plan(options, &mut found);
        let settings = options.settings_for(files.iter().map(|(file, _)| file));
        options.meter.expect(files.len());
        let reader = Reader { options, known, is_kept, knows_all: knows_all(options) };
        let files: Vec<(File, Reading, Arc<Settings>)> =
            files.into_iter().zip(settings).map(|((file, reading), one)| (file, reading, one)).collect();
        let files = files.into_par_iter().enumerate().map(|(index, (file, reading, settings))| {
            let read = reader.read(SourceId(index), file, reading, settings);
            options.meter.count_read();
            read
        });
        let files: Vec<ReadFile> = files.collect();
        if options.is_whole() {
            found.notes.extend(options.overrides.unused(files.iter().map(ReadFile::in_file)));
        }
        Self { options: options.clone(), files, found, plan }
    }

    /// The same files in which some are left as they are, and others have these texts, by other options.
    pub(super) fn with_texts(
        &self,
        options: &Options,
        is_left: impl Fn(&ReadFile) -> bool,
        texts: Vec<(File, Reading)>,
    ) -> Self {
        let settings = options.settings_for(texts.iter().map(|(file, _)| file));
        let texts = texts.into_iter().zip(settings);
        let texts = texts.map(|((file, reading), one)| (file, reading, one, None));
        let left = self.files.iter().filter(|one| is_left(one)).map(|one| {
            (one.file.clone(), one.reading, Arc::clone(&one.settings), Some((&one.loaded, &one.silences)))
        });
        let mut files: Vec<_> = left.chain(texts).collect();
        files.sort_by(|(a, ..), (b, ..)| input::name_order(&a.name).cmp(&input::name_order(&b.name)));
        let reader = Reader { options, known: &Known::new(), is_kept: false, knows_all: knows_all(options) };
        let files = files.into_par_iter().enumerate().map(|(index, (file, reading, settings, left))| {
            let id = SourceId(index);
            match left {
                None => reader.read(id, file, reading, settings),
                Some((loaded, silences)) => {
                    let silences = silences.as_ref().map(|one| suppress::Collected::at(one, id));
                    ReadFile { file, reading, settings, loaded: Arc::clone(loaded), silences, stamp: None }
                }
            }
        });
        Self {
            options: options.clone(),
            files: files.collect(),
            found: Files::default(),
            plan: Plan::default(),
        }
    }

    /// A file by its number.
    pub(super) fn file(&self, id: SourceId) -> Option<&ReadFile> {
        self.files.get(id.0)
    }

    /// The files with their numbers.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (SourceId, &ReadFile)> + Clone {
        self.files.iter().enumerate().map(|(index, one)| (SourceId(index), one))
    }

    /// Only single files were named, and no context: what they lack may stand in files that were not. A
    /// stream without a name is what a tool rendered, so it is whole.
    pub(super) fn is_partial(&self) -> bool {
        is_partial(&self.options)
    }
}

/// Reads the files of a run.
#[derive(Clone, Copy)]
struct Reader<'r> {
    options: &'r Options,
    known: &'r Known<'r>,
    /// What is read will be asked for again.
    is_kept: bool,
    knows_all: bool,
}

impl Reader<'_> {
    fn read(self, id: SourceId, file: File, reading: Reading, settings: Arc<Settings>) -> ReadFile {
        let stamp = self.is_kept.then(|| Stamp::of(&file)).flatten();
        let known = stamp.as_ref().and_then(|_| self.known.get(&(input::identity(&file), reading)));
        if let Some(known) = known.filter(|known| known.stamp == stamp && known.file.name == file.name) {
            let loaded = Arc::clone(&known.loaded);
            let silences = known.silences.as_ref().map(|silences| suppress::Collected::at(silences, id));
            return ReadFile { file, reading, settings, loaded, silences, stamp };
        }
        let (kinds, limit) = (&self.options.kinds, self.options.max_file_size);
        let allows_empty = self.options.allow_empty;
        let loader = Loader { limit, kinds, keeps: suppress::may_hold_any, allows_empty };
        // A panic is our bug, and must not cost the findings.
        let loaded = guarded(|| loader.load(&file, reading));
        let mut loaded = loaded.unwrap_or_else(|| Loaded { trouble: vec![bug(&file)], ..Loaded::default() });
        // The documents that no rule asks for go with this.
        let parsed = loaded.parsed.take().zip(loaded.source.as_ref());
        let silences = parsed.and_then(|(parsed, source)| {
            // What makes a patch of it is not said in the file.
            let is_as_written = reading != Reading::Patch && !loaded.is_origin;
            let asked = suppress::Asked {
                id,
                source,
                parsed: &parsed,
                items: is_as_written.then_some(&loaded.items),
                knows_all: self.knows_all,
                kinds,
            };
            guarded(|| suppress::collect(&asked))
        });
        let silences = silences.filter(|one| !one.is_empty()).map(Arc::new);
        ReadFile { file, reading, settings, loaded: Arc::new(loaded), silences, stamp }
    }
}

/// Every file of the project is linted, as far as can be told.
fn knows_all(options: &Options) -> bool {
    !is_partial(options) && options.context.is_empty() && options.changes.is_none()
}

fn is_partial(options: &Options) -> bool {
    let is_file = |input: &Input| match input {
        Input::Path { path, .. } => !path.is_dir(),
        Input::Text { .. } => true,
        Input::Stdin => options.stdin_filename.is_some(),
        Input::Kustomize { .. } | Input::Helm { .. } => false,
    };
    options.context.is_empty() && options.inputs.iter().all(is_file)
}

/// What is said of a file that a bug of ours keeps from being linted.
pub(super) fn bug(file: &File) -> Trouble {
    let message =
        "was not linted because of a bug in kubectl lifecycle; please report it with this file".to_owned();
    Trouble { file: file.name.clone(), line: None, column: None, message }
}
