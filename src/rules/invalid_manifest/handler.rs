//! What the API server rejects in a hook (facts K3–K8, and K9–K11 for postStart; those of preStop
//! belong to `prestop-exceeds-grace-period`).

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{Fault, is_undecoded};
use crate::kubernetes::features::{self, Support};
use crate::manifest::{Container, Workload};
use crate::rules::subject::Subject;
use crate::yaml::path::FieldPath;

pub(super) fn faults(subject: &Subject<'_>, workload: &Workload, container: &Container) -> Vec<Fault> {
    let mut faults = Vec::new();
    // On other kinds of container the hook itself is the fault (facts K14, K15).
    if !container.kind.is_long_running() {
        return faults;
    }
    let hooks = [
        ("preStop", container.pre_stop(), container.pre_stop_path()),
        ("postStart", container.post_start(), container.post_start_path()),
    ];
    for (name, hook, path) in hooks {
        let Some(hook) = hook else { continue };
        handlers(subject, workload, name, hook, &path, &mut faults);
        if let Some(exec) = &hook.exec {
            faults.extend(empty_command(subject, workload, name, exec, &path));
        }
        if let Some(get) = &hook.http_get {
            http_get(subject, workload, get, &path.key("httpGet"), &mut faults);
        }
        if let Some(socket) = &hook.tcp_socket {
            faults.extend(port_of(subject, workload, &socket.port, &path.dotted("tcpSocket.port")));
        }
    }
    if let Some(fault) = post_start_sleep(subject, workload, container) {
        faults.push(fault);
    }
    faults
}

/// Exactly one handler (facts B2, K3, K4).
fn handlers(
    subject: &Subject<'_>,
    workload: &Workload,
    name: &str,
    hook: &core::LifecycleHandler,
    path: &FieldPath,
    faults: &mut Vec<Fault>,
) {
    let set: Vec<&'static str> = [
        ("exec", hook.exec.is_some()),
        ("httpGet", hook.http_get.is_some()),
        ("tcpSocket", hook.tcp_socket.is_some()),
        ("sleep", hook.sleep.is_some()),
    ]
    .into_iter()
    .filter_map(|(field, is_set)| is_set.then_some(field))
    .collect();
    match set.as_slice() {
        [] if workload.is_fragment => {}
        [] if is_undecoded(subject, path) => {}
        [] => faults.push(
            Fault::key(
                path.clone(),
                format!("`{name}` has no handler"),
                "The API server says: must specify a handler type.",
                format!("Give it one of exec, httpGet or sleep, or remove `{name}`."),
            )
            .yaml(format!("{name}:\n  sleep:\n    seconds: 5")),
        ),
        [_] => {}
        [first, rest @ ..] => faults.extend(rest.iter().map(|second| {
            Fault::key(
                path.key(*second),
                format!("`{name}` has a second handler, `{second}`, beside `{first}`"),
                "The API server says: may not specify more than 1 handler type.",
                "Keep one; put both steps into one exec command if both are needed.",
            )
        })),
    }
}

/// Fact K5.
pub(super) fn empty_command(
    subject: &Subject<'_>,
    workload: &Workload,
    name: &str,
    exec: &core::ExecAction,
    path: &FieldPath,
) -> Option<Fault> {
    let command = path.dotted("exec.command");
    let is_empty = exec.command.as_ref().is_none_or(Vec::is_empty);
    if !is_empty || workload.is_fragment || is_undecoded(subject, &command) {
        return None;
    }
    let fault = Fault::value(
        command,
        format!("`{name}.exec` has no command"),
        "The API server says: Required value. There would be nothing to run.",
        "Write the command as a list, the program first.",
    );
    Some(fault.yaml("command: [\"/bin/sh\", \"-c\", \"…\"]"))
}

/// Facts K6–K8.
pub(super) fn http_get(
    subject: &Subject<'_>,
    workload: &Workload,
    get: &core::HTTPGetAction,
    path: &FieldPath,
    faults: &mut Vec<Fault>,
) {
    faults.extend(port_of(subject, workload, &get.port, &path.key("port")));
    faults.extend(scheme(get, path));
}

pub(super) fn scheme(get: &core::HTTPGetAction, path: &FieldPath) -> Option<Fault> {
    let scheme = get.scheme.as_deref().filter(|scheme| !matches!(*scheme, "HTTP" | "HTTPS" | ""))?;
    Some(Fault::value(
        path.key("scheme"),
        format!("scheme `{scheme}` is not supported"),
        "The API server knows HTTP and HTTPS, in capital letters.",
        "Write HTTP or HTTPS.",
    ))
}

fn port_of(
    subject: &Subject<'_>,
    workload: &Workload,
    port: &IntOrString,
    path: &FieldPath,
) -> Option<Fault> {
    let is_missing = subject.object.at(path).is_none();
    port_fault(port, path, is_missing, workload.is_fragment)
}

/// Facts K6 and K7.
pub(super) fn port_fault(
    port: &IntOrString,
    path: &FieldPath,
    is_missing: bool,
    is_fragment: bool,
) -> Option<Fault> {
    let range = "The API server says: must be between 1 and 65535, inclusive.";
    match port {
        _ if is_missing && is_fragment => None,
        _ if is_missing => Some(
            Fault::value(path.clone(), "no port is given", range, "Name the port to ask.").yaml("port: 8080"),
        ),
        IntOrString::Int(1..=65535) => None,
        IntOrString::Int(number) => Some(Fault::value(
            path.clone(),
            format!("port {number} does not exist"),
            range,
            "Write a port from 1 to 65535.",
        )),
        IntOrString::String(name) => {
            let fault = port_name_fault(name)?;
            let help = match name.parse::<u16>() {
                Ok(_) => format!("Write the number without quotes: {name}."),
                Err(_) => "Write the name of one of the container's ports, or a number.".to_owned(),
            };
            Some(Fault::value(
                path.clone(),
                format!("`{name}` is not the name of a port"),
                format!("The API server takes text here for a port's name, and a name {fault}."),
                help,
            ))
        }
    }
}

/// Fact K7; at most 15 characters, as an IANA service name.
fn port_name_fault(name: &str) -> Option<&'static str> {
    let letters = |c: char| c.is_ascii_lowercase();
    if name.is_empty() {
        Some("must not be empty")
    } else if name.len() > 15 {
        Some("must have no more than 15 characters")
    } else if !name.chars().all(|c| letters(c) || c.is_ascii_digit() || c == '-') {
        Some("must contain only small letters, digits and hyphens")
    } else if !name.chars().any(letters) {
        Some("must contain at least one letter")
    } else if name.contains("--") {
        Some("must not contain two hyphens in a row")
    } else if name.starts_with('-') || name.ends_with('-') {
        Some("must not begin or end with a hyphen")
    } else {
        None
    }
}

/// Facts B17, B18 and K9–K11, for postStart.
fn post_start_sleep(subject: &Subject<'_>, workload: &Workload, container: &Container) -> Option<Fault> {
    let seconds = container.post_start()?.sleep.as_ref()?.seconds;
    let grace = workload.grace_period()?;
    // Where the gate is off the field is dropped before validation (fact K1).
    if subject.settings.support(&features::SLEEP_ACTION) != Support::Works {
        return None;
    }
    let zero_is_refused = subject.settings.support(&features::SLEEP_OF_ZERO) != Support::Works;
    let is_refused = seconds < 0 || seconds > grace || (seconds == 0 && zero_is_refused);
    is_refused.then(|| {
        Fault::value(
            container.post_start_path().dotted("sleep.seconds"),
            format!("postStart may not sleep {seconds} s"),
            format!(
                "The API server holds the sleep action of both hooks against terminationGracePeriodSeconds ({grace}) \
                 and refuses what is larger{}.",
                if zero_is_refused { ", zero, or negative" } else { " or negative" }
            ),
            "Sleep less; a sleep in postStart also keeps every later container of the Pod from starting.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_name_has_a_letter_and_no_hyphen_at_its_ends() {
        for good in ["http", "a", "8080-tcp", "metrics-1"] {
            assert_eq!(port_name_fault(good), None, "{good}");
        }
        for bad in ["", "8080", "http--x", "-http", "http-", "HTTP", "http_x", "a-name-that-is-long"] {
            assert!(port_name_fault(bad).is_some(), "{bad}");
        }
    }
}
