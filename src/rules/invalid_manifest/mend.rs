//! How a fault is mended.

use k8s_openapi::api::core::v1 as core;

use super::Invalid;
use super::container::{SIGNALS, full_name};
use super::fault::Fault;
use crate::edit::{Content, Operation};
use crate::kubernetes::features::{self, Support};
use crate::rules::subject::Subject;
use crate::rules::verdict::Mend;
use crate::text::nearest;
use crate::yaml::Node;

pub(super) fn of(subject: &Subject<'_>, invalid: &Invalid<'_>) -> Mend {
    let path = &invalid.path;
    let set = |content: Content| vec![Operation::set(path.clone(), content)];
    let word = |text: &str| Content::Text(text.to_owned());
    let remove = || vec![Operation::Remove { path: path.clone() }];
    match invalid.fault {
        Fault::WrongType { expected, found } => wrong_type(subject, invalid, expected, found),
        Fault::OnInit { .. } => Mend::guess(
            "Remove the field, or make the container a sidecar (`restartPolicy: Always`) if it is meant to keep running.",
            remove(),
        ),
        Fault::OnEphemeral { .. } => Mend::guess("Remove the field.", remove()),
        Fault::EphemeralInManifest => {
            Mend::guess("Remove the list; use `kubectl debug` on the running Pod.", remove())
        }
        Fault::PolicyOnContainer => {
            Mend::guess("Remove it; the Pod's own restartPolicy applies to its containers.", remove())
        }
        Fault::PolicyOnInit { .. } => Mend::guess(
            "Remove the line, or write Always for a sidecar, which keeps running beside the others.",
            remove(),
        ),
        Fault::RulesWithoutPolicy => {
            let policy = invalid.container.map(|container| container.path.key("restartPolicy"));
            let policy = policy.map(|path| Operation::set(path, word("Never")));
            Mend::guess("Add the policy.", policy.into_iter().collect())
        }
        Fault::NoSignal { signal } => {
            const FORM: &str = "names have the prefix SIG and capital letters, numbers are not accepted";
            match (full_name(signal), nearest::of(signal, SIGNALS)) {
                (Some(full), _) => Mend::safe(format!("Write {full}: {FORM}."), set(word(full))),
                (None, Some(near)) => Mend::guess(format!("Write {near}: {FORM}."), set(word(near))),
                (None, None) => Mend::prose("Write the signal's full name, such as SIGTERM or SIGQUIT."),
            }
        }
        Fault::NoWindowsSignal { .. } => Mend::guess("Write SIGTERM or SIGKILL.", set(word("SIGTERM"))),
        Fault::SignalWithoutOs { .. } => {
            let os = subject.workload.map(|workload| workload.pod_spec_path.dotted("os.name"));
            let os = os.map(|path| Operation::set(path, word("linux")));
            Mend::guess("Name the operating system in the pod spec.", os.into_iter().collect())
        }
        Fault::HookWithoutHandler { hook } => {
            let text = format!("Give it one of exec, httpGet or sleep, or remove `{hook}`.");
            let sleeps = hook == "preStop"
                && subject.settings.support_in_all(&features::SLEEP_ACTION) == Support::Works;
            match sleeps {
                true => {
                    Mend::guess(text, vec![Operation::set(path.dotted("sleep.seconds"), Content::Int(5))])
                }
                false => Mend::guess(text, remove()),
            }
        }
        Fault::ProbeWithoutHandler { .. } => {
            let get = vec![("path", word("/ready")), ("port", port(invalid).unwrap_or(Content::Int(8080)))];
            let get = Operation::set(path.key("httpGet"), Content::Fields(get));
            Mend::guess("Give it one of httpGet, tcpSocket, grpc or exec.", vec![get])
        }
        Fault::SecondHandlerOfHook { .. } => {
            Mend::guess("Keep one; put both steps into one exec command if both are needed.", remove())
        }
        Fault::SecondHandlerOfProbe { .. } => Mend::guess("Keep one.", remove()),
        Fault::NoCommand { .. } => {
            let words = ["/bin/sh", "-c", "…"].map(str::to_owned).to_vec();
            let text = "Write the command as a list, the program first.";
            Mend::example(text, path.clone(), Content::Words(words))
        }
        Fault::Scheme { scheme } => match scheme.to_ascii_uppercase() {
            capitals if capitals == "HTTP" || capitals == "HTTPS" => {
                Mend::safe(format!("Write {capitals}."), set(Content::Text(capitals)))
            }
            _ => Mend::prose("Write HTTP or HTTPS."),
        },
        Fault::NoPort => {
            Mend::guess("Name the port to ask.", set(port(invalid).unwrap_or(Content::Int(8080))))
        }
        Fault::PortOutOfRange { .. } => {
            const TEXT: &str = "Write a port from 1 to 65535.";
            port(invalid).map_or_else(|| Mend::prose(TEXT), |port| Mend::guess(TEXT, set(port)))
        }
        Fault::PortName { name, .. } => match name.parse::<u16>() {
            Ok(number) if number > 0 => Mend::safe(
                format!("Write the number without quotes: {name}."),
                set(Content::Int(number.into())),
            ),
            _ => {
                const TEXT: &str = "Write the name of one of the container's ports, or a number.";
                port(invalid).map_or_else(|| Mend::prose(TEXT), |port| Mend::guess(TEXT, set(port)))
            }
        },
        Fault::PostStartSleep { grace, .. } => {
            const TEXT: &str =
                "Sleep less; a sleep in postStart also keeps every later container of the Pod from starting.";
            match grace {
                1.. => Mend::guess(TEXT, set(Content::Int(grace.min(5)))),
                _ => Mend::prose(TEXT),
            }
        }
        Fault::Negative { field, .. } => {
            // Fact E1.
            let default = match field {
                "periodSeconds" => 10,
                "failureThreshold" => 3,
                "timeoutSeconds" | "successThreshold" => 1,
                _ => 0,
            };
            Mend::guess("Write a number from 0 up, as the default is.", set(Content::Int(default)))
        }
        Fault::Successes { .. } => {
            Mend::safe("Write 1, which is the default, or remove the line.", set(Content::Int(1)))
        }
        Fault::GraceOnReadiness => {
            Mend::safe("Remove the line; the pod spec's own grace period applies.", remove())
        }
        Fault::NoProbeGrace { .. } => Mend::guess(
            "Write how many seconds the container may take to stop when this probe fails, or remove the line.",
            remove(),
        ),
    }
}

/// The first port of the container that can be asked, by its name where it has one.
fn port(invalid: &Invalid<'_>) -> Option<Content> {
    let is_tcp = |port: &&core::ContainerPort| {
        port.container_port > 0 && port.protocol.as_deref().is_none_or(|protocol| protocol == "TCP")
    };
    let port = invalid.container?.ports().iter().find(is_tcp)?;
    Some(match port.name.as_deref() {
        Some(name) if super::handler::port_name_fault(name).is_none() => Content::Text(name.to_owned()),
        _ => Content::Int(port.container_port.into()),
    })
}

fn wrong_type(subject: &Subject<'_>, invalid: &Invalid<'_>, expected: &str, found: &str) -> Mend {
    let is_text = found.starts_with("string");
    let node = subject.object.at(&invalid.path);
    let written = node.and_then(Node::text);
    let set = |content: Content| vec![Operation::set(invalid.path.clone(), content)];
    if expected.contains("integer") && is_text {
        const TEXT: &str = "Write a plain number of the field's own unit, without quotes and without a unit.";
        let number = written.and_then(|text| text.parse::<i64>().ok());
        let of_seconds = written.and_then(|text| text.strip_suffix('s')?.parse::<i64>().ok());
        return match (number, of_seconds) {
            (Some(number), _) => Mend::safe(TEXT, set(Content::Int(number))),
            (None, Some(seconds)) => Mend::guess(TEXT, set(Content::Int(seconds))),
            (None, None) => Mend::prose(TEXT),
        };
    }
    if expected.contains("string") && !is_text && !expected.contains("list") {
        const TEXT: &str = "Put the value in quotes, so that YAML takes it for text.";
        return match written.filter(|text| !text.is_empty()) {
            Some(text) => Mend::safe(TEXT, set(Content::Text(text.to_owned()))),
            None => Mend::prose(TEXT),
        };
    }
    Mend::prose(format!("Write {expected}."))
}
