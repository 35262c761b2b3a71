//! What the API server rejects in a hook (facts K3–K8, and K9–K11 for postStart; those of preStop
//! belong to `prestop-exceeds-grace-period`).

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::fault::Fault;
use super::faults::Faults;
use super::field::Field;
use super::{is_fragment, is_undecoded};
use crate::kubernetes::features::{self, Support};
use crate::kubernetes::names;
use crate::manifest::{Container, Workload};
use crate::rules::subject::Subject;
use crate::text::placeholder;
use crate::yaml::path::FieldPath;

pub(super) fn faults<'s>(subject: &'s Subject<'s>, container: &'s Container, faults: &mut Faults<'_, 's>) {
    // On other kinds of container the hook itself is the fault (facts K14, K15).
    if !container.kind.is_long_running() {
        return;
    }
    let hooks = [
        ("preStop", container.pre_stop(), container.pre_stop_path()),
        ("postStart", container.post_start(), container.post_start_path()),
    ];
    for (name, hook, path) in hooks {
        let Some(hook) = hook else { continue };
        handlers(subject, name, hook, &path, faults);
        if let Some(exec) = &hook.exec {
            empty_command(subject, name, exec, &path, faults);
        }
        if let Some(get) = &hook.http_get {
            http_get(subject, get, &path.key("httpGet"), faults);
        }
        if let Some(socket) = &hook.tcp_socket {
            port(subject, &socket.port, path.dotted("tcpSocket.port"), faults);
        }
        unset_sleep(subject, &path, faults);
    }
    post_start_sleep(subject, container, faults);
}

/// A sleep action without a number is one of 0, which not every version takes (facts K9 and K10); one that is
/// written is for another rule to say.
fn unset_sleep<'s>(subject: &'s Subject<'s>, path: &FieldPath, faults: &mut Faults<'_, 's>) {
    let takes_zero = subject.settings.support(&features::SLEEP_OF_ZERO) == Support::Works;
    if takes_zero || subject.settings.support(&features::SLEEP_ACTION) != Support::Works {
        return;
    }
    let hook = Field::of(subject.object, path);
    let sleep = hook.key("sleep");
    if sleep.is_set() {
        faults.required(
            &sleep.key("seconds"),
            "Without a number it is 0, which only Kubernetes 1.33 and later take.",
        );
    }
}

/// Exactly one handler (facts B2, K3, K4).
fn handlers<'s>(
    subject: &Subject<'s>,
    name: &'static str,
    hook: &core::LifecycleHandler,
    path: &FieldPath,
    faults: &mut Faults<'_, 's>,
) {
    let set = [
        ("exec", hook.exec.is_some()),
        ("httpGet", hook.http_get.is_some()),
        ("tcpSocket", hook.tcp_socket.is_some()),
        ("sleep", hook.sleep.is_some()),
    ];
    let mut set = set.into_iter().filter_map(|(field, is_set)| is_set.then_some(field));
    let Some(first) = set.next() else {
        if !is_fragment(subject) && !is_undecoded(subject, path) {
            faults.add(path.clone(), Fault::HookWithoutHandler { hook: name });
        }
        return;
    };
    for second in set {
        faults.add(path.key(second), Fault::SecondHandlerOfHook { hook: name, first, second });
    }
}

/// Fact K5.
pub(super) fn empty_command<'s>(
    subject: &Subject<'s>,
    of: &'static str,
    exec: &core::ExecAction,
    path: &FieldPath,
    faults: &mut Faults<'_, 's>,
) {
    let command = path.dotted("exec.command");
    let is_empty = exec.command.as_ref().is_none_or(Vec::is_empty);
    if is_empty && !is_fragment(subject) && !is_undecoded(subject, &command) {
        faults.add(command, Fault::NoCommand { of });
    }
}

/// Facts K6–K8.
pub(super) fn http_get<'s>(
    subject: &'s Subject<'s>,
    get: &'s core::HTTPGetAction,
    path: &FieldPath,
    faults: &mut Faults<'_, 's>,
) {
    port(subject, &get.port, path.key("port"), faults);
    let scheme = get.scheme.as_deref().filter(|scheme| !matches!(*scheme, "HTTP" | "HTTPS" | ""));
    if let Some(scheme) = scheme {
        faults.add(path.key("scheme"), Fault::Scheme { scheme });
    }
    let get = Field::of(subject.object, path);
    for header in get.key("httpHeaders").items() {
        let name = header.key("name");
        faults.required(&name, "A header has a name.");
        faults.named(&name, "the name of a header", &names::HTTP_HEADER);
    }
}

/// Knative gives a probe the port of its container (knative.dev/docs/serving/services/configure-probing).
fn fills_ports_in(subject: &Subject<'_>) -> bool {
    subject.workload.is_some_and(|workload| workload.kind.group == "serving.knative.dev")
}

/// Facts K6 and K7.
pub(super) fn port<'s>(
    subject: &Subject<'s>,
    port: &'s IntOrString,
    path: FieldPath,
    faults: &mut Faults<'_, 's>,
) {
    match port {
        IntOrString::Int(number) => port_number(subject, *number, path, faults),
        IntOrString::String(name) if placeholder::is_shouted(name) => {}
        IntOrString::String(name) => {
            if let Some(flaw) = names::PORT_NAME.flaw(name) {
                faults.add(path, Fault::PortName { name, flaw });
            }
        }
    }
}

/// Fact K6; a port that is not there is 0.
pub(super) fn port_number(subject: &Subject<'_>, number: i32, path: FieldPath, faults: &mut Faults<'_, '_>) {
    if (1..=65535).contains(&number) {
        return;
    }
    match subject.object.at(&path) {
        Some(_) => faults.add(path, Fault::PortOutOfRange { number }),
        None if is_fragment(subject) || fills_ports_in(subject) => {}
        None => faults.add(path, Fault::NoPort),
    }
}

/// Facts B17, B18 and K9–K11, for postStart.
fn post_start_sleep<'s>(subject: &Subject<'s>, container: &'s Container, faults: &mut Faults<'_, 's>) {
    let sleep = container.post_start().and_then(|hook| hook.sleep.as_ref());
    let grace = subject.workload.and_then(Workload::validated_grace_period);
    let (Some(sleep), Some(grace)) = (sleep.map(|sleep| sleep.seconds), grace) else { return };
    // Where the gate is off the field is dropped before validation (fact K1).
    if subject.settings.support(&features::SLEEP_ACTION) != Support::Works {
        return;
    }
    // One of 0 is refused by the version, which is for another rule to say.
    let is_of_version = sleep == 0 && subject.settings.support(&features::SLEEP_OF_ZERO) != Support::Works;
    if !is_of_version && (sleep < 0 || sleep > grace) {
        let path = container.post_start_path().dotted("sleep.seconds");
        faults.add(path, Fault::PostStartSleep { sleep, grace });
    }
}
