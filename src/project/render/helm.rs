//! `--helm CHART`: renders a chart with `helm template`, and cuts the text up by template.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::chart::RenderedChart;
use super::kustomization::{is_remote, lexical};
use super::names;
use super::program::{self, Limits, ProgramFailure};
use crate::finding::Trouble;
use crate::kubernetes::version::KubernetesVersion;
use crate::project::input::{Content, File, Role};
use crate::text::Source;
use crate::yaml::{self, Node};

/// A chart and the values it is rendered with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chart<'a> {
    /// A directory or an archive.
    pub(super) path: &'a Path,
    /// Files of values.
    pub(super) values: &'a [PathBuf],
    /// `key=value`.
    pub(super) sets: &'a [String],
}

/// The line that Helm puts before what a template renders.
const SOURCE: &str = "# Source: ";

/// Renders a chart: one file for each template that renders anything.
pub(super) fn template(
    chart: Chart<'_>,
    version: KubernetesVersion,
    limits: Limits,
) -> Result<RenderedChart, Trouble> {
    let name = names::display(chart.path);
    let trouble = |message: String| Trouble { file: name.clone(), line: None, column: None, message };
    if let Some(message) = refusal(&chart) {
        return Err(trouble(message));
    }
    let chart_name = chart_name(chart.path);
    let arguments = arguments(&chart, &release(&chart_name), version);
    let deadline = Instant::now() + limits.time;
    let text = program::run("helm".as_ref(), &arguments, deadline, limits.output)
        .map_err(|failure| trouble(words(&failure, &name, limits)))?;
    let templates = split(&text).into_iter().map(|(template, text)| {
        let content = Content::Rendered { text: text.into(), by: format!("helm template {name}").into() };
        let file = File { name: template_name(&name, template), content, role: Role::Target };
        (file, PathBuf::from(inside(template)))
    });
    Ok(RenderedChart::new(chart.path, (chart.values, chart.sets), templates.collect()))
}

/// Why a chart is not even handed to Helm.
fn refusal(chart: &Chart<'_>) -> Option<String> {
    if !chart.path.exists() {
        let is_url = chart.path.to_str().is_some_and(is_remote);
        let next = match is_url {
            true => "nothing is fetched; run `helm pull --untar` first and name the directory",
            false => "name the directory of a chart on this machine (charts of repositories are not fetched)",
        };
        return Some(format!("there is no such chart here: {next}"));
    }
    let missing = chart.values.iter().find(|file| !file.is_file())?;
    Some(format!("its values file {} is not there; check --values", names::display(missing)))
}

/// Nothing that makes Helm fetch, run or wait for anything is among them. Tests of a chart are left
/// out: they are no part of what runs in production.
fn arguments(chart: &Chart<'_>, release: &str, version: KubernetesVersion) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = vec!["template".into(), release.into()];
    arguments.push(names::argument(chart.path).into());
    arguments.push("--skip-tests".into());
    arguments.push(format!("--kube-version={version}").into());
    for file in chart.values {
        let mut argument = OsString::from("--values=");
        argument.push(file);
        arguments.push(argument);
    }
    arguments.extend(chart.sets.iter().map(|set| format!("--set={set}").into()));
    arguments
}

/// A text in the description of a chart.
fn described(chart: &Path, field: &str) -> Option<String> {
    let text = std::fs::read_to_string(chart.join("Chart.yaml")).ok()?;
    let tree = yaml::documents(&Source::new("", text), false).into_iter().next()?.content.ok()?;
    tree.root().get(field).and_then(Node::text).map(str::to_owned)
}

/// It holds templates for other charts, and Helm renders none of it.
pub(super) fn is_library(chart: &Path) -> bool {
    described(chart, "type").as_deref() == Some("library")
}

/// What the chart calls itself, else its directory's name.
fn chart_name(chart: &Path) -> String {
    let own = described(chart, "name");
    let directory = || std::fs::canonicalize(chart).ok()?.file_stem()?.to_str().map(str::to_owned);
    own.or_else(directory).unwrap_or_default()
}

/// A release name that Helm accepts.
fn release(chart: &str) -> String {
    const LONGEST: usize = 53;
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let name: String = chart.chars().map(plain).take(LONGEST).collect();
    match name.trim_matches('-') {
        "" => "release".to_owned(),
        name => name.to_owned(),
    }
}

/// The text of each template, in the order they first occur. What stands before the first line that
/// names one is of no template.
fn split(text: &str) -> Vec<(&str, String)> {
    let mut parts: Vec<(&str, String)> = Vec::new();
    let mut index = std::collections::HashMap::new();
    let mut current: Option<usize> = None;
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let starts = line.trim_end() == "---";
        let named = lines.peek().and_then(|next| next.strip_prefix(SOURCE)).map(str::trim_end);
        if let (true, Some(template)) = (starts, named) {
            let at = *index.entry(template).or_insert_with(|| {
                parts.push((template, String::new()));
                parts.len() - 1
            });
            current = Some(at);
        }
        if let Some((_, text)) = current.and_then(|at| parts.get_mut(at)) {
            text.push_str(line);
        }
    }
    parts
}

/// `web/templates/a.yaml`, as Helm says it, from where the chart is. A name that leads out of the
/// chart is the chart's.
fn template_name(chart: &str, template: &str) -> String {
    let named = lexical(&Path::new(chart).join(inside(template)));
    let is_inside = named.starts_with(lexical(Path::new(chart)));
    if is_inside || chart == "." { names::display(&named) } else { chart.to_owned() }
}

/// A template as Helm says it, without the name of its chart.
fn inside(template: &str) -> &str {
    template.split_once('/').map_or(template, |(_, inside)| inside)
}

fn words(failure: &ProgramFailure, name: &str, limits: Limits) -> String {
    match failure {
        ProgramFailure::Missing => {
            "cannot be rendered: `helm` is not on PATH; install Helm 3, or render it elsewhere and lint the \
             result: `helm template CHART | kubectl lifecycle lint -`"
                .to_owned()
        }
        ProgramFailure::Failed(words) => {
            let lacks_dependency = words.contains("charts/") && words.contains("missing")
                || words.contains("dependency build")
                || words.contains("found in Chart.yaml");
            let next = match lacks_dependency {
                true => format!("run `helm dependency build {name}` first"),
                false => "mend the chart or give the values it needs with --values and --set".to_owned(),
            };
            format!("`helm template` could not render it; {next}. It said: {words}")
        }
        other => super::told("helm template", other, limits),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_of_one_template_stand_together() {
        let text = "---\n# Source: web/templates/a.yaml\na: 1\n---\n# Source: web/charts/db/templates/b.yaml\nb: 1\n\
                    ---\n# Source: web/templates/a.yaml\na: 2\n---\na: 3\n";
        assert_eq!(
            split(text),
            [
                (
                    "web/templates/a.yaml",
                    "---\n# Source: web/templates/a.yaml\na: 1\n---\n# Source: web/templates/a.yaml\na: 2\n---\na: 3\n"
                        .to_owned()
                ),
                (
                    "web/charts/db/templates/b.yaml",
                    "---\n# Source: web/charts/db/templates/b.yaml\nb: 1\n".to_owned()
                ),
            ]
        );
    }

    #[test]
    fn a_template_is_named_from_where_its_chart_is() {
        assert_eq!(template_name("charts/web", "web/templates/a.yaml"), "charts/web/templates/a.yaml");
        assert_eq!(template_name(".", "web/charts/db/templates/b.yaml"), "charts/db/templates/b.yaml");
        assert_eq!(template_name("charts/web", "web/../../../etc/passwd"), "charts/web");
    }

    #[test]
    fn any_chart_gets_a_release_name_that_helm_accepts() {
        assert_eq!(release("My_Chart.2"), "my-chart-2");
        assert_eq!(release("--x--"), "x");
        assert_eq!(release("名前"), "release");
        assert_eq!(release(&"x".repeat(80)).len(), 53);
    }
}
