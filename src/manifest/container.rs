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

/// One container with the fields that matter to its lifecycle.
#[derive(Debug, Clone)]
pub(crate) struct Container {
    /// Which list it stands in, and what that makes it.
    pub kind: ContainerKind,
    /// From the object's root, such as `spec.template.spec.containers[0]`.
    pub path: FieldPath,
    /// Empty when it has none.
    pub name: String,
    /// As written.
    pub image: Option<String>,
    /// As written.
    pub image_pull_policy: Option<String>,
    /// Hooks and stop signal.
    pub lifecycle: Option<core::Lifecycle>,
    /// The three probes.
    pub readiness_probe: Option<core::Probe>,
    /// The three probes.
    pub liveness_probe: Option<core::Probe>,
    /// The three probes.
    pub startup_probe: Option<core::Probe>,
    /// Declared ports.
    pub ports: Vec<core::ContainerPort>,
    /// Environment.
    pub env: Vec<core::EnvVar>,
    /// Mounts.
    pub volume_mounts: Vec<core::VolumeMount>,
    /// The container's own restart policy.
    pub restart_policy: Option<String>,
    /// It has restart rules.
    pub has_restart_rules: bool,
    /// Resources are set, which an ephemeral container may not.
    pub has_resources: bool,
    /// Working directory.
    pub working_dir: Option<String>,
}

impl Container {
    fn new(kind: ContainerKind, path: FieldPath, container: core::Container) -> Self {
        Self {
            kind,
            path,
            name: container.name,
            image: container.image,
            image_pull_policy: container.image_pull_policy,
            lifecycle: container.lifecycle,
            readiness_probe: container.readiness_probe,
            liveness_probe: container.liveness_probe,
            startup_probe: container.startup_probe,
            ports: container.ports.unwrap_or_default(),
            env: container.env.unwrap_or_default(),
            volume_mounts: container.volume_mounts.unwrap_or_default(),
            restart_policy: container.restart_policy,
            has_restart_rules: container.restart_policy_rules.is_some_and(|rules| !rules.is_empty()),
            has_resources: container.resources.is_some_and(|resources| resources != Default::default()),
            working_dir: container.working_dir,
        }
    }

    fn ephemeral(path: FieldPath, container: core::EphemeralContainer) -> Self {
        Self {
            kind: ContainerKind::Ephemeral,
            path,
            name: container.name,
            image: container.image,
            image_pull_policy: container.image_pull_policy,
            lifecycle: container.lifecycle,
            readiness_probe: container.readiness_probe,
            liveness_probe: container.liveness_probe,
            startup_probe: container.startup_probe,
            ports: container.ports.unwrap_or_default(),
            env: container.env.unwrap_or_default(),
            volume_mounts: container.volume_mounts.unwrap_or_default(),
            restart_policy: container.restart_policy,
            has_restart_rules: container.restart_policy_rules.is_some_and(|rules| !rules.is_empty()),
            has_resources: container.resources.is_some_and(|resources| resources != Default::default()),
            working_dir: container.working_dir,
        }
    }

    /// The readiness probe asks over the network, which is a sign that the container serves.
    pub(crate) fn has_network_readiness_probe(&self) -> bool {
        self.readiness_probe.as_ref().is_some_and(|probe| {
            probe.http_get.is_some() || probe.tcp_socket.is_some() || probe.grpc.is_some()
        })
    }

    /// The `preStop` handler.
    pub(crate) fn pre_stop(&self) -> Option<&core::LifecycleHandler> {
        self.lifecycle.as_ref()?.pre_stop.as_ref()
    }

    /// The `postStart` handler.
    pub(crate) fn post_start(&self) -> Option<&core::LifecycleHandler> {
        self.lifecycle.as_ref()?.post_start.as_ref()
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
        all.push(Container::new(ContainerKind::Container, at("containers", index), container));
    }
    for (index, container) in init.into_iter().enumerate() {
        let kind = match container.restart_policy.as_deref() {
            Some("Always") => ContainerKind::Sidecar,
            _ => ContainerKind::Init,
        };
        all.push(Container::new(kind, at("initContainers", index), container));
    }
    for (index, container) in ephemeral.into_iter().enumerate() {
        all.push(Container::ephemeral(at("ephemeralContainers", index), container));
    }
    all
}
