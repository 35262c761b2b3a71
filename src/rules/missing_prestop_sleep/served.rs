//! Which containers are asked, and which stand behind sidecars that are.

use crate::finding::Related;
use crate::finding::words::listed;
use crate::manifest::ContainerKind;
use crate::manifest::place::related;
use crate::rules::subject::{ContainerView, Subject, reached_by};
use crate::set::Serving;
use crate::set::handover::Handover;
use crate::set::services::Reach;
use crate::set::ways::{self, Way};
use crate::yaml::path::FieldPath;

/// How many sidecars a finding names.
const MOST_NAMED: usize = 3;

/// A container that may serve, or to which sidecars pass their traffic on.
pub(in crate::rules) struct Served<'v, 'a> {
    /// The container.
    pub(in crate::rules) view: &'v ContainerView<'a>,
    /// The sidecars that serve in front of it, and stop once it has.
    sidecars: Vec<&'v ContainerView<'a>>,
    /// It is such a sidecar itself: its stop signal cannot come too early unless that of an application
    /// container does (facts D5 to D7 and N10).
    pub(in crate::rules) waits: bool,
    /// It is only asked for its metrics.
    pub(in crate::rules) is_scraped: bool,
    /// How sure we are that traffic comes, to itself or through a sidecar.
    pub(in crate::rules) serving: Serving,
    /// What is lost when it stops too early.
    pub(in crate::rules) loss: Loss,
}

/// What is lost when a container stops before its traffic does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum Loss {
    /// Requests that another Pod would have answered.
    Requests,
    /// Readings of metrics, which come again.
    Readings,
    /// Requests that nobody would have answered: the next Pod starts when this one is gone.
    NoneMore,
    /// Nothing, as far as the Services tell, all of which are known.
    Nothing,
}

/// Which traffic is looked at.
#[derive(Clone, Copy, PartialEq)]
pub(in crate::rules) enum Traffic {
    /// What is known.
    Known,
    /// As if a Service that was not read reached every container that it could reach.
    Assumed,
}

/// All containers of the workload.
pub(in crate::rules) fn all<'v, 'a>(subject: &'v Subject<'a>, traffic: Traffic) -> Vec<Served<'v, 'a>> {
    let serving = |view: &ContainerView<'_>| match traffic {
        Traffic::Assumed if subject.may_be_reached(view) => Serving::Certain,
        Traffic::Known | Traffic::Assumed => view.serving,
    };
    let waits = |view: &ContainerView<'_>| {
        view.container.kind == ContainerKind::Sidecar
            && view.stop.as_ref().is_some_and(|stop| stop.turn.is_some())
    };
    let mut sidecars: Vec<&ContainerView<'a>> =
        subject.containers.iter().filter(|view| waits(view) && serving(view) > Serving::None).collect();
    let mut scraped: Vec<&FieldPath> = Vec::new();
    let upstream = match (sidecars.is_empty(), subject.workload) {
        (false, Some(workload)) => {
            let traffic: Vec<Reach<'_>> =
                subject.containers.iter().flat_map(|view| view.reaches.iter().cloned()).collect();
            let (only_scraped, others) = std::mem::take(&mut sidecars)
                .into_iter()
                .partition::<Vec<_>, _>(|sidecar| subject.set.is_scrape_only(sidecar.container, &traffic));
            scraped = only_scraped.iter().map(|sidecar| &sidecar.container.path).collect();
            sidecars = others;
            subject.set.behind_sidecars(workload, &traffic)
        }
        _ => None,
    };
    let hands_over = || match subject.workload {
        Some(workload) => !matches!(subject.set.handover(workload, &subject.traffic()), Handover::None),
        None => true,
    };
    let hands_over = hands_over();
    let listens = upstream.is_some_and(|upstream| upstream.listens);
    // Without a sign that the container listens, the sidecar has to be reached for sure, and one that may
    // wait for long enough by itself may well serve alone.
    sidecars.retain(|sidecar| {
        listens || (serving(sidecar) == Serving::Certain && !super::may_wait(subject, sidecar))
    });
    let views = subject.containers.iter().map(|view| {
        let is_behind = upstream.is_some_and(|upstream| upstream.container.path == view.container.path);
        let sidecars = if is_behind { sidecars.clone() } else { Vec::new() };
        let is_scraped = scraped.contains(&&view.container.path);
        let serving = sidecars.iter().map(|sidecar| serving(sidecar)).fold(serving(view), Serving::max);
        let is_read = sidecars.is_empty() && view.serving > Serving::None && subject.is_scraped(view);
        let loss = match (is_read, hands_over) {
            (true, _) => Loss::Readings,
            (false, true) if subject.knows_services && serving < Serving::Certain => Loss::Nothing,
            (false, true) => Loss::Requests,
            (false, false) => Loss::NoneMore,
        };
        Served { view, sidecars, waits: waits(view), is_scraped, serving, loss }
    });
    views.collect()
}

impl<'v, 'a> Served<'v, 'a> {
    /// The Services that send it traffic, to itself or through a sidecar.
    pub(in crate::rules) fn reaches(&self) -> impl Iterator<Item = &'v Reach<'a>> {
        std::iter::once(self.view).chain(self.sidecars.iter().copied()).flat_map(|view| &view.reaches)
    }

    /// For how long traffic still comes in once the Pod is deleted, in seconds, and by what, where a load balancer is
    /// slower than the cluster.
    pub(in crate::rules) fn needs(&self, subject: &Subject<'_>) -> (f64, Option<&'static Way>) {
        let delay = subject.settings.propagation_delay();
        let reaches: Vec<Reach<'_>> = self.reaches().cloned().collect();
        let slowest = ways::slowest(&subject.set.arrivals(&reaches)).map(|(way, longest, _)| (way, longest));
        match slowest.filter(|(way, longest)| way.is_balancer() && *longest > delay) {
            Some((way, longest)) => (longest, Some(way)),
            None => (delay, None),
        }
    }

    /// The same as related places.
    pub(in crate::rules) fn reached_by(&self) -> Vec<Related> {
        let in_front = self.sidecars.iter().take(MOST_NAMED).flat_map(|sidecar| {
            sidecar.reaches.iter().map(|reach| {
                let service = reach.service;
                let (name, to) = (&service.item.object.id.name, sidecar.container.name());
                let sends = if reach.through.is_empty() { "may send" } else { "sends" };
                let message = format!("Service `{name}` {sends} traffic to sidecar `{to}`");
                related(service.source, &service.item.object, &reach.port, message)
            })
        });
        reached_by(&self.view.reaches).into_iter().chain(in_front).collect()
    }

    /// `sidecar `a``, `sidecars `a` and `b``; `None` without any.
    pub(in crate::rules) fn sidecars(&self) -> Option<String> {
        named(&self.sidecars.iter().collect::<Vec<_>>())
    }

    /// ` through sidecar `a``; empty where the traffic comes to itself.
    pub(in crate::rules) fn through(&self) -> String {
        if self.view.reaches.iter().any(|reach| !reach.through.is_empty()) {
            return String::new();
        }
        let reached: Vec<_> = self.sidecars.iter().filter(|sidecar| !sidecar.reaches.is_empty()).collect();
        let through = match (reached.is_empty(), self.view.serving) {
            (false, _) => named(&reached),
            (true, Serving::None) => self.sidecars(),
            (true, _) => None,
        };
        through.map(|sidecars| format!(" through {sidecars}")).unwrap_or_default()
    }
}

fn named(sidecars: &[&&ContainerView<'_>]) -> Option<String> {
    let more = sidecars.len().saturating_sub(MOST_NAMED);
    let names = sidecars.iter().take(MOST_NAMED).map(|sidecar| format!("`{}`", sidecar.container.name()));
    let noun = if sidecars.len() == 1 { "sidecar" } else { "sidecars" };
    Some(format!("{noun} {}", listed(names.chain((more > 0).then(|| format!("{more} more"))))?))
}
