//! How it is said.

use super::served::{Loss, Served};
use super::{Early, How, held};
use crate::finding::words::{capitalised, seconds};
use crate::rules::subject::{Subject, services};
use crate::rules::verdict::Words;
use crate::set::Serving;
use crate::timeline::Hook;

const GONE_BY_THEN: &str =
    "What the hook does after telling the server to stop protects nothing: the server is gone by then. ";

pub(super) fn of(subject: &Subject<'_>, early: &Early<'_>) -> Words {
    let Early { served, hook, how } = early;
    let name = served.view.container.name();
    let loss = match served.loss {
        Loss::Requests => "",
        Loss::Nothing => " No Service of its namespace reaches it, so this may be nobody.",
        Loss::Readings => " Only its metrics are read, so what is lost is a reading.",
        Loss::NoneMore => {
            " Its one Pod stops before the next one starts, so a wait makes the gap longer, and spares only requests that \
             are under way."
        }
    };
    let words = match (hook, how) {
        (Some(hook), how) => of_hook(subject, served, hook, *how),
        (None, _) => Words::new(
            format!(
                "{} `{name}` has no preStop hook{}, so it is told to stop while traffic still comes in{}",
                served.view.container.kind.noun(),
                subject.here(),
                served.through()
            ),
            format!(
                "{}{}",
                story(subject, served, &signal_comes(served, "at", 0.0)),
                subject.unread("a patch elsewhere may add one")
            ),
        ),
    };
    Words { why: format!("{}{loss}", words.why), ..words }
}

fn of_hook(subject: &Subject<'_>, served: &Served<'_, '_>, hook: &Hook<'_>, how: How) -> Words {
    let name = served.view.container.name();
    let delay = seconds(served.needs(subject).0);
    let version = subject.settings.kubernetes_version;
    let its = format!("the preStop hook of `{name}`");
    let at_signal = |held: f64| story(subject, served, &signal_comes(served, "at", held));
    let as_without = || at_signal(held(subject, served.view));
    let (message, why) = match how {
        // There is a hook.
        How::NoHook => return Words::new(its, String::new()),
        How::LosesWait => {
            let reason = hook.duration.failure.as_ref().map(|failure| failure.reason.as_str());
            (
                format!("{its} does not wait as it is meant to, and holds nothing back"),
                format!("{}. {}", capitalised(reason.unwrap_or_default()), as_without()),
            )
        }
        How::StopsServer { held } => {
            let surely = hook.duration.stops_surely;
            let (stops, gone) = if surely { ("stops", GONE_BY_THEN) } else { ("can stop", "") };
            let event = match hook.stop_words {
                Some(_) => format!("the hook {stops} the server at {}", seconds(held)),
                None => signal_comes(served, "at", held),
            };
            (
                format!("{its} {stops} the server {}, while traffic still comes in", after(held)),
                format!("{gone}{}", story(subject, served, &event)),
            )
        }
        How::AtOnce => (
            format!("{its} does not wait, so the stop signal comes while traffic still comes in"),
            format!("Its commands return at once. {}", at_signal(0.0)),
        ),
        How::CanBeAtOnce => (
            format!("{its} can be over at once, so the stop signal can come while traffic still comes in"),
            at_signal(0.0),
        ),
        How::TooShort { held } => (
            format!("{its} waits {}, less than the {delay} traffic needs to end", seconds(held)),
            at_signal(held),
        ),
        How::Bounded { most, signal } => {
            let late = match signal > most {
                true => format!(" A kubelet of {version} can begin up to {} late.", seconds(signal - most)),
                false => String::new(),
            };
            (
                format!("{its} waits {} at most, less than the {delay} traffic needs to end", seconds(most)),
                format!(
                    "How long the hook takes is not known from here, only that it takes no longer.{late} {}",
                    story(subject, served, &signal_comes(served, "by", signal))
                ),
            )
        }
        How::Unknown => (
            format!("how long {its} takes cannot be known from here"),
            format!(
                "Traffic can come in until about {delay} after the deletion. Whether the hook holds the stop signal back \
                 for that long is decided in a program this tool does not see."
            ),
        ),
    };
    Words::new(message, why)
}

/// Who sends requests, in a sentence.
fn sender(subject: &Subject<'_>, served: &Served<'_, '_>) -> String {
    match (services(served.reaches()), served.serving) {
        (Some(services), _) => services,
        (None, Serving::Likely) => match subject.workload.and_then(|workload| subject.set.dead_end(workload))
        {
            Some(service) => format!(
                "a Service (`{}` selects the Pod, but leads to a port name that no container declares)",
                service.item.object.id.name
            ),
            None => {
                "a Service (none among the files read selects it, but the port and its readiness probe speak of one)"
                    .to_owned()
            }
        },
        (None, _) => "whatever sends traffic to its port".to_owned(),
    }
}

/// `after 2 s`, `at once`.
fn after(held: f64) -> String {
    if held > 0.0 { format!("after {}", seconds(held)) } else { "at once".to_owned() }
}

/// When the stop signal comes, in a sentence.
fn signal_comes(served: &Served<'_, '_>, at: &str, held: f64) -> String {
    let held = seconds(held);
    match served.through().is_empty() {
        true => format!("the stop signal comes {at} {held}"),
        false => format!("the stop signal of `{}` comes {at} {held}", served.view.container.name()),
    }
}

/// Fact A4: nothing orders the kubelet's shutdown and the removal of endpoints. `event` is what stops the
/// server, and when.
fn story(subject: &Subject<'_>, served: &Served<'_, '_>, event: &str) -> String {
    let (sender, through) = (sender(subject, served), served.through());
    let (delay, way) = served.needs(subject);
    let way = match way {
        Some(way) => format!(" It comes by {}; {} {}.", way.name, way.says, seconds(delay)),
        None => String::new(),
    };
    format!(
        "{}, but requests can come until about {}: when the Pod is deleted, {sender} can send them{through} for that \
         long, and those in between are refused or cut off. Nothing orders the two.{way}",
        capitalised(event),
        seconds(delay)
    )
}
