//! Reports built by hand, for the tests of all outputs.

#![allow(clippy::unwrap_used, clippy::panic)]

use crate::finding::{
    Finding, Help, ObjectRef, Place, Related, Report, Severity, Skipped, SourceId, Summary, Trouble,
};
use crate::path::FieldPath;
use crate::source::{Source, Span};

pub(super) const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: registry.example:5000/web
          ports:
            - containerPort: 8080
";

pub(super) const SERVICE: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
";

/// A finding of `latest-tag` over the first place where `words` stand in a source.
pub(super) fn finding(source: &Source, id: usize, words: &str) -> Finding {
    Finding {
        rule: "latest-tag",
        severity: Severity::Warning,
        message: "the image has no tag, so every pull can bring another version".into(),
        why:
            "With two replicas, a node that pulls later runs other code; the effective pull policy is Always."
                .into(),
        help: Help {
            text: "Name a version, and pin it by its digest where it must never change:".into(),
            yaml: "image: registry.example:5000/web:1.4.2".into(),
        },
        docs: vec!["https://kubernetes.io/docs/concepts/containers/images/#image-names"],
        place: place(source, id, words),
        related: Vec::new(),
        object: ObjectRef {
            api_version: "apps/v1".into(),
            kind: "Deployment".into(),
            namespace: None,
            name: "web".into(),
        },
        container: Some("web".into()),
        field: "spec.template.spec.containers[web].image".into(),
    }
}

/// The first place where `words` stand in a source.
pub(super) fn place(source: &Source, id: usize, words: &str) -> Place {
    let start = source.text().find(words).unwrap_or_else(|| panic!("{words:?} is not in the source"));
    Place {
        source: SourceId(id),
        span: Span::new(start, start + words.len()),
        path: FieldPath::of("spec.template.spec.containers").index(0).key("image"),
    }
}

pub(super) fn related(source: &Source, id: usize, words: &str, message: &str) -> Related {
    Related { place: place(source, id, words), message: message.into() }
}

/// A report of these findings, with counts to match.
pub(super) fn report(sources: Vec<Source>, findings: Vec<Finding>) -> Report {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let summary = Summary {
        files: sources.len(),
        documents: sources.len(),
        workloads: 1,
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        infos: count(Severity::Info),
        ..Summary::default()
    };
    Report { findings, sources, summary, ..Report::default() }
}

/// One warning in one file.
pub(super) fn single(text: &str, words: &str) -> Report {
    let source = Source::new("k8s/web.yaml", text);
    let finding = finding(&source, 0, words);
    report(vec![source], vec![finding])
}

/// Two files, a finding with a related place in each, trouble, and something skipped.
pub(super) fn full() -> Report {
    let web = Source::new("k8s/web.yaml", WEB);
    let service = Source::new("k8s/svc.yaml", SERVICE);
    let mut probe = finding(&web, 0, "web\n          image");
    probe.place = place(&web, 0, "name: web\n          image");
    probe.place.span = Span::new(probe.place.span.start, probe.place.span.start + "name: web".len());
    probe.rule = "missing-readiness-probe";
    probe.message = "the container gets traffic but has no readiness probe".into();
    probe.related = vec![
        related(&web, 0, "8080", "Service `web` sends requests here"),
        related(
            &service,
            1,
            "app: web",
            "selects this pod template, so requests reach it as soon as it starts",
        ),
    ];
    let image = finding(&web, 0, "registry.example:5000/web");
    let mut report = report(vec![web, service], vec![probe, image]);
    report.skipped = vec![
        Skipped { file: "chart/templates/a.yaml".into(), reason: TEMPLATE.into() },
        Skipped { file: "chart/templates/b.yaml".into(), reason: TEMPLATE.into() },
    ];
    report.trouble = vec![Trouble {
        file: "k8s/broken.yaml".into(),
        line: Some(3),
        column: Some(7),
        message: "a mapping value is not allowed here; quote the text if it holds `: `, and run again".into(),
    }];
    report.summary.files = 5;
    report.notes = vec!["k8s/web.yaml: Service `web` reaches container `web`".into()];
    report
}

const TEMPLATE: &str =
    "a Helm template; render it and pass the result: `helm template . | kubectl lifecycle lint -`";
