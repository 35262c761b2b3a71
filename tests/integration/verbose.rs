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
    note: around.yaml: PodDisruptionBudget `all` governs Deployment `web` in web.yaml (minAvailable 1)
    note: around.yaml: PodDisruptionBudget `web` in namespace `shop` governs Deployment `web` in web.yaml (minAvailable 1)
    note: around.yaml: Service `web` reaches container `app` of Deployment `web` in web.yaml
    note: around.yaml: read, 5 documents and 0 workloads
    note: values.yaml: read, 1 document and 0 workloads
    note: values.yaml: skipped: no apiVersion and kind, so not a Kubernetes object
    note: web.yaml: read, 1 document and 1 workload
    ");
    assert_eq!(ran.code(), 0);
}

/// One object of each joined kind, around a StatefulSet of one replica.
const STORE: &str = "apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store}
spec:
  serviceName: store-peers
  selector: {matchLabels: {app: store}}
  template:
    metadata: {labels: {app: store}}
    spec:
      containers:
        - name: app
          image: store:1
          ports: [{containerPort: 8080}]
          readinessProbe: {tcpSocket: {port: 8080}}
          lifecycle: {preStop: {sleep: {seconds: 5}}}
          env:
            - {name: PASSWORD, valueFrom: {secretKeyRef: {name: access, key: password}}}
            - {name: USER, valueFrom: {secretKeyRef: {name: access, key: user}}}
            - {name: ROLE, valueFrom: {secretKeyRef: {name: access, key: role, optional: true}}}
          envFrom: [{configMapRef: {name: settings}}]
      volumes:
        - {name: access, secret: {secretName: access}}
        - {name: shared, persistentVolumeClaim: {claimName: shared}}
  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce]}}]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: store}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: store}, minReplicas: 1, maxReplicas: 1}
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: elsewhere}
spec: {scaleTargetRef: {name: worker}}
";
const AROUND_STORE: &str = "apiVersion: v1
kind: Service
metadata: {name: store}
spec: {selector: {app: store}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: store-peers}
spec: {clusterIP: None, publishNotReadyAddresses: true, selector: {app: store}}
---
apiVersion: v1
kind: Service
metadata: {name: store, namespace: shop}
spec: {type: ExternalName, externalName: store.default.svc.cluster.local}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: store}
spec:
  ingressClassName: nginx
  defaultBackend: {service: {name: absent, port: {name: http}}}
  rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: store, port: {number: 80}}}}]}}]
---
apiVersion: v1
kind: Secret
metadata: {name: access}
stringData: {password: hunter2}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: shared}
spec: {accessModes: [ReadWriteMany], storageClassName: files}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data-store-0}
spec: {accessModes: [ReadWriteOnce]}
";

#[test]
fn every_joined_kind_has_a_note() {
    let here = Tool::with(&[("store.yaml", STORE), ("around.yaml", AROUND_STORE)]);
    let ran = here.run(&["lint", "--verbose"]);
    insta::assert_snapshot!(ran.err, @"
    note: around.yaml: ConfigMap `settings` gives variables to container `app` of StatefulSet `store` in store.yaml
    note: around.yaml: Ingress `store` routes to Service `absent`, which was not read (port http, class `nginx`)
    note: around.yaml: Ingress `store` routes to Service `store` in namespace `default` in around.yaml (port 80, class `nginx`)
    note: around.yaml: PersistentVolumeClaim `data-store-0` is mounted in StatefulSet `store` in store.yaml (ReadWriteOnce)
    note: around.yaml: PersistentVolumeClaim `shared` is mounted in StatefulSet `store` in store.yaml (ReadWriteMany, class `files`)
    note: around.yaml: Secret `access` gives variables to container `app` of StatefulSet `store` in store.yaml (it has no key `user`)
    note: around.yaml: Secret `access` is mounted in StatefulSet `store` in store.yaml
    note: around.yaml: Service `store-peers` names the Pods of StatefulSet `store` in store.yaml
    note: around.yaml: Service `store-peers` reaches container `app` of StatefulSet `store` in store.yaml (ready or not, it lists no port)
    note: around.yaml: Service `store` in namespace `default` reaches container `app` of StatefulSet `store` in store.yaml
    note: around.yaml: Service `store` in namespace `shop` stands for Service `store` in namespace `default` in around.yaml
    note: around.yaml: read, 8 documents and 0 workloads
    note: store.yaml: HorizontalPodAutoscaler `store` scales StatefulSet `store` in store.yaml (to 1 replica)
    note: store.yaml: ScaledObject `elsewhere` scales Deployment `worker`, which was not read whole
    note: store.yaml: nothing takes the traffic of StatefulSet `store` while it stops: its one Pod stops before the next is ready
    note: store.yaml: read, 3 documents and 1 workload
    ");
    assert_eq!(ran.code(), 0);
}

/// A Deployment of Pods labelled `app: web`, with one port of this name.
fn deployment(name: &str, strategy: &str, port: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  strategy: {strategy}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      containers:
        - name: app
          image: web:1
          ports: [{{name: {port}, containerPort: 8080}}]
          readinessProbe: {{tcpSocket: {{port: 8080}}}}
          lifecycle: {{preStop: {{sleep: {{seconds: 5}}}}}}
"
    )
}

#[test]
fn the_notes_tell_what_the_joins_make_of_traffic() {
    let service = "apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
";
    let recreated = deployment("web", "{type: Recreate}", "metrics");
    let rolling = deployment("canary", "{type: RollingUpdate}", "http");
    let alone = Tool::with(&[("service.yaml", service), ("web.yaml", &recreated)]);
    insta::assert_snapshot!(alone.run(&["lint", "--verbose"]).err, @"
    note: service.yaml: Service `web` reaches container `app` of Deployment `web` in web.yaml
    note: service.yaml: read, 1 document and 0 workloads
    note: web.yaml: container `app` of Deployment `web` is only asked for its metrics
    note: web.yaml: nothing takes the traffic of Deployment `web` while it stops: its one Pod stops before the next is ready
    note: web.yaml: read, 1 document and 1 workload
    ");
    let both = Tool::with(&[("canary.yaml", &rolling), ("service.yaml", service), ("web.yaml", &recreated)]);
    insta::assert_snapshot!(both.run(&["lint", "--verbose"]).err, @"
    note: canary.yaml: Deployment `canary` takes the traffic of Deployment `web` in web.yaml while it stops: Service `web` reaches both
    note: canary.yaml: read, 1 document and 1 workload
    note: service.yaml: Service `web` reaches container `app` of Deployment `canary` in canary.yaml
    note: service.yaml: Service `web` reaches container `app` of Deployment `web` in web.yaml
    note: service.yaml: read, 1 document and 0 workloads
    note: web.yaml: container `app` of Deployment `web` is only asked for its metrics
    note: web.yaml: read, 1 document and 1 workload
    ");
}

/// Objects of one name in two namespaces, and what autoscalers say of them.
const TWICE: &str = "apiVersion: v1
kind: Service
metadata: {name: web, namespace: b}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: entry, namespace: b}
spec: {ingressClassName: '', defaultBackend: {service: {name: web, port: {number: 80}}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: ExternalName, externalName: web.b.svc}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: b}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers:
        - {name: same, image: setup:1, envFrom: [{configMapRef: {name: settings}}]}
      containers:
        - name: same
          image: web:1
          env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: a}}}]
          readinessProbe: {tcpSocket: {port: 8080}}
          lifecycle: {preStop: {sleep: {seconds: 5}}}
        - {image: side:1, envFrom: [{configMapRef: {name: settings}}]}
      volumes: [{name: files, persistentVolumeClaim: {claimName: files}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: b}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: files, namespace: b}
spec: {accessModes: [ReadWriteOnce, ReadWriteOnce], storageClassName: ''}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: b}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 5, maxReplicas: 2}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: astray, namespace: c}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, maxReplicas: 2}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: old, namespace: b}
spec: {scaleTargetRef: {apiVersion: extensions/v1beta1, kind: Deployment, name: web}, maxReplicas: 2}
";

#[test]
fn the_notes_tell_apart_what_has_one_name() {
    let here = Tool::with(&[("all.yaml", TWICE)]);
    insta::assert_snapshot!(here.run(&["lint", "--verbose"]).err, @"
    note: all.yaml: ConfigMap `settings` gives variables to container `same` of Deployment `web` in all.yaml
    note: all.yaml: ConfigMap `settings` gives variables to container `same` of Deployment `web` in all.yaml (it has no key `a`)
    note: all.yaml: ConfigMap `settings` gives variables to container `spec.template.spec.containers[1]` of Deployment `web` in all.yaml
    note: all.yaml: HorizontalPodAutoscaler `astray` scales Deployment `web`, which was read in namespace `b` only
    note: all.yaml: HorizontalPodAutoscaler `old` scales Deployment `web`, which was read as `apps/v1` only
    note: all.yaml: HorizontalPodAutoscaler `web` scales Deployment `web` in all.yaml (its minimum of 5 is above its maximum of 2)
    note: all.yaml: Ingress `entry` routes to Service `web` in namespace `b` in all.yaml (port 80)
    note: all.yaml: PersistentVolumeClaim `files` is mounted in Deployment `web` in all.yaml (ReadWriteOnce, no class)
    note: all.yaml: Service `web` in namespace `b` reaches container `same` of Deployment `web` in all.yaml
    note: all.yaml: Service `web` in namespace `default` stands for Service `web` in namespace `b` in all.yaml
    note: all.yaml: read, 9 documents and 1 workload
    ");
}

#[test]
fn the_notes_list_some_of_what_a_label_joins_and_count_the_rest() {
    let service = "apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
";
    let numbers = 10..33;
    let web: Vec<String> = numbers.map(|number| deployment(&format!("web-{number}"), "{}", "http")).collect();
    let here = Tool::with(&[("service.yaml", service), ("web.yaml", &web.join("---\n"))]);
    let ran = here.run(&["lint", "--verbose"]);
    let of_service: Vec<&str> = ran.err.lines().filter(|line| line.contains("Service `web`")).collect();
    assert_eq!(of_service.len(), 21);
    assert_eq!(
        of_service[0],
        "note: service.yaml: Service `web` reaches container `app` of Deployment `web-10` in web.yaml"
    );
    assert_eq!(of_service[20], "note: service.yaml: Service `web`: 3 more joins are not listed");
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
