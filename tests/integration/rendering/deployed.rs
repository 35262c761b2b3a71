//! `--rendered`: all that is deployed below a directory, in one run.

use super::{UNTRIED, findings, json, lint, practice, trouble};
use crate::programs::{has_helm, has_kubectl};
use crate::tool::Tool;

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: example.com/web\n";

fn can_render() -> bool {
    has_kubectl(UNTRIED) && has_helm(UNTRIED)
}

#[test]
fn every_overlay_that_no_other_one_uses_and_every_chart_is_linted_as_a_whole() {
    if !can_render() {
        return;
    }
    let (status, report) = json(lint(&practice(), &["--rendered"]));
    assert_eq!(status, 1);
    let mut apart: Vec<String> = Vec::new();
    for one in [["-k", "overlays/dev"], ["-k", "overlays/prod"], ["--helm", "chart"], ["--helm", "shop"]] {
        apart.extend(findings(&json(lint(&practice(), &one)).1, &practice()));
    }
    apart.sort();
    apart.dedup();
    let mut found = findings(&report, &practice());
    found.sort();
    assert_eq!(found, apart, "what they share is told once, and nothing else is told");
    assert!(report.to_string().contains("the same in Deployment `web-prod` of `overlays/prod`"));
    assert!(report["skipped"].as_array().unwrap().is_empty(), "templates were rendered: {report:#}");
    assert!(report["hints"].as_array().is_none_or(Vec::is_empty), "{report:#}");
}

#[test]
fn what_belongs_to_an_overlay_is_not_linted_for_itself_and_what_stands_beside_it_is() {
    if !can_render() {
        return;
    }
    let tagged = "resources: [../base]\nimages: [{name: example.com/web, newTag: '1.2'}]\n";
    let here = Tool::with(&[
        ("base/kustomization.yaml", "resources: [pod.yaml]\n"),
        ("base/pod.yaml", POD),
        ("base/stray.yaml", &POD.replace("web", "stray")),
        ("top/kustomization.yaml", tagged),
        ("part/kustomization.yaml", "kind: Component\nresources: [part.yaml]\n"),
        ("part/part.yaml", POD),
        ("lib/Chart.yaml", "apiVersion: v2\nname: lib\nversion: 0.1.0\ntype: library\n"),
        ("lib/templates/_a.yaml", "{{ define \"a\" }}{{ end }}"),
    ]);
    let (status, report) = json(lint(here.path(), &["--rendered", "."]));
    assert_eq!(findings(&report, here.path()), ["latest-tag stray base/stray.yaml:7:12 example.com/stray"]);
    assert_eq!((status, report["trouble"].as_array().unwrap().len()), (1, 0), "{report:#}");
    let (_, report) = json(lint(here.path(), &["."]));
    assert!(!report.to_string().contains("--helm lib"), "a library cannot be rendered: {report:#}");
}

#[test]
fn values_are_for_all_charts_and_trouble_with_one_hides_no_other() {
    if !can_render() {
        return;
    }
    let here = Tool::with(&[
        ("a/Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\n"),
        ("a/values.yaml", "image: a:1\n"),
        ("a/templates/a.yaml", &POD.replace("example.com/web", "{{ .Values.image }}")),
        ("b/Chart.yaml", "apiVersion: v2\nname: b\nversion: 0.1.0\n"),
        ("b/templates/b.yaml", "{{ fail \"no\" }}"),
    ]);
    let (status, report) = json(lint(here.path(), &["--rendered", "--set", "image=a"]));
    assert_eq!(
        findings(&report, here.path()),
        ["latest-tag web a/templates/a.yaml:7:12 {{ .Values.image }}"]
    );
    assert_eq!(status, 2);
    assert!(trouble(&report).contains("could not render it"), "{report:#}");
}

#[test]
fn values_without_a_chart_are_bad_usage_and_with_rendered_they_are_not() {
    let here = Tool::with(&[("pod.yaml", &POD.replace("/web", "/web:1"))]);
    assert_eq!(lint(here.path(), &["--set", "a=b"]).end().code(), 2);
    let (status, report) = json(lint(here.path(), &["--rendered", "--set", "a=b"]));
    assert_eq!(status, 0, "{report:#}");
}
