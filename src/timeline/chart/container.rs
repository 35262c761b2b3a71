//! How one container stops with its Pod, for a finding about it.

use std::collections::BTreeSet;

use super::{Member, Told};
use crate::finding::words::seconds;
use crate::finding::{Chart, Instant, Interval, Part, Phase, Row, SourceId};
use crate::manifest::{Container, Workload, id};
use crate::set::joins::called;
use crate::set::ways::Arrival;
use crate::timeline::given::Program;
use crate::timeline::shutdown::{Killed, Shutdown, Stop};
use crate::timeline::tell::Teller;
use crate::timeline::tell_stop::Stopping;
use crate::timeline::{Conditions, Hook};

/// A container whose Pod is deleted.
pub(crate) struct Stopped<'a> {
    /// The file of the workload.
    pub source: SourceId,
    /// The workload.
    pub workload: &'a Workload,
    /// The container.
    pub container: &'a Container,
    /// Its preStop hook.
    pub hook: Option<&'a Hook<'a>>,
    /// How it stops; `None` where nothing holds its stop signal back.
    pub stop: Option<&'a Stop>,
    /// The cluster.
    pub conditions: &'a Conditions<'a>,
}

impl Stopped<'_> {
    /// Its rows.
    pub(crate) fn chart(&self) -> Chart {
        Chart::new(self.title(), ZERO.to_owned(), self.rows())
    }

    /// The requests that still come, and its rows; up to twice the time for which they do, where that is shorter
    /// than all of the stop.
    pub(crate) fn chart_with_traffic(&self, arrivals: &[Arrival<'_>]) -> Chart {
        let delay = |arrival: &Arrival<'_>| {
            arrival.way.map(|way| way.seconds.unwrap_or(self.conditions.propagation_delay))
        };
        // Services whose requests come for as long are one row: the container is what matters.
        let mut senders: Vec<(f64, BTreeSet<&str>)> = Vec::new();
        for (arrival, delay) in arrivals.iter().filter_map(|arrival| Some((arrival, delay(arrival)?))) {
            let name = arrival.service.item.object.id.name.as_str();
            match senders.iter_mut().find(|(other, _)| other.total_cmp(&delay).is_eq()) {
                Some((_, names)) => _ = names.insert(name),
                None => senders.push((delay, BTreeSet::from([name]))),
            }
        }
        let row = |(delay, names): &(f64, BTreeSet<&str>)| match (names.first(), names.len()) {
            (Some(name), 1) => requests(name, Part::Service, *delay),
            (_, some) => requests(&format!("{some} Services"), Part::Pod, *delay),
        };
        let mut rows: Vec<Row> = senders.iter().map(row).collect();
        if rows.is_empty() {
            rows.push(requests("traffic", Part::Pod, self.conditions.propagation_delay));
        }
        let ends = rows.iter().flat_map(|row| &row.bars).filter_map(|bar| bar.to.latest);
        let longest = ends.fold(0.0, f64::max);
        rows.extend(self.rows());
        let chart = Chart::new(self.title(), ZERO.to_owned(), rows);
        Chart { end: chart.end.min(2.0 * longest.max(1.0)), ..chart }
    }

    fn title(&self) -> String {
        format!("stop of container `{}` of {}", called(self.container), id::named(&self.workload.object.id))
    }

    fn rows(&self) -> Vec<Row> {
        let of_any = Program::default();
        let hook = self.hook.filter(|hook| !hook.is_dropped);
        let grace = Shutdown::grace_of(self.workload, self.conditions);
        let at_once = || Stop::of(Killed { hook, grace, program: &of_any, alone: None, turn: None });
        let stop = self.stop.cloned().unwrap_or_else(at_once);
        let shutdown = Shutdown { grace, ends: stop.ends, stops: Vec::new() };
        let stopping = Stopping {
            workload: self.workload,
            hooks: &[],
            owns: &[],
            arrivals: &[],
            hands_over: true,
            shutdown: &shutdown,
            conditions: self.conditions,
            alone: None,
        };
        let mut teller = Teller::new(self.source, self.workload);
        stopping.container(&mut teller, self.container, hook, &stop, None);
        let events = teller.finish();
        let member = Member::of(self.container, hook, None);
        let mut rows = Told { events: &events, members: &[], pod: None }.stop(&member, Interval::ZERO);
        if grace.is_none() {
            // Its earliest moment, which is all that is known, would be taken for the moment.
            rows.iter_mut().for_each(|row| row.marks.retain(|mark| mark.what != Instant::Kill));
        }
        rows
    }
}

/// What the second 0 is.
const ZERO: &str = "the Pod is deleted";

/// Requests that come for up to so many seconds.
fn requests(name: &str, of: Part, delay: f64) -> Row {
    let mut row = Row::new(name, of);
    let label = format!("requests for up to {}", seconds(delay));
    row.bar(Phase::Traffic, label, Interval::ZERO, Interval::between(0.0, delay));
    row
}
