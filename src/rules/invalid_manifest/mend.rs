//! How a fault is mended.

use super::container::{POLICIES, SIGNALS, full_name};
use super::fault::Fault;
use super::faults::Invalid;
use super::field::last_key;
use super::{refused, schedules, words};
use crate::edit::{Content, Operation};
use crate::kubernetes::features::{self, Support};
use crate::kubernetes::names::DNS_LABEL;
use crate::manifest::Workload;
use crate::rules::subject::Subject;
use crate::rules::verdict::Mend;
use crate::text::nearest;
use crate::yaml::path::FieldPath;
use crate::yaml::{Node, TEXT, WHOLE_NUMBER};

/// How long a rollout has for progress where nobody says otherwise, in seconds (fact H1).
const DEADLINE: i64 = 600;

pub(super) fn of(subject: &Subject<'_>, invalid: &Invalid<'_>) -> Mend {
    let path = &invalid.path;
    let set = |content: Content| vec![Operation::set(path.clone(), content)];
    let word = |text: &str| Content::Text(text.to_owned());
    let remove = || vec![Operation::Remove { path: path.clone() }];
    match invalid.fault {
        Fault::Unread { refusal, .. } => refused::mend(refusal),
        Fault::WrongType { expected, found } => wrong_type(subject, invalid, expected, found),
        Fault::Required { .. } => Mend::prose(format!("Write `{}`.", last_key(path))),
        Fault::Forbidden { .. } => Mend::guess("Remove the field.", remove()),
        Fault::Unsupported { value, allowed } => unsupported(value, allowed, &set),
        Fault::Duplicate { .. } => Mend::prose("Change one of the two, or remove it."),
        Fault::OutOfRange { least, most, .. } => match most {
            i64::MAX => Mend::prose(format!("Write a number from {least} up.")),
            _ => Mend::prose(format!("Write a number from {least} to {most}.")),
        },
        Fault::Malformed { value, grammar, .. } => match grammar.meant(value) {
            Some(meant) => Mend::guess(
                format!("Write a name of this form, such as `{meant}`, here and wherever else it is named."),
                set(Content::Text(meant)),
            ),
            None => Mend::prose(format!("Write another: {}.", grammar.allows)),
        },
        Fault::MustBe { expected, .. } => Mend::guess(format!("Write {expected}."), set(content(expected))),
        Fault::Conflict { mend, .. } => Mend::prose(mend),
        Fault::TooMany { most, .. } => Mend::prose(format!("Leave out what goes beyond {most}.")),
        Fault::TooLong { most, .. } => Mend::prose(format!("Write one of up to {most} characters.")),
        Fault::Schedule { schedule } => schedules::mend(path, schedule),
        Fault::ZoneInSchedule { schedule } => schedules::mend_zone(subject, path, schedule),
        Fault::TimeZone { name } => schedules::mend_time_zone(path, name),
        Fault::NeedsIndexed => {
            let job = path.parent().unwrap_or_else(FieldPath::root);
            match subject.object.at(&job.key("completions")) {
                Some(_) => Mend::guess(
                    "Make the Job an indexed one, or remove the field.",
                    vec![Operation::set(job.key("completionMode"), word("Indexed"))],
                ),
                None => Mend::guess(
                    "Remove it, or make the Job an indexed one: `completionMode: Indexed` with `completions`.",
                    remove(),
                ),
            }
        }
        Fault::Indexes { .. } => {
            Mend::prose("Name indexes from 0 up to one below `completions`, the smallest first.")
        }
        Fault::HostName { .. } => {
            Mend::prose(format!("Give the Job a shorter name, of {}.", DNS_LABEL.allows))
        }
        Fault::HostPort { port, .. } => {
            Mend::guess("Write the same port, or remove the line.", set(Content::Int(port)))
        }
        Fault::Mode { value } => match i64::from_str_radix(&value.to_string(), 8).ok() {
            Some(octal) if (0..=0o777).contains(&octal) => Mend::guess(
                format!("Write 0{value}, with a leading zero, which is {octal}."),
                set(Content::Int(octal)),
            ),
            _ => Mend::prose("Write three octal digits behind a zero, such as 0644."),
        },
        Fault::NoVolume { name } => match volume_like(subject, name) {
            Some(meant) => Mend::guess(format!("Write `{meant}`."), set(word(meant))),
            None => Mend::prose("Add the volume to the Pod's `volumes`, or remove the mount."),
        },
        Fault::NoContainer { name, .. } => {
            let names = subject.workload.iter().flat_map(|workload| &workload.containers);
            match nearest::of(name, names.map(|container| container.name())) {
                Some(meant) => Mend::guess(format!("Write {meant}."), set(word(meant))),
                None => Mend::prose("Name a container of the Pod, or leave the line out."),
            }
        }
        Fault::NoJobPolicy { .. } => Mend::guess(
            "Write OnFailure to have the container started again in the same Pod when it fails, or Never to have the Job \
             make another Pod.",
            set(word("OnFailure")),
        ),
        Fault::NotSelected { key, wanted, .. } => {
            let label = path.key(key.to_owned());
            let text =
                "Give the template the label that the selector asks for; a selector cannot be changed later.";
            Mend::guess(text, vec![Operation::set(label, word(wanted))])
        }
        Fault::MoreThanAll { .. } => Mend::guess("Write 100% at the most.", set(word("100%"))),
        Fault::DeadlineBeforeReady { ready, .. } => Mend::guess(
            "Give a rollout more time than a Pod has to stay ready.",
            set(Content::Int(ready.saturating_add(DEADLINE))),
        ),
        Fault::MostBelowLeast { least, .. } => {
            Mend::guess("Write the fewest into minReplicas, and the most here.", set(Content::Int(least)))
        }
        Fault::NoTemplate => {
            let template = subject.workload.map(|workload| workload.kind.template_path()).unwrap_or_default();
            Mend::prose(format!("Put the Pod's labels and spec under `{template}`."))
        }
        Fault::NoImage => Mend::example(
            "Name the image and its release.",
            path.clone(),
            word("registry.example.com/app:1.2.3"),
        ),
        Fault::OnInit { .. } => Mend::guess(
            "Remove the field, or make the container a sidecar (`restartPolicy: Always`) if it is meant to keep running.",
            remove(),
        ),
        Fault::OnEphemeral { .. } => Mend::guess("Remove the field.", remove()),
        Fault::EphemeralInManifest => {
            Mend::guess("Remove the list; use `kubectl debug` on the running Pod.", remove())
        }
        Fault::PolicyOnInit { .. } => Mend::guess(
            "Remove the line, or write Always for a sidecar, which keeps running beside the others.",
            remove(),
        ),
        Fault::NoPolicy { policy } => {
            let same = POLICIES.into_iter().find(|known| known.eq_ignore_ascii_case(policy));
            match same.or_else(|| nearest::of(policy, POLICIES)) {
                Some(meant) => Mend::edit(same.is_some(), format!("Write {meant}."), set(word(meant))),
                None => Mend::guess("Write Always, Never or OnFailure, or remove the line.", remove()),
            }
        }
        Fault::RulesWithoutPolicy => {
            let policy = invalid.container.map(|container| container.path.key("restartPolicy"));
            let policy = policy.map(|path| Operation::set(path, word("Never")));
            Mend::guess("Add the policy.", policy.into_iter().collect())
        }
        Fault::NoSignal { signal } => {
            const FORM: &str = "names have the prefix SIG and capital letters, numbers are not accepted";
            let is_sure = full_name(signal).is_some();
            let Some(meant) = full_name(signal).or_else(|| nearest::of(signal, SIGNALS)) else {
                return Mend::prose("Write the signal's full name, such as SIGTERM or SIGQUIT.");
            };
            let text = format!("Write {meant}: {FORM}.");
            // A signal needs the system that it is for (fact K13).
            match subject.workload.filter(|workload| workload.pod_spec().os.is_none()) {
                Some(workload) if !workload.is_fragment => {
                    let name =
                        Operation::set(workload.pod_spec_path.dotted("os.name"), word(os_of(workload)));
                    let text = format!("{text} The pod spec has to name its operating system too.");
                    Mend::guess(text, set(word(meant)).into_iter().chain([name]).collect())
                }
                _ => Mend::edit(is_sure, text, set(word(meant))),
            }
        }
        Fault::NoWindowsSignal { .. } => Mend::guess("Write SIGTERM or SIGKILL.", set(word("SIGTERM"))),
        Fault::SignalWithoutOs { .. } => {
            let os = subject.workload.map(|workload| {
                Operation::set(workload.pod_spec_path.dotted("os.name"), word(os_of(workload)))
            });
            Mend::guess("Name the operating system in the pod spec.", os.into_iter().collect())
        }
        Fault::HookWithoutHandler { hook } => {
            let text = format!("Give it one of exec, httpGet or sleep, or remove `{hook}`.");
            let grace = subject.workload.and_then(Workload::grace_period).unwrap_or_default();
            let has_action = subject.settings.support_in_all(&features::SLEEP_ACTION) == Support::Works;
            match hook == "preStop" && has_action && grace > 1 {
                true => {
                    let sleep = Content::Int((grace - 1).min(5));
                    Mend::guess(text, vec![Operation::set(path.dotted("sleep.seconds"), sleep)])
                }
                false => Mend::guess(text, remove()),
            }
        }
        Fault::ProbeWithoutHandler { .. } => {
            let get = vec![("path", word("/ready")), ("port", port(invalid).unwrap_or(Content::Int(8080)))];
            let get = Operation::set(path.key("httpGet"), Content::Fields(get));
            Mend::guess("Give it one of httpGet, tcpSocket, grpc or exec.", vec![get])
        }
        Fault::SecondHandlerOfHook { first, second, .. } => Mend::guess(
            format!(
                "Keep one, such as `{first}` without `{second}`; put both steps into one exec command if both are needed."
            ),
            remove(),
        ),
        Fault::SecondHandlerOfProbe { first, second, .. } => {
            Mend::guess(format!("Keep one, such as `{first}` without `{second}`."), remove())
        }
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
            Ok(number) if number > 0 && number.to_string() == name => Mend::safe(
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
            // A probe of which nothing is left is no probe.
            let others = path
                .parent()
                .and_then(|probe| subject.object.at(&probe))
                .map(|probe| probe.entries().count());
            let is_alone = others.is_none_or(|count| count < 2);
            Mend::edit(!is_alone, "Remove the line; the pod spec's own grace period applies.", remove())
        }
        Fault::NoProbeGrace { .. } => Mend::guess(
            "Write how many seconds the container may take to stop when this probe fails, or remove the line.",
            remove(),
        ),
    }
}

/// The system that the Pods run on.
fn os_of(workload: &Workload) -> &'static str {
    if workload.is_windows() { "windows" } else { "linux" }
}

/// The first port of the container that can be asked, by its name where it has one.
fn port(invalid: &Invalid<'_>) -> Option<Content> {
    super::asked_port(invalid.container?).map(|(_, asked)| asked)
}

fn wrong_type(subject: &Subject<'_>, invalid: &Invalid<'_>, expected: &str, found: &str) -> Mend {
    let is_text = found.starts_with("the text");
    let node = subject.object.at(&invalid.path);
    let written = node.and_then(Node::text);
    let is_scalar = node.is_some_and(|node| !node.is_collection());
    let set = |content: Content| vec![Operation::set(invalid.path.clone(), content)];
    match expected {
        _ if expected.starts_with(WHOLE_NUMBER) && is_text => {
            // As it is written, and no octal number in disguise.
            let number = |text: &str| {
                let number =
                    text.parse::<i64>().ok().filter(|number| (1..=i64::from(i32::MAX)).contains(number));
                number.filter(|number| number.to_string() == text)
            };
            let of_seconds = written.and_then(|text| number(text.strip_suffix('s')?));
            match (written.and_then(number), of_seconds) {
                (Some(number), _) => Mend::safe("Write a number, without quotes.", set(Content::Int(number))),
                (None, Some(seconds)) => Mend::guess(
                    "Write a number, without quotes and without a unit.",
                    set(Content::Int(seconds)),
                ),
                (None, None) => Mend::prose("Write a number of the field's own unit, without quotes."),
            }
        }
        "true or false" if is_text => match written {
            Some(truth @ ("true" | "false")) => {
                Mend::safe("Write it without quotes.", set(Content::Bool(truth == "true")))
            }
            _ => Mend::prose("Write true or false, without quotes."),
        },
        TEXT if is_scalar => {
            const QUOTES: &str = "Put the value in quotes, so that YAML takes it for text.";
            match written.filter(|text| !text.is_empty()) {
                Some(text) => Mend::safe(QUOTES, set(Content::Text(text.to_owned()))),
                None => Mend::prose(QUOTES),
            }
        }
        TEXT => Mend::prose("Write one text in its place."),
        "a list" => Mend::prose("Write a list: each item on a line of its own, behind a hyphen."),
        "a mapping" => Mend::prose("Write fields under it, each on a line of its own."),
        _ => Mend::prose(format!("Write {}.", words::wanted(expected, &invalid.path))),
    }
}

/// The value that was meant by one that is none, or all there are.
fn unsupported(value: &str, allowed: &[&'static str], set: &dyn Fn(Content) -> Vec<Operation>) -> Mend {
    let words = || allowed.iter().copied().filter(|word| !word.is_empty());
    let same = words().find(|known| known.eq_ignore_ascii_case(value));
    match same.or_else(|| nearest::of(value, words())) {
        Some(meant) => {
            Mend::edit(same.is_some(), format!("Write {meant}."), set(Content::Text(meant.to_owned())))
        }
        None => Mend::prose(format!("Write {}.", words::choice(allowed))),
    }
}

/// A number, a truth value or a text, as it is written.
fn content(written: &str) -> Content {
    match (written.parse::<i64>(), written) {
        (Ok(number), _) => Content::Int(number),
        (_, "true") => Content::Bool(true),
        (_, "false") => Content::Bool(false),
        _ => Content::Text(written.to_owned()),
    }
}

/// A volume of the Pod that is called nearly so.
fn volume_like<'s>(subject: &Subject<'s>, name: &str) -> Option<&'s str> {
    let volumes = subject.workload?.pod_spec().volumes.as_deref().unwrap_or_default();
    nearest::of(name, volumes.iter().map(|volume| volume.name.as_str()))
}
