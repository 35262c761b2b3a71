//! Overrides of objects and containers, wherever they stand: in generated files, and in what a cluster holds. Through
//! the binary.

use serde_json::Value;

use crate::programs::has_kubectl;
use crate::tool::{Ran, Tool};

const FILE: &str = ".kubectl-lifecycle.yaml";

/// Two workloads with an untagged image in each of two containers.
const ALL: &str = "apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: kube-system, labels: {team: infra}}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent, tier: \"1\"}}
    spec:
      containers:
      - {name: agent, image: agent, readinessProbe: {exec: {command: [ready]}}}
      - {name: istio-proxy, image: proxy, readinessProbe: {exec: {command: [ready]}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web-1, labels: {app: web, pod-template-hash: a}}
spec:
  containers:
  - {name: web, image: web, readinessProbe: {exec: {command: [ready]}}}
  - {name: istio-proxy, image: proxy, readinessProbe: {exec: {command: [ready]}}}
";

const AGENT: &str = "agent/agent";
const AGENT_PROXY: &str = "agent/istio-proxy";
const WEB: &str = "web-1/web";
const WEB_PROXY: &str = "web-1/istio-proxy";

/// A project whose only configuration is these overrides.
fn with(overrides: &str) -> Tool {
    Tool::with(&[("k8s/all.yaml", ALL), (FILE, &format!("overrides:\n{overrides}"))])
}

/// `object/container` of what is found, and its severity where it is no warning.
fn found(ran: &Ran) -> Vec<String> {
    let report = ran.json();
    assert_eq!(report["trouble"], serde_json::json!([]));
    let one = |finding: &Value| {
        let (name, container) = (finding["object"]["name"].as_str(), finding["container"].as_str());
        let severity = finding["severity"].as_str().filter(|severity| *severity != "warning");
        let severity = severity.map(|severity| format!(" {severity}")).unwrap_or_default();
        format!("{}/{}{severity}", name.unwrap(), container.unwrap_or("-"))
    };
    report["findings"].as_array().unwrap().iter().map(one).collect()
}

/// What is left where an override turns `latest-tag` off for what it is about.
fn left(conditions: &str) -> Vec<String> {
    found(&with(&format!("- {{{conditions}, reason: r, rules: {{latest-tag: off}}}}\n")).lint(&[]))
}

#[test]
fn an_override_is_about_kinds_namespaces_names_labels_or_containers() {
    let (agents, webs, proxies) =
        (vec![AGENT, AGENT_PROXY], vec![WEB, WEB_PROXY], vec![AGENT_PROXY, WEB_PROXY]);
    let apps = vec![AGENT, WEB];
    for (conditions, rest) in [
        ("kinds: [DaemonSet]", &webs),
        ("namespaces: [kube-system]", &webs),
        ("namespaces: [default]", &agents),
        ("names: [agent]", &webs),
        ("labels: {team: infra}", &webs),
        // Those of the Pods count as well.
        ("labels: {app: agent, tier: 1}", &webs),
        ("containers: [istio-proxy]", &apps),
        ("containers: [agent, web]", &proxies),
    ] {
        assert_eq!(left(conditions), *rest, "{conditions}");
    }
}

#[test]
fn all_conditions_must_hold() {
    let everything = vec![AGENT, AGENT_PROXY, WEB, WEB_PROXY];
    assert_eq!(left("kinds: [DaemonSet], containers: [istio-proxy]"), [AGENT, WEB, WEB_PROXY]);
    assert_eq!(left("files: [k8s], kinds: [DaemonSet]"), [WEB, WEB_PROXY]);
    assert_eq!(left("files: [other], kinds: [DaemonSet]"), everything);
    assert_eq!(left("kinds: [DaemonSet], namespaces: [default]"), everything);
    // Of two sets of labels one must hold all.
    assert_eq!(left("labels: {team: infra, app: agent}"), everything);
}

#[test]
fn patterns_have_wildcards() {
    assert_eq!(left("names: ['web-*']"), [AGENT, AGENT_PROXY]);
    assert_eq!(left("kinds: ['{Pod,Job}']"), [AGENT, AGENT_PROXY]);
    assert_eq!(left("namespaces: ['kube-*']"), [WEB, WEB_PROXY]);
    assert_eq!(left("labels: {team: '*'}"), [WEB, WEB_PROXY]);
    assert_eq!(left("containers: ['istio-?????']"), [AGENT, WEB]);
    assert_eq!(left("names: [web]"), [AGENT, AGENT_PROXY, WEB, WEB_PROXY]);
}

#[test]
fn a_severity_is_that_of_single_findings() {
    let here = with(
        "- {containers: [istio-proxy], reason: r, rules: {latest-tag: error}}\n- {names: [web-1], reason: r, rules: {latest-tag: {severity: info}}}\n",
    );
    let strict = found(&here.lint(&["--strict"]));
    assert_eq!(
        strict,
        ["agent/agent", "agent/istio-proxy error", "web-1/web info", "web-1/istio-proxy info"]
    );
    let plain = here.lint(&[]);
    assert_eq!(found(&plain), ["agent/agent", "agent/istio-proxy error"]);
    assert_eq!(plain.json()["summary"]["onlyStrict"], 2);
}

/// Overrides hold in their order, whatever they are about, and flags beat them.
#[test]
fn what_stands_later_beats_what_stands_before_it() {
    let files = "- {files: [k8s], rules: {latest-tag: error}}\n";
    let proxies = "- {containers: [istio-proxy], reason: r, rules: {latest-tag: off}}\n";
    let levels = |overrides: &str, arguments: &[&str]| found(&with(overrides).lint(arguments));
    assert_eq!(levels(&format!("{files}{proxies}"), &[]), ["agent/agent error", "web-1/web error"]);
    assert_eq!(levels(&format!("{proxies}{files}"), &[]).len(), 4);
    assert_eq!(levels(proxies, &["--rule", "latest-tag=warning"]).len(), 4);
    assert_eq!(levels(proxies, &["--rule", "latest-tag=off"]), [""; 0]);
}

#[test]
fn a_rule_that_is_off_is_on_for_what_an_override_is_about() {
    let here = with("- {kinds: [Pod], containers: [web], reason: r, rules: {image: on}}\n");
    here.write(FILE, &format!("rules: {{latest-tag: off}}\n{}", here.read(FILE)));
    assert_eq!(found(&here.lint(&[])), [WEB]);
}

#[test]
fn a_stream_of_a_cluster_is_matched_like_files() {
    let list = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: web-1, namespace: shop}\n  spec:\n    containers:\n    - {name: web, image: web}\n    - {name: istio-proxy, image: proxy}\n";
    let here =
        with("- {namespaces: [shop], containers: [istio-proxy], reason: r, rules: {latest-tag: off}}\n");
    let ran = here.command(&["lint", "-o", "json", "-"]).input(list).end();
    assert_eq!(found(&ran), [WEB]);
}

#[test]
fn a_finding_about_no_container_is_not_one_of_a_container() {
    let twice = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, name: a}\nspec:\n  containers:\n  - {name: web, image: web:1, image: web:1}\n";
    let rules = |conditions: &str| {
        let here = with(&format!("- {{{conditions}, reason: r, rules: {{duplicate-key: off}}}}\n"));
        here.write("k8s/all.yaml", twice);
        found(&here.lint(&[])).len()
    };
    assert_eq!((rules("containers: [other]"), rules("names: [a]")), (2, 0));
    assert!(rules("containers: ['*']") >= 1);
}

#[test]
fn an_override_that_means_nothing_is_told_in_a_whole_run_and_fails_nothing() {
    let overrides = "- {kinds: [Job], labels: {app: gone}, reason: r, rules: {latest-tag: off}}\n- {names: [agent], containers: [gone], reason: r, rules: {latest-tag: off}}\n- {containers: ['*'], reason: r, rules: {latest-tag: off}}\n";
    let here = with(overrides);
    let told = |arguments: &[&str]| {
        let ran = here.command(&["lint", "-v"]).args(arguments).end();
        let notes: Vec<String> =
            ran.err.lines().filter(|line| line.contains("override")).map(str::to_owned).collect();
        (notes, ran.code())
    };
    let notes = [
        "note: the override of kinds `Job`; labels `app: gone` (.kubectl-lifecycle.yaml:2) matches nothing of this run",
        "note: the override of names `agent`; containers `gone` (.kubectl-lifecycle.yaml:3) matches nothing of this run",
    ];
    assert_eq!(told(&["k8s"]), (notes.map(str::to_owned).to_vec(), 0));
    // Who lints one file has not looked for the others.
    assert_eq!(told(&["k8s/all.yaml"]), (vec![], 0));
    assert_eq!(here.run(&["lint", "k8s"]).err, "");
}

#[test]
fn a_suppression_of_a_rule_that_is_off_for_the_object_is_not_unused() {
    let silenced = "apiVersion: v1\nkind: Pod\nmetadata: {name: web-1}\nspec:\n  containers:\n  - name: web\n    image: web:1 # lifecycle: ignore[latest-tag] -- of no use\n    readinessProbe: {exec: {command: [ready]}}\n";
    let rest = |rules: &str| {
        let here = with(&format!("- {{names: [web-1], reason: r, rules: {rules}}}\n"));
        here.write("k8s/all.yaml", silenced);
        here.lint(&[]).findings("{severity}[{rule}]")
    };
    assert_eq!(rest("{duplicate-key: off}"), ["warning[unused-suppression]"]);
    assert_eq!(rest("{latest-tag: off}"), [""; 0]);
    // The two rules about suppressions have levels as well.
    assert_eq!(rest("{unused-suppression: off}"), [""; 0]);
    assert_eq!(rest("{unused-suppression: error}"), ["error[unused-suppression]"]);
    // One that silences what is off here is of use where it is on.
    let used = silenced.replace("web:1", "web:latest");
    let here = with("- {names: [web-1], reason: r, rules: {latest-tag: off}}\n");
    here.write("k8s/all.yaml", &used);
    assert_eq!(here.lint(&[]).findings("{rule}"), [""; 0]);
}

#[test]
fn what_cannot_be_meant_is_refused_where_it_stands() {
    let here = Tool::new();
    let wrong = |text: &str| {
        here.write(FILE, text);
        let ran = here.run(&["config"]);
        assert_eq!(ran.code(), 2, "{text}");
        ran.err.lines().map(|line| line.replace("error: .kubectl-lifecycle.yaml:", "")).collect::<Vec<_>>()
    };
    assert_eq!(
        wrong(
            "overrides:\n- kinds: [daemonset, 5]\n  names: ['']\n  containers: []\n  labels: {app: 'a['}\n  reason: ' '\n"
        ),
        [
            "2:11: `daemonset` begins with a small letter, as no kind does; write it as manifests do, like `DaemonSet`",
            "2:22: an item of `kinds` must be text, and is the number 5",
            "3:11: `` is empty; write a name or a pattern, such as `web-*`",
            "4:3: `containers` is empty and matches nothing; list what is meant",
            "5:17: `a[` is no pattern: unclosed character class; missing ']'",
            "6:11: `reason` is empty; say why, for whoever reads this next",
        ]
    );
    assert_eq!(
        wrong("overrides:\n- kinds: Job\n  reason: 5\n"),
        [
            "2:10: `kinds` must be a list, and is the text \"Job\"",
            "3:11: `reason` must be text, and is the number 5"
        ]
    );
    assert_eq!(
        wrong(
            "overrides:\n- kinds: [Job]\n  strict: true\n  kubernetesVersion: 1.30\n  hooks: {instantCommands: [a]}\n  rules: {since: 0.1, latest-tag: {severity: off, movingTags: [main]}}\n"
        ),
        [
            "2:3: an override of objects or containers has no `reason`; say why, for whoever reads this next",
            "3:3: `strict` holds for whole files, and not for single objects; give it an override of its own, with `files` alone",
            "4:3: `kubernetesVersion` holds for whole files, and not for single objects; give it an override of its own, with `files` alone",
            "5:3: `hooks` holds for whole files, and not for single objects; give it an override of its own, with `files` alone",
            "6:11: `rules.since` holds for whole files, and not for single objects; give it an override of its own, with `files` alone",
            "6:51: `rules.latest-tag.movingTags` holds for whole files, and not for single objects; give it an override of its own, with `files` alone",
        ]
    );
}

#[test]
fn config_shows_what_each_is_about_and_why() {
    let here = with(
        "- {files: [k8s], rules: {latest-tag: info}}\n- {files: [k8s], labels: {app: w}, containers: [istio-proxy], reason: the mesh injects it, rules: {latest-tag: off}}\n- {files: [other], names: [a], reason: r, rules: {latest-tag: off}}\n",
    );
    let shown = |arguments: &[&str]| -> Vec<Value> {
        let answer = here.command(&["config", "-o", "json"]).args(arguments).end().json();
        let settings = answer["settings"].as_array().unwrap().clone();
        let is_meant = |row: &Value| row["key"].as_str().unwrap().starts_with("overrides[");
        settings.into_iter().filter(is_meant).map(|row| row["value"].clone()).collect()
    };
    let mesh = serde_json::json!({
        "files": ["k8s"], "labels": {"app": "w"}, "containers": ["istio-proxy"],
        "reason": "the mesh injects it", "rules": {"latest-tag": "off"}
    });
    assert_eq!(shown(&[])[1], mesh);
    let applies: Vec<bool> =
        shown(&["k8s/all.yaml"]).iter().map(|row| row["applies"].as_bool().unwrap()).collect();
    assert_eq!(applies, [true, true, false]);
    // What holds for some objects is not what holds for the file.
    let rows = here.run(&["config", "k8s/all.yaml"]).out;
    let row = rows.lines().find(|line| line.starts_with("rules.latest-tag.severity ")).unwrap();
    assert!(row.ends_with(" info"), "{row}");
}

/// What is rendered is as little a place for comments as what a cluster answers.
#[test]
fn what_is_rendered_is_matched_by_the_names_it_gets() {
    if !has_kubectl("no overlay was built") {
        return;
    }
    let left = |conditions: &str| {
        let here = with(&format!("- {{{conditions}, reason: r, rules: {{latest-tag: off}}}}\n"));
        here.write("k8s/kustomization.yaml", "resources: [all.yaml]\nnamePrefix: prod-\nnamespace: shop\n");
        found(&here.lint(&["-k", "k8s"]))
    };
    let of_pod = ["prod-web-1/web", "prod-web-1/istio-proxy"];
    assert_eq!(left("names: [prod-agent], namespaces: [shop]"), of_pod);
    assert_eq!(left("names: [agent]").len(), 4);
    assert_eq!(left("files: [k8s], kinds: [DaemonSet]"), of_pod);
    assert_eq!(left("files: [other], kinds: [DaemonSet]").len(), 4);
}

#[test]
fn a_finding_in_a_script_is_one_of_the_workload_that_runs_it() {
    let hooks = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hooks}\ndata:\n  start.sh: |\n    mkdir /data/a\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {pod-template-hash: a}}\nspec:\n  containers:\n  - name: web\n    image: web:1\n    readinessProbe: {exec: {command: [ready]}}\n    lifecycle: {postStart: {exec: {command: [sh, -e, /hooks/start.sh]}}}\n    volumeMounts: [{name: hooks, mountPath: /hooks}, {name: data, mountPath: /data}]\n  volumes: [{name: hooks, configMap: {name: hooks}}, {name: data, emptyDir: {}}]\n";
    let left = |conditions: &str| {
        let here = with(&format!("- {{{conditions}, reason: r, rules: {{hook: off}}}}\n"));
        here.write("k8s/all.yaml", hooks);
        found(&here.lint(&["--strict"])).len()
    };
    assert_eq!((left("kinds: [ConfigMap]"), left("kinds: [Pod]"), left("containers: [web]")), (1, 0, 0));
}
