//! A project that is asked more than once: after a change only what changed is read, and the answer is that of a
//! fresh run.

use kubectl_lifecycle::finding::Report;
use kubectl_lifecycle::lint::{Input, Options, Project, lint};

use crate::tool::Tool;

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {pod-template-hash: a}}\nspec:\n  containers:\n  - name: a\n    image: a:latest\n";
/// One that silences its finding, and one that silences nothing.
const SILENCED: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: b, labels: {pod-template-hash: a}}\nspec:\n  containers:\n  - name: b\n    image: b:latest # lifecycle: ignore[latest-tag] -- rebuilt every night\n  - name: c\n    image: c:1.0 # lifecycle: ignore[latest-tag] -- of no use\n";
const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  selector: {app: a}\n  ports: [{port: 80}]\n";
const SERVED: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: a, pod-template-hash: a}}\nspec:\n  containers:\n  - name: a\n    image: a:1.0\n";

fn json(report: &Report) -> String {
    let mut out = Vec::new();
    kubectl_lifecycle::write_json(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn of(tool: &Tool) -> Options {
    with_advice([Input::path(tool.path())])
}

fn with_advice(inputs: impl IntoIterator<Item = Input>) -> Options {
    let mut options = Options::of(inputs);
    options.settings.advice = true;
    options
}

fn rules(report: &Report) -> Vec<&str> {
    report.findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn what_is_read_again_answers_like_a_fresh_run() {
    let here = Tool::with(&[("m.yaml", SILENCED), ("n.yaml", POD), ("z.yaml", "a: [\n")]);
    let options = of(&here);
    let mut project = Project::read(&options);
    assert_eq!(json(&project.lint()), json(&lint(&options)));
    assert!(rules(&project.lint()).contains(&"unused-suppression"));
    // What comes before moves all others, and what is gone moves them back.
    let steps: [(&str, Option<&str>); 5] = [
        ("b.yaml", Some(POD)),
        ("m.yaml", Some(SERVED)),
        ("a.yaml", Some(SERVICE)),
        ("b.yaml", None),
        ("z.yaml", Some(SILENCED)),
    ];
    for (name, text) in steps {
        match text {
            Some(text) => here.write(name, text),
            None => std::fs::remove_file(here.at(name)).unwrap(),
        }
        project = project.reread(&options);
        assert_eq!(json(&project.lint()), json(&lint(&options)), "{name}");
    }
}

#[test]
fn a_file_that_looks_unchanged_is_not_read_again() {
    let here = Tool::with(&[("a.yaml", POD)]);
    let modified = || std::fs::metadata(here.at("a.yaml")).unwrap().modified().unwrap();
    let (options, then) = (of(&here), modified());
    let project = Project::read(&options);
    here.write("a.yaml", &POD.replace("latest", "1.27.5"));
    assert_eq!(rules(&project.reread(&options).lint()), ["missing-readiness-probe"]);
    here.write("a.yaml", &POD.replace("latest", "1.27.0").replace("1.27.0", "stable"));
    std::fs::File::options().write(true).open(here.at("a.yaml")).unwrap().set_modified(then).unwrap();
    assert_eq!(rules(&project.reread(&options).lint()), rules(&project.lint()));
}

#[test]
fn other_options_are_answered_from_what_was_read() {
    let here = Tool::with(&[("a.yaml", SILENCED), ("b.yaml", POD)]);
    let project = Project::read(&of(&here));
    let mut options = of(&here);
    options.settings.levels.insert("latest-tag", kubectl_lifecycle::lint::Level::Off);
    options.settings.kubernetes_version = "1.28".parse().unwrap();
    assert_eq!(json(&project.reread(&options).lint()), json(&lint(&options)));
    // A single file does not tell which suppressions of a script are of use.
    let options = Options::of([Input::path(here.at("a.yaml"))]);
    assert_eq!(json(&project.reread(&options).lint()), json(&lint(&options)));
}

#[test]
fn a_text_in_memory_stands_for_the_file_of_its_path() {
    let here = Tool::with(&[("pod.yaml", SERVED), ("svc.yaml", SERVICE)]);
    let unsaved = SERVED.replace("app: a", "app: b");
    let text = |path: &str, text: &str| Input::text(here.at(path), text);
    let before = lint(&of(&here));
    assert_eq!(rules(&before), ["missing-prestop-sleep", "missing-readiness-probe"]);
    // The Service does not select it any longer.
    let options = with_advice([Input::path(here.path()), text("pod.yaml", &unsaved)]);
    let report = lint(&options);
    assert_eq!(rules(&report), ["missing-readiness-probe"]);
    assert_eq!(report.sources.len(), 2);
    assert_eq!(report.findings[0].severity.as_str(), "info");
    assert_eq!(json(&Project::read(&of(&here)).reread(&options).lint()), json(&report));
    // One that was never saved is one more file, and joined with the others.
    let options =
        with_advice([Input::path(here.path()), text("new.yaml", &SERVED.replace("name: a,", "name: new,"))]);
    let names: Vec<String> = lint(&options).findings.iter().map(|one| one.object.name.clone()).collect();
    assert_eq!(names, ["new", "new", "a", "a"]);
    // It can be what is only known about.
    let alone = with_advice([Input::path(here.at("pod.yaml"))]);
    let known = alone.clone().with_context([text("svc.yaml", &SERVICE.replace("app: a", "app: b"))]);
    assert_eq!(rules(&lint(&known)), ["missing-readiness-probe"]);
}

#[test]
fn timelines_are_asked_of_the_same_project() {
    let here = Tool::with(&[("pod.yaml", SERVED)]);
    let project = Project::read(&of(&here));
    let given = kubectl_lifecycle::timeline::Given::default();
    let told = project.timelines(&given);
    assert_eq!(told.timelines.len(), 1);
    assert_eq!(told.source(told.timelines[0].source).unwrap().text(), SERVED);
}
