//! When things happen as a Pod starts, stops and is replaced.
//!
//! Everything is computed from the manifests and from how the kubelet of a version works; what neither
//! says, [`Given`] can. Each instant is an [`Interval`] of seconds: as narrow as what is known allows, and
//! held to what real kubelets did in `testdata/_kubelet/`.
//!
//! ```
//! use kubectl_lifecycle::lint::{Input, Options, timelines};
//! use kubectl_lifecycle::timeline::{Given, What};
//!
//! // A preStop of 45 s in a grace period of 30 s.
//! let options = Options::of([Input::path("k8s/02-prestop-hook.yaml")]);
//! let run = timelines(&options, &Given::default());
//! let orders = run.timelines.iter().find(|one| one.object.name == "orders").expect("it is there");
//!
//! let signal = orders.stopping(Some("export"), |what| matches!(what, What::StopSignal { .. }));
//! assert_eq!(signal.expect("the hook is cut").when.earliest, 30.0);
//! let over = orders.stopping(Some("export"), |what| *what == What::PreStopEnds { cut: true });
//! let words = &over.expect("it takes 45 s").because[0];
//! assert_eq!(run.source(words.source).expect("the file").slice(words.span), "45");
//! let kill = orders.stopping(Some("export"), |what| *what == What::Kill).expect("2 s are left");
//! assert_eq!(kill.when.words(), "32 s");
//!
//! // The same if somebody deletes it with `--grace-period=5`.
//! let given = Given { delete_grace: Some(5), ..Given::default() };
//! let sooner = timelines(&options, &given);
//! # let orders = sooner.timelines.iter().find(|one| one.object.name == "orders").expect("it is there");
//! # let kill = orders.stopping(Some("export"), |what| *what == What::Kill).expect("2 s are left");
//! # assert_eq!(kill.when.words(), "7 s");
//! ```
//!
//! A [`Story`] of a timeline can be drawn: its [`Chart`](crate::finding::Chart) holds rows of bars and marks.
//!
//! ```
//! use kubectl_lifecycle::finding::{Instant, Phase};
//! use kubectl_lifecycle::lint::{Input, Options, timelines};
//! use kubectl_lifecycle::timeline::{Given, Story};
//!
//! let options = Options::of([Input::path("k8s/02-prestop-hook.yaml")]);
//! let run = timelines(&options, &Given::default());
//! let orders = run.timelines.iter().find(|one| one.object.name == "orders").expect("it is there");
//!
//! let chart = orders.chart(Story::Stop).expect("it has containers");
//! assert_eq!((chart.zero.as_str(), chart.end), ("the Pod is deleted", 50.0));
//! let export = chart.rows.iter().find(|row| row.name == "export").expect("each container has a row");
//! let hook = export.bars.iter().find(|bar| bar.what == Phase::PreStop).expect("it has a preStop");
//! assert_eq!((hook.label.as_str(), hook.certain()), ("preStop: sleep 45", Some((0.0, 30.0))));
//! let kill = export.marks.iter().find(|mark| mark.what == Instant::Kill).expect("2 s are left");
//! assert_eq!(kill.at.words(), "32 s");
//!
//! assert_eq!(orders.chart(Story::Liveness), None);
//! assert_eq!(orders.untold(Story::Liveness), Some("none of its containers has a liveness probe"));
//! ```

mod chart;
mod conditions;
mod drain;
mod event;
pub(crate) mod fault;
mod given;
mod grace;
mod hook;
mod probes;
mod program;
mod rollout;
mod script;
mod shutdown;
mod startup;
mod story;
mod tell;
mod tell_alone;
mod tell_start;
mod tell_stop;

pub use crate::finding::Interval;
pub use event::{Event, What, Whose};
pub use given::{Answers, Deletion, Given, OnSignal, Program};
pub use probes::ProbeKind;
pub use rollout::{Manner, Rollout};
pub use story::Story;

pub(crate) use chart::Stopped;
pub(crate) use conditions::Conditions;
pub(crate) use fault::Fault;
pub(crate) use grace::Grace;
pub(crate) use hook::{Handler, Hook, HookKind, Owner};
pub(crate) use probes::Numbers;
pub(crate) use script::{
    HookScript, always_fails, command_or_args, ends_by_itself, only_waits, own_args, own_command, unread,
};
pub(crate) use shutdown::{Fit, Shutdown, Stop};
pub(crate) use startup::Startup;

use crate::finding::{ObjectRef, SourceId};
use crate::manifest::Workload;
use crate::manifest::kinds::Nature;
use crate::manifest::place::Place;
use crate::set::Set;
use crate::set::handover::Handover;
use crate::set::selector::Labels;
use crate::yaml::path::FieldPath;
use chart::Member;
use program::Own;
use rollout::Pace;
use tell::Teller;
use tell_stop::Stopping;

/// What happens to the Pods of a workload.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Timeline {
    /// The workload.
    pub object: ObjectRef,
    /// The file it was read from.
    pub source: SourceId,
    /// How a Pod starts, in seconds since its first container was started; in the order of time.
    pub startup: Vec<Event>,
    /// How it stops, in seconds since it was deleted; in the order of time.
    pub shutdown: Vec<Event>,
    /// How it is evicted by a drain of its node, in seconds since the eviction is granted, or refused; in the
    /// order of time. Nothing where a drain leaves it alone.
    pub drain: Vec<Event>,
    /// How each container with a liveness probe is stopped by it, in seconds since the probe has failed for good;
    /// in the order of time.
    pub liveness: Vec<Event>,
    /// How its Pods are replaced; `None` for a kind that does not do that.
    pub rollout: Option<Rollout>,
    /// Its containers, for drawings.
    members: Vec<Member>,
}

impl Timeline {
    /// Computes the timeline of a workload; `None` for a patch, which is no Pod, and where the platform
    /// itself starts and stops the Pods. `copies` are the labels of Pods that were made of it.
    pub(crate) fn of(
        set: &Set,
        source: SourceId,
        workload: &Workload,
        copies: &[Labels],
        conditions: &Conditions<'_>,
    ) -> Option<Self> {
        if Self::lacking(workload).is_some() {
            return None;
        }
        let hooks = pre_stops(set, source, workload, conditions);
        let containers = workload.containers.iter();
        let owns: Vec<Own> =
            containers.map(|container| program::own(set, workload, container, conditions)).collect();
        let programs: Vec<&Program> = owns.iter().map(|own| &own.program).collect();
        let startup = Startup::of(set, source, workload, &hooks, &programs, conditions);
        let deleted = startup.at_deletion(workload, conditions);
        let shutdown = Shutdown::of(workload, &hooks, &programs, conditions, &deleted);
        let reaches = set.reaches(workload, copies);
        let arrivals = set.arrivals(&reaches);
        let Startup { ready, available, .. } = startup;
        let pace = Pace { ends: shutdown.ends, ready, available, next: available };
        let traffic = set.traffic(workload, copies);
        let hands_over = matches!(
            set.handover(workload, &traffic),
            Handover::Replicas | Handover::Surge | Handover::Peer { .. }
        );
        let teller = || Teller::new(source, workload);
        let stopping = Stopping {
            workload,
            hooks: &hooks,
            owns: &owns,
            arrivals: &arrivals,
            hands_over,
            shutdown: &shutdown,
            conditions,
            alone: None,
        };
        let shutdown = stopping.tell(teller());
        let containers = workload.containers.iter().zip(hooks.iter().zip(&startup.starts));
        let members =
            containers.map(|(one, (hook, start))| Member::of(one, hook.as_ref(), start.as_ref())).collect();
        Some(Self {
            object: (*workload.object.id).clone(),
            source,
            startup: tell_start::tell(&startup, teller()),
            drain: story::drained(drain::tell(set, workload), &shutdown),
            liveness: tell_alone::tell(&stopping, &startup, teller()),
            shutdown,
            members,
            rollout: Rollout::of(set, workload, pace, conditions).map(|rollout| {
                let fields = Rollout::fields(workload).iter().map(|field| FieldPath::of(field));
                Rollout { because: fields.map(|field| teller().field(&field)).collect(), ..rollout }
            }),
        })
    }

    /// Why a workload has no timeline; `None` where it has one.
    pub(crate) fn lacking(workload: &Workload) -> Option<&'static str> {
        match workload.kind.nature {
            _ if workload.is_fragment => Some("a patch, or a part of a whole, is no Pod"),
            Nature::Managed => Some("its platform starts and stops the Pods in a way of its own"),
            _ => None,
        }
    }

    /// The places that the events and the rollout name.
    pub(crate) fn places(&mut self) -> impl Iterator<Item = &mut Place> {
        let stories = [&mut self.startup, &mut self.shutdown, &mut self.drain, &mut self.liveness];
        let events = stories.into_iter().flatten().flat_map(|event| &mut event.because);
        events.chain(self.rollout.iter_mut().flat_map(|rollout| &mut rollout.because))
    }

    /// The first event of a kind as the Pod stops, of a container or, without one, of any.
    pub fn stopping(&self, container: Option<&str>, is: impl Fn(&What) -> bool) -> Option<&Event> {
        first(&self.shutdown, container, is)
    }

    /// The first event of a kind as the Pod starts, of a container or, without one, of any.
    pub fn starting(&self, container: Option<&str>, is: impl Fn(&What) -> bool) -> Option<&Event> {
        first(&self.startup, container, is)
    }
}

fn first<'e>(events: &'e [Event], container: Option<&str>, is: impl Fn(&What) -> bool) -> Option<&'e Event> {
    let is_of = |event: &&Event| container.is_none_or(|name| event.container.as_deref() == Some(name));
    events.iter().filter(is_of).find(|event| is(&event.what))
}

/// How the Pods of a workload start.
pub(crate) fn startup<'a>(
    set: &'a Set,
    source: SourceId,
    workload: &'a Workload,
    conditions: &Conditions<'_>,
) -> Startup<'a> {
    let hooks = pre_stops(set, source, workload, conditions);
    let containers = workload.containers.iter();
    let owns: Vec<Own> =
        containers.map(|container| program::own(set, workload, container, conditions)).collect();
    let programs: Vec<&Program> = owns.iter().map(|own| &own.program).collect();
    Startup::of(set, source, workload, &hooks, &programs, conditions)
}

/// The preStop hooks of a workload's containers, in their order.
pub(crate) fn pre_stops<'a>(
    set: &'a Set,
    source: SourceId,
    workload: &'a Workload,
    conditions: &Conditions<'_>,
) -> Vec<Option<Hook<'a>>> {
    let of = |container| Hook::of(Owner { set, source, workload, container }, HookKind::PreStop, conditions);
    workload.containers.iter().map(of).collect()
}
