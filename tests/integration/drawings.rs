//! `kubectl lifecycle timeline` as its users meet it, and the drawings of the documents, which are what it prints.

use kubectl_lifecycle::lint::{Input, Options, timelines};
use kubectl_lifecycle::timeline::Given;

use crate::kubelet::{find, measured};
use crate::programs::has_kubectl;
use crate::tool::{Run, Tool, hold, repository};

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: app\n    image: a:1\n    lifecycle: {preStop: {sleep: {seconds: 5}}}\n";
const PATCH: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec: {template: {spec: {containers: [{name: app}]}}}\n";

fn timeline(arguments: &str) -> String {
    let run = Run::tool(&repository("")).args(&["timeline"]);
    run.args(&arguments.split(' ').collect::<Vec<_>>()).end().out
}

/// The drawings without what is told below them.
fn drawings(arguments: &str) -> String {
    let printed = timeline(arguments);
    let is_sentence = |line: &str| {
        let is_told = line
            .strip_prefix("  ")
            .is_some_and(|text| text.starts_with(|c: char| c.is_ascii_digit()) && text.contains(": "));
        is_told || line.starts_with("  a rollout ")
    };
    let mut shown: Vec<&str> = Vec::new();
    let mut told = false;
    for line in printed.lines().skip(3) {
        told = (told && !line.is_empty()) || is_sentence(line);
        if !told {
            shown.push(line);
        }
    }
    shown.join("\n").replace("\n\n\n", "\n\n").trim().to_owned()
}

/// The drawing of what a kubelet was given, and what it did.
fn beside(file: &str) -> String {
    let path = format!("testdata/_kubelet/{file}");
    let run = timelines(&Options::of([Input::path(repository(&path))]), &Given::default());
    let computed = &run.timelines[0];
    let mut table =
        "| what | drawn | measured on 1.36.3 | on 1.34.4 |\n| --- | --- | --- | --- |\n".to_owned();
    let versions = ["v1.36.3", "v1.34.4"].map(|version| measured(&repository(&path), version));
    for (container, event, at) in &versions[0] {
        let drawn =
            find(computed, container, event).map_or_else(|| "no".to_owned(), |event| event.when.words());
        let other = versions[1].iter().find(|(of, what, _)| of == container && what == event);
        let other = other.map_or_else(|| "-".to_owned(), |(_, _, at)| format!("{at} s"));
        table += &format!("| `{container}`: {event} | {drawn} | {at} s | {other} |\n");
    }
    format!("```text\n{}\n```\n\n{table}", drawings(&format!("--show stop {path}")))
}

#[test]
fn the_drawings_of_the_documents_are_what_the_tool_prints() {
    for page in ["docs/timeline.md", "README.md"] {
        let path = repository(page);
        let mut wanted = std::fs::read_to_string(&path).unwrap();
        for (kind, fence) in [("drawing", "text"), ("timeline", "text"), ("mermaid", ""), ("measured", "")] {
            let text = wanted.clone();
            let mark = format!("<!-- {kind}: ");
            let mut parts = text.split(&mark);
            wanted = parts.next().unwrap().to_owned();
            while let Some(part) = parts.next() {
                let (arguments, _) = part.split_once(" -->").unwrap();
                let (_, after) = parts.next().and_then(|part| part.split_once("end -->")).expect("an end");
                let printed = match kind {
                    "drawing" => drawings(arguments),
                    "measured" => beside(arguments),
                    "mermaid" => timeline(&format!("-o mermaid {arguments}")),
                    _ => timeline(arguments),
                };
                let printed = printed.trim_end();
                let block =
                    if fence.is_empty() { printed.to_owned() } else { format!("```{fence}\n{printed}\n```") };
                wanted += &format!("<!-- {kind}: {arguments} -->\n{block}\n<!-- {kind}: end -->{after}");
            }
        }
        hold(&path, &wanted);
    }
}

#[test]
fn it_reads_what_lint_reads() {
    let here = Tool::with(&[("k8s/web.yaml", POD)]);
    for arguments in [&["k8s"][..], &["-f", "k8s"], &["k8s/web.yaml"], &[]] {
        let ran = here.command(&["timeline"]).args(arguments).end();
        assert_eq!(ran.code(), 0, "{}", ran.err);
        assert!(ran.out.contains("Pod `web` in "), "{}", ran.out);
    }
    let ran = here.command(&["timeline", "-"]).input(POD).end();
    assert!(ran.out.contains("stop of Pod `web`"), "{}", ran.out);
}

#[test]
fn what_was_asked_for_is_drawn_and_nothing_else() {
    let here =
        Tool::with(&[("web.yaml", &format!("{POD}---\n{}", POD.replace("name: web", "name: backend")))]);
    let ran = here.run(&["timeline", "--object", "po/web", "--show", "stop"]);
    assert!(!ran.out.contains("backend") && !ran.out.contains("start of"), "{}", ran.out);
    assert!(ran.out.contains("  5 s: the stop signal comes to `app`: its preStop is over"), "{}", ran.out);
    // The file stands above.
    assert!(
        ran.out.contains("  0 s: preStop of `app` begins: lifecycle.preStop, in no order with that of any")
    );
    assert!(ran.out.contains(" (line 8)\n") && !ran.out.contains("web.yaml:"), "{}", ran.out);
    let both = here.run(&["timeline", "--show", "stop"]).out;
    assert!(both.contains("Pod `web` in") && both.contains("Pod `backend` in"), "{both}");
    let sooner = here.run(&["timeline", "--show", "stop", "--object", "pod/web", "--grace-period", "3"]).out;
    assert!(sooner.contains("  3 s: the stop signal comes to `app`: its preStop is cut"), "{sooner}");
}

#[test]
fn what_has_no_timeline_is_named_with_the_reason() {
    let here = Tool::with(&[("patch.yaml", PATCH)]);
    let ran = here.run(&["timeline"]);
    assert_eq!(ran.code(), 0, "{}", ran.err);
    let words = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("has no timeline: a patch, or a part of a whole, is no Pod."), "{words}");
    let pod = Tool::with(&[("web.yaml", POD)]).run(&["timeline", "--event", "liveness"]);
    assert!(pod.out.contains("nothing to draw: none of its containers has a liveness probe."), "{}", pod.out);
}

#[test]
fn nothing_to_draw_and_an_object_that_is_not_there_are_said() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {}\n";
    let here = Tool::with(&[("service.yaml", service)]);
    let ran = here.run(&["timeline"]);
    assert_eq!((ran.code(), ran.out.as_str()), (0, ""));
    assert_eq!(ran.err, "nothing to draw: none of the objects that were read has Pods\n");
    let ran = Tool::with(&[("web.yaml", POD)]).run(&["timeline", "--object", "deploy/web"]);
    assert_eq!(ran.code(), 2);
    assert_eq!(ran.err, "error: no workload `deploy/web` was read; there is pod/web\n");
    let ran = Tool::with(&[("web.yaml", "kind: [\n")]).run(&["timeline"]);
    assert_eq!(ran.code(), 2);
    assert!(ran.err.contains("trouble:"), "{}", ran.err);
}

/// A set with a Deployment of two and a budget.
fn budgeted(budget: &str) -> Tool {
    Tool::with(&[(
        "web.yaml",
        &format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  replicas: 2\n  selector: {{matchLabels: {{app: web}}}}\n  \
             template:\n    metadata: {{labels: {{app: web}}}}\n    spec: {{containers: [{{name: app, image: \"a:1\"}}]}}\n---\n\
             apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: web}}\nspec: {{{budget} selector: {{matchLabels: {{app: web}}}}}}\n"
        ),
    )])
}

#[test]
fn a_drain_waits_for_a_budget_and_is_refused_where_it_allows_nothing() {
    let drain = |budget: &str| budgeted(budget).run(&["timeline", "--event", "drain"]).out;
    let words = |out: String| out.split_whitespace().collect::<Vec<_>>().join(" ");
    for (budget, reason) in [
        ("minAvailable: 2,", "refuses the eviction: minAvailable 2 allows none of 2 Pods to be missing"),
        ("minAvailable: 100%,", "refuses the eviction: minAvailable 100% allows none to be missing"),
        ("minAvailable: 67%,", "refuses the eviction: minAvailable 67% allows none of 2 Pods to be missing"),
        ("maxUnavailable: 0,", "refuses the eviction: maxUnavailable 0 allows none to be missing"),
        ("", "refuses the eviction: a budget with neither bound allows none"),
    ] {
        let told = words(drain(budget));
        assert!(told.contains(reason), "{budget}: {told}");
        assert!(!told.contains("the Pod is deleted"), "{budget}: {told}");
    }
    for budget in ["minAvailable: 1,", "maxUnavailable: 1,", "maxUnavailable: 10%,"] {
        let told = words(drain(budget));
        assert!(told.contains("the eviction is granted: PodDisruptionBudget `web`"), "{budget}: {told}");
        assert!(told.contains("the Pod has ended"), "{budget}: {told}");
    }
}

#[test]
fn a_liveness_probe_stops_its_own_container_alone_with_its_own_grace_period() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: app\n    image: a:1\n    livenessProbe: {exec: {command: [x]}, \
               terminationGracePeriodSeconds: 7}\n    lifecycle: {preStop: {sleep: {seconds: 5}}}\n  - {name: other, image: \"b:1\"}\n";
    let ran = Tool::with(&[("web.yaml", pod)]).run(&["timeline", "--event", "liveness", "-o", "json"]);
    let story = &ran.json()["timelines"][0]["stories"][0];
    let events: Vec<(&str, &str)> = story["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| (event["what"].as_str().unwrap(), event["container"].as_str().unwrap_or_default()))
        .collect();
    let expected = ["probeFails", "preStopBegins", "preStopEnds", "stopSignal", "ends", "restarts", "kill"];
    assert_eq!(events, expected.map(|what| (what, "app")));
    let kill = &story["events"][6];
    assert_eq!(kill["when"]["earliest"].as_f64(), Some(7.0));
    assert!(kill["sentence"].as_str().unwrap().contains("terminationGracePeriodSeconds 7 of the probe"));
}

#[test]
fn a_replacement_follows_the_manner_of_the_rollout() {
    let first = |strategy: &str| {
        let text = format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  {strategy}\n  minReadySeconds: 10\n  selector: {{matchLabels: {{app: \
             web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec: {{containers: [{{name: app, image: \"a:1\", lifecycle: {{preStop: \
             {{sleep: {{seconds: 5}}}}}}}}]}}\n"
        );
        let ran = Tool::with(&[("web.yaml", &text)]).run(&["timeline", "--event", "rollout", "-o", "json"]);
        let events = ran.json()["timelines"][0]["stories"][0]["events"].clone();
        let of = |what: &str| {
            let event = events.as_array().unwrap().iter().find(|event| event["what"] == what).unwrap();
            (event["pod"].as_str().unwrap().to_owned(), event["when"]["earliest"].as_f64().unwrap())
        };
        (of("starts"), of("deleted"))
    };
    let (new, old) = (|at: f64| ("new".to_owned(), at), |at: f64| ("old".to_owned(), at));
    assert_eq!(first("replicas: 1"), (new(0.0), old(10.0)), "the new Pod is Available first");
    assert_eq!(first("strategy: {type: Recreate}"), (new(5.0), old(0.0)), "the old Pod has ended first");
}

#[test]
fn what_kustomize_builds_is_drawn_with_the_lines_of_the_files_it_is_made_of() {
    if !has_kubectl("no overlay was drawn") {
        return;
    }
    let told = timeline("-k testdata/_render/base --show stop");
    let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut = "preStop of `queue` is cut: `sleep 90` takes 90 s, and the default grace period of 30 s cuts it \
               (testdata/_render/base/stop.sh:3, testdata/_render/base/web.yaml:14)";
    assert!(words.contains(cut), "{told}");
}
