//! What happens, when, and why then.

use strum::{IntoStaticStr, VariantNames};

use super::probes::ProbeKind;
use crate::finding::Interval;
use crate::manifest::place::Place;

/// Something that happens to a Pod or to one of its containers.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// What.
    pub what: What,
    /// To which container, by its name; `None` where it happens to the Pod.
    pub container: Option<String>,
    /// In which of two Pods, where one replaces the other.
    pub pod: Option<Whose>,
    /// When: since the first container was started, the Pod was deleted, or what else its story begins with.
    pub when: Interval,
    /// It happens at each run. Else only where nothing that comes before it makes it needless, as a kill
    /// comes only to a program that still runs, or where something else lets it: a probe that passes.
    pub surely: bool,
    /// Why then, as a clause.
    pub reason: String,
    /// The fields and words that decide, in the order in which the reason names them.
    pub because: Vec<Place>,
}

/// One of two Pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The Pod that is replaced.
    Old,
    /// The Pod that replaces it.
    New,
}

impl Whose {
    /// The word in front of "Pod".
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::New => "new",
        }
    }
}

/// What happens.
#[derive(Debug, Clone, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "camelCase")]
#[non_exhaustive]
pub enum What {
    /// The program of a container is started.
    Starts,
    /// An init container has done its work.
    Completes,
    /// Nothing that stands behind a container is ever started.
    HoldsUp,
    /// The postStart hook begins, beside the program.
    PostStartBegins,
    /// The postStart hook is over.
    PostStartEnds,
    /// A container whose postStart has failed has been stopped again.
    FailsToStart,
    /// The container is started anew.
    Restarts,
    /// A probe is asked for the first time.
    ProbeAsked(ProbeKind),
    /// A probe can have succeeded often enough.
    ProbePasses(ProbeKind),
    /// A probe can have failed often enough to have the container stopped: preStop, stop signal, kill.
    ProbeStops(ProbeKind),
    /// What such a probe has stopped is killed.
    KilledByProbe(ProbeKind),
    /// The Pod is Ready.
    Ready,
    /// The Pod is no longer Ready: a program has ended by itself.
    Unready,
    /// The Pod is Available: it counts for a rollout.
    Available,
    /// A drain may evict the Pod, which deletes it.
    EvictionGranted,
    /// A drain may not evict the Pod, however often it asks.
    EvictionRefused {
        /// The PodDisruptionBudget that refuses it; empty where there are several.
        budget: String,
    },
    /// A probe has failed often enough to have the container stopped.
    ProbeFails(ProbeKind),
    /// The Pod is deleted.
    Deleted,
    /// The endpoint of the Pod is no longer ready: whoever reads it is told.
    NotReady {
        /// The Service.
        service: String,
    },
    /// A way on which traffic comes brings no more.
    TrafficEnds {
        /// The Service.
        service: String,
        /// What brings it.
        way: &'static str,
    },
    /// The preStop hook begins.
    PreStopBegins,
    /// The preStop hook is over, or nobody waits for it any longer.
    PreStopEnds {
        /// The grace period cuts it: it goes on until its container ends (fact A11).
        cut: bool,
    },
    /// The preStop hook itself tells the program to stop.
    ToldByHook,
    /// The stop signal comes.
    StopSignal {
        /// The signal that the container asks for; else that of the image, or SIGTERM.
        named: Option<String>,
    },
    /// The container is killed.
    Kill,
    /// The program has ended.
    Ends,
    /// Everything of the Pod has ended.
    PodEnds,
}

impl Event {
    /// When, what and why, in one sentence without a final period, such as "5 s: the stop signal comes to
    /// web: its preStop is over".
    pub fn sentence(&self) -> String {
        let what = self.what.words(self.container.as_deref().unwrap_or_default());
        let condition = if self.surely { "" } else { self.what.condition() };
        let reason = if self.reason.is_empty() { String::new() } else { format!(": {}", self.reason) };
        let pod = self.pod.map(|pod| format!("{} Pod: ", pod.as_str())).unwrap_or_default();
        format!("{}: {pod}{what}{condition}{reason}", self.when.words())
    }
}

impl What {
    fn words(&self, container: &str) -> String {
        match self {
            Self::Starts => format!("`{container}` starts"),
            Self::Completes => format!("init container `{container}` ends"),
            Self::HoldsUp => format!("nothing is started behind `{container}`"),
            Self::PostStartBegins => format!("postStart of `{container}` begins"),
            Self::PostStartEnds => format!("postStart of `{container}` is over"),
            Self::FailsToStart => format!("`{container}` is stopped again"),
            Self::Restarts => format!("`{container}` starts anew"),
            Self::ProbeAsked(kind) => format!("the {} probe of `{container}` is first asked", kind.as_str()),
            Self::ProbePasses(kind) => {
                format!("the {} probe of `{container}` can have passed", kind.as_str())
            }
            Self::ProbeStops(kind) => {
                format!("the {} probe can have `{container}` stopped", kind.as_str())
            }
            Self::Ready => "the Pod is Ready".to_owned(),
            Self::Unready => "the Pod is no longer Ready".to_owned(),
            Self::Available => "the Pod is Available".to_owned(),
            Self::EvictionGranted => "the eviction is granted".to_owned(),
            Self::EvictionRefused { budget } if budget.is_empty() => "the eviction is refused".to_owned(),
            Self::EvictionRefused { budget } => {
                format!("PodDisruptionBudget `{budget}` refuses the eviction")
            }
            Self::ProbeFails(kind) => format!("the {} probe of `{container}` has failed", kind.as_str()),
            Self::Deleted => "the Pod is deleted".to_owned(),
            Self::NotReady { service } => format!("the endpoint for Service `{service}` is no longer ready"),
            Self::KilledByProbe(_) => format!("`{container}` is killed"),
            Self::TrafficEnds { service, way } => {
                format!("{way} brings no more requests for Service `{service}`")
            }
            Self::PreStopBegins => format!("preStop of `{container}` begins"),
            Self::PreStopEnds { cut: false } => format!("preStop of `{container}` is over"),
            Self::PreStopEnds { cut: true } => format!("preStop of `{container}` is cut"),
            Self::ToldByHook => format!("preStop tells the program of `{container}` to stop"),
            Self::StopSignal { named: Some(name) } => format!("{name} comes to `{container}`"),
            Self::StopSignal { named: None } => format!("the stop signal comes to `{container}`"),
            Self::Kill => format!("`{container}` is killed"),
            Self::Ends => format!("`{container}` has ended"),
            Self::PodEnds => "the Pod has ended".to_owned(),
        }
    }

    /// On what it depends where it is not sure.
    fn condition(&self) -> &'static str {
        match self {
            Self::StopSignal { .. } | Self::Kill | Self::KilledByProbe(_) => ", if it still runs",
            Self::TrafficEnds { .. } => ", where another endpoint is ready",
            Self::ProbeStops(_) => ", if it fails",
            Self::ToldByHook => ", in some runs",
            _ => "",
        }
    }
}
