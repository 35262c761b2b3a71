//! Containers of a pod template, whatever list they stand in.

use k8s_openapi::api::core::v1 as core;

use crate::yaml::path::FieldPath;

/// The kinds of container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ContainerKind {
    /// An application container.
    Container,
    /// An init container that runs to completion before the application starts.
    Init,
    /// An init container with `restartPolicy: Always`: it runs beside the application.
    Sidecar,
    /// An ephemeral container, put in for debugging.
    Ephemeral,
}

impl ContainerKind {
    /// It runs as long as the Pod does and may have hooks and probes (fact B31).
    pub(crate) fn is_long_running(self) -> bool {
        matches!(self, Self::Container | Self::Sidecar)
    }

    /// The words for it in a sentence.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Init => "init container",
            Self::Sidecar => "sidecar",
            Self::Ephemeral => "ephemeral container",
        }
    }
}

/// One container, as it is written.
#[derive(Debug, Clone)]
pub(crate) struct Container {
    /// Which list it stands in, and what that makes it.
    pub kind: ContainerKind,
    /// From the object's root, such as `spec.template.spec.containers[0]`.
    pub path: FieldPath,
    /// All that it says. Of an ephemeral one all but `targetContainerName`, which no other kind has.
    pub spec: core::Container,
}

impl Container {
    /// Empty when it has none.
    pub(crate) fn name(&self) -> &str {
        &self.spec.name
    }

    /// Declared ports, in the order written.
    pub(crate) fn ports(&self) -> &[core::ContainerPort] {
        self.spec.ports.as_deref().unwrap_or_default()
    }

    /// Its own variables, in the order written; those of `envFrom` are not among them.
    pub(crate) fn env(&self) -> &[core::EnvVar] {
        self.spec.env.as_deref().unwrap_or_default()
    }

    /// Where volumes lie in it, in the order written.
    pub(crate) fn volume_mounts(&self) -> &[core::VolumeMount] {
        self.spec.volume_mounts.as_deref().unwrap_or_default()
    }

    /// The readiness probe asks over the network, which is a sign that the container serves. One that asks the
    /// node itself shows only that something listens there.
    pub(crate) fn has_network_readiness_probe(&self) -> bool {
        let is_loopback = |host: Option<&str>| matches!(host, Some("localhost" | "127.0.0.1" | "::1"));
        self.spec.readiness_probe.as_ref().is_some_and(|probe| {
            probe.http_get.as_ref().is_some_and(|get| !is_loopback(get.host.as_deref()))
                || probe.tcp_socket.as_ref().is_some_and(|socket| !is_loopback(socket.host.as_deref()))
                || probe.grpc.is_some()
        })
    }

    /// The `preStop` handler.
    pub(crate) fn pre_stop(&self) -> Option<&core::LifecycleHandler> {
        self.spec.lifecycle.as_ref()?.pre_stop.as_ref()
    }

    /// The `postStart` handler.
    pub(crate) fn post_start(&self) -> Option<&core::LifecycleHandler> {
        self.spec.lifecycle.as_ref()?.post_start.as_ref()
    }

    /// Path of the `preStop` handler.
    pub(crate) fn pre_stop_path(&self) -> FieldPath {
        self.path.dotted("lifecycle.preStop")
    }

    /// Path of the `postStart` handler.
    pub(crate) fn post_start_path(&self) -> FieldPath {
        self.path.dotted("lifecycle.postStart")
    }
}

/// Takes the containers out of a pod spec: application containers first, then init containers
/// (sidecars among them), then ephemeral ones, each in the order written.
pub(super) fn take(spec: &mut core::PodSpec, path: &FieldPath) -> Vec<Container> {
    let containers = std::mem::take(&mut spec.containers);
    let init = spec.init_containers.take().unwrap_or_default();
    let ephemeral = spec.ephemeral_containers.take().unwrap_or_default();
    let at = |list: &'static str, index: usize| path.key(list).index(index);
    let mut all = Vec::with_capacity(containers.len() + init.len() + ephemeral.len());
    for (index, container) in containers.into_iter().enumerate() {
        all.push(Container {
            kind: ContainerKind::Container,
            path: at("containers", index),
            spec: container,
        });
    }
    for (index, container) in init.into_iter().enumerate() {
        let kind = match container.restart_policy.as_deref() {
            Some("Always") => ContainerKind::Sidecar,
            _ => ContainerKind::Init,
        };
        all.push(Container { kind, path: at("initContainers", index), spec: container });
    }
    for (index, container) in ephemeral.into_iter().enumerate() {
        all.push(Container {
            kind: ContainerKind::Ephemeral,
            path: at("ephemeralContainers", index),
            spec: common(container),
        });
    }
    all
}

/// An ephemeral container has the fields of any other (the API server refuses many of them, facts K15
/// and K16), and one of its own, which no lifecycle depends on.
fn common(container: core::EphemeralContainer) -> core::Container {
    let core::EphemeralContainer {
        args,
        command,
        env,
        env_from,
        image,
        image_pull_policy,
        lifecycle,
        liveness_probe,
        name,
        ports,
        readiness_probe,
        resize_policy,
        resources,
        restart_policy,
        restart_policy_rules,
        security_context,
        startup_probe,
        stdin,
        stdin_once,
        target_container_name: _,
        termination_message_path,
        termination_message_policy,
        tty,
        volume_devices,
        volume_mounts,
        working_dir,
    } = container;
    core::Container {
        args,
        command,
        env,
        env_from,
        image,
        image_pull_policy,
        lifecycle,
        liveness_probe,
        name,
        ports,
        readiness_probe,
        resize_policy,
        resources,
        restart_policy,
        restart_policy_rules,
        security_context,
        startup_probe,
        stdin,
        stdin_once,
        termination_message_path,
        termination_message_policy,
        tty,
        volume_devices,
        volume_mounts,
        working_dir,
    }
}
