//! Objects as the API server returns them: with every default filled in, `status` and
//! `managedFields`.

use serde_json::{Value, json};

/// When everything began.
pub(crate) const SINCE: &str = "2026-03-01T09:30:00Z";

/// A number that looks like a uid, the same for the same words.
pub(crate) fn uid(words: &str) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in words.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        hash as u32,
        hash >> 48,
        hash & 0xfff,
        hash >> 52,
        hash >> 16
    )
}

/// A reference to the controller that made an object.
pub(crate) fn owner(api_version: &str, kind: &str, name: &str) -> Value {
    json!([{
        "apiVersion": api_version, "blockOwnerDeletion": true, "controller": true, "kind": kind, "name": name,
        "uid": uid(&format!("{kind}/{name}"))
    }])
}

/// Everything the server puts into `metadata`.
pub(crate) fn metadata(kind: &str, name: &str, labels: &Value) -> Value {
    json!({
        "creationTimestamp": SINCE,
        "generation": 3,
        "labels": labels,
        "managedFields": [
            {
                "apiVersion": "v1", "fieldsType": "FieldsV1", "manager": "kubectl-client-side-apply",
                "operation": "Update", "time": SINCE,
                "fieldsV1": {"f:metadata": {"f:annotations": {".": {},
                    "f:kubectl.kubernetes.io/last-applied-configuration": {}}, "f:labels": {".": {}, "f:app": {}}},
                    "f:spec": {"f:replicas": {}, "f:template": {"f:spec": {"f:containers": {"k:{\"name\":\"web\"}":
                    {".": {}, "f:image": {}, "f:imagePullPolicy": {}, "f:name": {}, "f:ports": {".": {},
                    "k:{\"containerPort\":8080,\"protocol\":\"TCP\"}": {".": {}, "f:containerPort": {},
                    "f:protocol": {}}}, "f:resources": {}, "f:terminationMessagePath": {}}},
                    "f:dnsPolicy": {}, "f:restartPolicy": {}, "f:schedulerName": {}}}}}
            },
            {
                "apiVersion": "v1", "fieldsType": "FieldsV1", "manager": "kube-controller-manager",
                "operation": "Update", "subresource": "status", "time": SINCE,
                "fieldsV1": {"f:status": {"f:conditions": {".": {}, "k:{\"type\":\"Ready\"}": {".": {},
                    "f:lastProbeTime": {}, "f:status": {}, "f:type": {}}}, "f:observedGeneration": {}}}
            }
        ],
        "name": name, "namespace": "shop", "resourceVersion": "183920441", "uid": uid(&format!("{kind}/{name}"))
    })
}

/// A container that gets traffic and stops well, with what the server fills in.
pub(crate) fn container(name: &str, image: &str) -> Value {
    json!({
        "env": [
            {"name": "POD_IP", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "status.podIP"}}},
            {"name": "LEVEL", "value": "info"}
        ],
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "lifecycle": {"preStop": {"sleep": {"seconds": 5}}},
        "livenessProbe": probe("/healthz"),
        "name": name,
        "ports": [{"containerPort": 8080, "name": "http", "protocol": "TCP"}],
        "readinessProbe": probe("/ready"),
        "resources": {"limits": {"memory": "256Mi"}, "requests": {"cpu": "100m", "memory": "256Mi"}},
        "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File"
    })
}

fn probe(path: &str) -> Value {
    json!({
        "failureThreshold": 3, "httpGet": {"path": path, "port": "http", "scheme": "HTTP"}, "periodSeconds": 10,
        "successThreshold": 1, "timeoutSeconds": 1
    })
}

/// The spec of a pod template.
pub(crate) fn pod_spec(containers: Value, restart_policy: &str) -> Value {
    json!({
        "containers": containers, "dnsPolicy": "ClusterFirst", "restartPolicy": restart_policy,
        "schedulerName": "default-scheduler", "securityContext": {}, "serviceAccount": "web",
        "serviceAccountName": "web", "terminationGracePeriodSeconds": 30
    })
}

/// The spec of a Pod that was scheduled.
pub(crate) fn scheduled(mut spec: Value) -> Value {
    let mount = json!({
        "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "name": "kube-api-access-x2z9q",
        "readOnly": true
    });
    if let Some(containers) = spec["containers"].as_array_mut() {
        for container in containers {
            container["volumeMounts"] = json!([mount]);
        }
    }
    let filled = json!({
        "enableServiceLinks": true, "nodeName": "node-3", "preemptionPolicy": "PreemptLowerPriority", "priority": 0,
        "tolerations": [
            {"effect": "NoExecute", "key": "node.kubernetes.io/not-ready", "operator": "Exists",
                "tolerationSeconds": 300},
            {"effect": "NoExecute", "key": "node.kubernetes.io/unreachable", "operator": "Exists",
                "tolerationSeconds": 300}
        ],
        "volumes": [{"name": "kube-api-access-x2z9q", "projected": {"defaultMode": 420, "sources": [
            {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
            {"configMap": {"items": [{"key": "ca.crt", "path": "ca.crt"}], "name": "kube-root-ca.crt"}},
            {"downwardAPI": {"items": [{"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"},
                "path": "namespace"}]}}
        ]}}]
    });
    merge(&mut spec, filled);
    spec
}

fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}

pub(crate) fn with_owner(mut metadata: Value, owner: Option<Value>) -> Value {
    if let Some(owner) = owner {
        metadata["ownerReferences"] = owner;
    }
    metadata
}

pub(crate) fn template(labels: &Value, spec: &Value) -> Value {
    json!({
        "metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": SINCE}, "creationTimestamp": null,
            "labels": labels},
        "spec": spec
    })
}

/// A Deployment (or Rollout) with its rollout defaults.
pub(crate) fn deployment(name: &str, labels: &Value, spec: &Value) -> Value {
    let mut metadata = metadata("Deployment", name, labels);
    metadata["annotations"] = json!({
        "deployment.kubernetes.io/revision": "7",
        "kubectl.kubernetes.io/last-applied-configuration":
            format!("{{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{{\"name\":\"{name}\"}}}}\n")
    });
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata,
        "spec": {
            "progressDeadlineSeconds": 600, "replicas": 2, "revisionHistoryLimit": 10,
            "selector": {"matchLabels": labels},
            "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}, "type": "RollingUpdate"},
            "template": template(labels, spec)
        },
        "status": {
            "availableReplicas": 2, "observedGeneration": 3, "readyReplicas": 2, "replicas": 2, "updatedReplicas": 2,
            "conditions": [{"lastTransitionTime": SINCE, "lastUpdateTime": SINCE, "message": "available",
                "reason": "MinimumReplicasAvailable", "status": "True", "type": "Available"}]
        }
    })
}

/// A ReplicaSet of a Deployment (or Rollout).
pub(crate) fn replica_set(
    name: &str,
    labels: &Value,
    spec: &Value,
    replicas: u32,
    owner: Option<Value>,
) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": with_owner(metadata("ReplicaSet", name, labels), owner),
        "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template(labels, spec)},
        "status": {"observedGeneration": 1, "replicas": replicas}
    })
}

/// A Pod as it runs.
pub(crate) fn pod(name: &str, labels: &Value, spec: &Value, owner: Option<Value>) -> Value {
    let spec = scheduled(spec.clone());
    let image = spec["containers"][0]["image"].clone();
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": with_owner(metadata("Pod", name, labels), owner),
        "spec": spec,
        "status": {
            "conditions": [
                {"lastProbeTime": null, "lastTransitionTime": SINCE, "status": "True", "type": "Initialized"},
                {"lastProbeTime": null, "lastTransitionTime": SINCE, "status": "True", "type": "Ready"},
                {"lastProbeTime": null, "lastTransitionTime": SINCE, "status": "True", "type": "PodScheduled"}
            ],
            "containerStatuses": [{
                "containerID": "containerd://5f2b8c0e1d", "image": image, "imageID": "registry.example/web@sha256:0a1b",
                "lastState": {}, "name": "web", "ready": true, "restartCount": 0, "started": true,
                "state": {"running": {"startedAt": SINCE}}
            }],
            "hostIP": "10.0.0.3", "hostIPs": [{"ip": "10.0.0.3"}], "phase": "Running", "podIP": "10.1.2.3",
            "podIPs": [{"ip": "10.1.2.3"}], "qosClass": "Burstable", "startTime": SINCE
        }
    })
}

/// A Service of one port.
pub(crate) fn service(name: &str, selector: &Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Service", "metadata": metadata("Service", name, selector),
        "spec": {
            "clusterIP": "10.96.12.1", "clusterIPs": ["10.96.12.1"], "internalTrafficPolicy": "Cluster",
            "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack",
            "ports": [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": "http"}],
            "selector": selector, "sessionAffinity": "None", "type": "ClusterIP"
        },
        "status": {"loadBalancer": {}}
    })
}

/// Labels with the hash of a template.
pub(crate) fn hashed(labels: &Value, hash: &str) -> Value {
    let mut labels = labels.clone();
    labels["pod-template-hash"] = json!(hash);
    labels
}

/// A Deployment that is sound, with all that a cluster makes of it.
pub(crate) fn application(number: usize) -> Vec<Value> {
    let name = format!("web-{number}");
    let labels = json!({"app": name, "app.kubernetes.io/managed-by": "kustomize"});
    let spec = pod_spec(json!([container("web", "registry.example/web:1.4.2")]), "Always");
    let (new, old) = (hashed(&labels, "6d4cf56db6"), hashed(&labels, "5b7f9d8c44"));
    let (new_name, old_name) = (format!("{name}-6d4cf56db6"), format!("{name}-5b7f9d8c44"));
    let made_by = owner("apps/v1", "Deployment", &name);
    let replica_set_made = owner("apps/v1", "ReplicaSet", &new_name);
    vec![
        deployment(&name, &labels, &spec),
        replica_set(&old_name, &old, &spec, 0, Some(made_by.clone())),
        replica_set(&new_name, &new, &spec, 2, Some(made_by)),
        pod(&format!("{new_name}-abcde"), &new, &spec, Some(replica_set_made.clone())),
        pod(&format!("{new_name}-fghij"), &new, &spec, Some(replica_set_made)),
        service(&name, &json!({"app": name})),
    ]
}
