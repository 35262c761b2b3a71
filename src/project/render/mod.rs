//! What other programs render: overlays by kustomize, charts by Helm. Findings in what came from an
//! overlay are placed in the file and line that the field was written in.

mod affix;
mod book;
pub(crate) mod changing;
mod chart;
mod follow;
mod generated;
mod helm;
pub(crate) mod kustomization;
mod kustomize;
mod layers;
mod names;
pub(crate) mod notice;
mod origin;
mod program;
mod relocate;
mod wanted;

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::finding::Trouble;
use crate::kubernetes::version::KubernetesVersion;
use crate::project::changes::Changes;
use crate::project::input::{Content, File, Input, Role};
pub(crate) use chart::{ChartRelocator, RenderedChart};
pub(crate) use kustomization::lexical;
pub(crate) use kustomize::Overlay;
pub(crate) use program::Limits;
use program::ProgramFailure;
pub(crate) use relocate::Relocator;

/// What was rendered in a run.
#[derive(Debug, Default)]
pub(crate) struct Rendered {
    /// The rendered texts.
    pub(crate) files: Vec<File>,
    /// The overlays among them.
    pub(crate) overlays: Vec<Overlay>,
    /// The charts among them.
    pub(crate) charts: Vec<RenderedChart>,
    /// What could not be rendered.
    pub(crate) trouble: Vec<Trouble>,
    /// The inputs that are made of changes, where changes are asked for.
    pub(crate) changed: Vec<Input>,
}

/// Renders the inputs that a program renders; each is a set of its own.
///
/// With `changes`, what is made of nothing that changed is no target.
pub(crate) fn render(
    inputs: &[Input],
    version: KubernetesVersion,
    limits: Limits,
    changes: Option<&Changes>,
) -> Rendered {
    let mut rendered = Rendered::default();
    let parts: Vec<Rendered> = inputs
        .par_iter()
        .filter(|input| input.is_rendered())
        .map(|input| {
            let mut rendered = match input {
                Input::Kustomize { directory } => Rendered::of_overlay(kustomize::build(directory, limits)),
                Input::Helm { chart, values, sets } => Rendered::of_chart(helm::template(
                    helm::Chart { path: chart, values, sets },
                    version,
                    limits,
                )),
                Input::Path { .. } | Input::Text { .. } | Input::Stdin => Rendered::default(),
            };
            match changes.map(|changes| rendered.is_made_of_changes(input, changes)) {
                Some(true) => rendered.changed.push(input.clone()),
                Some(false) => rendered.watch(),
                None => {}
            }
            rendered
        })
        .collect();
    for part in parts {
        rendered.files.extend(part.files);
        rendered.overlays.extend(part.overlays);
        rendered.charts.extend(part.charts);
        rendered.trouble.extend(part.trouble);
        rendered.changed.extend(part.changed);
    }
    rendered
}

impl Rendered {
    fn of_overlay(built: Result<Overlay, Trouble>) -> Self {
        match built {
            Ok(overlay) => {
                Self { files: vec![overlay.file.clone()], overlays: vec![overlay], ..Self::default() }
            }
            Err(trouble) => Self { trouble: vec![trouble], ..Self::default() },
        }
    }

    /// Something that it was made from changed, or went.
    fn is_made_of_changes(&self, input: &Input, changes: &Changes) -> bool {
        let is_changed =
            |path: &Path| std::fs::canonicalize(path).is_ok_and(|path| changes.files.contains_key(&path));
        let of_overlay = |overlay: &Overlay| {
            let sources = overlay.sources();
            let went = changes.files.iter().filter(|(_, change)| change.is_deleted);
            let mut folders = overlay.tree.iter().map(|kustomization| kustomization.path.parent());
            sources.iter().filter_map(File::path).any(is_changed)
                || went.into_iter().any(|(path, _)| folders.any(|folder| folder == path.parent()))
        };
        match input {
            Input::Helm { chart, values, .. } => {
                let chart = std::fs::canonicalize(chart).unwrap_or_else(|_| chart.clone());
                changes.files.keys().any(|path| path.starts_with(&chart))
                    || values.iter().any(|path| is_changed(path))
            }
            _ => self.overlays.iter().any(of_overlay),
        }
    }

    /// Lets its texts be read only to know about.
    fn watch(&mut self) {
        self.files.iter_mut().for_each(|file| file.role = Role::Watched);
        self.overlays.iter_mut().for_each(|overlay| overlay.file.role = Role::Watched);
    }

    fn of_chart(rendered: Result<RenderedChart, Trouble>) -> Self {
        match rendered {
            Ok(chart) => {
                let files = chart.templates.iter().map(|(file, _)| file.clone()).collect();
                Self { files, charts: vec![chart], ..Self::default() }
            }
            Err(trouble) => Self { trouble: vec![trouble], ..Self::default() },
        }
    }
}

impl Overlay {
    /// The file holds what was built of it.
    pub(crate) fn is_built_into(&self, file: &File) -> bool {
        self.file == *file
    }

    /// The files on disk that the overlay was made from, under the names a user knows them by.
    pub(crate) fn sources(&self) -> Vec<File> {
        let origins = self.origins.iter().filter_map(|origin| origin.file.clone());
        let own = self.tree.iter().flat_map(|kustomization| {
            let generators = ["configMapGenerator", "secretGenerator"]
                .into_iter()
                .flat_map(|field| kustomization.items(field))
                .flat_map(|generator| kustomization.generator_files(generator))
                .map(|(_, path)| path);
            let own = std::iter::once(kustomization.path.clone());
            own.chain(kustomization.patch_files()).chain(generators)
        });
        let mut paths: Vec<PathBuf> = origins.chain(own).filter(|path| path.is_file()).collect();
        paths.sort();
        paths.dedup();
        let file = |path: PathBuf| File {
            name: self.names.name(&path),
            content: Content::Path(path),
            role: Role::Context,
        };
        paths.into_iter().map(file).collect()
    }
}

/// What is said of a program that rendered nothing, whichever it is.
fn told(command: &str, failure: &ProgramFailure, limits: Limits) -> String {
    match failure {
        ProgramFailure::TimedOut => format!(
            "`{command}` was stopped after {} s; build it by hand to see what it waits for, or give it longer \
             with --render-timeout",
            limits.time.as_secs()
        ),
        ProgramFailure::TooMuch => format!(
            "`{command}` wrote more than {} MiB and was stopped; raise --max-file-size if that is right",
            limits.output / (1024 * 1024)
        ),
        ProgramFailure::NotText => format!("`{command}` wrote text that is not UTF-8; check what it renders"),
        ProgramFailure::Unusable(cause) => {
            format!("`{command}` could not be run: {cause}; check the program")
        }
        ProgramFailure::Missing | ProgramFailure::Failed(_) => format!("`{command}` failed"),
    }
}

/// A path in a command that can be copied into a shell.
pub(crate) fn quoted(path: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+@:,=".contains(c);
    let path =
        if path.starts_with('-') { Path::new(".").join(path).display().to_string() } else { path.to_owned() };
    if !path.is_empty() && path.chars().all(is_plain) {
        return path;
    }
    format!("'{}'", path.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_quoted_for_a_shell_where_it_needs_to_be() {
        assert_eq!(quoted("k8s/overlays/prod"), "k8s/overlays/prod");
        assert_eq!(quoted("my app"), "'my app'");
        assert_eq!(quoted("a'; rm -rf /"), r"'a'\''; rm -rf /'");
        assert_eq!(quoted("-k"), "./-k");
    }
}
