//! The mend: wait before the stop signal, and keep what the hook does.

use super::served::Served;
use crate::edit::{self, Content, Operation};
use crate::finding::Fix;
use crate::finding::words::seconds;
use crate::kubernetes::features::{SLEEP_ACTION, Support};
use crate::kubernetes::images;
use crate::manifest::Workload;
use crate::programs;
use crate::rules::prestop_exceeds_grace_period::{set_grace, suggested_grace};
use crate::rules::subject::Subject;
use crate::shell::interpreters;
use crate::timeline::{Handler, Hook};

/// The mend, for people and for the tool.
pub(super) struct Mend {
    /// In sentences.
    pub(super) text: String,
    /// To paste.
    pub(super) yaml: String,
    /// As a change of the text.
    pub(super) fix: Option<Fix>,
}

/// The mend for this container: the sleep action where every version has it, else `sleep` by exec;
/// before the hook's own command where it has one.
pub(super) fn advice(subject: &Subject<'_>, served: &Served<'_, '_>, hook: Option<&Hook<'_>>) -> Mend {
    let container = served.view.container;
    let wait = (subject.settings.propagation_delay().ceil() as i64).max(1);
    let version = subject.settings.versions().oldest();
    let no_shell = container.spec.image.as_deref();
    let no_shell =
        no_shell.and_then(|image| images::has_no_shell(image, &subject.settings.knowledge.shell_less_images));
    let kept = hook.filter(|_| no_shell.is_none());
    if let Some((hook, (shell, script))) = kept.and_then(|hook| Some((hook, own_script(hook)?))) {
        let needed = wait as f64 + takes(hook);
        let also = sidecar_advice(served) + &grace_advice(subject, needed);
        let text = format!("Wait first, then do what the hook does.{also}");
        let path = container.pre_stop_path().dotted("exec.command");
        let script = format!("sleep {wait}; {script}");
        let command = Content::Words(vec![shell.to_owned(), "-c".to_owned(), script.clone()]);
        let yaml = lifecycle(Some(hook), exec(command.clone()));
        // A shell that the hook has not used so far may not be there.
        let has_shell = hook.command.len() == 3 && hook.command.first().is_some_and(|first| first == shell);
        let operation = match has_shell {
            true => Operation::set(path.index(2), Content::Text(script)),
            false => Operation::set(path, Content::Words(vec![shell.to_owned(), "-c".to_owned(), script])),
        };
        let fix = subject.fix(has_shell, &with_grace(subject, operation, needed));
        return Mend { text, yaml, fix };
    }
    let needed = wait as f64;
    let also = sidecar_advice(served) + &grace_advice(subject, needed);
    let has_action = subject.settings.support_in_all(&SLEEP_ACTION) == Support::Works;
    let text = match (&no_shell, has_action) {
        (Some(_), true) => {
            let lost = match hook.is_some_and(|hook| own_script(hook).is_some()) {
                true => {
                    " A hook has one handler, so what its command does is for the program to do on SIGTERM."
                }
                false => "",
            };
            format!("Wait with the sleep action, which needs no program in the image.{lost}{also}")
        }
        (Some(_), false) => format!(
            "The image has no shell and Kubernetes {version} no sleep action: have the program itself wait on SIGTERM, or \
             use an image that has `sleep`.{also}"
        ),
        (None, _) => format!("Wait before the stop signal, in the container `{}`.{also}", container.name()),
    };
    let sleep = Content::Fields(vec![("sleep", Content::Fields(vec![("seconds", Content::Int(wait))]))]);
    let command = Content::Words(vec!["sleep".to_owned(), wait.to_string()]);
    let handler = match has_action {
        true => sleep,
        // Without a shell there is no `sleep` either.
        false if no_shell.is_some() => return Mend { text, yaml: String::new(), fix: None },
        false => exec(command),
    };
    let path = container.pre_stop_path();
    let operation = match hook.map(|hook| &hook.handler) {
        None => Some(Operation::set(path, handler.clone())),
        Some(Handler::Sleep { .. }) if has_action => {
            Some(Operation::set(path.dotted("sleep.seconds"), Content::Int(wait)))
        }
        // Whether what the hook does can go is for a person to say.
        Some(_) => None,
    };
    // Whether the image has the program is not known.
    let fix = operation.and_then(|one| subject.fix(has_action, &with_grace(subject, one, needed)));
    Mend { text, yaml: lifecycle(hook, handler), fix }
}

/// The same, and a grace period that what the hook takes fits in, in seconds.
fn with_grace(subject: &Subject<'_>, operation: Operation, needed: f64) -> Vec<Operation> {
    let workload = subject.workload.filter(|workload| is_too_short(workload, needed));
    let grace = workload.map(|workload| set_grace(workload, suggested_grace(needed)));
    std::iter::once(operation).chain(grace).collect()
}

fn is_too_short(workload: &Workload, needed: f64) -> bool {
    workload.grace_period().is_some_and(|grace| grace as f64 <= needed)
}

/// Where to wait is the question that a sidecar brings up.
fn sidecar_advice(served: &Served<'_, '_>) -> String {
    let name = served.view.container.name();
    match served.sidecars() {
        Some(sidecars) => format!(
            " The stop signal of {sidecars} waits for `{name}`; a wait in a sidecar alone changes nothing for `{name}`."
        ),
        None => String::new(),
    }
}

/// Without a hook the whole `lifecycle` is missing.
fn lifecycle(hook: Option<&Hook<'_>>, handler: Content) -> String {
    match hook {
        Some(_) => edit::yaml("preStop", &handler),
        None => edit::yaml("lifecycle", &Content::Fields(vec![("preStop", handler)])),
    }
}

fn exec(command: Content) -> Content {
    Content::Fields(vec![("exec", Content::Fields(vec![("command", command)]))])
}

/// How long a hook may take, in seconds; one that stops its program ends with that.
fn takes(hook: &Hook<'_>) -> f64 {
    let time = &hook.duration;
    if time.stops_surely && hook.ends_with_its_program() {
        return time.until_stop;
    }
    time.longest.seconds().filter(|longest| longest.is_finite()).unwrap_or(time.shortest)
}

/// `needed` is what the hook takes, in seconds.
fn grace_advice(subject: &Subject<'_>, needed: f64) -> String {
    match subject.workload.and_then(Workload::grace_period) {
        Some(grace) if grace as f64 <= needed => {
            let needed = seconds(needed);
            format!(
                " The grace period of {grace} s has to grow as well, to more than {needed} and the time the program needs."
            )
        }
        _ => String::new(),
    }
}

/// The shell and the script of a hook that can run and does more than sleep, short enough to be shown again;
/// without the sleep that it begins with.
fn own_script<'h>(hook: &'h Hook<'_>) -> Option<(&'h str, String)> {
    const SHOWN: usize = 120;
    if hook.handler != Handler::Exec || hook.duration.failure.is_some() {
        return None;
    }
    let (shell, script) = match hook.command {
        [shell, option, script] if interpreters::is_shell(programs::base_name(shell)) && option == "-c" => {
            (shell.as_str(), script.trim().to_owned())
        }
        words => ("/bin/sh", words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")),
    };
    let script = match script.split_once([';', '&']).filter(|(first, _)| is_sleep(first)) {
        Some((_, rest)) => rest.trim_start_matches('&').trim(),
        None if is_sleep(&script) => "",
        None => script.as_str(),
    };
    let is_shown = !script.is_empty() && script.len() <= SHOWN && !script.contains('\n');
    is_shown.then(|| (shell, script.to_owned()))
}

/// It sleeps and does nothing else.
fn is_sleep(command: &str) -> bool {
    let mut words = command.split_whitespace();
    words.next().is_some_and(|program| programs::base_name(program) == "sleep")
        && words.all(|word| word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.'))
}

/// A word as a shell has to be given it.
fn quoted(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:=,@%+".contains(&byte);
    match !word.is_empty() && word.bytes().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}
