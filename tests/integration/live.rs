//! What `kubectl get … -o yaml` answers on a live cluster: nothing is found in what the server filled
//! in, and what a controller made is reported once, at the controller.

mod kinds;
#[path = "../../examples/live_cluster/objects.rs"]
mod objects;
#[path = "../../examples/live_cluster/write.rs"]
mod write;

use kinds::*;
use kubectl_lifecycle::finding::Report;
use kubectl_lifecycle::lint::{Input, Options, lint};
use objects::*;
use serde_json::{Value, json};

use crate::tool::{Ran, Tool};

fn linted(text: &str, name: &str, strict: bool) -> Report {
    let here = Tool::with(&[(name, text)]);
    let inputs = vec![Input::path(here.path().to_owned())];
    let mut options = Options::of(inputs);
    options.explain_joins = true;
    options.settings.strict = strict;
    lint(&options)
}

/// `Deployment web: latest-tag`, in the order of the report.
fn found(report: &Report) -> Vec<String> {
    assert_eq!(report.trouble, []);
    let findings = report.findings.iter();
    findings.map(|one| format!("{} {}: {}", one.object.kind, one.object.name, one.rule)).collect()
}

fn findings(items: &[Value]) -> Vec<String> {
    found(&linted(&write::yaml(items), "live.yaml", false))
}

fn left_out(items: &[Value]) -> Vec<String> {
    let report = linted(&write::yaml(items), "live.yaml", false);
    report.left_out.iter().map(|one| one.sentence()).collect()
}

fn labels() -> Value {
    json!({"app": "web"})
}

/// A pod spec whose image moves, which every copy of it shows.
fn moving(restart_policy: &str) -> Value {
    let mut container = container("web", "registry.example/web:latest");
    container["imagePullPolicy"] = json!("Always");
    pod_spec(json!([container]), restart_policy)
}

fn sound(restart_policy: &str) -> Value {
    pod_spec(json!([container("web", "registry.example/web:1.4.2")]), restart_policy)
}

/// Without hooks, probes and ports, as a batch container is.
fn batch(image: &str) -> Value {
    let mut container = container("web", image);
    for field in ["lifecycle", "livenessProbe", "readinessProbe", "ports"] {
        container.as_object_mut().unwrap().remove(field);
    }
    pod_spec(json!([container]), "OnFailure")
}

#[test]
fn nothing_is_found_in_what_the_server_filled_in() {
    let (labels, spec) = (labels(), sound("Always"));
    let mut items = application(1);
    items.extend([
        stateful_set("db", &labels, &spec),
        pod("db-0", &labels, &spec, Some(owner("apps/v1", "StatefulSet", "db"))),
        daemon_set("agent", &labels, &spec),
        pod("agent-x7x2p", &labels, &spec, Some(owner("apps/v1", "DaemonSet", "agent"))),
        cron_job("backup", &labels, &batch("backup:1.0")),
        job("backup-29401", &labels, &batch("backup:1.0"), Some(owner("batch/v1", "CronJob", "backup"))),
        pod("backup-29401-q", &labels, &batch("backup:1.0"), Some(owner("batch/v1", "Job", "backup-29401"))),
        job("migrate", &labels, &batch("migrate:1.0"), None),
        pod("bare", &labels, &batch("bare:1.0"), None),
        // Only Pods whose owners were not asked for.
        pod("lone-1", &labels, &spec, Some(owner("apps/v1", "ReplicaSet", "lone"))),
        pod("batch-1", &labels, &batch("batch:1.0"), Some(owner("batch/v1", "Job", "batch"))),
    ]);
    for (text, name) in [(write::yaml(&items), "live.yaml"), (write::json(&items), "live.json")] {
        let report = linted(&text, name, true);
        assert_eq!(found(&report), [""; 0], "{name}");
        assert_eq!(report.skipped, [], "{name}");
        assert_eq!(report.summary.workloads, 5 + 11, "{name}");
    }
}

#[test]
fn a_fault_is_reported_once_at_the_deployment() {
    let (labels, spec) = (labels(), moving("Always"));
    let (new, old) = (hashed(&labels, "abc12"), hashed(&labels, "old99"));
    let made_by = || Some(owner("apps/v1", "Deployment", "web"));
    let replica_set_made = || Some(owner("apps/v1", "ReplicaSet", "web-abc12"));
    // Pods come first in an answer to `kubectl get po,rs,deploy`.
    let items = [
        pod("web-abc12-1", &new, &spec, replica_set_made()),
        pod("web-abc12-2", &new, &spec, replica_set_made()),
        replica_set("web-abc12", &new, &spec, 2, made_by()),
        replica_set("web-old99", &old, &spec, 0, made_by()),
        deployment("web", &labels, &spec),
    ];
    assert_eq!(findings(&items), ["Deployment web: latest-tag"]);
    assert_eq!(
        left_out(&items),
        [
            "2 Pods and 1 ReplicaSet: copies made by controllers that are linted here",
            "1 ReplicaSet: scaled to 0, as rollouts leave them behind"
        ]
    );
    // `kubectl get deploy,po`: the ReplicaSet between them was not asked for.
    let items = [&items[..2], &items[4..]].concat();
    assert_eq!(findings(&items), ["Deployment web: latest-tag"]);
}

#[test]
fn every_controller_speaks_for_its_pods() {
    let (labels, always, finite) = (labels(), moving("Always"), batch("backup:latest"));
    let mut rollout = deployment("web", &labels, &always);
    rollout["apiVersion"] = json!("argoproj.io/v1alpha1");
    rollout["kind"] = json!("Rollout");
    rollout["metadata"]["uid"] = json!(uid("Rollout/web"));
    let rollout_labels = json!({"app": "web", "rollouts-pod-template-hash": "abc12"});
    let table: &[(&str, Vec<Value>)] = &[
        (
            "StatefulSet db",
            vec![
                pod("db-0", &labels, &always, Some(owner("apps/v1", "StatefulSet", "db"))),
                stateful_set("db", &labels, &always),
            ],
        ),
        (
            "DaemonSet agent",
            vec![
                daemon_set("agent", &labels, &always),
                pod("agent-1", &labels, &always, Some(owner("apps/v1", "DaemonSet", "agent"))),
            ],
        ),
        (
            "CronJob backup",
            vec![
                pod("backup-29401234-x", &labels, &finite, Some(owner("batch/v1", "Job", "backup-29401234"))),
                job("backup-29401234", &labels, &finite, Some(owner("batch/v1", "CronJob", "backup"))),
                cron_job("backup", &labels, &finite),
            ],
        ),
        (
            "CronJob backup",
            vec![
                cron_job("backup", &labels, &finite),
                pod("backup-29401234-x", &labels, &finite, Some(owner("batch/v1", "Job", "backup-29401234"))),
            ],
        ),
        (
            "Rollout web",
            vec![
                rollout.clone(),
                replica_set(
                    "web-abc12",
                    &rollout_labels,
                    &always,
                    1,
                    Some(owner("argoproj.io/v1alpha1", "Rollout", "web")),
                ),
                pod(
                    "web-abc12-1",
                    &rollout_labels,
                    &always,
                    Some(owner("apps/v1", "ReplicaSet", "web-abc12")),
                ),
            ],
        ),
        (
            "Rollout web",
            vec![
                rollout,
                pod(
                    "web-abc12-1",
                    &rollout_labels,
                    &always,
                    Some(owner("apps/v1", "ReplicaSet", "web-abc12")),
                ),
            ],
        ),
    ];
    for (owner, items) in table {
        assert_eq!(findings(items), [format!("{owner}: latest-tag")], "{owner}");
    }
}

#[test]
fn a_job_made_by_hand_from_a_cron_job_is_its_copy() {
    let finite = batch("backup:latest");
    let mut made_by = owner("batch/v1", "CronJob", "backup");
    made_by[0].as_object_mut().unwrap().remove("controller");
    let items = [job("by-hand", &labels(), &finite, Some(made_by)), cron_job("backup", &labels(), &finite)];
    assert_eq!(findings(&items), ["CronJob backup: latest-tag"]);
}

#[test]
fn an_owner_is_found_by_its_name_where_its_uid_is_gone() {
    let spec = moving("Always");
    let mut web = stateful_set("web", &labels(), &spec);
    web["metadata"].as_object_mut().unwrap().remove("uid");
    let copy = pod("web-0", &labels(), &spec, Some(owner("apps/v1", "StatefulSet", "web")));
    assert_eq!(findings(&[copy.clone(), web.clone()]), ["StatefulSet web: latest-tag"]);
    // Another namespace is another owner.
    web["metadata"]["namespace"] = json!("other");
    assert_eq!(findings(&[copy, web]), ["Pod web-0: latest-tag", "StatefulSet web: latest-tag"]);
}

#[test]
fn one_pod_speaks_for_all_of_an_owner_that_was_not_asked_for() {
    let (new, spec) = (hashed(&labels(), "abc12"), moving("Always"));
    let made_by = |name: &str| Some(owner("apps/v1", "ReplicaSet", name));
    let mut first = pod("web-abc12-1", &new, &spec, made_by("web-abc12"));
    first["metadata"]["deletionTimestamp"] = json!("2026-03-01T09:31:00Z");
    let items = [
        first,
        pod("web-abc12-2", &new, &spec, made_by("web-abc12")),
        pod("web-abc12-3", &new, &spec, made_by("web-abc12")),
        pod("api-fff00-1", &hashed(&labels(), "fff00"), &spec, made_by("api-fff00")),
    ];
    assert_eq!(findings(&items), ["Pod web-abc12-2: latest-tag", "Pod api-fff00-1: latest-tag"]);
    assert_eq!(
        left_out(&items),
        ["2 Pods: copies made by controllers that are not in the input; one of each controller's is linted"]
    );
    let report = linted(&write::yaml(&items), "live.yaml", false);
    let help = &report.findings[0].help.text;
    assert!(
        help.ends_with(
            "This Pod is made by ReplicaSet `web-abc12`: mend it there, or in what that one is made from."
        ),
        "{help}"
    );
}

#[test]
fn pods_of_jobs_and_workflows_are_no_servers() {
    let mut spec = batch("worker:1.0");
    spec["containers"][0]["ports"] = json!([{"containerPort": 9090, "protocol": "TCP"}]);
    let workflow = owner("argoproj.io/v1alpha1", "Workflow", "build");
    spec["restartPolicy"] = json!("Never");
    assert_eq!(findings(&[pod("build-1", &labels(), &spec, Some(workflow))]), [""; 0]);
}

#[test]
fn what_nothing_starts_again_is_not_judged() {
    let spec = moving("Always");
    let mut done = pod("done", &labels(), &spec, None);
    done["status"]["phase"] = json!("Succeeded");
    let mut going = pod("going", &labels(), &spec, None);
    going["metadata"]["deletionTimestamp"] = json!("2026-03-01T09:31:00Z");
    let mut mirror = pod("kube-apiserver-cp-1", &labels(), &spec, Some(owner("v1", "Node", "cp-1")));
    mirror["metadata"]["annotations"] =
        json!({"kubernetes.io/config.mirror": "0a1b", "kubernetes.io/config.source": "file"});
    let items = [done, going, mirror];
    assert_eq!(findings(&items), [""; 0]);
    assert_eq!(
        left_out(&items),
        [
            "1 Pod: mirrors of static Pods; lint the manifests on their nodes",
            "2 Pods: ended or being deleted, with no controller to make them again"
        ]
    );
}

#[test]
fn owners_in_a_circle_are_all_judged() {
    let spec = moving("Always");
    let items = [
        replica_set("a", &labels(), &spec, 1, Some(owner("apps/v1", "ReplicaSet", "b"))),
        replica_set("b", &labels(), &spec, 1, Some(owner("apps/v1", "ReplicaSet", "a"))),
        replica_set("c", &labels(), &spec, 1, Some(owner("apps/v1", "ReplicaSet", "c"))),
    ];
    assert_eq!(findings(&items).len(), 3);
}

#[test]
fn a_service_that_selects_what_a_controller_put_on_its_pods_reaches_the_owner() {
    let mut spec = sound("Always");
    spec["containers"][0].as_object_mut().unwrap().remove("readinessProbe");
    let on_pod = json!({"app": "db", "statefulset.kubernetes.io/pod-name": "db-0"});
    let items = [
        stateful_set("db", &json!({"app": "db"}), &spec),
        pod("db-0", &on_pod, &spec, Some(owner("apps/v1", "StatefulSet", "db"))),
        service("db-0", &json!({"statefulset.kubernetes.io/pod-name": "db-0"})),
    ];
    let report = linted(&write::yaml(&items), "live.yaml", false);
    assert_eq!(found(&report), ["StatefulSet db: missing-readiness-probe"]);
    assert!(report.findings[0].message.contains("gets traffic"), "{}", report.findings[0].message);
    let joined = "Service `db-0` reaches container `web` of StatefulSet `db`";
    assert!(report.notes.iter().any(|note| note.contains(joined)), "{:?}", report.notes);
}

#[test]
fn an_owner_that_is_only_known_about_leaves_its_pods_to_be_judged() {
    let spec = moving("Always");
    let here = Tool::new();
    let path = |name: &str, items: &[Value]| {
        here.write(name, &write::yaml(items));
        vec![Input::path(here.at(name))]
    };
    let made_by = || Some(owner("apps/v1", "StatefulSet", "db"));
    let report = lint(
        &Options::of(path(
            "pods.yaml",
            &[pod("db-0", &labels(), &spec, made_by()), pod("db-1", &labels(), &spec, made_by())],
        ))
        .with_context(path("db.yaml", &[stateful_set("db", &labels(), &spec)])),
    );
    assert_eq!(found(&report), ["Pod db-0: latest-tag"]);
}

fn piped(arguments: &[&str], text: &str) -> Ran {
    Tool::new().command(arguments).input(text).end()
}

#[test]
fn standard_input_has_the_name_it_is_given() {
    let text = write::json(&[deployment("web", &labels(), &moving("Always"))]);
    let output = piped(&["lint", "-", "--stdin-filename", "./live/all.json", "-o", "json"], &text);
    let report = output.json();
    assert_eq!(report["findings"][0]["file"], "live/all.json");
    assert_eq!(output.code(), 1);
}

#[test]
fn the_name_of_standard_input_takes_the_place_of_the_saved_file() {
    let here = Tool::new();
    here.write("web.yaml", &write::yaml(&[deployment("web", &labels(), &moving("Always"))]));
    let saved = here.at("web.yaml");
    let unsaved = write::yaml(&[deployment("web", &labels(), &sound("Always"))]);
    let name = saved.to_str().unwrap();
    let output = piped(&["lint", "-", name, "--stdin-filename", name], &unsaved);
    let printed = &output.out;
    assert!(printed.contains("No lifecycle faults found in 1 file"), "{printed}");
}

#[test]
fn a_name_for_standard_input_that_is_not_read_is_refused() {
    for arguments in
        [&["lint", "k8s", "--stdin-filename", "a.yaml"][..], &["lint", "-", "--stdin-filename", ""]]
    {
        let output = piped(arguments, "");
        assert_eq!(output.code(), 2, "{arguments:?}");
        assert!(output.err.contains("--stdin-filename"), "{arguments:?}");
    }
}

#[test]
fn the_closing_lines_say_what_was_left_out_once_for_each_reason() {
    let output = piped(&["lint", "-"], &write::yaml(&(0..40).flat_map(application).collect::<Vec<_>>()));
    assert_eq!(
        output.out,
        "not judged: 80 Pods and 40 ReplicaSets: copies made by controllers that are\n  linted here\n\
         not judged: 40 ReplicaSets: scaled to 0, as rollouts leave them behind\n\n\
         No lifecycle faults found in 1 file (1 document, 200 workloads); 160 workloads\n  not judged.\n"
    );
    assert_eq!(output.code(), 0);
}

/// Answers `kubectl get` from a file, and runs `kubectl lifecycle`.
#[cfg(unix)]
fn stand_in_for_kubectl(directory: &std::path::Path) {
    let tool = crate::tool::executable().display();
    let answers = format!(
        "#!/bin/sh
case $1 in
get) cat answer.yaml ;;
lifecycle) shift; exec '{tool}' \"$@\" ;;
*) exit 9 ;;
esac
"
    );
    crate::programs::script(&directory.join("kubectl"), &answers);
}

#[cfg(unix)]
#[test]
fn every_command_of_the_page_on_live_clusters_runs() {
    let page = std::fs::read_to_string(crate::tool::repository("docs/live-cluster.md")).unwrap();
    let blocks = page.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let commands: Vec<&str> = blocks.flat_map(str::lines).collect();
    assert!(commands.len() >= 3, "{commands:?}");
    let here = Tool::new();
    stand_in_for_kubectl(here.path());
    for name in ["answer.yaml", "unsaved.yaml"] {
        here.write(name, &write::yaml(&application(1)));
    }
    for command in commands {
        let ran = crate::tool::Run::program("sh", here.path())
            .args(&["-c", command])
            .env("PATH", crate::programs::path_with(&[here.path()]))
            .end();
        assert!(ran.code() == 0 && ran.out.contains("No lifecycle faults"), "{command}: {ran:?}");
    }
}
