//! What the set answers about manifests that are written out here.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;

use super::handover::Handover;
use super::replicas::Replicas;
use super::{Set, serving};
use crate::finding::SourceId;
use crate::manifest::kinds::Kinds;
use crate::manifest::{Workload, object, workload};
use crate::text::Source;
use crate::yaml;

/// The set of some manifests, and their workloads in the order written.
fn read(text: &str) -> (Set, Vec<Arc<Workload>>) {
    let (mut set, mut workloads) = (Set::default(), Vec::new());
    for document in yaml::documents(&Source::new("all.yaml", text), false) {
        for object in object::objects(&Arc::new(document.content.expect("the text is YAML"))).objects {
            let workload = workload::workload(&object, &Kinds::default()).map(|(one, _)| Arc::new(one));
            set.add(SourceId(0), &object, workload.as_ref());
            workloads.extend(workload);
        }
    }
    (set, workloads)
}

/// A workload of Pods labelled `app: web` with one container; `spec` is what stands beside the template.
fn web(kind: &str, name: &str, spec: &str) -> String {
    format!(
        "---
apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}}}
spec:
  {spec}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: app, image: web:1, ports: [{{containerPort: 8080}}]}}]}}
"
    )
}

const SERVICE: &str = "---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
";

fn scaler(range: &str) -> String {
    format!(
        "---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{name: web}}
spec: {{scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}, {range}}}
"
    )
}

fn keda(spec: &str) -> String {
    format!(
        "---\napiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {{name: web}}\nspec: {{{spec}}}\n"
    )
}

fn replicas(text: &str) -> Replicas {
    let (set, workloads) = read(text);
    set.replicas(&workloads[0])
}

#[test]
fn the_number_of_pods_is_what_is_written_else_one_else_unknown() {
    assert_eq!(replicas(&web("Deployment", "web", "replicas: 3")), Replicas::Fixed(3));
    assert_eq!(replicas(&web("StatefulSet", "web", "")), Replicas::Fixed(1));
    assert_eq!(replicas(&web("Deployment", "web", "replicas: ${N}")), Replicas::Unknown);
    assert_eq!(replicas(&web("DaemonSet", "web", "")), Replicas::Unknown);
    let unselected = web("Deployment", "web", "").replace("  selector: {matchLabels: {app: web}}\n", "");
    assert_eq!(replicas(&unselected), Replicas::Fixed(1), "whole but for its selector");
    assert_eq!(replicas(&unselected.replace("image: web:1", "image: ''")), Replicas::Unknown, "a patch");
    let rollout = |spec| web("Rollout", "web", spec).replace("apps/v1", "argoproj.io/v1alpha1");
    assert_eq!(replicas(&rollout("replicas: 4")), Replicas::Fixed(4));
    assert_eq!(replicas(&rollout("")), Replicas::Fixed(1));
}

#[test]
fn an_autoscaler_of_the_set_decides_the_number_of_pods() {
    let deployment = web("Deployment", "web", "replicas: 3");
    let with = |autoscaler: String| replicas(&format!("{deployment}{autoscaler}"));
    assert_eq!(with(scaler("minReplicas: 2, maxReplicas: 10")), Replicas::Autoscaled { min: 2, max: 10 });
    assert_eq!(with(scaler("maxReplicas: 10")), Replicas::Autoscaled { min: 1, max: 10 });
    assert_eq!(with(scaler("minReplicas: 4, maxReplicas: 4")), Replicas::Fixed(4));
    assert_eq!(with(scaler("maxReplicas: '${MAX}'")), Replicas::Unknown);
    assert_eq!(
        with(scaler("maxReplicas: 10").replace("name: web}, max", "name: api}, max")),
        Replicas::Fixed(3)
    );
    assert_eq!(with(scaler("maxReplicas: 10").replace("apps/v1", "example.com/v1")), Replicas::Fixed(3));
    assert_eq!(with(keda("scaleTargetRef: {name: web}")), Replicas::Autoscaled { min: 0, max: 100 });
    assert_eq!(with(keda("scaleTargetRef: {name: web, kind: StatefulSet}")), Replicas::Fixed(3));
    let both =
        scaler("minReplicas: 2, maxReplicas: 5") + &keda("scaleTargetRef: {name: web}, minReplicaCount: 1");
    assert_eq!(with(both), Replicas::Autoscaled { min: 1, max: 100 });
}

/// The handover of the first workload, in one word.
fn handover(text: &str) -> String {
    let (set, workloads) = read(&format!("{text}{SERVICE}"));
    let traffic = set.traffic(&workloads[0], &[]);
    match set.handover(&workloads[0], &traffic) {
        Handover::Replicas => "replicas".to_owned(),
        Handover::Surge => "surge".to_owned(),
        Handover::Peer { workload, .. } => workload.item.object.id.name.clone(),
        Handover::Assumed => "assumed".to_owned(),
        Handover::None => "none".to_owned(),
    }
}

#[test]
fn a_pod_hands_over_to_a_replica_or_to_the_next_of_a_rollout() {
    assert_eq!(handover(&web("StatefulSet", "web", "replicas: 2")), "replicas");
    assert_eq!(handover(&web("StatefulSet", "web", "")), "none");
    assert_eq!(handover(&web("ReplicaSet", "web", "")), "none");
    assert_eq!(handover(&web("Deployment", "web", "")), "surge");
    assert_eq!(handover(&web("Deployment", "web", "strategy: {type: Recreate}")), "none");
    for surge in ["0", "'0'", "0%"] {
        let strategy = format!("strategy: {{rollingUpdate: {{maxSurge: {surge}, maxUnavailable: 0}}}}");
        // Text without a percent sign is no number of Pods, which the API server refuses.
        let expected = if surge == "'0'" { "surge" } else { "none" };
        assert_eq!(handover(&web("Deployment", "web", &strategy)), expected, "{surge}");
    }
    for (unavailable, expected) in
        [("1", "none"), ("2", "none"), ("100%", "none"), ("99%", "surge"), ("0", "surge")]
    {
        let rolling = format!("{{maxSurge: 1, maxUnavailable: {unavailable}}}");
        let strategy = format!("strategy: {{rollingUpdate: {rolling}}}");
        assert_eq!(handover(&web("Deployment", "web", &strategy)), expected, "{unavailable}");
        let more = format!("replicas: 3\n  {strategy}");
        assert_eq!(handover(&web("Deployment", "web", &more)), "replicas", "{unavailable}");
    }
    assert_eq!(handover(&web("Deployment", "web", "replicas: 2\n  strategy: {type: Recreate}")), "replicas");
}

#[test]
fn what_does_not_say_is_taken_to_have_a_handover() {
    assert_eq!(handover(&web("DaemonSet", "web", "")), "assumed");
    assert_eq!(handover(&web("StatefulSet", "web", "replicas: ${N}")), "assumed");
    let pod = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}}\nspec: {containers: [{name: app, image: web:1}]}\n";
    assert_eq!(handover(pod), "assumed");
    let autoscaled = web("Deployment", "web", "strategy: {type: Recreate}") + &scaler("maxReplicas: 10");
    assert_eq!(handover(&autoscaled), "assumed");
    let owned = web("ReplicaSet", "web", "").replace(
        "{name: web}\nspec",
        "{name: web, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, controller: true}]}\nspec",
    );
    assert_eq!(handover(&owned), "assumed");
}

#[test]
fn two_workloads_behind_one_service_hand_over_to_each_other() {
    let alone = web("StatefulSet", "web", "");
    assert_eq!(handover(&(alone.clone() + &web("Deployment", "canary", ""))), "canary");
    assert_eq!(handover(&(alone.clone() + &web("Deployment", "web", ""))), "none", "variants of one");
    assert_eq!(handover(&(alone.clone() + &web("Deployment", "canary", "replicas: 0"))), "none");
    let elsewhere = web("Deployment", "canary", "").replace("{app: web}", "{app: canary}");
    assert_eq!(handover(&(alone.clone() + &elsewhere)), "none");
}

#[test]
fn a_peer_takes_only_the_traffic_of_a_port_that_leads_to_it() {
    let ports =
        "ports: [{name: http, port: 80, targetPort: http}, {name: admin, port: 81, targetPort: admin}]";
    let service = SERVICE.replace("ports: [{port: 80, targetPort: 8080}]", ports);
    let named = |kind: &str, name: &str, port: &str| {
        web(kind, name, "").replace("containerPort: 8080", &format!("name: {port}, containerPort: 8080"))
    };
    let has_peer = |port: &str| {
        let peer = named("Deployment", "canary", port);
        let (set, workloads) = read(&(named("StatefulSet", "web", "http") + &peer + &service));
        let traffic = set.traffic(&workloads[0], &[]);
        matches!(set.handover(&workloads[0], &traffic), Handover::Peer { .. })
    };
    assert!(has_peer("http") && !has_peer("admin"));
}

/// Whether the first container of the first workload is only scraped.
fn is_scraped(ports: &str, further: &str) -> bool {
    let workload = web("Deployment", "web", "").replace("[{containerPort: 8080}]", ports);
    let (set, workloads) = read(&format!("{workload}{further}"));
    let traffic = set.traffic(&workloads[0], &[]);
    set.is_scrape_only(&workloads[0].containers[0], &traffic)
}

#[test]
fn a_container_is_only_scraped_if_every_port_says_so() {
    let metrics = "[{name: http-metrics, containerPort: 9090}, {name: healthz, containerPort: 8081}]";
    assert!(is_scraped(metrics, ""));
    assert!(!is_scraped("[]", ""));
    assert!(!is_scraped("[{name: healthz, containerPort: 8081}]", ""));
    assert!(!is_scraped("[{name: metrics, containerPort: 9090}, {name: http, containerPort: 80}]", ""));
    assert!(!is_scraped("[{name: metrics, containerPort: 9090}, {containerPort: 80}]", ""));
}

#[test]
fn a_container_is_only_scraped_if_every_way_to_it_says_so() {
    let service = |ports: &str| SERVICE.replace("[{port: 80, targetPort: 8080}]", ports);
    let unnamed = "[{containerPort: 9090}]";
    assert!(is_scraped(unnamed, &service("[{name: metrics, port: 80, targetPort: 9090}]")));
    assert!(!is_scraped(unnamed, &service("[{port: 80, targetPort: 9090}]")));
    let named = "[{name: metrics, containerPort: 9090}]";
    assert!(is_scraped(named, &service("[{port: 80, targetPort: metrics}]")));
    assert!(!is_scraped(
        named,
        &service("[{name: web, port: 80, targetPort: 8080}, {name: metrics, port: 81, targetPort: metrics}]")
    ));
    let ingress = "---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
";
    let routed = service("[{port: 80, targetPort: metrics}]") + ingress;
    assert!(!is_scraped(named, &routed));
}

#[test]
fn a_service_that_publishes_what_is_not_ready_leads_to_pods_and_is_no_evidence() {
    let publishing = SERVICE.replace("selector", "publishNotReadyAddresses: true, selector");
    let (set, workloads) = read(&(web("Deployment", "web", "") + &publishing));
    let workload = &workloads[0];
    assert_eq!(set.reaches(workload, &[]).len(), 1);
    assert!(set.traffic(workload, &[]).is_empty());
    assert_eq!(
        serving(workload, &workload.containers[0], &set.traffic(workload, &[])),
        super::Serving::Possible
    );
}

#[test]
fn a_service_that_leads_to_no_pod_is_still_known_by_its_name() {
    let bare = "---\napiVersion: v1\nkind: Service\nmetadata: {name: bare}\nspec: {ports: [{port: 80}]}\n";
    let alias = "---
apiVersion: v1
kind: Service
metadata: {name: alias, namespace: other}
spec: {type: ExternalName, externalName: web.default.svc.cluster.local., selector: {app: web}}
";
    let away = alias.replace("alias", "away").replace("web.default.svc.cluster.local.", "example.com");
    let (set, workloads) = read(&(web("Deployment", "web", "") + SERVICE + bare + alias + &away));
    assert!(set.service("default", "bare").is_some() && set.service("other", "alias").is_some());
    assert!(set.service("other", "away").is_some());
    assert_eq!(set.reaches(&workloads[0], &[]).len(), 1);
    let web = set.service("default", "web").unwrap();
    let names: Vec<&str> = set.routes_to(&web.item).map(|route| route.item.object.id.name.as_str()).collect();
    assert_eq!(names, ["alias"]);
}

#[test]
fn a_route_of_any_kind_and_version_names_its_services_and_its_class() {
    let old = "---
apiVersion: extensions/v1beta1
kind: Ingress
metadata: {name: old, annotations: {kubernetes.io/ingress.class: nginx}}
spec: {backend: {serviceName: web, servicePort: http}}
";
    let new = "---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: new}
spec:
  ingressClassName: alb
  defaultBackend: {resource: {kind: Bucket, name: files}}
  rules: [{http: {paths: [{backend: {service: {name: web, port: {number: 80}}}}, {backend: {service: {name: api, port: {name: http}}}}]}}]
";
    let gateway = "---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: gateway}
spec: {rules: [{backendRefs: [{name: web, port: 80}, {kind: Bucket, group: example.com, name: files}]}, {}]}
";
    let (set, _) = read(&(old.to_owned() + new + gateway));
    let routes = set.routes().iter().map(|route| {
        let backends = route.item.backends.iter();
        let backends = backends.map(|one| format!("{}:{}", one.service, one.port.as_deref().unwrap_or("")));
        let class = route.item.class.as_deref().unwrap_or("");
        format!("{class} {}", backends.collect::<Vec<_>>().join(" "))
    });
    assert!(routes.eq(["nginx web:http", "alb api:http web:80", " web:80"]));
}

#[test]
fn a_budget_governs_what_its_selector_matches_by_its_version() {
    let governing = |version: &str, selector: &str| {
        let budget = format!(
            "---\napiVersion: policy/{version}\nkind: PodDisruptionBudget\nmetadata: {{name: web}}\nspec: {{maxUnavailable: 1, {selector}}}\n"
        );
        let (set, workloads) = read(&(web("Deployment", "web", "") + &budget));
        set.budgets(&workloads[0]).len() == 1
    };
    assert!(governing("v1", "selector: {}") && !governing("v1beta1", "selector: {}"));
    assert!(!governing("v1", "minAvailable: 1"));
    for version in ["v1", "v1beta1"] {
        assert!(governing(version, "selector: {matchLabels: {app: web}}"));
        assert!(governing(
            version,
            "selector: {matchExpressions: [{key: app, operator: In, values: [web]}]}"
        ));
        assert!(!governing(
            version,
            "selector: {matchLabels: {app: web}, matchExpressions: [{key: app, operator: DoesNotExist}]}"
        ));
        for unreadable in [
            "web",
            "[app]",
            "{matchLabels: [app]}",
            "{matchLabels: web}",
            "{matchLabels: {app: [web]}}",
            "{matchLabels: {app: 5}}",
            "{matchExpressions: foo}",
            "{matchExpressions: [foo]}",
            "{matchExpressions: [{key: app, operator: NotIn, values: api}]}",
        ] {
            assert!(!governing(version, &format!("selector: {unreadable}")), "{unreadable}");
        }
    }
}

#[test]
fn a_claim_is_found_by_its_volume_and_by_the_template_that_made_it() {
    let claim = |name: &str| {
        format!(
            "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: {name}}}\nspec: {{accessModes: [ReadWriteOnce]}}\n"
        )
    };
    let text = web("StatefulSet", "web", "volumeClaimTemplates: [{metadata: {name: data}, spec: {}}]")
        .replace(
            "spec: {containers",
            "spec: {volumes: [{name: a, persistentVolumeClaim: {claimName: shared}}], containers",
        );
    let claims = ["data-web-0", "data-web-12", "data-web-x", "data-webs-0", "data-web-", "shared", "other"];
    let (set, workloads) = read(&claims.iter().fold(text, |text, name| text + &claim(name)));
    let found: Vec<&str> =
        set.claims(&workloads[0]).iter().map(|claim| claim.item.object.id.name.as_str()).collect();
    assert_eq!(found, ["data-web-0", "data-web-12", "shared"]);
}

#[test]
fn of_a_secret_only_the_keys_are_kept() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: web}\ndata: {a: cGFzc3dvcmQ=}\nstringData: {b: hunter2}\n";
    let (set, workloads) = read(&(web("Deployment", "web", "replicas: 1") + "---\n" + secret));
    let kept = set.secret(&workloads[0], "web").unwrap();
    assert!(kept.item.keys.iter().eq(["a", "b"]));
    assert!(!format!("{kept:?}").contains("hunter2"));
}

/// The Services that lead to the first workload, and the routes that lead to the Service `web`.
fn around(text: &str) -> (usize, usize) {
    let (set, workloads) = read(text);
    let service = set.service("default", "web").map(|service| &service.item);
    (set.reaches(&workloads[0], &[]).len(), service.map_or(0, |service| set.routes_to(service).count()))
}

#[test]
fn what_is_null_is_not_set_and_a_quoted_null_is_a_text() {
    let web = web("Deployment", "web", "").replace("[{containerPort: 8080}]", "[{containerPort: 80}]");
    let service = |metadata: &str, port: &str| {
        format!(
            "---\napiVersion: v1\nkind: Service\nmetadata: {{name: web, {metadata}}}\nspec: {{selector: {{app: web}}, ports: [{{port: 80, {port}}}]}}\n"
        )
    };
    for null in ["null", "Null", "NULL", "~", ""] {
        let text = web.clone() + &service(&format!("namespace: {null}"), &format!("protocol: {null}"));
        assert_eq!(around(&text).0, 1, "{null}");
        let (set, workloads) =
            read(&(web.clone() + &service("", &format!("name: {null}, targetPort: {null}"))));
        let reaches = set.reaches(&workloads[0], &[]);
        assert_eq!(reaches[0].through[0].target, super::services::TargetPort::Number(80), "{null}");
        assert!(reaches[0].through[0].name.is_empty(), "{null}");
    }
    let quoted = web.replace("{containerPort: 80}", "{name: \"null\", containerPort: 80}");
    assert_eq!(around(&(quoted.clone() + &service("", "targetPort: \"null\""))).0, 1);
    assert_eq!(around(&(web.clone() + &service("", "targetPort: \"null\""))).0, 0);
    let web = web + &service("", "");
    let route = |kind: &str, spec: &str| {
        around(&format!("{web}---\napiVersion: {kind}\nmetadata: {{name: web}}\nspec: {{{spec}}}\n")).1
    };
    let ingress = |backend: &str| {
        route("networking.k8s.io/v1\nkind: Ingress", &format!("defaultBackend: {{{backend}}}"))
    };
    assert_eq!(ingress("service: null, serviceName: web"), 1);
    assert_eq!(ingress("service: {name: ~}"), 0);
    assert_eq!(
        route(
            "gateway.networking.k8s.io/v1\nkind: HTTPRoute",
            "rules: [{backendRefs: [{name: web, group: null, kind: null, namespace: null}]}]"
        ),
        1
    );
    let (set, _) = read(
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {ingressClassName: '', defaultBackend: {service: {name: web, port: {name: null, number: 80}}}}\n",
    );
    let route = &set.routes()[0].item;
    assert_eq!(route.backends.iter().next().unwrap().port.as_deref(), Some("80"));
    assert_eq!(route.class, None);
}

#[test]
fn a_number_in_a_selector_is_compared_by_its_text() {
    let reaching = |selector: &str, labels: &str| {
        let service = SERVICE.replace("selector: {app: web}", &format!("selector: {selector}"));
        let web = web("Deployment", "web", "").replace("labels: {app: web}", &format!("labels: {labels}"));
        around(&(web + &service)).0 == 1
    };
    assert!(reaching("{app: web, version: 2}", "{app: web, version: '2'}"));
    assert!(reaching("{app: web, canary: true}", "{app: web, canary: true}"));
    assert!(!reaching("{app: web, version: 2}", "{app: web}"));
    assert!(!reaching("{app: web, version: [2]}", "{app: web}"));
    assert!(!reaching("[app]", "{app: web}") && !reaching("web", "{app: web}"));
}

#[test]
fn an_object_without_a_name_of_its_own_is_found_by_no_name() {
    let set_of = web("StatefulSet", "web", "volumeClaimTemplates: [{metadata: {}, spec: {}}]").replace(
        "spec: {containers",
        "spec: {volumes: [{name: a, secret: {}}, {name: b, configMap: {name: c-}}], containers",
    );
    let nameless = |kind: &str, metadata: &str| {
        format!("---\napiVersion: v1\nkind: {kind}\nmetadata: {{{metadata}}}\nspec: {{}}\n")
    };
    let (set, workloads) = read(
        &(set_of
            + &nameless("Service", "")
            + &nameless("Secret", "name: null")
            + &nameless("ConfigMap", "generateName: c-")
            + &nameless("PersistentVolumeClaim", "generateName: -web-0")),
    );
    assert!(set.joins_with(&workloads[0], &[]).is_empty());
    assert!(set.config_map(&workloads[0], "c-").is_none() && set.service("default", "").is_none());
    let generated =
        web("Deployment", "web", "replicas: 3").replace("{name: web}\nspec", "{generateName: web}\nspec");
    assert_eq!(replicas(&(generated + &scaler("maxReplicas: 10"))), Replicas::Fixed(3));
}

#[test]
fn a_service_stands_for_another_by_its_type_and_a_host_in_any_case() {
    let stands = |spec: &str| {
        let alias =
            format!("---\napiVersion: v1\nkind: Service\nmetadata: {{name: alias}}\nspec: {{{spec}}}\n");
        around(&(web("Deployment", "web", "") + SERVICE + &alias)).1 == 1
    };
    assert!(stands("type: ExternalName, externalName: Web.Default.SVC.Cluster.Local"));
    assert!(!stands("type: ClusterIP, externalName: web.default.svc"));
    assert!(!stands("externalName: web.default.svc"));
}

#[test]
fn a_config_map_has_the_keys_that_are_null() {
    let map = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {a: null}\n";
    let web = web("Deployment", "web", "").replace(
        "image: web:1",
        "image: web:1, env: [{name: A, valueFrom: {configMapKeyRef: {name: web, key: a}}}]",
    );
    let (set, workloads) = read(&(web + map));
    let joins = set.joins_with(&workloads[0], &[]);
    assert_eq!(joins.len(), 1);
    assert!(joins[0].detail.is_empty(), "{}", joins[0].detail);
}

#[test]
fn a_service_without_ports_leads_to_each_container_if_it_is_headless() {
    let two = web("Deployment", "web", "")
        .replace(", ports: [{containerPort: 8080}]}", "}, {name: side, image: side:1}");
    let serving = |spec: &str| {
        let service = SERVICE.replace("ports: [{port: 80, targetPort: 8080}]", spec);
        let (set, workloads) = read(&(two.clone() + &service));
        let workload = &workloads[0];
        let traffic = set.traffic(workload, &[]);
        workload.containers.iter().map(|one| serving(workload, one, &traffic)).collect::<Vec<_>>()
    };
    let [none, possible, certain] = [super::Serving::None, super::Serving::Possible, super::Serving::Certain];
    for ports in ["", ", ports: null", ", ports: []"] {
        assert_eq!(serving(&format!("clusterIP: None{ports}")), [possible, possible], "{ports}");
        assert_eq!(serving(&format!("clusterIP: 10.0.0.1{ports}")), [none, none], "{ports}");
    }
    assert_eq!(serving("clusterIP: None, ports: [{port: 80}]"), [certain, none]);
    assert_eq!(serving("clusterIP: None, ports: [{port: '${PORT}'}]"), [none, none], "nobody knows the port");
}
