//! `-k DIR`: builds an overlay with kustomize and learns where each object came from.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::affix::Affixes;
use super::kustomization::{self, Kustomization, is_remote, lexical};
use super::names::{self, Names};
use super::origin::{self, ObjectOrigin};
use super::program::{self, Limits, ProgramFailure};
use crate::finding::Trouble;
use crate::project::cleanup;
use crate::project::input::{Content, File, Role};
use crate::text::system;

/// An overlay that was built.
#[derive(Debug, Clone)]
pub(crate) struct Overlay {
    /// The rendered text, named after the overlay's kustomization.
    pub(super) file: File,
    /// The directory, as given.
    pub(super) name: String,
    /// How its files are called.
    pub(super) names: Names,
    /// Where each document of the rendered text came from.
    pub(super) origins: Vec<ObjectOrigin>,
    /// The kustomizations it consists of, bases first; the last is its own.
    pub(super) tree: Vec<Kustomization>,
    /// What those put around the names of objects.
    pub(super) affixes: Affixes,
}

/// Builds the overlay in `directory`.
pub(super) fn build(directory: &Path, limits: Limits) -> Result<Overlay, Trouble> {
    let name = names::display(directory);
    let trouble = |message: String| Trouble { file: name.clone(), line: None, column: None, message };
    if let Some(message) = refusal(directory) {
        return Err(trouble(message));
    }
    let canonical = std::fs::canonicalize(directory).map_err(|cause| trouble(system::unreadable(&cause)))?;
    let tree = kustomization::tree(&canonical);
    let deadline = Instant::now() + limits.time;
    let is_component = tree.last().is_some_and(Kustomization::is_component);
    let builder =
        KustomizeProgram { directory, canonical: &canonical, is_component, deadline, most: limits.output };
    let built = builder.build();
    let (command, text, origins) = built.map_err(|(command, failure)| {
        remote_trouble(&tree, &name, &canonical, &command, &failure)
            .unwrap_or_else(|| trouble(words(&command, &failure, limits)))
    })?;
    let file = Kustomization::file_in(directory).unwrap_or_else(|| directory.to_owned());
    let by = format!("{command} {name}");
    let content = Content::Rendered { text: text.into(), by: by.into() };
    let file = File { name: names::display(&file), content, role: Role::Target };
    let affixes = Affixes::of(&tree);
    Ok(Overlay { file, names: Names::new(directory, canonical), name, origins, tree, affixes })
}

/// Why a directory is not even handed to the program.
fn refusal(directory: &Path) -> Option<String> {
    let is_url = directory.to_str().is_some_and(is_remote) && !directory.exists();
    if is_url {
        return Some(
            "is not on this machine, and nothing is fetched; clone it first and name the local directory"
                .to_owned(),
        );
    }
    (directory.exists() && !directory.is_dir())
        .then(|| "is a file; name the directory that its kustomization.yaml is in".to_owned())
}

struct KustomizeProgram<'a> {
    directory: &'a Path,
    canonical: &'a Path,
    is_component: bool,
    deadline: Instant,
    most: u64,
}

/// The command for people, the text, and the origins of its documents.
type BuildOutput = (String, String, Vec<ObjectOrigin>);

impl KustomizeProgram<'_> {
    fn build(&self) -> Result<BuildOutput, (String, ProgramFailure)> {
        if let Some(overlay) = throw_away(self.canonical, self.is_component) {
            let root = overlay.root.clone();
            let built = self.run(&root);
            // It goes on every way out; here it is in nobody's way any more.
            drop(overlay);
            match built {
                Ok((command, text)) => {
                    let (text, origins) = origin::take(text, &root);
                    return Ok((command, text, origins));
                }
                Err((_, ProgramFailure::Failed(_))) => {}
                Err(failure) => return Err(failure),
            }
        }
        // Built as it stands: its failure is then told in words about the user's files alone.
        let (command, text) = self.run(&names::argument(self.directory))?;
        let (text, origins) = origin::take(text, self.canonical);
        Ok((command, text, origins))
    }

    /// The first program that is there; what it answers counts, whatever it is.
    fn run(&self, directory: &Path) -> Result<(String, String), (String, ProgramFailure)> {
        let named = std::env::var_os("KUBECTL_PATH").filter(|path| !path.is_empty());
        let kubectl = named.map(|path| (path, "kustomize", "kubectl kustomize"));
        let on_path =
            [("kubectl", "kustomize", "kubectl kustomize"), ("kustomize", "build", "kustomize build")]
                .map(|(program, verb, shown)| (OsString::from(program), verb, shown));
        for (program, verb, shown) in kubectl.into_iter().chain(on_path) {
            let arguments = [OsStr::new(verb), directory.as_os_str()].map(OsStr::to_owned);
            match program::run(&program, &arguments, self.deadline, self.most) {
                Err(ProgramFailure::Missing) => {}
                Err(failure) => return Err((shown.to_owned(), failure)),
                Ok(text) => return Ok((shown.to_owned(), text)),
            }
        }
        Err(("kubectl kustomize".to_owned(), ProgramFailure::Missing))
    }
}

/// A directory that goes when this does, and when the run is interrupted.
struct ThrowAway {
    /// The directory without links.
    root: PathBuf,
    _guard: cleanup::Guard,
    _directory: tempfile::TempDir,
}

/// A directory with a kustomization that builds on `overlay` and asks for origin annotations. `None`
/// where there is no room for one.
fn throw_away(overlay: &Path, is_component: bool) -> Option<ThrowAway> {
    let directory = tempfile::Builder::new().prefix("kubectl-lifecycle-").tempdir().ok()?;
    let guard = cleanup::guard(directory.path());
    let root = std::fs::canonicalize(directory.path()).ok()?;
    let relative = names::relative(&root, overlay)?;
    // JSON is YAML in which every name can be written.
    let text = serde_json::json!({
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        if is_component { "components" } else { "resources" }: [relative.to_str()?],
        "buildMetadata": ["originAnnotations"],
    });
    std::fs::write(root.join("kustomization.yaml"), text.to_string()).ok()?;
    Some(ThrowAway { root, _guard: guard, _directory: directory })
}

/// A build that failed over a base that would have to be fetched is told at the line that names it.
fn remote_trouble(
    tree: &[Kustomization],
    name: &str,
    canonical: &Path,
    command: &str,
    failure: &ProgramFailure,
) -> Option<Trouble> {
    let ProgramFailure::Failed(words) = failure else { return None };
    let names = Names::new(Path::new(name), canonical.to_owned());
    let (kustomization, node) =
        tree.iter().find_map(|one| Some((one, one.remote_bases().into_iter().next()?)))?;
    let source = crate::text::Source::new("", node.tree().text());
    let position = source.position(node.span().start);
    Some(Trouble {
        file: names.name(&lexical(&kustomization.path)),
        line: Some(position.line),
        column: Some(position.column),
        message: format!(
            "a remote base, `{}`: linting fetches nothing, so `{command} {name}` could not build it. \
             Build it where the network is, and lint the result: `{command} {name} | kubectl lifecycle lint -`. \
             It said: {words}",
            node.text().unwrap_or_default(),
        ),
    })
}

fn words(command: &str, failure: &ProgramFailure, limits: Limits) -> String {
    match failure {
        ProgramFailure::Missing => {
            "cannot be built: neither `kubectl` nor `kustomize` is on PATH; install one of them, \
             or set KUBECTL_PATH to the kubectl to use"
                .to_owned()
        }
        ProgramFailure::Failed(words) => {
            format!("`{command}` could not build it; mend the kustomization and try again. It said: {words}")
        }
        other => super::told(command, other, limits),
    }
}
