//! The mend: the words as they were meant.

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{Broken, Which};
use crate::edit::{Content, Operation};
use crate::kubernetes::features::{SLEEP_ACTION, Support};
use crate::kubernetes::images;
use crate::programs::base_name;
use crate::rules::subject::Subject;
use crate::rules::verdict::Mend;
use crate::set::mounted::{self, Mounted};
use crate::shell::interpreters::is_shell;
use crate::shell::invocation::{self, is_text};
use crate::shell::script::CommandKind;
use crate::shell::{Flaw, TextRef, parse, program_of};
use crate::text::{nearest, placeholder};
use crate::timeline::Handler;
use crate::yaml::path::FieldPath;

/// The mode of a script that may be run, in YAML's decimal: 0755.
const EXECUTABLE: i64 = 0o755;

pub(super) fn of(subject: &Subject<'_>, broken: &Broken<'_>) -> Mend {
    let container = broken.view.container;
    let hook = match broken.which {
        Which::PostStart => container.post_start_path(),
        Which::PreStop => container.pre_stop_path(),
    };
    match broken.hook.handler {
        Handler::HttpGet { .. } => request(broken, &hook),
        Handler::TcpSocket => Mend::prose(
            "Ask by httpGet what answers HTTP, or use an exec hook that connects, such as `nc -z localhost PORT`.",
        ),
        Handler::Exec | Handler::Sleep { .. } => command(subject, broken, &hook),
    }
}

fn request(broken: &Broken<'_>, hook: &FieldPath) -> Mend {
    let container = broken.view.container;
    let written = match broken.which {
        Which::PostStart => container.post_start(),
        Which::PreStop => container.pre_stop(),
    };
    let path = hook.key("httpGet");
    let port = written.and_then(|hook| hook.http_get.as_ref()).map(|get| &get.port);
    let (Some(IntOrString::String(name)), true) = (port, broken.fault.flaw == Flaw::Port) else {
        return Mend::guess(
            "Name the address: on the host's network the server is on the node's own, if it listens on all addresses.",
            vec![Operation::set(path.key("host"), Content::Text("127.0.0.1".to_owned()))],
        );
    };
    let names: Vec<&str> = container.ports().iter().filter_map(|port| port.name.as_deref()).collect();
    let meant = nearest::of(name, names.iter().copied()).or_else(|| match names.as_slice() {
        [only] if container.ports().len() == 1 => Some(*only),
        _ => None,
    });
    match (meant, container.ports()) {
        (Some(meant), _) => Mend::guess(
            "Name a port that the container declares.",
            vec![Operation::set(path.key("port"), Content::Text(meant.to_owned()))],
        ),
        (None, [only]) => Mend::guess(
            "Name the port that the container declares.",
            vec![Operation::set(path.key("port"), Content::Int(only.container_port.into()))],
        ),
        _ => Mend::prose(format!(
            "Give the port by its number, or declare it in the container's `ports` under the name `{name}`."
        )),
    }
}

fn command(subject: &Subject<'_>, broken: &Broken<'_>, hook: &FieldPath) -> Mend {
    let argv = broken.hook.command;
    let path = hook.dotted("exec.command");
    if let Some(mend) = of_file(subject, broken) {
        return mend;
    }
    if broken.fault.flaw == Flaw::Image || has_no_shell(subject, broken) {
        return without_shell(subject, broken, hook);
    }
    if let Some(mend) = in_script(broken, &path) {
        return mend;
    }
    let set = |words: Vec<String>| vec![Operation::set(path.clone(), Content::Words(words))];
    let own = |word: &str| word.to_owned();
    match argv {
        [only] if is_text(only) => match literal(only) {
            Some(words) => Mend::safe("Make each word an item of its own.", set(words)),
            None => Mend::guess(
                "Let a shell read it, if the image has one.",
                set(vec![own("/bin/sh"), own("-c"), only.clone()]),
            ),
        },
        [shell, glued, rest @ ..] if is_shell(base_name(shell)) && is_glued(glued) => {
            let (option, script) = glued.split_once(char::is_whitespace).unwrap_or((glued, ""));
            let words = [own(shell), own(option), own(script.trim_start())];
            Mend::safe(
                "Make an item of the option, and one of the script.",
                set(words.into_iter().chain(rest.iter().cloned()).collect()),
            )
        }
        [shell, option, script, rest @ ..]
            if is_shell(base_name(shell)) && is_inline(option) && !rest.is_empty() =>
        {
            let words = std::iter::once(script).chain(rest);
            let is_plain = words.clone().all(|word| is_plain(word));
            let script = words.map(String::as_str).collect::<Vec<_>>().join(" ");
            Mend::edit(
                is_plain,
                "Put the whole script in the one item behind `-c`.",
                set(vec![own(shell), own(option), script]),
            )
        }
        [shell, text @ ..]
            if is_shell(base_name(shell)) && text.first().is_some_and(|one| !one.starts_with('-')) =>
        {
            let script = text.join(" ");
            Mend::safe("Give the script behind `-c`.", set(vec![own(shell), own("-c"), script]))
        }
        [shell, option] if is_shell(base_name(shell)) && is_inline(option) => {
            Mend::prose("Give the script in an item of its own behind `-c`.")
        }
        [program, ..] if !is_shell(base_name(program)) && argv.iter().skip(1).any(|word| is_stray(word)) => {
            Mend::guess(
                "Let a shell read it, if the image has one.",
                set(vec![own("/bin/sh"), own("-c"), as_script(argv)]),
            )
        }
        _ => Mend::prose(match broken.fault.flaw == Flaw::Unwritable {
            true => {
                "Write where the container can: to a volume that is mounted for writing, such as an emptyDir."
            }
            false => {
                "Run the command in a container of the image, as the hook has it, and mend what it says."
            }
        }),
    }
}

/// A word that only a shell does something with.
fn is_stray(word: &str) -> bool {
    let is_operator = !word.is_empty() && word.chars().all(|c| "&|;<>".contains(c));
    is_operator || word.contains(['$', '>']) || word.ends_with(';')
}

fn has_no_shell(subject: &Subject<'_>, broken: &Broken<'_>) -> bool {
    let further = &subject.settings.knowledge.images;
    let image = broken.view.container.spec.image.as_deref();
    image.and_then(|image| images::has_no_shell(image, further)).is_some()
}

/// The script is a file of a ConfigMap.
fn of_file(subject: &Subject<'_>, broken: &Broken<'_>) -> Option<Mend> {
    let (_, path, _) =
        invocation::only_file(broken.hook.command).filter(|_| broken.fault.flaw == Flaw::File)?;
    let (workload, container) = (broken.workload, broken.view.container);
    let file = match mounted::resolve(subject.set, workload, container, &path) {
        Mounted::Missing { config_map } => {
            return Some(Mend::prose(format!(
                "Put the script into ConfigMap `{config_map}`, under the key that the volume makes a file of."
            )));
        }
        Mounted::File(file) => file,
        Mounted::Unknown => return None,
    };
    if !file.executable {
        let mount = mounted::mount_at(container, &path)?;
        let volumes = workload.pod_spec().volumes.as_deref().unwrap_or_default();
        let at = volumes.iter().position(|volume| volume.name == mount.name)?;
        let volume = volumes.get(at)?;
        let source = volume.config_map.as_ref()?;
        let items = source.items.as_deref().unwrap_or_default();
        if items.iter().any(|item| item.mode.is_some()) {
            return Some(Mend::prose("Give the item of the volume a `mode` with execute bits: 0755."));
        }
        let path = workload.pod_spec_path.key("volumes").index(at).dotted("configMap.defaultMode");
        return Some(Mend::safe(
            format!("Let its files be run: {EXECUTABLE} is 0755."),
            vec![Operation::set(path, Content::Int(EXECUTABLE))],
        ));
    }
    let first = file.text.split('\n').next().unwrap_or_default();
    Some(Mend::prose(match (first.starts_with("#!"), first.ends_with('\r')) {
        (true, true) => "Save the script with line feeds alone.",
        (true, false) => "Name an interpreter that the image has, or run a program of the image.",
        (false, _) => "Begin it with the program that runs it: `#!/bin/sh`.",
    }))
}

/// What an image without a shell leaves.
fn without_shell(subject: &Subject<'_>, broken: &Broken<'_>, hook: &FieldPath) -> Mend {
    let has_action = subject.settings.support_in_all(&SLEEP_ACTION) == Support::Works;
    match slept(broken.hook.command).filter(|_| has_action) {
        Some(seconds) => {
            let handler =
                Content::Fields(vec![("sleep", Content::Fields(vec![("seconds", Content::Int(seconds))]))]);
            Mend::safe(
                "Wait with the sleep action, which needs no program in the image.",
                vec![Operation::set(hook.clone(), handler)],
            )
        }
        None => Mend::prose(match broken.which {
            Which::PostStart => {
                "Have the program do it as it starts, or an init container of an image that has the tools; or run a program \
                 that is in the image."
            }
            Which::PreStop => {
                "Have the program do it on the stop signal; or run a program that is in the image. A mere wait is the sleep \
                 action, which needs none."
            }
        }),
    }
}

/// The whole seconds for which a command sleeps and does nothing else.
fn slept(command: &[String]) -> Option<i64> {
    let words: Vec<&str> = match command {
        [shell, option, script] if is_shell(base_name(shell)) && is_inline(option) => {
            script.split_whitespace().collect()
        }
        words => words.iter().map(String::as_str).collect(),
    };
    match words.as_slice() {
        [sleep, time] if base_name(sleep) == "sleep" => time.trim_end_matches('s').parse().ok(),
        _ => None,
    }
}

/// Words of a script that are others than were meant.
fn in_script(broken: &Broken<'_>, path: &FieldPath) -> Option<Mend> {
    let at = broken.fault.at.as_ref()?;
    let TextRef::Argument(argument) = at.text else { return None };
    let script = broken.hook.command.get(argument)?;
    let before = script.get(..at.start)?;
    let behind = script.get(at.end..)?;
    let words = script.get(at.range())?;
    if before.ends_with("$(") && behind.starts_with(')') && broken.fault.flaw == Flaw::Variable {
        let whole = at.start.checked_sub(2)?..at.end + 1;
        return Some(Mend::safe(
            "Name the variable as a shell does.",
            vec![Operation::Splice { path: path.index(argument), at: whole, text: format!("${{{words}}}") }],
        ));
    }
    let is_quoted = |quote: char| script.len() > 1 && script.starts_with(quote) && script.ends_with(quote);
    let inner =
        ['"', '\''].into_iter().find(|quote| is_quoted(*quote)).and_then(|_| script.get(1..script.len() - 1));
    if let Some(inner) = inner.filter(|_| broken.fault.flaw == Flaw::Quoted) {
        let text = Content::Text(inner.to_owned());
        return Some(Mend::safe(
            "Take the quotes away that stand around the whole script.",
            vec![Operation::set(path.index(argument), text)],
        ));
    }
    // What stands in the background needs no further end.
    if broken.fault.flaw == Flaw::Unreadable && script.contains("&;") {
        let mended = script.replace("&;", "&");
        if parse::parse(&mended).is_ok() {
            return Some(Mend::safe(
                "`&` ends a command as `;` does: one of them is enough.",
                vec![Operation::set(path.index(argument), Content::Text(mended))],
            ));
        }
    }
    (broken.fault.flaw == Flaw::Unreadable).then(|| {
        Mend::prose("Mend the syntax: `sh -n` reads a script without running it, and names the place.")
    })
}

/// The words of a text that is one command, in which nothing is for a shell to do but to part them.
fn literal(text: &str) -> Option<Vec<String>> {
    let list = parse::parse(text).ok()?;
    let [statement] = list.as_slice() else { return None };
    let [command] = statement.first.commands.as_slice() else { return None };
    let CommandKind::Simple(simple) = &command.kind else { return None };
    let is_alone = statement.rest.is_empty()
        && !statement.background
        && !statement.first.negated
        && simple.assignments.is_empty()
        && command.redirections.is_empty();
    let words: Vec<String> = simple.words.iter().map(|word| word.literal()).collect::<Option<_>>()?;
    let expands = words.iter().any(|word| word.contains(['*', '?', '[', '{', '~']));
    let is_program = words.first().is_some_and(|first| invocation::no_such_program(first).is_none());
    (is_alone && is_program && !expands).then_some(words)
}

fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "_./:=@%+,-".contains(c))
}

fn is_inline(option: &str) -> bool {
    option.starts_with('-') && option.ends_with('c') && is_plain(option)
}

fn is_glued(option: &str) -> bool {
    option.split_once(char::is_whitespace).is_some_and(|(option, _)| is_inline(option))
}

/// The words as a shell is to read them: operators and variables stay what they are.
fn as_script(argv: &[String]) -> String {
    let words = argv.iter().map(|word| match word {
        word if is_plain(word) || is_for_a_shell(word) => word.replace("$(", "${").replace(')', "}"),
        word => format!("'{}'", word.replace('\'', "'\\''")),
    });
    words.collect::<Vec<_>>().join(" ")
}

fn is_for_a_shell(word: &str) -> bool {
    const LETTERS: &str = "&|;<>${}()";
    !placeholder::is_filled_in(word)
        && word.chars().all(|c| LETTERS.contains(c) || is_plain(&c.to_string()))
        && program_of(word).is_none()
}
