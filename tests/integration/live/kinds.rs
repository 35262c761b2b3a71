//! Further kinds as the API server returns them; the example writes only what it measures.

use serde_json::{Value, json};

use super::objects::{SINCE, metadata, template, with_owner};

/// A StatefulSet with a claim.
pub(crate) fn stateful_set(name: &str, labels: &Value, spec: &Value) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": metadata("StatefulSet", name, labels),
        "spec": {
            "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
            "podManagementPolicy": "OrderedReady", "replicas": 2, "revisionHistoryLimit": 10,
            "selector": {"matchLabels": labels}, "serviceName": "", "template": template(labels, spec),
            "updateStrategy": {"rollingUpdate": {"partition": 0}, "type": "RollingUpdate"},
            "volumeClaimTemplates": [{
                "apiVersion": "v1", "kind": "PersistentVolumeClaim",
                "metadata": {"creationTimestamp": null, "name": "data"},
                "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}},
                    "volumeMode": "Filesystem"},
                "status": {"phase": "Pending"}
            }]
        },
        "status": {"availableReplicas": 2, "collisionCount": 0, "currentRevision": "db-7c9", "replicas": 2}
    })
}

/// A DaemonSet.
pub(crate) fn daemon_set(name: &str, labels: &Value, spec: &Value) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": metadata("DaemonSet", name, labels),
        "spec": {
            "revisionHistoryLimit": 10, "selector": {"matchLabels": labels}, "template": template(labels, spec),
            "updateStrategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}, "type": "RollingUpdate"}
        },
        "status": {"currentNumberScheduled": 3, "desiredNumberScheduled": 3, "numberMisscheduled": 0, "numberReady": 3}
    })
}

fn job_spec(labels: &Value, spec: &Value) -> Value {
    json!({
        "backoffLimit": 6, "completionMode": "NonIndexed", "completions": 1, "manualSelector": false, "parallelism": 1,
        "podReplacementPolicy": "TerminatingOrFailed", "selector": {"matchLabels": labels}, "suspend": false,
        "template": template(labels, spec)
    })
}

/// A Job, of a CronJob or of none.
pub(crate) fn job(name: &str, labels: &Value, spec: &Value, owner: Option<Value>) -> Value {
    json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": with_owner(metadata("Job", name, labels), owner),
        "spec": job_spec(labels, spec),
        "status": {"completionTime": SINCE, "ready": 0, "startTime": SINCE, "succeeded": 1, "terminating": 0,
            "uncountedTerminatedPods": {}}
    })
}

/// A CronJob.
pub(crate) fn cron_job(name: &str, labels: &Value, spec: &Value) -> Value {
    json!({
        "apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata("CronJob", name, labels),
        "spec": {
            "concurrencyPolicy": "Allow", "failedJobsHistoryLimit": 1, "schedule": "0 3 * * *",
            "successfulJobsHistoryLimit": 3, "suspend": false,
            "jobTemplate": {"metadata": {"creationTimestamp": null}, "spec": {"template": template(labels, spec)}}
        },
        "status": {"lastScheduleTime": SINCE, "lastSuccessfulTime": SINCE}
    })
}
