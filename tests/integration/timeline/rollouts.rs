//! The arithmetic of rollouts.

use super::*;

fn manifest(kind: &str, spec: &str, template: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web}}\nspec:\n  selector: {{matchLabels: {{app: web}}}}\n{spec}\n  \
             template:\n    metadata: {{labels: {{app: web}}}}\n    spec:\n      containers:\n        - name: app\n          \
             image: app:1\n          readinessProbe: {{httpGet: {{port: 80}}, initialDelaySeconds: 11}}\n{template}"
    )
}

fn workload(kind: &str, spec: &str, template: &str) -> Timeline {
    of(&manifest(kind, spec, template), &Given::default(), 36)
}

const WAITS: &str = "          lifecycle: {preStop: {exec: {command: [sleep, '5']}}}\n";

/// Surge, unavailable, at once, at least.
fn rolling(spec: &str) -> (Option<i64>, Option<i64>, Option<i64>, Option<f64>) {
    let rollout = workload("Deployment", spec, WAITS).rollout.unwrap();
    match rollout.manner {
        Manner::Rolling { surge, unavailable } => (surge, unavailable, rollout.at_once, rollout.at_least),
        other => panic!("{other:?}"),
    }
}

#[test]
fn shares_round_up_for_the_surge_and_down_for_what_may_be_missing() {
    let of = |replicas: u32, surge: &str, unavailable: &str| {
        rolling(&format!(
            "  replicas: {replicas}\n  strategy: {{rollingUpdate: {{maxSurge: {surge}, maxUnavailable: {unavailable}}}}}"
        ))
    };
    // A new Pod is Available 10 s after it was started, at the earliest.
    assert_eq!(rolling(""), (Some(1), Some(0), Some(1), Some(10.0)), "fact H2");
    assert_eq!(rolling("  replicas: 4"), (Some(1), Some(1), Some(2), Some(20.0)), "fact H1");
    assert_eq!(of(10, "25%", "25%"), (Some(3), Some(2), Some(5), Some(20.0)));
    assert_eq!(of(3, "0", "1%"), (Some(0), Some(1), Some(1), Some(30.0)), "fact H3");
    assert_eq!(of(3, "100%", "0"), (Some(3), Some(0), Some(3), Some(10.0)));
    assert_eq!(of(0, "1", "0"), (Some(1), Some(0), Some(0), None));
}

#[test]
fn recreate_waits_for_the_end_of_the_old_pods() {
    let rollout =
        workload("Deployment", "  replicas: 3\n  strategy: {type: Recreate}", WAITS).rollout.unwrap();
    assert_eq!(rollout.manner, Manner::Recreate);
    assert_eq!((rollout.at_once, rollout.at_least), (Some(3), Some(15.0)), "fact H4");
}

#[test]
fn a_stateful_set_replaces_its_pods_in_turn_down_to_its_partition() {
    let set = |spec: &str| workload("StatefulSet", spec, WAITS).rollout.unwrap();
    let all = set("  replicas: 3");
    assert_eq!(
        (all.manner, all.pods, all.at_least),
        (Manner::InOrder { partition: 0 }, Some(3), Some(45.0)),
        "fact H8"
    );
    let some = set("  replicas: 3\n  updateStrategy: {rollingUpdate: {partition: 2}}");
    assert_eq!((some.pods, some.at_least), (Some(1), Some(15.0)), "fact H9");
    let none = set("  replicas: 3\n  updateStrategy: {type: OnDelete}");
    assert_eq!((none.manner, none.at_once, none.at_least), (Manner::OnDelete, None, None));
}

#[test]
fn a_daemon_set_works_on_one_node_at_a_time_unless_it_says_otherwise() {
    let set = |spec: &str| workload("DaemonSet", spec, WAITS).rollout.unwrap();
    assert_eq!((set("").at_once, set("").at_least), (Some(1), Some(15.0)), "fact H15");
    let share = set("  updateStrategy: {rollingUpdate: {maxUnavailable: 10%}}");
    assert_eq!(share.at_once, None, "of how many nodes is not known");
    let surge = set("  updateStrategy: {rollingUpdate: {maxSurge: 2, maxUnavailable: 0}}");
    assert_eq!(
        (surge.at_once, surge.at_least),
        (Some(2), Some(10.0)),
        "the old Pod goes once the new one is there"
    );
}

#[test]
fn a_rollout_gets_stuck_where_no_pod_can_be_available_before_the_deadline() {
    let of = |deadline: u32| {
        let spec = format!("  minReadySeconds: 5\n  progressDeadlineSeconds: {deadline}");
        workload("Deployment", &spec, WAITS).rollout.unwrap()
    };
    // That a Pod is Ready, after 10 s at the earliest, is progress already.
    assert!(of(9).is_stuck);
    assert!(!of(10).is_stuck);
    assert!(of(9).sentence().contains("before the first new Pod can be Ready"));
    let recreated = |seconds: u32| {
        let hook = WAITS.replace("'5'", &format!("'{seconds}'"));
        let spec = "  strategy: {type: Recreate}\n  progressDeadlineSeconds: 20";
        workload("Deployment", spec, &hook).rollout.unwrap().is_stuck
    };
    assert!(recreated(21), "that old Pods stop is no progress");
    assert!(!recreated(20));
    assert_eq!(of(2_147_483_647).deadline, None, "fact E17");
    assert_eq!(workload("Deployment", "", WAITS).rollout.unwrap().deadline, Some(600.0));
}

#[test]
fn an_unknown_number_of_replicas_leaves_shares_open() {
    let spec = "  replicas: \"{{ replicas }}\"\n  strategy: {rollingUpdate: {maxSurge: 25%}}";
    assert_eq!(rolling(spec), (None, None, None, None));
    assert_eq!(workload("ReplicaSet", "", WAITS).rollout, None, "it replaces no Pod by itself");
}

#[test]
fn a_rollout_never_replaces_more_at_once_than_there_are() {
    assert_eq!(
        rolling("  replicas: 3\n  strategy: {rollingUpdate: {maxSurge: 3, maxUnavailable: 2}}").2,
        Some(3)
    );
    let none = workload("Deployment", "  replicas: 0\n  strategy: {type: Recreate}", WAITS).rollout.unwrap();
    assert_eq!((none.at_least, none.is_stuck), (None, false));
    let huge = "  replicas: 9223372036854775807\n  updateStrategy: {rollingUpdate: {partition: -1}}";
    assert_eq!(workload("StatefulSet", huge, WAITS).rollout.unwrap().pods, Some(i64::MAX));
}

#[test]
fn what_a_placeholder_hides_is_not_known() {
    let of = |kind: &str, spec: &str| workload(kind, spec, WAITS);
    assert_eq!(of("Deployment", "  progressDeadlineSeconds: \"{{ d }}\"").rollout.unwrap().deadline, None);
    assert_eq!(of("Deployment", "  strategy: {type: \"{{ t }}\"}").rollout, None);
    assert_eq!(
        of("StatefulSet", "  updateStrategy: {rollingUpdate: {partition: \"{{ p }}\"}}").rollout,
        None
    );
    let open = of("Deployment", "  minReadySeconds: \"{{ m }}\"");
    let available = open.starting(None, |what| *what == What::Available).unwrap();
    assert_eq!(
        (available.when.latest, available.reason.as_str()),
        (None, "minReadySeconds is not known from here")
    );
}

#[test]
fn a_stateful_set_may_replace_several_at_once_where_its_gate_is_on() {
    let spec = "  replicas: 6\n  updateStrategy: {rollingUpdate: {maxUnavailable: 2}}";
    let text = |policy: &str| format!("{spec}\n  minReadySeconds: 7{policy}");
    let set = |minor, gates: &[(&str, bool)], policy: &str| {
        let gates = gates.iter().map(|(gate, on)| ((*gate).to_owned(), *on)).collect();
        let given = Given { gates, ..Given::default() };
        let rollout = of(&manifest("StatefulSet", &text(policy), WAITS), &given, minor).rollout.unwrap();
        (rollout.at_once, rollout.at_least)
    };
    assert_eq!(set(36, &[], ""), (Some(1), Some(132.0)));
    assert_eq!(set(36, &[("MaxUnavailableStatefulSet", true)], ""), (Some(2), Some(66.0)));
    let parallel = "\n  podManagementPolicy: Parallel";
    assert_eq!(set(33, &[], parallel), (Some(1), Some(90.0)), "up to 1.33 it waits for Ready alone");
    assert_eq!(set(34, &[], parallel), (Some(1), Some(132.0)));
}
