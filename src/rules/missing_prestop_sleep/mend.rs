//! The mend: wait before the stop signal, and keep what the hook does.

use super::served::Served;
use super::{Early, How};
use crate::edit::{self, Content, Operation};
use crate::finding::words::{listed, seconds, uncapitalised};
use crate::kubernetes::features::{SLEEP_ACTION, Support};
use crate::kubernetes::images;
use crate::manifest::{ContainerKind, Workload};
use crate::programs;
use crate::rules::grace::{needed_by_all, set_grace, suggested_grace};
use crate::rules::subject::{ContainerView, Subject};
use crate::rules::verdict::Mend;
use crate::shell::interpreters;
use crate::timeline::{Handler, Hook};
use crate::yaml::path::FieldPath;

pub(super) fn of(subject: &Subject<'_>, early: &Early<'_>) -> Mend {
    match early.how {
        How::Unknown => {
            let delay = seconds(early.served.needs(subject).0);
            let wait = wait_first(subject, &early.served, early.hook, early.served.needs(subject).0);
            wait.guessed()
                .said(|text| format!("If the hook returns sooner than {delay}: {}", uncapitalised(&text)))
        }
        How::LosesWait if early.hook.is_some_and(|hook| does_more_than_sleep(hook.command)) => {
            let wait = wait_first(subject, &early.served, early.hook, early.served.needs(subject).0);
            wait.by_hand().said(|text| {
                format!(
                    "Mend what does not work, and let it wait first; or, without what it does: {}",
                    uncapitalised(&text)
                )
            })
        }
        _ => wait_first(subject, &early.served, early.hook, early.served.needs(subject).0),
    }
}

/// The hook was meant to do something that a sleep would not.
fn does_more_than_sleep(command: &[String]) -> bool {
    const WORDS: [&str; 7] = ["sleep", "usleep", "sh", "bash", "-c", "-ec", "timeout"];
    let words =
        command.iter().flat_map(|word| word.split(|c: char| c.is_whitespace() || ";&|\"'$(){}".contains(c)));
    let mut words = words.map(programs::base_name).filter(|word| !word.is_empty() && !WORDS.contains(word));
    words.any(|word| {
        !word.chars().all(|c| c.is_ascii_digit() || c == '.' || c.is_ascii_uppercase() || c == '_')
    })
}

/// The sleep action where every version has it, else `sleep` by exec; before the hook's own command where it has
/// one. `delay` is for how long, in seconds.
pub(in crate::rules) fn wait_first(
    subject: &Subject<'_>,
    served: &Served<'_, '_>,
    hook: Option<&Hook<'_>>,
    delay: f64,
) -> Mend {
    let container = served.view.container;
    let wait = (delay.ceil() as i64).max(1);
    let no_shell = container.spec.image.as_deref();
    let no_shell = no_shell.and_then(|image| images::has_no_shell(image, &subject.settings.knowledge.images));
    let is_windows = subject.workload.is_some_and(Workload::is_windows);
    let kept = hook.filter(|hook| no_shell.is_none() && !is_windows && is_command(hook));
    if let Some((hook, own)) = kept.and_then(|hook| Some((hook, OwnCommand::of(hook.command)?))) {
        let needed = wait as f64 + takes(hook);
        let also =
            sidecar_advice(served) + &upstream_advice(subject, served) + &grace_advice(subject, needed);
        let path = container.pre_stop_path().dotted("exec.command");
        return own.waits_first(subject, wait, &path, &also, with_grace(subject, needed));
    }
    if let Some(Handler::HttpGet { .. }) = hook.map(|hook| &hook.handler) {
        return Mend::prose(format!(
            "A hook has one handler, so nothing can be put before this request: let what answers it wait {wait} s first; or have \
             the program do it on SIGTERM, and let the hook sleep."
        ));
    }
    let needed = wait as f64;
    let also = sidecar_advice(served) + &upstream_advice(subject, served) + &grace_advice(subject, needed);
    let version = subject.settings.versions().oldest();
    let has_action = subject.settings.support_in_all(&SLEEP_ACTION) == Support::Works;
    let is_lost = hook.is_some_and(|hook| is_command(hook) && OwnCommand::of(hook.command).is_some());
    let lost = match is_lost {
        true => " A hook has one handler, so what its command does is for the program to do on SIGTERM.",
        false => "",
    };
    let text = match (&no_shell, has_action) {
        (Some(_), true) => {
            format!("Wait with the sleep action, which needs no program in the image.{lost}{also}")
        }
        // Without a shell there is no `sleep` either.
        (Some(_), false) => {
            return Mend::prose(format!(
                "The image has no shell and Kubernetes {version} no sleep action: have the program itself wait on SIGTERM, \
                 or use an image that has `sleep`.{also}"
            ));
        }
        (None, _) => {
            format!("Wait before the stop signal, in the container `{}`.{lost}{also}", container.name())
        }
    };
    let handler = match has_action {
        true => Content::Fields(vec![("sleep", Content::Fields(vec![("seconds", Content::Int(wait))]))]),
        false => {
            let command = Content::Words(vec!["sleep".to_owned(), wait.to_string()]);
            Content::Fields(vec![("exec", Content::Fields(vec![("command", command)]))])
        }
    };
    let path = container.pre_stop_path();
    let made =
        |is_safe, operation| made(subject, is_safe, text.clone(), operation, with_grace(subject, needed));
    match hook.map(|hook| &hook.handler) {
        None => {
            // Whether the image has the program is not known.
            let mend = made(has_action, Operation::set(path.clone(), handler));
            let meant =
                subject.misspelt(&path).or_else(|| subject.misspelt(&path.parent().unwrap_or_default()));
            match meant {
                Some(name) => mend.by_hand().said(|text| {
                    format!("{text} `{name}` may have been meant as the hook: look there first.")
                }),
                None => mend,
            }
        }
        Some(Handler::Sleep { .. }) if has_action => {
            made(true, Operation::set(path.dotted("sleep.seconds"), Content::Int(wait)))
        }
        Some(handler_now) => {
            let sleep = hook.filter(|_| *handler_now == Handler::Exec && no_shell.is_none());
            match sleep.and_then(|hook| longer_sleep(hook.command, &path.dotted("exec.command"), wait)) {
                Some(longer) => made(true, longer),
                // Whether what the hook does can go is for a person to say.
                None => made(false, Operation::set(path, handler)),
            }
        }
    }
}

/// A mend that brings the grace period along where there is less time than it needs; one of 0 may be meant.
fn made(
    subject: &Subject<'_>,
    is_safe: bool,
    text: String,
    operation: Operation,
    grace: Option<Operation>,
) -> Mend {
    let is_meant = subject.workload.and_then(Workload::grace_period).is_some_and(|grace| grace <= 0);
    let is_safe = is_safe && (grace.is_none() || !is_meant);
    Mend::edit(is_safe, text, std::iter::once(operation).chain(grace).collect())
}

/// A command that sleeps and does nothing else sleeps for so many seconds; it is that already, so it can run.
fn longer_sleep(command: &[String], path: &FieldPath, wait: i64) -> Option<Operation> {
    match command {
        [sleep, now] if is_sleep(&format!("{sleep} {now}")) => {
            Some(Operation::set(path.index(1), Content::Text(wait.to_string())))
        }
        [shell, option, script]
            if interpreters::is_shell(programs::base_name(shell)) && option == "-c" && is_sleep(script) =>
        {
            let program = script.split_whitespace().next()?;
            let at = 0..script.trim_end().len();
            Some(Operation::Splice { path: path.index(2), at, text: format!("{program} {wait}") })
        }
        _ => None,
    }
}

/// A command that can run.
fn is_command(hook: &Hook<'_>) -> bool {
    hook.handler == Handler::Exec && hook.duration.failure.is_none()
}

/// What a hook runs, without the sleep that it may begin with; it does more than sleep.
struct OwnCommand<'h> {
    shell: &'h str,
    /// The hook runs a script by this shell already; else its words are put in a script, and whether the shell
    /// is there is not known.
    has_shell: bool,
    /// Its program is none of the image alone, so there is a system around it.
    is_usual: bool,
    /// All of it.
    script: String,
    /// Behind the sleep that it begins with, in bytes.
    rest: usize,
}

impl<'h> OwnCommand<'h> {
    fn of(command: &'h [String]) -> Option<Self> {
        let (shell, has_shell, script) = match command {
            [shell, option, script]
                if interpreters::is_shell(programs::base_name(shell)) && option == "-c" =>
            {
                (shell.as_str(), true, script.clone())
            }
            words => {
                let quoted: Vec<String> = words.iter().map(|word| quoted(word)).collect();
                ("/bin/sh", false, quoted.join(" "))
            }
        };
        let first = script.find([';', '&', '\n']).unwrap_or(script.len());
        let (start, rest) = script.split_at_checked(first)?;
        let rest = match is_sleep(start) {
            true => script.len() - rest.trim_start_matches([';', '&', '\n', ' ']).len(),
            false => script.len() - script.trim_start().len(),
        };
        let does_more = !script.get(rest..)?.trim().is_empty();
        let is_usual = has_shell
            || command.first().is_some_and(|program| programs::find(programs::base_name(program)).is_some());
        does_more.then_some(Self { shell, has_shell, is_usual, script, rest })
    }

    fn waits_first(
        self,
        subject: &Subject<'_>,
        wait: i64,
        path: &FieldPath,
        also: &str,
        grace: Option<Operation>,
    ) -> Mend {
        // Lines stay lines.
        let is_long = self.script.trim_end().contains('\n');
        let is_shown = !self.has_shell || self.script.len() <= edit::MOST_SHOWN;
        let first = if is_long { format!("sleep {wait}\n") } else { format!("sleep {wait}; ") };
        let operation = match self.has_shell {
            true => Operation::Splice { path: path.index(2), at: 0..self.rest, text: first },
            false => {
                let script = format!("{first}{}", self.script.get(self.rest..).unwrap_or_default());
                let words = vec![self.shell.to_owned(), "-c".to_owned(), script];
                Operation::set(path.clone(), Content::Words(words))
            }
        };
        let begins_with_sleep = self.script.get(..self.rest).is_some_and(|start| !start.trim().is_empty());
        let text = match (is_shown, begins_with_sleep) {
            (true, _) if !self.is_usual => {
                format!("Wait first, then do what the hook does, if the image has a shell for it.{also}")
            }
            (true, _) => format!("Wait first, then do what the hook does.{also}"),
            (false, true) => format!("Wait longer at the beginning of the script.{also}"),
            (false, false) => format!("Wait first, at the beginning of the script.{also}"),
        };
        let mend = made(subject, self.has_shell, text, operation, grace);
        if is_shown { mend } else { mend.script(format!("sleep {wait}")) }
    }
}

/// A grace period that what the hook takes fits in, in seconds; `None` where that is so already.
fn with_grace(subject: &Subject<'_>, needed: f64) -> Option<Operation> {
    let workload = subject.workload.filter(|_| is_too_short(subject.workload, needed))?;
    Some(set_grace(workload, suggested_grace(needed.max(needed_by_all(subject)))))
}

/// The wait would take the time that the program has to stop.
fn is_too_short(workload: Option<&Workload>, needed: f64) -> bool {
    const LEAST_TO_STOP: f64 = 5.0;
    let grace = workload.and_then(Workload::grace_period);
    grace.is_some_and(|grace| (grace as f64) < needed + LEAST_TO_STOP)
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

/// A proxy and what it asks are told to stop at the same moment (fact A6): a wait in one alone is half of it.
fn upstream_advice(subject: &Subject<'_>, served: &Served<'_, '_>) -> String {
    let own = served.view.container;
    let words = own.spec.command.iter().chain(&own.spec.args).flatten();
    // Where a program listens is no address that it asks.
    let is_own = |name: &str| ["LISTEN", "BIND"].iter().any(|word| name.to_ascii_uppercase().contains(word));
    let asked = own.env().iter().filter(|variable| !is_own(&variable.name));
    let values = asked.filter_map(|variable| variable.value.as_ref());
    let asks_itself =
        |word: &String| ["127.0.0.1:", "localhost:", "[::1]:"].iter().any(|host| word.contains(host));
    if own.kind != ContainerKind::Container || !words.chain(values).any(asks_itself) {
        return String::new();
    }
    let delay = subject.settings.propagation_delay();
    let is_short = |view: &&ContainerView<'_>| {
        view.container.kind == ContainerKind::Container
            && view.container.path != own.path
            && !view.pre_stop.as_ref().is_some_and(|hook| hook.duration.shortest >= delay)
    };
    let others = subject.containers.iter().filter(is_short);
    match listed(others.map(|view| format!("`{}`", view.container.name()))) {
        Some(others) => format!(
            " It passes requests on inside of the Pod, where all containers are told to stop at once: {others} may need the \
             same wait."
        ),
        None => String::new(),
    }
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
        Some(grace) if is_too_short(subject.workload, needed) => {
            let needed = seconds(needed);
            format!(
                " The grace period of {grace} s has to grow as well, to more than {needed} and the time the program needs."
            )
        }
        _ => String::new(),
    }
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
