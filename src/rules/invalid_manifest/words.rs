//! How a fault is said.

use super::fault::Fault;
use super::faults::{Invalid, Refuser};
use super::field::last_key;
use super::{refused, schedules};
use crate::kubernetes::features::{self, Support};
use crate::kubernetes::names::DNS_LABEL;
use crate::kubernetes::names::PORT_NAME;
use crate::manifest::id::named;
use crate::rules::subject::Subject;
use crate::rules::verdict::Words;
use crate::yaml::NUMBER_OR_TEXT;
use crate::yaml::path::{FieldPath, Step};

const NO_HANDLER: &str = "The API server says: must specify a handler type.";
const TWO_HANDLERS: &str = "The API server says: may not specify more than 1 handler type.";
const PORTS: &str = "The API server says: must be between 1 and 65535, inclusive.";
const SIGNAL: &str = "With the feature gate ContainerStopSignals on, the API server refuses it.";

pub(super) fn of(subject: &Subject<'_>, invalid: &Invalid<'_>) -> Words {
    let words = of_fault(subject, invalid);
    match invalid.refuser {
        Refuser::Object => words,
        Refuser::EachPod => Words {
            why: format!(
                "{} is accepted as it is, and each Pod that is made of it is refused, so that none starts. {}",
                named(&subject.object.id),
                words.why
            ),
            ..words
        },
    }
}

fn of_fault(subject: &Subject<'_>, invalid: &Invalid<'_>) -> Words {
    let field = || last_key(&invalid.path);
    let name = invalid.container.map(|container| container.name()).unwrap_or_default();
    match invalid.fault {
        Fault::Unread { refusal, count, .. } => refused::words(refusal, count),
        Fault::WrongType { expected, found } => Words::new(
            format!("`{}` must be {}, not {found}", last_key(&invalid.path), wanted(expected, &invalid.path)),
            format!(
                "kubectl and the API server refuse the whole object because of `{}`, whatever --validate says.",
                invalid.path
            ),
        ),
        Fault::Required { why } => {
            let is_there = subject.object.at(&invalid.path).is_some();
            let state = if is_there { "empty" } else { "missing" };
            Words::new(format!("{} is {state}", missing(&invalid.path)), said("Required value", why))
        }
        Fault::Forbidden { here, why } => {
            Words::new(format!("`{}` may not be set {here}", field()), said("Forbidden", why))
        }
        Fault::Unsupported { value, allowed } => Words::new(
            match value {
                "" => format!("`{}` may not be empty", field()),
                _ => format!("`{}` may not be `{value}`", field()),
            },
            format!("The API server takes only {}, in these letters.", choice(allowed)),
        ),
        Fault::Duplicate { value, noun, why } => {
            Words::new(format!("a second {noun} `{value}`"), said("Duplicate value", why))
        }
        Fault::OutOfRange { value, least, most: i64::MAX } => Words::new(
            format!("`{}` must be {least} or more, and is {value}", field()),
            format!("The API server refuses a number below {least}."),
        ),
        Fault::OutOfRange { value, least, most } => Words::new(
            format!("`{}` must be from {least} to {most}, and is {value}", field()),
            format!("The API server says: must be between {least} and {most}, inclusive."),
        ),
        Fault::Malformed { value: "", noun, grammar, .. } => {
            Words::new(format!("{noun} is empty"), format!("The API server takes here: {}.", grammar.allows))
        }
        Fault::Malformed { value, noun, grammar, flaw } => Words::new(
            format!("`{value}` is not {noun}"),
            format!("The API server takes here: {}. This one {flaw}.", grammar.allows),
        ),
        Fault::MustBe { value, expected, why } => Words::new(
            format!("`{}` must be `{expected}` here, not `{value}`", field()),
            format!("The API server takes no other value. {why}").trim_end().to_owned(),
        ),
        Fault::Conflict { what, why, .. } => Words::new(what, why),
        Fault::TooMany { noun, count, most } => Words::new(
            format!("`{}` has {count} {noun}, and may have {most}", field()),
            format!("The API server says: must have at most {most} items."),
        ),
        Fault::TooLong { length, most } => Words::new(
            format!("`{}` is {length} characters long, and may have {most}", field()),
            format!("The API server refuses more than {most} characters here."),
        ),
        Fault::Schedule { schedule } => schedules::words(schedule),
        Fault::ZoneInSchedule { schedule } => schedules::zone_words(schedule),
        Fault::TimeZone { name } => schedules::time_zone_words(name),
        Fault::NeedsIndexed => Words::new(
            format!("`{}` needs `completionMode: Indexed`", field()),
            "The API server says: requires indexed completion mode. It is about the numbers that the Pods of an indexed Job have.",
        ),
        Fault::Indexes { indexes, flaw } => Words::new(
            format!("`{indexes}` names no indexes of the Job"),
            format!(
                "The API server takes numbers and ranges that rise, below `completions`, such as `0,2-4`; {flaw}."
            ),
        ),
        Fault::HostName { name, last, flaw } => Words::new(
            format!("the Pods of the indexed Job `{name}` get names that no host can have"),
            format!(
                "Each Pod is called by the Job and its index: `{name}-{last}` is the last. The API server takes only {} for that, and \
                 this one {flaw}.",
                DNS_LABEL.allows
            ),
        ),
        Fault::HostPort { host, port } => Words::new(
            format!("`hostPort` must be {port}, as `containerPort` is, and is {host}"),
            "The API server says: must match `containerPort` when `hostNetwork` is true. In the node's network a port has \
             one number.",
        ),
        Fault::Mode { value } => Words::new(
            format!("`{}` must be at most 511, which is 0777 in octal, and is {value}", field()),
            "The API server says: must be a number between 0 and 0777 (octal), both inclusive. Without a leading zero, and \
             in JSON, the number is decimal.",
        ),
        Fault::NoVolume { name } => Words::new(
            format!("the Pod has no volume `{name}`"),
            "The API server says: Not found. A container can only mount what stands under the Pod's `volumes`, and in a \
             StatefulSet under its `volumeClaimTemplates`.",
        ),
        Fault::NoContainer { name, why } => Words::new(format!("the Pod has no container `{name}`"), why),
        Fault::NoJobPolicy { written } => Words::new(
            match written {
                Some(policy) => format!("the Pods of a Job may not have the restartPolicy `{policy}`"),
                None => "`restartPolicy` is missing, and a Job has no default for it".to_owned(),
            },
            "The API server says: Required value: valid values: \"OnFailure\", \"Never\". Pods that always start again never \
             end, and Always is what a Pod has where nothing is written.",
        ),
        Fault::NotSelected { key, wanted, found } => {
            let has = match found {
                Some(found) => format!("`{found}`"),
                None => "missing".to_owned(),
            };
            Words::new(
                format!("the selector asks for the label `{key}: {wanted}`, which is {has} in the template"),
                "The API server says: `selector` does not match template `labels`. It would not find the Pods that it makes.",
            )
        }
        Fault::MoreThanAll { share } => Words::new(
            format!("`{}` may not be more than 100%, and is {share}", field()),
            "The API server says: must not be greater than 100%.",
        ),
        Fault::DeadlineBeforeReady { deadline, ready } => Words::new(
            format!("progressDeadlineSeconds ({deadline}) must be more than minReadySeconds ({ready})"),
            format!(
                "The API server says: must be greater than minReadySeconds. A Pod counts as available {ready} s after it is ready, \
                 and each rollout would have failed by then."
            ),
        ),
        Fault::MostBelowLeast { least, most } => Words::new(
            format!("maxReplicas ({most}) is below minReplicas ({least})"),
            "The API server says: must be greater than or equal to `minReplicas`, which is 1 where it is not set.",
        ),
        Fault::NoTemplate => Words::new(
            format!("{} has no pod template", named(&subject.object.id)),
            "The API server says: Required value. Nothing says which Pods are to run.",
        ),
        Fault::NoImage => Words::new(
            format!("container `{name}` has no image"),
            "The API server says: Required value. There would be nothing to run.",
        ),
        Fault::OnInit { field } => Words::new(
            format!("init container `{name}` may not have a `{field}`"),
            "The API server refuses it: an init container runs to completion before the Pod starts, so nothing probes it \
             or calls its hooks. Only a sidecar, an init container with restartPolicy Always, has them.",
        ),
        Fault::OnEphemeral { field } => Words::new(
            format!("ephemeral container `{name}` may not have `{field}`"),
            "The API server refuses it: an ephemeral container is for debugging, is never probed or restarted, and has no \
             resources of its own.",
        ),
        Fault::EphemeralInManifest => Words::new(
            "ephemeral containers cannot be part of a manifest",
            "The API server refuses them in a pod template and when a Pod is created: they are only ever added to a running \
             Pod.",
        ),
        Fault::PolicyOnInit { policy } => Words::new(
            format!("init container `{name}` may only have restartPolicy `Always`, not `{policy}`"),
            "Before Kubernetes 1.35 the API server knows no other value here: Always makes a sidecar of it.",
        ),
        Fault::NoPolicy { policy } => Words::new(
            match policy {
                "" => "a container's restartPolicy may not be empty".to_owned(),
                _ => format!("`{policy}` is no restartPolicy of a container"),
            },
            "The API server knows Always, Never and OnFailure, in these letters.",
        ),
        Fault::RulesWithoutPolicy => Words::new(
            format!("container `{name}` has restart rules but no `restartPolicy`"),
            "The API server refuses rules without the policy that applies where no rule does.",
        ),
        Fault::NoSignal { signal } => Words::new(format!("`{signal}` is not the name of a signal"), SIGNAL),
        Fault::NoWindowsSignal { signal } => {
            Words::new(format!("Windows containers cannot be stopped with `{signal}`"), SIGNAL)
        }
        Fault::SignalWithoutOs { signal } => Words::new(
            format!("stopSignal `{signal}` needs the Pod's `spec.os.name`"),
            format!(
                "{SIGNAL} Signals differ between operating systems, so the Pod has to say which it is for."
            ),
        ),
        Fault::HookWithoutHandler { hook: of } | Fault::ProbeWithoutHandler { probe: of } => {
            Words::new(format!("`{of}` has no handler"), NO_HANDLER)
        }
        Fault::SecondHandlerOfHook { hook: of, first, second }
        | Fault::SecondHandlerOfProbe { probe: of, first, second } => {
            Words::new(format!("`{of}` has a second handler, `{second}`, beside `{first}`"), TWO_HANDLERS)
        }
        Fault::NoCommand { of } => Words::new(
            format!("`{of}.exec` has no command"),
            "The API server says: Required value. There would be nothing to run.",
        ),
        Fault::Scheme { scheme } => Words::new(
            format!("scheme `{scheme}` is not supported"),
            "The API server knows HTTP and HTTPS, in capital letters.",
        ),
        Fault::NoPort => Words::new("no port is given", PORTS),
        Fault::PortOutOfRange { number } => Words::new(format!("port {number} does not exist"), PORTS),
        Fault::PortName { name, flaw } => Words::new(
            format!("`{name}` is not the name of a port"),
            format!(
                "The API server takes text here for a port's name, which has {}. This one {flaw}.",
                PORT_NAME.allows
            ),
        ),
        Fault::PostStartSleep { sleep, grace } => {
            let zero_is_refused = subject.settings.support(&features::SLEEP_OF_ZERO) != Support::Works;
            Words::new(
                format!("postStart may not sleep {sleep} s"),
                format!(
                    "The API server holds the sleep action of both hooks against terminationGracePeriodSeconds ({grace}) \
                     and refuses what is larger{}.",
                    if zero_is_refused { ", zero, or negative" } else { " or negative" }
                ),
            )
        }
        Fault::Negative { field, value } => Words::new(
            format!("`{field}` may not be negative, and is {value}"),
            "The API server says: must be greater than or equal to 0.",
        ),
        Fault::Successes { probe, successes } => Words::new(
            format!("`{probe}.successThreshold` must be 1, not {successes}"),
            "The API server says: must be 1. Only a readiness probe can ask for several successes in a row.",
        ),
        Fault::GraceOnReadiness => Words::new(
            "a readinessProbe may not have `terminationGracePeriodSeconds`",
            "The API server says: must not be set for readinessProbes. A readiness probe never stops a container.",
        ),
        Fault::NoProbeGrace { probe, grace } => Words::new(
            format!("`{probe}.terminationGracePeriodSeconds` must be above 0, and is {grace}"),
            "The API server says: must be greater than 0.",
        ),
    }
}

/// What a field takes, as people say it of the field.
pub(super) fn wanted<'e>(expected: &'e str, path: &FieldPath) -> &'e str {
    match path.steps().last() {
        Some(Step::Key(key)) if expected == NUMBER_OR_TEXT && key.to_lowercase().ends_with("port") => {
            "a port number or a port's name"
        }
        Some(Step::Key(_)) if expected == NUMBER_OR_TEXT => "a whole number or a percentage",
        _ => expected,
    }
}

/// What the API server answers, and why.
fn said(answer: &str, why: &str) -> String {
    format!("The API server says: {answer}. {why}").trim_end().to_owned()
}

/// `Always, Never or OnFailure`, of those that are no empty text.
pub(super) fn choice(allowed: &[&str]) -> String {
    let words: Vec<&str> = allowed.iter().copied().filter(|word| !word.is_empty()).collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

/// A field that is missing, with what it is missing in where that is an item of a list.
fn missing(path: &FieldPath) -> String {
    let parent = path.parent().filter(|parent| matches!(parent.steps().last(), Some(Step::Index(_))));
    match parent {
        Some(parent) => format!("`{}` of `{}`", last_key(path), last_key(&parent)),
        None => format!("`{}`", last_key(path)),
    }
}
