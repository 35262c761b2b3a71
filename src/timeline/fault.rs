//! Handlers that cannot succeed: hooks and probes that fail each time they are asked, whatever the program of
//! their container does.

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::hook::Owner;
use super::script::HookScript;
use crate::hook::read_only;
use crate::manifest::place::Located;
use crate::set::mounted;
use crate::shell::{Failure, Flaw, Knowledge, Trace, Words};
use crate::yaml::path::FieldPath;

/// Why a handler fails each time.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    /// What is wrong.
    pub flaw: Flaw,
    /// As a clause: "the container declares no port called `http`".
    pub reason: String,
    /// The words at fault.
    pub words: Located,
    /// The same words in the texts of a command.
    pub at: Option<Words>,
    /// What it fails for want of, and may stand in a file that was not read.
    pub lacks: Lacks,
}

/// What may stand in another file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lacks {
    /// Nothing that would mend it.
    Nothing,
    /// A port of a container that declares none.
    Port,
    /// A key of a ConfigMap.
    Script,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    /// A postStart or preStop hook.
    Hook,
    /// A probe: it may ask a socket, and knows the address of the node where the Pod has none of its own
    /// (fact E12).
    Probe,
}

/// A command that cannot work: it is no program, or the image has none of its name, its words are not what a
/// program or a shell understands, or it writes where nothing can be written. `command` lies at `base`; of a
/// probe it is given as the kubelet expands it.
pub(crate) fn exec(
    owner: Owner<'_>,
    command: &[String],
    base: FieldPath,
    knowledge: &Knowledge,
) -> Option<Fault> {
    let Owner { set, source, workload, container } = owner;
    let script = HookScript::of(set, source, workload, container, command, base);
    of_trace(owner, &script, &script.trace(knowledge))
}

/// The same for a command that was followed already.
pub(super) fn of_trace(owner: Owner<'_>, script: &HookScript<'_>, trace: &Trace) -> Option<Fault> {
    let unwritable = || read_only::decisive(trace, |path| owner.read_only(path));
    let Failure { flaw, words, reason } = trace.fatal.clone().or_else(unwritable)?;
    let lacks = if script.misses_file() { Lacks::Script } else { Lacks::Nothing };
    Some(Fault { flaw, reason, words: script.locate(&words), at: Some(words), lacks })
}

/// A request that is never made: there is no address, or no port.
pub(crate) fn http_get(
    owner: Owner<'_>,
    get: &core::HTTPGetAction,
    path: &FieldPath,
    asker: Asker,
) -> Option<Fault> {
    // Fact B15: no host, no Pod address, no request.
    let shares_network = owner.workload.pod_spec().host_network == Some(true);
    if asker == Asker::Hook && shares_network && get.host.as_deref().is_none_or(str::is_empty) {
        return Some(Fault {
            flaw: Flaw::Address,
            reason: "an httpGet hook of a hostNetwork Pod needs `host`, else the request is never made"
                .to_owned(),
            words: owner.key(path),
            at: None,
            lacks: Lacks::Nothing,
        });
    }
    port(owner, &get.port, path)
}

/// A connection that is never made: the kubelet knows no such hook (fact B3), or there is no port.
pub(crate) fn tcp_socket(
    owner: Owner<'_>,
    socket: &core::TCPSocketAction,
    path: &FieldPath,
    asker: Asker,
) -> Option<Fault> {
    match asker {
        Asker::Hook => Some(Fault {
            flaw: Flaw::Handler,
            reason: "the kubelet knows no tcpSocket hook and fails it at once".to_owned(),
            words: owner.key(path),
            at: None,
            lacks: Lacks::Nothing,
        }),
        Asker::Probe => port(owner, &socket.port, path),
    }
}

/// A port by a name that the container does not declare.
fn port(owner: Owner<'_>, port: &IntOrString, path: &FieldPath) -> Option<Fault> {
    let name = undeclared(owner, port)?;
    Some(Fault {
        flaw: Flaw::Port,
        reason: format!("the container declares no port called `{name}`, so nothing is asked"),
        words: owner.at(&path.key("port")),
        at: None,
        lacks: if owner.container.ports().is_empty() { Lacks::Port } else { Lacks::Nothing },
    })
}

/// A name is looked up among the ports of the handler's own container, and leads nowhere when it is not there
/// (fact B14; measured). Nothing is said of a patch, nor where a placeholder may stand for the name.
fn undeclared<'h>(owner: Owner<'_>, port: &'h IntOrString) -> Option<&'h str> {
    let IntOrString::String(name) = port else { return None };
    let ports = owner.container.ports();
    let written = owner.workload.object.at(&owner.container.path.key("ports"));
    let is_literal = written.is_none_or(|list| list.is_collection() && list.items().count() == ports.len())
        && ports.iter().all(|port| port.name.as_deref().is_none_or(is_port_name));
    let is_declared = ports.iter().any(|port| port.name.as_ref() == Some(name));
    let is_known = is_literal && is_port_name(name) && !owner.workload.is_fragment;
    (is_known && !is_declared).then_some(name)
}

/// What the API server takes for the name of a port (fact K7).
fn is_port_name(name: &str) -> bool {
    const LONGEST: usize = 15;
    name.len() <= LONGEST
        && name.bytes().any(|byte| byte.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-')
        && !name.contains("--")
}

impl Owner<'_> {
    /// Why nothing can be written at a path, as a clause; `None` where something can, or nobody knows.
    fn read_only(self, path: &str) -> Option<String> {
        /// What the kubelet and the runtime mount into every container, and the directories in which images
        /// declare no volume: one of those is writable whatever the root filesystem is.
        const WRITABLE: &[&str] =
            &["/dev", "/proc", "/sys", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf"];
        const OF_IMAGE: &[&str] =
            &["/etc", "/run", "/tmp", "/usr/bin", "/usr/local/bin", "/usr/share", "/var/run", "/var/tmp"];
        let spec = &self.container.spec;
        if let Some(mount) = mounted::mount_at(self.container, path) {
            let at = mount.mount_path.as_str();
            let mut volumes = self.workload.pod_spec().volumes.iter().flatten();
            let volume = volumes.find(|volume| volume.name == mount.name);
            // The kubelet mounts what it writes itself read-only, whatever the mount says.
            let is_own = volume.is_some_and(|volume| {
                volume.config_map.is_some()
                    || volume.secret.is_some()
                    || volume.downward_api.is_some()
                    || volume.projected.is_some()
            });
            return match mount.read_only == Some(true) {
                true => Some(format!("volume `{}` is mounted read-only at {at}", mount.name)),
                false if is_own => Some(format!(
                    "volume `{}` at {at} holds what Kubernetes writes, and is read-only",
                    mount.name
                )),
                false => None,
            };
        }
        let is_in = |folder: &&str| {
            path == *folder || path.strip_prefix(*folder).is_some_and(|rest| rest.starts_with('/'))
        };
        let root = spec.security_context.as_ref()?.read_only_root_filesystem?;
        let message = spec.termination_message_path.as_deref() == Some(path);
        let is_root = OF_IMAGE.iter().any(is_in) || path.matches('/').count() == 1;
        (root && is_root && !message && !self.workload.is_fragment && !WRITABLE.iter().any(is_in))
            .then(|| "the container has `readOnlyRootFilesystem: true`, and no volume lies there".to_owned())
    }
}
