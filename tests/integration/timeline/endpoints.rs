//! What sends traffic, and what of that the kubelet waits for: nothing.

use super::*;

fn served(service: &str, grace: &str) -> String {
    let pod = pod(&format!(
        "
{grace}
containers:
  - name: app
    image: app:1
    ports: [{{containerPort: 8080}}]
    lifecycle: {{preStop: {{exec: {{command: [sleep, '6']}}}}}}
"
    ));
    format!(
        "{pod}---\napiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec:\n  selector: {{app: web}}\n  \
             ports: [{{port: 80, targetPort: 8080}}]\n{service}"
    )
}

fn not_ready(timeline: &Timeline) -> &Event {
    timeline.stopping(None, |what| matches!(what, What::NotReady { .. })).unwrap()
}

fn traffic_ends(timeline: &Timeline) -> &Event {
    timeline.stopping(None, |what| matches!(what, What::TrafficEnds { .. })).unwrap()
}

#[test]
fn an_endpoint_is_not_ready_at_once_whatever_the_kubelet_does() {
    for minor in [34, 36] {
        let timeline = of(&served("", ""), &Given::default(), minor);
        assert_eq!(not_ready(&timeline).when.words(), "0 s");
        assert_eq!(traffic_ends(&timeline).when.words(), "0 s to 5 s");
    }
}

#[test]
fn one_that_publishes_pods_that_are_not_ready_stays_until_the_pod_has_ended() {
    let timeline = of(
        &served("  publishNotReadyAddresses: true\n", ""),
        &given(&[("app", OnSignal::EndsAfter(2.0))]),
        36,
    );
    assert_eq!(not_ready(&timeline).when.words(), "8 s");
    assert_eq!(timeline.stopping(None, |what| matches!(what, What::TrafficEnds { .. })), None);
}

/// Measured with traffic: without preStop requests fail until the rules of kube-proxy follow; with one
/// of 5 s none does.
#[test]
fn the_stop_signal_can_come_before_the_traffic_ends_unless_pre_stop_waits_for_it() {
    let signal_first = |text: &str| {
        let timeline = of(text, &Given::default(), 36);
        let signal = stop(&timeline, "app", &SIGNAL).when.earliest;
        signal < traffic_ends(&timeline).when.latest.unwrap()
    };
    assert!(!signal_first(&served("", "")));
    assert!(signal_first(&served("", "").replace("'6'", "'1'")));
    assert!(signal_first(&served("", "").replace("[sleep, '6']", "['true']")));
    assert!(signal_first(&served("", "terminationGracePeriodSeconds: 0")), "1 s is all that it gets");
}

#[test]
fn each_way_traffic_comes_has_its_own_time() {
    let way = |text: &str| match &traffic_ends(&of(text, &Given::default(), 36)).what {
        What::TrafficEnds { way, .. } => *way,
        _ => unreachable!(),
    };
    let latest = |text: &str| traffic_ends(&of(text, &Given::default(), 36)).when.latest.unwrap();
    let headless = served("  clusterIP: None\n", "");
    assert_eq!((way(&headless), latest(&headless)), ("the cluster's DNS", 30.0));
    let annotated = |annotation: &str| {
        served("  type: LoadBalancer\n", "").replace(
            "metadata: {name: web}\nspec:\n  selector",
            &format!("metadata: {{name: web, annotations: {{{annotation}}}}}\nspec:\n  selector"),
        )
    };
    let nlb = annotated("service.beta.kubernetes.io/aws-load-balancer-nlb-target-type: ip");
    assert_eq!((way(&nlb), latest(&nlb)), ("the AWS Network Load Balancer", 10.0));
    let nodes = annotated("service.beta.kubernetes.io/aws-load-balancer-nlb-target-type: instance");
    assert_eq!((way(&nodes), latest(&nodes)), ("kube-proxy", 5.0), "fact G21");
    let neg = annotated("cloud.google.com/neg: '{\"ingress\": true}'");
    assert_eq!((way(&neg), latest(&neg)), ("the Google Cloud load balancer", 40.0));
    let ingress = |class: &str, annotations: &str| {
        format!(
            "{}---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: web, annotations: {{{annotations}}}}}\n\
                 spec: {{ingressClassName: {class}, defaultBackend: {{service: {{name: web, port: {{number: 80}}}}}}}}\n",
            served("", "")
        )
    };
    let alb = ingress("alb", "alb.ingress.kubernetes.io/target-type: ip");
    assert_eq!((way(&alb), latest(&alb)), ("the AWS Application Load Balancer", 10.0));
    assert_eq!(way(&ingress("alb", "")), "kube-proxy", "its targets are nodes unless they are addresses");
    let gateway = ingress("azure-application-gateway", "");
    assert_eq!((way(&gateway), latest(&gateway)), ("Azure's Application Gateway", 90.0));
    assert_eq!(way(&ingress("nginx", "")), "kube-proxy");
}
