//! From one file to its typed objects.

use std::sync::Arc;

use crate::finding::{Skipped, Trouble};
use crate::manifest::id::named;
use crate::manifest::kinds::{self, KindRef, Kinds, WorkloadKind};
use crate::manifest::object::{self, Object};
use crate::manifest::workload::{self, Workload};
use crate::project::input::File;
use crate::project::nothing::{self, Nothing, Told};
use crate::project::render::notice::Reading;
use crate::set::{self, Set};
use crate::text::{Source, Span};
use crate::yaml::{self, DocumentError, Problem, Refused, Tree};

/// What is said of text that stands behind the end of a document.
const BEHIND: &str =
    "text behind the end of its document, which kubectl drops; put it behind a line of its own with `---`";

/// One object, typed as far as its kind is known.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) object: Object,
    pub(crate) workload: Option<Arc<Workload>>,
    pub(crate) problems: Vec<Problem>,
    /// What kubectl refuses in its text.
    pub(crate) refused: Box<[Refused]>,
}

/// A document as it was parsed, for whoever reads its comments.
#[derive(Debug)]
pub(crate) struct Parsed {
    /// Its text.
    pub(crate) span: Span,
    /// `None` for one that could not be read.
    pub(crate) tree: Option<Arc<Tree>>,
}

/// What became of one file.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) source: Option<Source>,
    pub(crate) items: Vec<Item>,
    /// Every document; `None` where nobody will ask.
    pub(crate) parsed: Option<Vec<Parsed>>,
    pub(crate) documents: usize,
    /// Kubernetes objects, of whatever kind; those that no rule asks for are not among the items.
    pub(crate) objects: usize,
    pub(crate) skipped: Vec<Skipped>,
    pub(crate) trouble: Vec<Trouble>,
    /// Only places are looked for in it.
    pub(crate) is_origin: bool,
}

/// How files are read.
#[derive(Clone, Copy)]
pub(crate) struct Loader<'a> {
    /// The largest file, in bytes.
    pub(crate) limit: u64,
    /// The kinds that carry a pod template.
    pub(crate) kinds: &'a Kinds,
    /// Texts whose documents are asked for once more.
    pub(crate) keeps: fn(&str) -> bool,
    /// A stream may hold nothing.
    pub(crate) allows_empty: bool,
}

impl Loader<'_> {
    /// Reads a file and its objects, as it is to be read.
    pub(crate) fn load(self, file: &File, reading: Reading) -> Loaded {
        let whole = || match file.read(self.limit) {
            Ok(source) => self.load_text(file, source),
            Err(trouble) => Loaded { trouble: vec![trouble], ..Loaded::default() },
        };
        match reading {
            Reading::Manifest => whole(),
            Reading::Known => Loaded { skipped: Vec::new(), ..whole() },
            Reading::Patch => {
                let mut loaded = whole();
                let workloads =
                    loaded.items.iter_mut().filter_map(|item| Arc::get_mut(item.workload.as_mut()?));
                workloads.for_each(|workload| workload.is_fragment = true);
                loaded
            }
            Reading::Template => Loaded::default(),
            Reading::Source => {
                Loaded { source: file.read(self.limit).ok(), is_origin: true, ..Loaded::default() }
            }
            // What is wrong with it is for the program to say that has built something of it.
            Reading::Origin => {
                let source = file.read(self.limit).ok();
                let marked = source.as_ref().filter(|source| (self.keeps)(source.text()));
                let parsed = marked.map(|source| {
                    let documents = yaml::documents(source, file.is_json()).into_iter();
                    let parsed =
                        documents.map(|one| Parsed { span: one.span, tree: one.content.ok().map(Arc::new) });
                    parsed.collect()
                });
                Loaded { source, parsed, is_origin: true, ..Loaded::default() }
            }
        }
    }

    /// The objects of a text that was read from a file.
    pub(crate) fn load_text(self, file: &File, source: Source) -> Loaded {
        let kinds = self.kinds;
        let parsed = (self.keeps)(source.text()).then(Vec::new);
        let mut loaded = Loaded { parsed, ..Loaded::default() };
        let (mut lists, mut status) = (0, None);
        let mut is_template = false;
        for document in yaml::documents(&source, file.is_json()) {
            let content = document.content.map(Arc::new);
            if let Some(parsed) = &mut loaded.parsed {
                parsed.push(Parsed { span: document.span, tree: content.as_ref().ok().cloned() });
            }
            match content {
                Ok(tree) => {
                    loaded.documents += 1;
                    let contents = object::objects(&tree);
                    lists += contents.lists;
                    loaded.skipped.extend(contents.skipped.into_iter().map(|reason| skipped(file, reason)));
                    if let Some(at) = tree.dropped() {
                        let line = source.position(at).line;
                        loaded.skipped.push(skipped(file, format!("{BEHIND} (line {line})")));
                    }
                    let mut refused = tree.refused().iter().copied().peekable();
                    let mut objects = contents.objects.into_iter().peekable();
                    while let Some(object) = objects.next() {
                        match object.status_message() {
                            Some(message) => status = status.or_else(|| Some(message.to_owned())),
                            None => loaded.objects += 1,
                        }
                        loaded
                            .skipped
                            .extend(unknown_workload(&object, kinds).map(|reason| skipped(file, reason)));
                        // What stands between two objects is said of the one before it.
                        let end = objects.peek().map_or(usize::MAX, |next| next.root().span().start);
                        let own = std::iter::from_fn(|| refused.next_if(|one| one.span.start < end));
                        loaded.items.extend(item(object, own.collect(), kinds));
                    }
                }
                Err(error) => {
                    is_template |= matches!(error, DocumentError::Template { .. });
                    refuse(file, &source, &error, &mut loaded);
                }
            }
        }
        // What is written for a template engine is not broken by what YAML makes of it.
        if is_template {
            loaded.trouble.clear();
        }
        if file.is_stream() && loaded.objects + lists == 0 {
            self.tell_of_nothing(file, &source, status.as_deref(), &mut loaded);
        }
        loaded.source = Some(source);
        loaded
    }

    /// A stream is there to be judged: that it holds nothing to judge is no good news.
    fn tell_of_nothing(self, file: &File, source: &Source, status: Option<&str>, loaded: &mut Loaded) {
        let reason = loaded.skipped.first().map(|skipped| skipped.reason.as_str());
        let told = nothing::tell(&Nothing {
            text: source.text(),
            status,
            reason,
            has_trouble: !loaded.trouble.is_empty(),
            is_allowed: self.allows_empty,
        });
        if let Told::Instead(message) = told {
            loaded.skipped.clear();
            loaded.trouble = vec![Trouble { file: file.name.clone(), line: None, column: None, message }];
        }
    }
}

/// `None` for an object that no rule has anything to say about: its tree is not kept, which halves
/// the memory of a run over definitions and roles.
fn item(object: Object, refused: Box<[Refused]>, kinds: &Kinds) -> Option<Item> {
    if let Some((workload, problems)) = workload::workload(&object, kinds) {
        return Some(Item { object, workload: Some(Arc::new(workload)), problems, refused });
    }
    let problems = set::kinds::problems(&object);
    let is_faulty = !problems.is_empty() || !refused.is_empty() || !object.tree.duplicate_keys().is_empty();
    let is_needed = is_faulty || Set::joins(&object);
    is_needed.then_some(Item { object, workload: None, problems, refused })
}

/// A kind that is not in the table and carries a pod template all the same, or one that the user put
/// there and that carries none where they said.
fn unknown_workload(object: &Object, kinds: &Kinds) -> Option<String> {
    match kinds.find(&object.id.api_version, &object.id.kind) {
        Some(KindRef::BuiltIn(_)) => return None,
        Some(KindRef::Further(kind)) => return wrong_template(object, &kind),
        None => {}
    }
    let kinds::Hidden { noun, path } = kinds::hidden_pods(&object.id.kind, object.root())?;
    Some(format!(
        "{} ({}) carries a {noun} at `{path}`, and its kind is not linted",
        named(&object.id),
        object.id.api_version
    ))
}

/// A pod template holds a `spec`; what holds the containers themselves is a pod spec.
fn wrong_template(object: &Object, kind: &WorkloadKind) -> Option<String> {
    let found = object.at(&kind.template_path());
    if found.is_some_and(|template| template.get("containers").is_none()) {
        return None;
    }
    let (name, path) = (named(&object.id), &kind.template);
    let parent = path.rsplit_once('.').map_or("its parent", |(parent, _)| parent);
    Some(match found {
        None => format!(
            "{name} has no pod template at `{path}`, where workloadKinds of the configuration says it is"
        ),
        Some(_) => format!(
            "{name} has a pod spec at `{path}`, where workloadKinds of the configuration says the pod template is; \
             write `{parent}` there"
        ),
    })
}

fn skipped(file: &File, reason: String) -> Skipped {
    Skipped { file: file.name.clone(), reason }
}

fn refuse(file: &File, source: &Source, error: &DocumentError, loaded: &mut Loaded) {
    let position = source.position(error.at());
    if let DocumentError::Template { reason, .. } = error {
        loaded.skipped.push(skipped(file, format!("{reason} (line {})", position.line)));
        return;
    }
    loaded.trouble.push(Trouble {
        file: file.name.clone(),
        line: Some(position.line),
        column: Some(position.column),
        message: error.to_string(),
    });
}
