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
