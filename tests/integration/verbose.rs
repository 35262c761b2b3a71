//! `--verbose` says which files were read, skipped and joined, and why.

use crate::tool::{Ran, Tool};

/// How the notes begin that tell when things happen to a workload.
const TIMES: [&str; 3] = ["start of ", "stop of ", "a rollout of "];

/// The notes but for those that tell when things happen.
fn joins(ran: &Ran) -> String {
    let is_time = |line: &&str| {
        line.split_once(": ").is_some_and(|(_, rest)| {
            rest.split_once(": ").is_some_and(|(_, note)| TIMES.iter().any(|start| note.starts_with(start)))
        })
    };
    ran.err.split_inclusive('\n').filter(|line| !is_time(line)).collect()
}

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
    insta::assert_snapshot!(joins(&ran), @"
    note: around.yaml: ConfigMap `settings` is mounted in Deployment `web` in web.yaml
    note: around.yaml: PodDisruptionBudget `all` governs Deployment `web` in web.yaml (minAvailable 1)
    note: around.yaml: PodDisruptionBudget `web` in namespace `shop` governs Deployment `web` in web.yaml (minAvailable 1)
    note: around.yaml: Service `web` reaches container `app` of Deployment `web` in web.yaml
    note: around.yaml: read, 5 documents and 0 workloads
    note: values.yaml: read, 1 document and 0 workloads
    note: values.yaml: skipped: no apiVersion and kind, so not a Kubernetes object
    note: web.yaml: read, 1 document and 1 workload
    ");
    // Two budgets govern one workload, which no eviction supports.
    assert_eq!(ran.code(), 1);
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
  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]
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
    insta::assert_snapshot!(joins(&ran), @"
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
    note: store.yaml: ScaledObject `elsewhere` scales Deployment `worker`, which was not read whole, or stands apart
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
    insta::assert_snapshot!(joins(&alone.run(&["lint", "--verbose"])), @"
    note: service.yaml: Service `web` reaches container `app` of Deployment `web` in web.yaml
    note: service.yaml: read, 1 document and 0 workloads
    note: web.yaml: container `app` of Deployment `web` is only asked for its metrics
    note: web.yaml: nothing takes the traffic of Deployment `web` while it stops: its one Pod stops before the next is ready
    note: web.yaml: read, 1 document and 1 workload
    ");
    let both = Tool::with(&[("canary.yaml", &rolling), ("service.yaml", service), ("web.yaml", &recreated)]);
    insta::assert_snapshot!(joins(&both.run(&["lint", "--verbose"])), @"
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
    insta::assert_snapshot!(joins(&here.run(&["lint", "--verbose"])), @"
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
    let notes = joins(&ran);
    let of_service: Vec<&str> = notes.lines().filter(|line| line.contains("Service `web`")).collect();
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
    insta::assert_snapshot!(joins(&ran), @"
    note: pod.yaml: read, 1 document and 1 workload
    note: pod.yaml: the postStart hook of `app` in Pod `web` takes 0 s, writes /srv/x and /srv/x/ready, ends with status 3
    note: pod.yaml: the postStart hook of `helper` in Pod `web` is not read: it is a program for `node`
    note: pod.yaml: the postStart hook of `quiet` in Pod `web` takes 0 s, only prints, which nobody sees, ends with status 0
    note: pod.yaml: the preStop hook of `app` in Pod `web` takes 10 s or more, nobody knows how long, may tell the server to stop gracefully, after 10 s at the earliest, asks localhost:8080, ends with status 0
    note: pod.yaml: the preStop hook of `helper` in Pod `web` takes 0 s, fails because the first item of `command` is the name of a program, blanks included, and no program is called `sleep 5`, ends with status 127
    note: pod.yaml: the preStop hook of `quiet` in Pod `web` never ends by itself
    ");
}

const TIMED: &str = "apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: in}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  minReadySeconds: 3
  progressDeadlineSeconds: 120
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers:
        - {name: setup, image: 'setup:1', command: [sh, -c, 'sleep 3; echo done']}
        - name: proxy
          image: proxy:1
          restartPolicy: Always
          ports: [{name: in, containerPort: 4143}]
          startupProbe: {httpGet: {path: /ready, port: in}, periodSeconds: 1}
      containers:
        - name: app
          image: web:1
          lifecycle:
            postStart: {exec: {command: [sh, -c, 'sleep 2; touch /tmp/x']}}
            preStop: {exec: {command: [sleep, '10']}}
          readinessProbe: {httpGet: {path: /, port: 8080}, initialDelaySeconds: 5, successThreshold: 2}
          livenessProbe: {httpGet: {path: /, port: 8080}, initialDelaySeconds: 30, terminationGracePeriodSeconds: 4}
";

/// Each event of a workload in the order of time, with the fields and words that it comes from.
#[test]
fn the_notes_tell_when_things_happen_and_why_then() {
    let here = Tool::with(&[("web.yaml", TIMED)]);
    let ran = here.run(&["lint", "--verbose"]);
    let joins = joins(&ran);
    let of_web = |line: &&str| !joins.contains(*line);
    let notes: Vec<&str> = ran.err.lines().filter(of_web).collect();
    let said = notes.join("\n").replace("note: web.yaml: ", "").replace(" of Deployment `web`", "");
    insta::assert_snapshot!(said, @"
    start, 0 s: `setup` starts: the first of its Pod; images and volumes come before
    start, 3 s: init container `setup` ends: its command takes 3 s
    start, 3 s to 5 s: `proxy` starts: init container `setup` has ended
    start, 3 s to 7 s: the startup probe of `proxy` is first asked: initialDelaySeconds 0, then within periodSeconds 1
    start, 3 s or later: the startup probe of `proxy` can have passed: successThreshold 1
    start, 3 s or later: `app` starts: the startup probe of sidecar `proxy` has passed
    start, 3 s or later: postStart of `app` begins: lifecycle.postStart, in no order with the program
    start, 5 s or later: the startup probe can have `proxy` stopped, if it fails: failureThreshold 3, asked every 1 s
    start, 5 s or later: postStart of `app` is over: `sleep 2` takes 2 s
    start, 7 s or later: the readiness probe of `app` is first asked: initialDelaySeconds 5, then within periodSeconds 10
    start, 7 s or later: the readiness probe of `app` can have passed: successThreshold 2
    start, 7 s or later: the Pod is Ready: every container is ready
    start, 10 s or later: the Pod is Available: it has been Ready for minReadySeconds, 3 s
    start, 32 s or later: the liveness probe of `app` is first asked: initialDelaySeconds 30, then within periodSeconds 10
    start, 35 s or later: `proxy` is killed, if it still runs: the Pod's grace period behind the startup probe that has failed
    start, 52 s or later: the liveness probe can have `app` stopped, if it fails: failureThreshold 3, asked every 10 s
    start, 58 s or later: `app` is killed, if it still runs: terminationGracePeriodSeconds 4 of the liveness probe that has failed
    stop, 0 s: the Pod is deleted
    stop, 0 s: the endpoint for Service `web` is no longer ready: a deleted Pod is not ready, though it may still serve where no other is
    stop, 0 s: preStop of `app` begins: lifecycle.preStop, in no order with that of any other container
    stop, 0 s to 5 s: kube-proxy brings no more requests for Service `web`: it can take 5 s to hear of that (propagation delay)
    stop, 10 s: preStop of `app` is over: `sleep 10` takes 10 s
    stop, 10 s: the stop signal comes to `app`: its preStop is over
    stop, 10 s to 30 s: `app` has ended: its program ends on the stop signal, or is killed
    stop, 10 s to 30 s: the stop signal comes to `proxy`: it has no preStop, and as a sidecar (restartPolicy Always) it waits for the containers behind it, within the default grace period of 30 s
    stop, 10 s to 32 s: `proxy` has ended: its program ends on the stop signal, or is killed
    stop, 10 s to 32 s: the Pod has ended: its last container has ended, and no hook holds it
    stop, 30 s: `app` is killed, if it still runs: the default grace period of 30 s, less the whole seconds of preStop, but 2 s in any case
    stop, 30 s to 32 s: `proxy` is killed, if it still runs: the default grace period of 30 s, less the whole seconds before the signal, but 2 s in any case
    a rollout replaces up to 2 at once (maxSurge 1, maxUnavailable 1), which takes at least 20 s for 4 Pods, and counts as failed after 120 s without progress (progressDeadlineSeconds)
    ");
    assert!(ran.err.trim_end().ends_with(&notes.join("\n")), "they stand at the end, in one piece");
}
