//! The rows of a Pod that stops, and of containers that are stopped alone.

use super::{Member, NEVER, Told};
use crate::finding::{Instant, Interval, Part, Phase, Row};
use crate::timeline::event::{Event, What};

impl Told<'_> {
    /// The Pod, its containers, and those who send it requests.
    pub(super) fn stopping(self) -> Vec<Row> {
        let mut rows = self.traffic();
        let mut pod = self.pod();
        let refused = self.first(None, |what| matches!(what, What::EvictionRefused { .. }));
        if let Some(refused) = refused {
            pod.bar(Phase::Waits, "the eviction is refused", refused.when, NEVER);
        } else if let Some(ends) = self.first(None, |what| *what == What::PodEnds) {
            let deleted = self.first(None, |what| *what == What::Deleted);
            let from = deleted.map_or(Interval::ZERO, |deleted| deleted.when);
            pod.bar(Phase::Pod, "terminating", from, ends.when);
            pod.mark(Instant::Deleted, "deleted", from, true);
            ended(&mut pod, ends);
        }
        if pod.bars.is_empty() {
            return Vec::new();
        }
        let from = pod.bars.first().map_or(Interval::ZERO, |bar| bar.from);
        rows.push(pod);
        rows.extend(self.members.iter().flat_map(|member| match refused {
            None => self.stop(member, from),
            Some(_) if member.part == Part::InitContainer => Vec::new(),
            Some(_) => {
                let mut row = Row::new(self.name(&member.name), member.part);
                row.bar(Phase::Runs, "goes on", Interval::ZERO, NEVER);
                vec![row]
            }
        }));
        tell_hooks_apart(&mut rows);
        rows
    }

    /// Containers that are stopped alone, each since its own failure.
    pub(super) fn failing(self) -> Vec<Row> {
        let mut stopped: Vec<Row> =
            self.members.iter().flat_map(|member| self.stop(member, Interval::ZERO)).collect();
        if stopped.is_empty() {
            return stopped;
        }
        tell_hooks_apart(&mut stopped);
        let mut rows = self.traffic();
        rows.extend(stopped);
        rows
    }

    /// Requests, by Service and way.
    fn traffic(self) -> Vec<Row> {
        let ends_with_pod = self.first(None, |what| *what == What::PodEnds).map(|event| event.when);
        let has_way = |name: &str| {
            self.events()
                .any(|event| matches!(&event.what, What::TrafficEnds { service, .. } if service == name))
        };
        let rows = self.events().filter_map(|event| match &event.what {
            What::TrafficEnds { service, way } => {
                let mut row = Row::new(service, Part::Service);
                // Where no other endpoint is ready it comes for as long as anybody serves.
                let to = match (event.surely, ends_with_pod) {
                    (true, _) => event.when,
                    (false, Some(ends)) => Interval { earliest: event.when.earliest, ..ends },
                    (false, None) => Interval { latest: None, ..event.when },
                };
                row.bar(Phase::Traffic, format!("requests: {way}"), Interval::ZERO, to);
                Some(row)
            }
            What::NotReady { service } if !has_way(service) => {
                let mut row = Row::new(service, Part::Service);
                row.bar(Phase::Traffic, "requests", Interval::ZERO, event.when);
                Some(row)
            }
            _ => None,
        });
        rows.collect()
    }

    /// A container since the moment it, or its Pod, is to be stopped. A hook that goes on while the program it told
    /// to stop does so has a row of its own; `Vec::new()` where nothing is told of the container.
    pub(super) fn stop(self, member: &Member, from: Interval) -> Vec<Row> {
        let first = |is: fn(&What) -> bool| self.first(Some(&member.name), is);
        let told = first(|what| *what == What::ToldByHook);
        let signal = first(|what| matches!(what, What::StopSignal { .. }));
        let kill = first(|what| matches!(what, What::Kill | What::KilledByProbe(_)));
        let ends = first(|what| *what == What::Ends);
        if told.or(signal).or(kill).or(ends).is_none() {
            return Vec::new();
        }
        let mut row = Row::new(self.name(&member.name), member.part);
        let end = ends.map_or(NEVER, |ends| ends.when);
        let asked = told.into_iter().chain(signal).map(|event| event.when).reduce(Interval::first);
        row.bar(Phase::Runs, "", from, asked.unwrap_or(end));
        let begins = first(|what| *what == What::PreStopBegins);
        let over = first(|what| matches!(what, What::PreStopEnds { .. }));
        let mut beside = told.map(|_| Row::new(self.name("preStop"), Part::Hook));
        if let (Some(begins), Some(over), Some(hook)) = (begins, over, &member.pre_stop) {
            let label =
                if beside.is_some() { hook.label.clone() } else { format!("preStop: {}", hook.label) };
            let row = beside.as_mut().unwrap_or(&mut row);
            row.bar(Phase::PreStop, label, begins.when, over.when);
            if over.what == (What::PreStopEnds { cut: true }) {
                row.bar(Phase::Cut, "cut", over.when, begins.when.plus(hook.takes).both(over.when));
            }
        }
        if let Some(asked) = asked {
            row.bar(Phase::Stops, "told to stop", asked, end);
        }
        if let Some(told) = told {
            row.mark(Instant::Signal, "told by its hook", told.when, told.surely);
        }
        if let Some(Event { what: What::StopSignal { named }, when, surely, .. }) = signal {
            row.mark(Instant::Signal, named.as_deref().unwrap_or("stop signal"), *when, *surely);
        }
        if let Some(kill) = kill {
            row.mark(Instant::Kill, "SIGKILL", kill.when, kill.surely);
        }
        if let Some(ends) = ends.filter(|ends| ends.when.width() == 0.0) {
            row.mark(Instant::Ends, "ended", ends.when, ends.surely);
        }
        if let Some(anew) = first(|what| *what == What::Restarts) {
            row.mark(Instant::Begins, "starts anew", anew.when, anew.surely);
            row.bar(Phase::Runs, "", anew.when, NEVER);
        }
        row.marks.sort_by(|a, b| a.at.earliest.total_cmp(&b.at.earliest));
        let beside = beside.filter(|row| !row.bars.is_empty());
        std::iter::once(row).chain(beside).collect()
    }
}

/// Rows of several hooks are called after their containers, each of which stands in the row above.
fn tell_hooks_apart(rows: &mut [Row]) {
    if rows.iter().filter(|row| row.of == Part::Hook).count() < 2 {
        return;
    }
    let mut above = String::new();
    for row in rows {
        match row.of {
            Part::Hook => row.name = format!("preStop of {above}"),
            _ => above.clone_from(&row.name),
        }
    }
}

/// That it has ended by then at the latest, where anything bounds that.
fn ended(row: &mut Row, ends: &Event) {
    if let Some(latest) = ends.when.latest {
        let label = if ends.when.width() == 0.0 { "ended" } else { "ended at the latest" };
        row.mark(Instant::Ends, label, Interval::exactly(latest), true);
    }
}
