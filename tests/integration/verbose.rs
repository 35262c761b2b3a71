//! `--verbose` says which files were read, skipped and joined, and why.

use crate::tool::Tool;

const WEB: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: app
          image: web:1
          ports: [{containerPort: 8080}]
          readinessProbe: {tcpSocket: {port: 8080}}
          lifecycle: {preStop: {sleep: {seconds: 5}}}
      volumes:
        - {name: settings, configMap: {name: settings}}
        - {name: all, projected: {sources: [{configMap: {name: settings}}, {configMap: {name: elsewhere}}]}}
";
const AROUND: &str = "apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data: {}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: other}
spec: {minAvailable: 1, selector: {}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: all, namespace: shop}
spec: {minAvailable: 1, selector: {}}
";

#[test]
fn the_notes_name_files_joins_and_reasons_in_one_order() {
    let here = Tool::with(&[
        ("web.yaml", WEB),
        ("around.yaml", AROUND),
        (
            "values.yaml",
            "replicas: 2
",
        ),
    ]);
    let ran = here.run(&["lint", "--verbose"]);
    insta::assert_snapshot!(ran.err, @"
    note: around.yaml: ConfigMap `settings` is mounted in Deployment `web` in web.yaml
    note: around.yaml: PodDisruptionBudget `all` governs Deployment `web` in web.yaml
    note: around.yaml: PodDisruptionBudget `web` governs Deployment `web` in web.yaml
    note: around.yaml: Service `web` reaches container `app` of Deployment `web` in web.yaml
    note: around.yaml: read, 5 documents and 0 workloads
    note: values.yaml: read, 1 document and 0 workloads
    note: values.yaml: skipped: no apiVersion and kind, so not a Kubernetes object
    note: web.yaml: read, 1 document and 1 workload
    ");
    assert_eq!(ran.code(), 0);
}

const HOOKS: &str = "apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
    - name: app
      image: nginx:1.29.0
      env: [{name: DRAIN, value: \"10\"}]
      lifecycle:
        postStart: {exec: {command: [sh, -c, 'mkdir -p /srv/x && touch /srv/x/ready && exit 3']}}
        preStop: {exec: {command: [sh, -c, 'curl -fsS localhost:8080/drain; sleep $DRAIN; nginx -s quit']}}
    - name: helper
      image: busybox:1.37
      lifecycle:
        postStart: {exec: {command: [node, seed.js]}}
        preStop: {exec: {command: ['sleep 5']}}
    - name: quiet
      image: busybox:1.37
      lifecycle:
        postStart: {exec: {command: [echo, hello]}}
        preStop: {exec: {command: [sh, -c, 'while true; do sleep 1; done']}}
";

#[test]
fn the_notes_say_what_each_hook_was_read_to_do() {
    let here = Tool::with(&[("pod.yaml", HOOKS)]);
    let ran = here.run(&["lint", "--verbose"]);
    insta::assert_snapshot!(ran.err, @"
    note: pod.yaml: read, 1 document and 1 workload
    note: pod.yaml: the postStart hook of `app` in Pod `web` takes 0 s, writes /srv/x and /srv/x/ready, ends with status 3
    note: pod.yaml: the postStart hook of `helper` in Pod `web` is not read: it is a program for `node`
    note: pod.yaml: the postStart hook of `quiet` in Pod `web` takes 0 s, only prints, which nobody sees, ends with status 0
    note: pod.yaml: the preStop hook of `app` in Pod `web` takes 10 s or more, nobody knows how long, may tell the server to stop gracefully, after 10 s at the earliest, asks localhost:8080, ends with status 0
    note: pod.yaml: the preStop hook of `helper` in Pod `web` takes 0 s, fails because the first item of `command` is the name of a program, blanks included, and no program is called `sleep 5`, ends with status 127
    note: pod.yaml: the preStop hook of `quiet` in Pod `web` never ends by itself
    ");
}
