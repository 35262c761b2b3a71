//! Findings in charts: the line of the template, and the values that are written there.

use serde_json::Value;

use super::{UNTRIED, findings, json, lint, practice};
use crate::programs::has_helm;
use crate::tool::Tool;

/// `.Values.a is set here values.yaml:1` of the finding in a container.
fn related(report: &Value, rule: &str, container: &str) -> Vec<String> {
    let all = report["findings"].as_array().unwrap();
    let is = |finding: &&Value| finding["rule"] == rule && finding["container"] == container;
    let finding = all.iter().find(is).unwrap_or_else(|| panic!("no {rule} in {container}: {report:#}"));
    let one = |related: &Value| {
        format!(
            "{} {}:{}",
            related["message"].as_str().unwrap(),
            related["file"].as_str().unwrap(),
            related["line"]
        )
    };
    finding["related"].as_array().unwrap().iter().map(one).collect()
}

/// A chart of one Pod, whose containers are written so.
fn pod(containers: &str, values: &str) -> Tool {
    let head = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n";
    Tool::with(&[
        ("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\n"),
        ("web/values.yaml", values),
        ("web/templates/pod.yaml", &format!("{head}{containers}")),
    ])
}

#[test]
fn findings_in_a_chart_stand_in_the_line_of_the_template() {
    if !has_helm(UNTRIED) {
        return;
    }
    let (status, report) = json(lint(&practice(), &["--helm", "shop"]));
    assert_eq!(status, 1);
    assert_eq!(
        findings(&report, &practice()),
        [
            // A chart in a directory that is called otherwise.
            r#"latest-tag cache shop/charts/cache-0.1/templates/cache.yaml:8:14 "{{ .Values.image.name }}:{{ .Values.image.tag }}""#,
            // What is included stands where it is written.
            "latest-tag tail shop/templates/_helpers.tpl:18:10 example.com/tail",
            r#"latest-tag shop shop/templates/deployment.yaml:22:18 {{ include "shop.image" .Values.image }}"#,
            "prestop-exceeds-grace-period shop shop/templates/deployment.yaml:25:13 {{- toYaml . | nindent 12 }}",
            "latest-tag logs shop/templates/deployment.yaml:29:18 {{ .image | quote }}",
            "latest-tag worker shop/templates/workers.yaml:16:18 {{ $worker.image }}",
        ]
    );
    assert!(
        !report.to_string().contains(r#""rendered":"helm"#),
        "no line of the rendered text is claimed: {report:#}"
    );
    let suppressed = &report["suppressed"][0];
    assert_eq!(
        (&suppressed["file"], &suppressed["line"], &suppressed["container"]),
        (&"shop/templates/deployment.yaml".into(), &32.into(), &"pinned".into()),
        "a comment of the template silences as before"
    );
}

#[test]
fn the_values_that_a_line_is_written_from_are_named_where_they_are_set() {
    if !has_helm(UNTRIED) {
        return;
    }
    let (_, report) = json(lint(&practice(), &["--helm", "shop"]));
    assert_eq!(
        related(&report, "latest-tag", "shop"),
        [
            "`.Values.image.registry` is set here shop/values.yaml:3",
            "`.Values.image.name` is set here shop/values.yaml:4",
            "`.Values.image.tag` is set here shop/values.yaml:5",
        ],
        "through a template that is included"
    );
    assert_eq!(
        related(&report, "prestop-exceeds-grace-period", "shop"),
        [
            "the grace period shop/templates/deployment.yaml:18",
            "`.Values.lifecycle.preStop.exec.command[1]` is set here shop/values.yaml:12",
            "`.Values.grace` is set here shop/values.yaml:6",
        ],
        "into what is written as a block, and at related places"
    );
    assert_eq!(
        related(&report, "latest-tag", "logs"),
        ["`.Values.sidecars[1].image` is set here shop/values.yaml:17"],
        "the item that a loop is at"
    );
    assert_eq!(
        related(&report, "latest-tag", "worker"),
        ["`.Values.workers.mail.image` is set here shop/values.yaml:20"]
    );
    assert_eq!(
        related(&report, "latest-tag", "cache"),
        [
            "`.Values.image.name` is set here shop/values.yaml:25",
            "`.Values.image.tag` is set here shop/charts/cache-0.1/values.yaml:3",
        ],
        "the chart around it comes first"
    );
    let help = report["findings"][2]["help"].to_string();
    assert!(
        help.contains("`.Values.image.tag` (set at shop/values.yaml:5)"),
        "for formats without places: {help}"
    );
}

#[test]
fn what_sets_a_value_last_is_named() {
    if !has_helm(UNTRIED) {
        return;
    }
    let here = Tool::with(&[
        ("a.yaml", "image:\n  tag: '1'\n"),
        ("b.yaml", "other: 1\nimage:\n  tag: latest\ncache: {image: {tag: next}}\n"),
    ]);
    let path = |name: &str| here.at(name).to_str().unwrap().to_owned();
    let (a, b) = (path("a.yaml"), path("b.yaml"));
    let arguments = ["--helm", "shop", "--values", &a, "--values", &b];
    let (_, report) = json(lint(&practice(), &arguments));
    let named = related(&report, "latest-tag", "shop");
    assert!(named.contains(&format!("`.Values.image.tag` is set here {b}:3")), "{named:?}");
    let set = ["--set", "image.tag=latest,cache.image.tag=latest"];
    let (_, report) = json(lint(&practice(), &[&arguments[..], &set].concat()));
    let named = related(&report, "latest-tag", "shop");
    assert!(
        named.contains(&"`.Values.cache.image.tag` is given by --set".to_owned())
            || named.iter().any(|one| one == "`.Values.image.registry` is set here shop/values.yaml:3"),
        "{named:?}"
    );
    assert_eq!(
        related(&report, "latest-tag", "cache"),
        [
            "`.Values.image.name` is set here shop/values.yaml:25",
            "`.Values.image.tag` is given by --set shop/charts/cache-0.1/templates/cache.yaml:8",
        ]
    );
}

#[test]
fn a_value_that_nobody_sets_is_named_with_the_place_where_it_would_stand() {
    if !has_helm(UNTRIED) {
        return;
    }
    let here = pod(
        "  - name: web\n    image: \"web:{{ .Values.image.tag | default \"latest\" }}\"\n",
        "image:\n  name: a\n",
    );
    let (_, report) = json(lint(here.path(), &["--helm", "web"]));
    assert_eq!(
        related(&report, "latest-tag", "web"),
        ["`.Values.image.tag` is set nowhere; it would stand here web/values.yaml:1"]
    );
}

/// Both branches write the same, and which is taken depends on the cluster.
#[test]
fn where_two_lines_could_have_written_it_the_rendered_line_stays_and_says_so() {
    if !has_helm(UNTRIED) {
        return;
    }
    let branches = "  {{- if .Capabilities.APIVersions.Has \"a/v1\" }}\n  - name: web\n    image: web\n  {{- else }}\n  - name: web\n    image: web\n  {{- end }}\n  - name: other\n    image: other\n";
    let here = pod(branches, "a: 1\n");
    let (_, report) = json(lint(here.path(), &["--helm", "web"]));
    let all = report["findings"].as_array().unwrap();
    let of = |container: &str| all.iter().find(|finding| finding["container"] == container).unwrap();
    assert_eq!(of("web")["rendered"], "helm template web");
    assert_eq!(
        (of("web")["file"].as_str(), of("web")["line"].as_u64()),
        (Some("web/templates/pod.yaml"), Some(10))
    );
    assert_eq!((of("other")["line"].as_u64(), &of("other")["rendered"]), (Some(15), &Value::Null));
    let told = lint(here.path(), &["--helm", "web"]).end().out;
    assert!(told.contains("as rendered by helm template web"), "{told}");
}

#[test]
fn a_condition_that_the_values_decide_tells_the_branches_apart() {
    if !has_helm(UNTRIED) {
        return;
    }
    let branches = "  {{- if eq .Values.kind \"a\" }}\n  - name: web\n    image: web\n  {{- else }}\n  - name: web\n    image: web\n  {{- end }}\n";
    let here = pod(branches, "kind: b\n");
    let (_, report) = json(lint(here.path(), &["--helm", "web"]));
    assert_eq!(findings(&report, here.path()), ["latest-tag web web/templates/pod.yaml:12:12 web"]);
}

/// What is known goes by the object and the field, and not by the line.
#[test]
fn a_baseline_holds_whatever_line_the_finding_moves_to() {
    if !has_helm(UNTRIED) {
        return;
    }
    let container = "  - name: web\n    image: {{ .Values.image }}\n";
    let here = pod(container, "image: web\n");
    let written = lint(here.path(), &["--helm", "web", "--write-baseline", "known.txt"]).end();
    assert!(written.code() <= 1, "{}", written.out);
    here.write(
        "web/templates/pod.yaml",
        &format!("{{{{/* */}}}}\n\n{}", {
            let head = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n";
            format!("{head}{container}")
        }),
    );
    let (status, report) = json(lint(here.path(), &["--helm", "web", "--baseline", "known.txt"]));
    assert_eq!((status, &report["findings"]), (0, &Value::Array(Vec::new())));
}

#[test]
fn the_place_is_in_the_template_for_programs_too() {
    if !has_helm(UNTRIED) {
        return;
    }
    let here = pod("  - name: web\n    image: {{ .Values.image }}\n", "image: web\n");
    let sarif = lint(here.path(), &["--helm", "web", "-o", "sarif"]).end().json();
    let result = &sarif["runs"][0]["results"][0];
    let physical = &result["locations"][0]["physicalLocation"];
    assert_eq!(physical["region"]["startLine"], 8);
    assert!(physical["artifactLocation"]["uri"].as_str().unwrap().ends_with("web/templates/pod.yaml"));
    assert!(result["relatedLocations"].to_string().contains("`.Values.image` is set here"), "{result:#}");
    let github = lint(here.path(), &["--helm", "web", "-o", "github"]).end().out;
    assert!(github.contains("line=8,endLine=8,col=12") && github.contains("web/values.yaml:1"), "{github}");
}

#[cfg(unix)]
mod hostile {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::programs::script;

    /// A chart, and a Helm that says this of it.
    fn said(rendered: &str, template: &str) -> Tool {
        let here = pod("", "image: web\n");
        here.write("web/templates/pod.yaml", template);
        here.write("rendered.txt", rendered);
        here.write("secret.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: web\n");
        let text = here.at("rendered.txt");
        script(
            &here.at("bin/helm"),
            &format!(
                "#!/bin/sh\nwhile IFS= read -r line; do printf '%s\\n' \"$line\"; done < '{}'\n",
                text.display()
            ),
        );
        here
    }

    fn report(here: &Tool) -> Value {
        json(lint(here.path(), &["--helm", "web"]).env("PATH", here.at("bin"))).1
    }

    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: web\n";

    #[test]
    fn a_source_that_leads_out_of_the_chart_is_never_read() {
        for source in
            ["web/../secret.yaml", "../secret.yaml", "/etc/passwd", "web/templates/../../secret.yaml", "web"]
        {
            let here = said(&format!("---\n# Source: {source}\n{POD}"), POD);
            let report = report(&here);
            let finding = &report["findings"][0];
            assert_eq!(finding["rendered"], "helm template web", "{source}: {report:#}");
            assert!(finding["file"].as_str().unwrap().starts_with("web"), "{source}: {report:#}");
        }
    }

    #[test]
    fn a_link_out_of_the_chart_is_not_followed() {
        let here = said(&format!("---\n# Source: web/templates/linked.yaml\n{POD}"), POD);
        std::os::unix::fs::symlink(here.at("secret.yaml"), here.at("web/templates/linked.yaml")).unwrap();
        assert_eq!(report(&here)["findings"][0]["rendered"], "helm template web");
    }

    #[test]
    fn a_template_that_wrote_nothing_of_it_gets_no_finding() {
        let here = said(&format!("---\n# Source: web/templates/pod.yaml\n{POD}"), "a: 1\nb: 2\n");
        assert_eq!(report(&here)["findings"][0]["rendered"], "helm template web");
        let here = said(&format!("---\n# Source: web/templates/pod.yaml\n{POD}"), "{{ if {{ \"");
        assert_eq!(report(&here)["findings"][0]["file"], "web/templates/pod.yaml");
    }

    #[test]
    fn a_huge_template_costs_no_more_than_a_moment() {
        let many = "  # {{ .a }}{{ .b }} x {{ .c }} x\n".repeat(20_000);
        let noise = "  # x x x x x x x x x\n".repeat(20_000);
        let here =
            said(&format!("---\n# Source: web/templates/pod.yaml\n{POD}{noise}"), &format!("{POD}{many}"));
        let started = Instant::now();
        assert_eq!(report(&here)["findings"][0]["rendered"], "helm template web", "there are too many lines");
        assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    }

    #[test]
    fn helpers_that_include_each_other_end() {
        let template = "{{ define \"a\" }}{{ include \"b\" . }}{{ include \"b\" . }}{{ end }}{{ define \"b\" }}{{ include \"a\" . }}{{ include \"a\" . }}{{ end }}apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: {{ include \"a\" . }}\n";
        let here = said(&format!("---\n# Source: web/templates/pod.yaml\n{POD}"), template);
        let report = report(&here);
        assert_eq!(report["findings"][0]["line"], 7, "{report:#}");
    }
}
