//! The rows of a Pod that starts.

use super::{Member, NEVER, Told};
use crate::finding::{Instant, Interval, Part, Phase, Row};
use crate::timeline::event::What;
use crate::timeline::probes::ProbeKind;

impl Told<'_> {
    /// The containers in the order in which they are started, and the Pod.
    pub(super) fn starting(self) -> Vec<Row> {
        let ordered = |part: fn(Part) -> bool| {
            self.members.iter().filter(move |one| part(one.part)).filter_map(|one| self.start(one))
        };
        let mut rows: Vec<Row> = ordered(|part| part != Part::Container).collect();
        rows.extend(ordered(|part| part == Part::Container));
        if rows.is_empty() {
            return rows;
        }
        let begins = self.events().map(|event| event.when).reduce(Interval::first).unwrap_or(Interval::ZERO);
        let ready = self.first(None, |what| *what == What::Ready).map_or(NEVER, |event| event.when);
        let mut pod = self.pod();
        let unready = self.first(None, |what| *what == What::Unready).map(|event| event.when);
        let bounded =
            Interval { latest: ready.latest.or(unready.and_then(|unready| unready.latest)), ..ready };
        pod.bar(Phase::Pod, "not Ready", begins, bounded);
        if !ready.is_never() {
            pod.bar(Phase::Runs, "Ready", ready, unready.unwrap_or(NEVER));
            pod.mark(Instant::Ready, "Ready", ready, unready.is_none() || ready.latest.is_some());
        }
        let available = self.first(None, |what| *what == What::Available).map(|event| event.when);
        if let Some(available) = available.filter(|available| *available != ready) {
            pod.mark(Instant::Ready, "Available", available, true);
        }
        if let Some(unready) = unready {
            pod.bar(Phase::Pod, "not Ready", unready, NEVER);
            pod.mark(Instant::Ends, "no longer Ready", unready, true);
        }
        rows.push(pod);
        rows
    }

    fn start(self, member: &Member) -> Option<Row> {
        let name = Some(member.name.as_str());
        let starts = self.first(name, |what| *what == What::Starts)?;
        let mut row = Row::new(self.name(&member.name), member.part);
        let over = self
            .first(name, |what| matches!(what, What::Completes | What::Ends | What::FailsToStart))
            .map_or(NEVER, |event| event.when);
        row.bar(Phase::Runs, "", starts.when, over);
        let begins = self.first(name, |what| *what == What::PostStartBegins);
        let ends = self.first(name, |what| *what == What::PostStartEnds).map_or(NEVER, |event| event.when);
        if let (Some(begins), Some(hook)) = (begins, &member.post_start) {
            row.bar(Phase::PostStart, format!("postStart: {}", hook.label), begins.when, ends);
        }
        for event in self.events().filter(|event| event.container.as_deref() == name) {
            let (what, label) = match event.what {
                What::Starts => (Instant::Begins, "starts"),
                What::Completes => (Instant::Ends, "done"),
                What::Ends => (Instant::Ends, "ends by itself"),
                What::FailsToStart => (Instant::Kill, "postStart failed: stopped"),
                What::Restarts => (Instant::Begins, "starts anew"),
                What::HoldsUp => (Instant::Deadline, "nothing behind it starts"),
                What::ProbeAsked(ProbeKind::Startup) => (Instant::Probe, "startup probe"),
                What::ProbeAsked(ProbeKind::Readiness) => (Instant::Probe, "readiness probe"),
                What::ProbeStops(ProbeKind::Startup) => (Instant::Deadline, "startup probe gives up"),
                What::ProbeStops(ProbeKind::Liveness) => (Instant::Deadline, "liveness probe can stop it"),
                _ => continue,
            };
            row.mark(what, label, event.when, event.surely);
        }
        Some(row)
    }
}
