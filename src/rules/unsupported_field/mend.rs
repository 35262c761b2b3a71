//! How it is mended.

use super::{Fate, SCALE_TO_ZERO, Unsupported};
use crate::edit::{Content, Operation};
use crate::kubernetes::features::{SIDECARS, SLEEP_ACTION, SLEEP_OF_ZERO, STOP_SIGNALS};
use crate::rules::subject::Subject;
use crate::rules::verdict::Mend;
use crate::yaml::path::FieldPath;
use crate::yaml::{Node, Style};

/// What a reader can do whose cluster is another one.
const OTHERWISE: &str = "or lint for the version you run with --kubernetes-version";

pub(super) fn of(subject: &Subject<'_>, one: &Unsupported<'_>) -> Mend {
    let gate = one.feature.gate;
    let path = &one.path;
    let remove = || vec![Operation::Remove { path: path.clone() }];
    if gate == SLEEP_ACTION.gate {
        let text = format!("Use an exec hook that runs `sleep`, {OTHERWISE}.");
        let seconds = subject.object.at(&path.key("seconds")).and_then(Node::as_i64);
        return match (path.parent(), seconds) {
            (Some(hook), Some(seconds)) => Mend::guess(text, vec![Operation::set(hook, sleeping(seconds))]),
            _ => Mend::prose(text),
        };
    }
    if gate == SLEEP_OF_ZERO.gate {
        return Mend::guess(
            format!("Sleep 1 s, which is the least that this version takes, {OTHERWISE}."),
            vec![Operation::set(path.clone(), Content::Int(1))],
        );
    }
    // Without it a sidecar is an init container that never ends.
    if gate == SIDECARS.gate {
        return Mend::prose(format!("Run the sidecar as an ordinary container, {OTHERWISE}."));
    }
    // Of a version that does not know the gate nobody can have it on.
    let gate_on = match one.feature.can_be_set(subject.settings.kubernetes_version) {
        true => format!(
            "; where the cluster has the gate {gate} on, say so under `featureGates` in the configuration"
        ),
        false => String::new(),
    };
    if gate == STOP_SIGNALS.gate {
        return Mend::guess(
            format!("Remove it, and set the signal in the image (STOPSIGNAL){gate_on}."),
            vec![Operation::Remove { path: with_empty_parent(subject, one) }],
        );
    }
    match (gate, one.fate) {
        ("ContainerRestartRules", Fate::Refused) => {
            Mend::guess("Remove it; the Pod's own restartPolicy applies to its containers.", remove())
        }
        (SCALE_TO_ZERO, _) => Mend::guess(
            format!("Let it keep 1 Pod at least{gate_on}."),
            vec![Operation::set(path.clone(), Content::Int(1))],
        ),
        ("PreferSameTrafficDistribution", _) => Mend::guess(
            format!("Write PreferClose, the nearest that this version knows, {OTHERWISE}."),
            vec![Operation::set(path.clone(), Content::Text("PreferClose".to_owned()))],
        ),
        ("RelaxedEnvironmentVariableValidation", _) => Mend::prose(format!(
            "Give the variable another name, {OTHERWISE}: letters, digits, `_`, `-` and `.`, no digit first."
        )),
        ("RelaxedDNSSearchValidation", _) => Mend::prose(format!("Leave the domain out, {OTHERWISE}.")),
        // What is left would be of no kind at all.
        ("JobBackoffLimitPerIndex", Fate::Refused) => {
            Mend::prose(format!("Write another action, {OTHERWISE}: FailJob fails the whole Job."))
        }
        ("ImageVolume" | "EnvFiles" | "GRPCContainerProbe" | "RestartAllContainersOnContainerExits", _) => {
            Mend::prose(format!("Do it in another way, {OTHERWISE}."))
        }
        _ => Mend::guess(format!("Remove it, {OTHERWISE}{gate_on}."), remove()),
    }
}

/// A handler that sleeps by a program of the image.
fn sleeping(seconds: i64) -> Content {
    let command = Content::Words(vec!["sleep".to_owned(), seconds.to_string()]);
    Content::Fields(vec![("exec", Content::Fields(vec![("command", command)]))])
}

/// The field, or the brackets of which nothing is left without it: a plain init container may not have empty ones.
fn with_empty_parent(subject: &Subject<'_>, one: &Unsupported<'_>) -> FieldPath {
    let hooks = one.path.parent().filter(|hooks| {
        let hooks = subject.object.at(hooks);
        hooks.is_some_and(|hooks| hooks.style() == Style::Flow && hooks.entries().count() == 1)
    });
    hooks.unwrap_or_else(|| one.path.clone())
}
