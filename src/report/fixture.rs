//! Reports built by hand, for the tests of all outputs.

#![allow(clippy::unwrap_used, clippy::panic)]

use super::format::Format;
use super::shared::presentation::Presentation;
use crate::finding::{
    Action, Bar, Chart, Finding, Fix, Help, Instant, Interval, Mark, Means, ObjectRef, Obsolete, Part, Phase,
    Place, Related, Report, Row, Severity, Skipped, Snippet, SourceId, Summary, Suppressed, TextEdit,
    Trouble,
};
use crate::report::shared::look::Look;
use crate::report::shared::root::Root;
use crate::text::{Source, Span};
use crate::yaml::path::FieldPath;

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
        verdict: "moving",
        severity: Severity::Warning,
        message: "the image has no tag, so every pull can bring another version".into(),
        why:
            "With two replicas, a node that pulls later runs other code; the effective pull policy is Always."
                .into(),
        help: Help {
            text: "Name a version, and pin it by its digest where it must never change.".into(),
            snippets: vec![Snippet {
                action: Some(Action::Replace),
                field: "spec.template.spec.containers[web].image".into(),
                indent: 8,
                ..Snippet::yaml("image: registry.example:5000/web:1.4.2")
            }],
        },
        fix: None,
        docs: vec![
            "https://kubectl-lifecycle.github.io/kubectl-lifecycle/rules/latest-tag/".to_owned(),
            "https://kubernetes.io/docs/concepts/containers/images/#image-names".to_owned(),
        ],
        place: place(source, id, words),
        label: None,
        related: Vec::new(),
        chart: None,
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

/// A stop of which everything that a manifest says is `name`.
pub(super) fn chart(of: &str, name: &str) -> Chart {
    let bar = |what, from, to| Bar { what, label: name.to_owned(), from, to };
    let mark = |what, at| Mark { what, label: name.to_owned(), at, surely: false };
    let container = Row {
        name: name.to_owned(),
        of: Part::Container,
        bars: vec![
            bar(Phase::PreStop, Interval::ZERO, Interval::exactly(20.0)),
            bar(Phase::Stops, Interval::exactly(20.0), Interval::between(25.0, 30.0)),
        ],
        marks: vec![
            mark(Instant::Signal, Interval::exactly(20.0)),
            mark(Instant::Kill, Interval::exactly(30.0)),
        ],
    };
    Chart {
        title: format!("stop of {of}"),
        zero: "the Pod is deleted".into(),
        end: 35.0,
        rows: vec![container],
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
        objects: sources.len(),
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
    probe.chart = Some(chart("Deployment `web`", "web"));
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

/// So many findings in two files and two namespaces that people get them in short.
pub(super) fn many() -> Report {
    let (a, b) = (Source::new("k8s/a.yaml", WEB), Source::new("k8s/b.yaml", WEB));
    let places = ["name: web\n          image", "registry.example:5000/web", "containerPort: 8080"];
    let mut findings = Vec::new();
    for at in 0..36 {
        let (source, id) = if at < 24 { (&a, 0) } else { (&b, 1) };
        let mut one = finding(source, id, places.get(at % 3).unwrap());
        if at % 3 == 0 {
            one.rule = "missing-prestop-sleep";
            one.place.span.end = one.place.span.start + "name: web".len();
        }
        one.object.namespace = (id == 1).then(|| "shop".to_owned());
        findings.push(one);
    }
    report(vec![a, b], findings)
}

/// How a run in `/srv/app` is presented.
pub(super) fn how(look: Look) -> Presentation {
    Presentation {
        look,
        quiet: false,
        show_suppressed: false,
        may_be_brief: false,
        statistics: false,
        root: root(),
    }
}

pub(super) fn root() -> Root {
    Root::new(std::path::Path::new("/srv/app"), |_| None)
}

/// The report in a format, as a pipe gets it.
pub(super) fn written(format: Format, report: &Report) -> String {
    let mut out = Vec::new();
    format.write(report, &Presentation { show_suppressed: true, ..how(Look::PIPE) }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// One finding that stands, one silenced by a comment, one in the baseline, obsolete entries, a hint.
pub(super) fn silenced() -> Report {
    let text =
        WEB.replace("image: reg", "# lifecycle: ignore[latest-tag] -- for tests only\n          image: reg");
    let web = Source::new("k8s/web.yaml", text);
    let image = finding(&web, 0, "registry.example:5000/web");
    let mut old = finding(&web, 0, "containerPort: 8080");
    old.rule = "missing-prestop-sleep";
    let comment = place(&web, 0, "# lifecycle: ignore[latest-tag] -- for tests only");
    let mut probe = finding(&web, 0, "name: web\n        ");
    probe.rule = "missing-readiness-probe";
    probe.place.span.end = probe.place.span.start + "name: web".len();
    probe.field = "spec.template.spec.containers[web].name".into();
    let mut report = report(vec![web], vec![probe]);
    report.suppressed = vec![
        Suppressed {
            finding: image,
            means: Means::Comment,
            reason: "for tests only".into(),
            place: Some(comment),
        },
        Suppressed { finding: old, means: Means::Baseline, reason: String::new(), place: None },
    ];
    report.summary.suppressed = 1;
    report.summary.baselined = 1;
    let obsolete = |rule: &str, listed, found| Obsolete {
        identity: format!(
            "{rule} apps/Deployment web container=web spec.template.spec.containers[web].image"
        ),
        listed,
        found,
    };
    report.obsolete = vec![obsolete("duplicate-key", 1, 0), obsolete("latest-tag", 3, 1)];
    report.hints = vec!["kubectl lifecycle lint --helm chart".into()];
    report
}

/// A finding in text that Helm rendered.
pub(super) fn rendered() -> Report {
    let source = Source::rendered("chart/templates/web.yaml", WEB, "helm template chart");
    let finding = finding(&source, 0, "registry.example:5000/web");
    report(vec![source], vec![finding])
}

/// Everything that a terminal, a CI system, XML, HTML or Markdown could take for its own.
pub(super) const EVIL: &str = "\u{1b}[31m\n::error::x\r\n  ::stop-commands::y ##[error]z ##vso[a] %0A::warning::\u{0}\u{7} ]]> \
    <script>alert(1)</script> </testcase> &amp; |`@everyone` #1 [a](https://evil.example) www.evil.example ```\n# h \
    \\| \u{202e}\u{9b}\u{fffe}\u{feff}é\u{1f642} <!-- $x$ ${y} %s {0}";

/// A report in which everything that a manifest controls is hostile.
pub(super) fn hostile() -> Report {
    let evil = || EVIL.to_owned();
    let text = format!("a: \"{EVIL}\"\nimage: nginx\n");
    let file = format!("::error::{EVIL}/../a b%20?#,:.yaml");
    let source = Source::new(file.as_str(), text.as_str());
    let other = Source::rendered(format!("-{EVIL}"), text.as_str(), EVIL);
    let make = |source: &Source, id| {
        let mut one = finding(source, id, "nginx");
        one.message = format!("image `{EVIL}` moves");
        one.why = evil();
        let action = Some(Action::Add);
        let snippet =
            Snippet { action, field: evil(), ..Snippet::yaml(format!("image: {EVIL}\n````\n::error::y")) };
        one.help = Help { text: evil(), snippets: vec![snippet, Snippet::shell(evil())] };
        one.object = ObjectRef { api_version: evil(), kind: evil(), namespace: Some(evil()), name: evil() };
        one.container = Some(evil());
        one.label = Some(evil());
        let edits = vec![TextEdit { span: one.place.span, text: format!("{EVIL}\n::error::y\n") }];
        one.fix = (id == 0).then_some(Fix { is_safe: false, source: one.place.source, edits });
        one.chart = Some(chart(EVIL, EVIL));
        one.field = evil();
        one.place.path = FieldPath::root().key(evil()).index(3);
        one.related = vec![Related { message: evil(), ..related(source, id, "a", "") }];
        one
    };
    let (first, second) = (make(&source, 0), make(&other, 1));
    let place = place(&source, 0, "a");
    let mut report = report(vec![source, other], vec![first.clone(), first.clone(), second]);
    report.suppressed =
        vec![Suppressed { finding: first, means: Means::Annotation, reason: evil(), place: Some(place) }];
    report.obsolete = vec![Obsolete { identity: evil(), listed: 2, found: 1 }];
    report.skipped = vec![Skipped { file: evil(), reason: evil() }];
    report.trouble = vec![
        Trouble { file: evil(), line: Some(3), column: Some(7), message: evil() },
        Trouble { file: evil(), line: None, column: None, message: evil() },
    ];
    report.hints = vec![evil()];
    report.summary.suppressed = 1;
    report
}

const TEMPLATE: &str =
    "a Helm template; render it and pass the result: `helm template . | kubectl lifecycle lint -`";
