#![allow(clippy::unwrap_used)]

use k8s_openapi::api::core::v1::{PodSpec, ResourceRequirements, TCPSocketAction};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::*;
use crate::text::Source;
use crate::yaml::documents;

fn decoded<T: DeserializeOwned + Default>(text: &str) -> (T, Vec<String>) {
    let mut documents = documents(&Source::new("a.yaml", text), false);
    let tree = documents.remove(0).content.unwrap();
    let decoded = decode::<T>(tree.root(), FieldPath::root());
    let problems = decoded.problems.iter().map(|problem| match &problem.kind {
        ProblemKind::WrongType { expected, found } => {
            format!("{}: {expected}, not {found}", problem.path)
        }
        ProblemKind::UnknownField { name, .. } => format!("{}: no {name}", problem.path),
    });
    (decoded.value, problems.collect())
}

#[test]
fn every_type_error_is_found_and_costs_only_its_field() {
    let (spec, problems) = decoded::<PodSpec>(
        "terminationGracePeriodSeconds: 30s\ncontainers:\n- name: a\n  image: 5\n  ports: [{containerPort: '80'}]\n\
         - name: b\n  command: sleep 5\n  image: x:1\n- oops\n- name: d\n",
    );
    assert_eq!(
        problems,
        [
            "terminationGracePeriodSeconds: a whole number, not the text \"30s\"",
            "containers[0].image: text, not the number 5",
            "containers[0].ports[0].containerPort: a whole number, not the text \"80\"",
            "containers[1].command: a list, not the text \"sleep 5\"",
            "containers[2]: a mapping, not the text \"oops\"",
        ]
    );
    let names: Vec<&str> = spec.containers.iter().map(|container| container.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "", "d"]);
    assert_eq!(spec.containers[1].image.as_deref(), Some("x:1"));
}

#[test]
fn unknown_fields_are_found_once_beside_type_errors() {
    let (_, problems) = decoded::<PodSpec>(
        "containers:\n- name: a\n  lifecycle:\n    preStopp: {exec: {command: [x]}}\n    exec: {}\n  tty: 5\n",
    );
    assert_eq!(
        problems,
        [
            "containers[0].lifecycle.preStopp: no preStopp",
            "containers[0].lifecycle.exec: no exec",
            "containers[0].tty: true or false, not the number 5",
        ]
    );
}

#[test]
fn numbers_mean_what_they_mean_to_kubectl() {
    let grace = |text: &str| {
        let (spec, problems) = decoded::<PodSpec>(&format!("terminationGracePeriodSeconds: {text}\n"));
        (spec.termination_grace_period_seconds, problems.len())
    };
    assert_eq!(grace("060"), (Some(48), 0));
    assert_eq!(grace("30.0"), (Some(30), 0));
    assert_eq!(grace("1_0"), (Some(10), 0));
    assert_eq!(grace("30.5"), (None, 1));
    assert_eq!(grace("\"30\""), (None, 1));
    assert_eq!(grace("null"), (None, 0));
}

#[test]
fn a_whole_number_is_a_port_however_it_is_written() {
    let port = |text: &str| {
        let (action, problems) = decoded::<TCPSocketAction>(&format!("port: {text}\n"));
        (action.port, problems)
    };
    for text in ["8080", "8080.0", "08080", "8.08e3", "0x1F90", "8_080"] {
        assert_eq!(port(text), (IntOrString::Int(8080), vec![]), "{text}");
    }
    let wrong = |text: &str| port(text).1;
    assert_eq!(wrong("8080.5"), ["port: a number or text, not the number 8080.5"]);
    assert_eq!(wrong("[80]"), ["port: a number or text, not a list"]);
    assert_eq!(wrong("99999999999"), ["port: a number or text, not the number 99999999999"]);
}

#[test]
fn a_number_too_large_for_a_float_is_text() {
    let (spec, problems) = decoded::<PodSpec>("hostname: 7e12345\nsubdomain: 1e400\n");
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!((spec.hostname.as_deref(), spec.subdomain.as_deref()), (Some("7e12345"), Some("1e400")));
}

#[test]
fn null_is_no_text() {
    let (spec, problems) = decoded::<PodSpec>(
        "os: {name: ~}\ncontainers: [{name: ~, image: null, ports: [{containerPort: 80, protocol: ~, name: }]}]\n",
    );
    assert_eq!(problems, Vec::<String>::new());
    let (container, os) = (&spec.containers[0], spec.os.unwrap());
    let port = &container.ports.as_ref().unwrap()[0];
    assert_eq!((os.name.as_str(), container.name.as_str(), container.image.as_deref()), ("", "", None));
    assert_eq!((port.protocol.as_deref(), port.name.as_deref()), (None, None));
}

#[test]
fn a_time_is_asked_for_by_an_example() {
    let (_, problems) = decoded::<ObjectMeta>("creationTimestamp: yesterday\n");
    assert_eq!(
        problems,
        ["creationTimestamp: a time, such as 2026-01-31T12:00:00Z, not the text \"yesterday\""]
    );
}

#[test]
fn a_number_among_strings_is_reported_and_keeps_its_text() {
    let (spec, problems) = decoded::<PodSpec>("containers: [{name: a, command: [sleep, 5]}]\n");
    assert_eq!(problems, ["containers[0].command[1]: text, not the number 5"]);
    assert_eq!(spec.containers[0].command.as_deref(), Some(&["sleep".to_owned(), "5".to_owned()][..]));
}

#[test]
fn a_quantity_may_be_a_number_or_text_and_nothing_else() {
    let (_, problems) = decoded::<ResourceRequirements>("limits: {cpu: 1, memory: 2Gi, x: 0.5, y: [1]}\n");
    assert_eq!(problems, ["limits.y: a quantity, such as 500m or 2Gi, not a list"]);
}
