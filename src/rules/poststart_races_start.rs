//! `poststart-races-start`: a hook that needs the program of its container at once.

use k8s_openapi::api::core::v1 as core;
use strum::{IntoStaticStr, VariantNames};

use super::hooks::{self, Exec, Listener, is_loopback};
use super::subject::{ContainerView, Subject};
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, hook_host, page};
use crate::edit::{Content, Operation};
use crate::finding::Severity;
use crate::hook::{Exit, Server, asked, asks_once};
use crate::kubernetes::images;
use crate::manifest::kinds::Nature;
use crate::manifest::{Container, Workload};
use crate::programs::{self, Asks, Program, Runs, Tells};
use crate::shell::invocation::{self, Invocation};
use crate::shell::{Arg, Longest, Reach, Redirect, Step, Trace};
use crate::timeline::{Given, Hook, HookKind, Owner};
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "poststart-races-start",
    aliases: &[],
    group: Group::Hook,
    severities: &[Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A postStart hook asks the program of its own container, which may not listen yet.",
    reason: "postStart runs beside the program of its container, and nothing orders the two: the hook can be there first. A hook that connects to the program at once fails as often as it wins that race, and a failed postStart has the container killed and started again, with a longer pause each time. On an idle machine it works; on a busy node it is a CrashLoopBackOff.",
    options: None,
    facts: &["B9", "B13", "B14", "B22", "B23"],
    docs: &[
        Link {
            title: "Container hooks",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#container-hooks",
        },
        Link {
            title: "Hook handler execution",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-execution",
        },
    ],
    page: page!("poststart-races-start"),
    verdicts: Needs::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = subject.workload.filter(|workload| workload.kind.nature != Nature::Managed) else {
        return;
    };
    for view in &subject.containers {
        let container = view.container;
        if let Some((get, path, port)) = request(subject, workload, view) {
            let place = subject.key_place(&path.key("httpGet"));
            let verdict = Race { container, needs: Needs::Request { get, path, port } };
            let label = "asked once, at the start".to_owned();
            seen.push(Seen::new(RULE.severity(), place, verdict).container(container).label(label));
        }
        let Some(exec) = Exec::of(subject, container, HookKind::PostStart) else { continue };
        let label = "asked once, at the start".to_owned();
        if let Some((step, path)) = first_read(subject, container, &exec) {
            let place = exec.script.locate(&step.words(step.span));
            let verdict = Race { container, needs: Needs::File { path } };
            let label = "read once, at the start".to_owned();
            seen.push(Seen::new(RULE.severity(), place, verdict).container(container).label(label));
            continue;
        }
        let Some((step, server)) = first_connection(subject, workload, container, &exec) else { continue };
        let place = exec.script.locate(&step.words(step.span));
        let command = step.written(step.span).to_owned();
        let splice = step.args.first().and_then(|name| retrying(&exec, step, name));
        let verdict = Race { container, needs: Needs::Connection { command, server, splice } };
        seen.push(Seen::new(RULE.severity(), place, verdict).container(container).label(label));
    }
}

/// The httpGet hook that asks its own container, with the path of the hook and the port.
fn request<'s>(
    subject: &'s Subject<'s>,
    workload: &'s Workload,
    view: &'s ContainerView<'s>,
) -> Option<(&'s core::HTTPGetAction, FieldPath, i32)> {
    let container = view.container;
    let (hook, path) = hooks::handler(container, HookKind::PostStart)?;
    let get = hook.http_get.as_ref()?;
    let host = get.host.as_deref().filter(|host| !host.is_empty());
    let is_own = match host {
        None => true,
        // In the network of the node, the node is where the program listens.
        Some(_) => is_loopback(host) && workload.pod_spec().host_network == Some(true),
    };
    if !is_own || hook_host::speaks_of_post_start(subject, view) {
        return None;
    }
    // One that cannot be asked at all is reported as that.
    let owner = Owner { set: subject.set, source: subject.source, workload, container };
    let hook = Hook::of(owner, HookKind::PostStart, &subject.settings.conditions(Given::NOTHING))?;
    let port = hooks::port(container, get)?;
    let is_own = matches!(Listener::of(workload, container, Some(port)), Listener::Own);
    (hook.duration.failure.is_none() && is_own).then_some((get, path, port))
}

/// The first command that connects to the program of the hook's own container as soon as the hook begins, where
/// the hook fails if nothing listens there.
fn first_connection<'e>(
    subject: &Subject<'_>,
    workload: &Workload,
    container: &Container,
    exec: &'e Exec<'_>,
) -> Option<(&'e Step, Server)> {
    if exec.fails() {
        return None;
    }
    let own = |program: Option<&Program>, words: &[Arg], redirects: &[Redirect]| {
        let servers = asked(program, words, redirects);
        let own = servers.into_iter().find(|server| {
            let listener = || Listener::of(workload, container, port(program, server));
            server.is_here() && matches!(listener(), Listener::Own)
        });
        own.filter(|_| {
            program
                .is_none_or(|program| asks_once(program, words) && is_meant_here(container, program, words))
        })
    };
    let mut early = exec.trace.steps.iter().filter(|step| is_at_once(step));
    let found = early.find_map(|step| Some((step, own(step.program, &step.args, &step.redirects)?)))?;
    let refused = exec.script.trace_unanswered(&subject.settings.knowledge, &|program, words, redirects| {
        own(program, words, redirects).is_some()
    });
    fails_at_once(&refused).then_some(found)
}

/// The first command that reads a file as soon as the hook begins which the program of its container writes, where
/// the hook fails if it is not there yet: the container's own command names it, as its pid file or its socket.
fn first_read<'e>(
    subject: &Subject<'_>,
    container: &Container,
    exec: &'e Exec<'_>,
) -> Option<(&'e Step, String)> {
    if exec.fails() {
        return None;
    }
    let own = own_files(container);
    let reads = |program: Option<&Program>, words: &[Arg]| {
        let mut read = words.iter().skip(1).filter_map(Arg::known);
        let file = read.find(|path| own.contains(path)).map(str::to_owned);
        file.filter(|_| program.is_some_and(|program| program.tells == Some(Tells::Input)))
    };
    let mut early = exec.trace.steps.iter().filter(|step| is_at_once(step));
    let found = early.find_map(|step| Some((step, reads(step.program, &step.args)?)))?;
    let missing = exec
        .script
        .trace_unanswered(&subject.settings.knowledge, &|program, words, _| reads(program, words).is_some());
    fails_at_once(&missing).then_some(found)
}

/// What the words of a container's command name as files that its program makes: `--pidfile=/run/x.pid`.
fn own_files(container: &Container) -> Vec<&str> {
    let words: Vec<&str> =
        container.spec.command.iter().chain(&container.spec.args).flatten().map(String::as_str).collect();
    let mut files = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let Some(option) = word.strip_prefix('-') else { continue };
        let (name, value) =
            option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
        let name = name.to_ascii_lowercase();
        if name.contains("pid") || name.contains("sock") {
            let value = value.or_else(|| words.get(at + 1).copied());
            files.extend(value.filter(|value| value.starts_with('/')));
        }
    }
    files
}

/// It runs each time, before anything that takes time.
fn is_at_once(step: &Step) -> bool {
    step.reach == Reach::Always
        && !step.background
        && step.starts.known
        && matches!(step.starts.longest, Longest::Seconds(seconds) if seconds < 1.0)
}

/// A hook that first waits, or asks again, has done what it can.
fn fails_at_once(trace: &Trace) -> bool {
    let waits = trace.waits.iter().any(|wait| wait.time.known);
    matches!(Exit::of(trace), Exit::Fails(_)) && trace.time.shortest < 1.0 && !waits
}

/// Where a client is told no host, nothing else tells it one: no address among its words, and no variable.
fn is_meant_here(container: &Container, program: &Program, words: &[Arg]) -> bool {
    let is_told = |text: &str| text.contains("localhost") || text.contains("127.") || text.contains("::1");
    if !matches!(program.asks, Some(Asks::Options { .. }))
        || words.iter().any(|word| word.known().is_some_and(is_told))
    {
        return true;
    }
    let says_nothing =
        |word: &Arg| word.known().is_some_and(|text| !text.contains("://") && !text.contains("host="));
    let tells = |name: &str| {
        ["HOST", "URL", "ADDR", "SERVER"].iter().any(|part| name.to_ascii_uppercase().contains(part))
    };
    words.iter().all(says_nothing)
        && container.spec.env_from.as_ref().is_none_or(Vec::is_empty)
        && !container.env().iter().any(|variable| tells(&variable.name))
}

/// The port that a call names, or that its addresses have by themselves.
fn port(program: Option<&Program>, server: &Server) -> Option<i32> {
    server.port().or_else(|| program?.http.map(|_| 80))
}

/// The call that asks again while it is refused, for up to half a minute, where its client can do that by itself.
fn retrying(exec: &Exec<'_>, step: &Step, name: &Arg) -> Option<Operation> {
    const OPTIONS: [&str; 5] = ["--retry", "30", "--retry-delay", "1", "--retry-connrefused"];
    if step.program?.runs != Runs::Rule(programs::Rule::Curl) {
        return None;
    }
    let words = step.words(name.span);
    let (index, written) = exec.item(&words)?;
    if name.known() != Some(written) {
        return None;
    }
    let is_item = exec.command.get(index).is_some_and(|item| item == written);
    if is_item && matches!(invocation::resolve(exec.command), Invocation::Program { .. }) {
        let (front, behind) = exec.command.split_at_checked(index + 1)?;
        let options = OPTIONS.map(str::to_owned);
        let command = front.iter().chain(&options).chain(behind).cloned().collect();
        return Some(Operation::set(exec.path.clone(), Content::Words(command)));
    }
    let text = format!(" {}", OPTIONS.join(" "));
    Some(Operation::Splice { path: exec.path.index(index), at: words.end..words.end, text })
}

/// What a hook needs at once.
#[derive(Debug, Clone, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Needs<'s> {
    /// An answer to the kubelet's request.
    Request { get: &'s core::HTTPGetAction, path: FieldPath, port: i32 },
    /// A file that the program writes.
    File { path: String },
    /// An answer to a command of its script.
    Connection { command: String, server: Server, splice: Option<Operation> },
}

/// A hook that needs the program of its container at once.
struct Race<'s> {
    container: &'s Container,
    needs: Needs<'s>,
}

impl Verdict for Race<'_> {
    fn name(&self) -> &'static str {
        (&self.needs).into()
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let name = self.container.name();
        match &self.needs {
            Needs::Request { port, .. } => Words::new(
                format!("the postStart hook of `{name}` asks port {port} when nothing may listen there yet"),
                format!(
                    "The kubelet starts the program of `{name}` and sends the request, once, and nothing orders the two. If the \
                     program does not listen on port {port} by then, the hook fails, and the container is killed and \
                     started again."
                ),
            ),
            Needs::File { path } => Words::new(
                format!("the postStart hook of `{name}` reads {path}, which may not be there yet"),
                format!(
                    "The command of `{name}` names the file as one of its own, and nothing orders the hook and the program. If \
                     the program has not written it by then, the command fails and the hook with it, and the container is \
                     killed and started again."
                ),
            ),
            Needs::Connection { server, .. } => Words::new(
                format!(
                    "the postStart hook of `{name}` connects to {} when nothing may listen there yet",
                    server.words()
                ),
                format!(
                    "The hook and the program of `{name}` start side by side, and nothing orders the two. If the program does \
                     not listen by then, the command fails and the hook with it, and the container is killed and started again."
                ),
            ),
        }
    }

    fn mend(&self, subject: &Subject<'_>) -> Mend {
        match &self.needs {
            Needs::Request { get, path, port } => self.asked_again(subject, get, path, *port),
            Needs::File { path } => Mend::prose("Wait until it is there, for a time that has an end.")
                .script(format!(
                    "i=0; until [ -e {path} ]; do i=$((i+1)); [ $i -lt 30 ] || exit 1; sleep 1; done"
                )),
            Needs::Connection { splice: Some(splice), .. } => {
                Mend::guess("Ask again until it answers.", vec![splice.clone()])
            }
            Needs::Connection { command, .. } => {
                let command = command.trim();
                Mend::prose("Ask again until it answers, for a time that has an end.").script(format!(
                    "i=0; until {command}; do i=$((i+1)); [ $i -lt 30 ] || exit 1; sleep 1; done"
                ))
            }
        }
    }
}

impl Race<'_> {
    /// The same request by a command that can ask again, where the image may have one.
    fn asked_again(
        &self,
        subject: &Subject<'_>,
        get: &core::HTTPGetAction,
        path: &FieldPath,
        port: i32,
    ) -> Mend {
        const TEXT: &str = "Ask again until it answers, for a time that has an end.";
        let image = self.container.spec.image.as_deref();
        let shell_less = &subject.settings.knowledge.images;
        let has_no_shell = image.is_some_and(|image| images::has_no_shell(image, shell_less).is_some());
        let has_headers = get.http_headers.as_ref().is_some_and(|headers| !headers.is_empty());
        let is_windows = subject.workload.is_some_and(Workload::is_windows);
        if has_no_shell || has_headers || is_windows {
            return Mend::prose(
                "Have the program do it by itself once it listens: the kubelet asks only once, and the hook cannot ask again.",
            );
        }
        let scheme = if get.scheme.as_deref() == Some("HTTPS") { "https" } else { "http" };
        let address = format!("{scheme}://localhost:{port}{}", request_path(get));
        let insecure = if scheme == "https" { " --no-check-certificate" } else { "" };
        let script = format!(
            "i=0; until wget -qO- -T 5{insecure} '{address}'; do i=$((i+1)); [ $i -lt 30 ] || exit 1; sleep 1; done"
        );
        let command = Content::Words(vec!["sh".to_owned(), "-c".to_owned(), script]);
        let exec = Content::Fields(vec![("exec", Content::Fields(vec![("command", command)]))]);
        Mend::guess(
            format!("{TEXT} The image needs a shell and wget for this."),
            vec![Operation::set(path.clone(), exec)],
        )
    }
}

/// The path of a request, from its first slash.
fn request_path(get: &core::HTTPGetAction) -> String {
    let path = get.path.as_deref().unwrap_or_default().replace('\'', "%27");
    format!("/{}", path.trim_start_matches('/'))
}
