//! What the manifests do not say about a run of a Pod.

use std::collections::BTreeMap;

/// What is given beside the manifests: who deletes the Pod and when, what its programs do, which feature
/// gates the cluster has set. Without it the Pod is deleted once it is Ready, with its own grace period,
/// and of its programs nothing is known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Given {
    /// The grace period of the delete request, in seconds (`kubectl delete --grace-period`); `None` is the
    /// Pod's own.
    pub delete_grace: Option<i64>,
    /// When the Pod is deleted.
    pub deleted: Deletion,
    /// Feature gates that the cluster sets otherwise than its version does, by name.
    pub gates: BTreeMap<String, bool>,
    /// What the programs of containers do, by the container's name.
    pub programs: BTreeMap<String, Program>,
}

impl Given {
    /// Nothing is given.
    pub(crate) const NOTHING: &'static Self = &Self {
        delete_grace: None,
        deleted: Deletion::OnceReady,
        gates: BTreeMap::new(),
        programs: BTreeMap::new(),
    };
}

/// When a Pod is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Deletion {
    /// Once it is Ready, and nothing of its start is left to be done: the kubelet works on what a startup or
    /// readiness probe has changed for up to 3.5 s.
    #[default]
    OnceReady,
    /// So many seconds after its first container was started.
    After(f64),
    /// Nobody knows: a postStart hook that is still running may hold the deletion up for all of its time.
    AtAnyTime,
}

/// What the program of a container does.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Program {
    /// On the stop signal.
    pub on_signal: OnSignal,
    /// Further signals that it takes for the stop signal, such as `USR1`.
    pub also_on: Vec<String>,
    /// How long it runs by itself, in seconds since it was started: infinite for a server. `None` where
    /// nobody knows; the program of an application container or a sidecar then runs on.
    pub runs: Option<f64>,
    /// How it answers a request of the kubelet on a port.
    pub answers: Answers,
}

/// What a program does when the stop signal comes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum OnSignal {
    /// Nobody knows: it ends at once, or later, or not at all.
    #[default]
    Unknown,
    /// It ends after so many seconds.
    EndsAfter(f64),
    /// It goes on.
    Ignores,
}

/// How a program answers a request.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Answers {
    /// Nobody knows.
    #[default]
    Unknown,
    /// It does not listen, so the request is refused.
    Refuses,
    /// After so many seconds.
    After(f64),
}
