//! What a drawing of a timeline shows, whatever it is drawn with: rows of bars and marks over seconds.

use super::interval::Interval;

/// A picture of what happens over time.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Chart {
    /// What it is of, such as "stop of Deployment `orders`".
    pub title: String,
    /// What the second 0 is, such as "the Pod is deleted".
    pub zero: String,
    /// The last second that is shown. What goes on behind it is cut there.
    pub end: f64,
    /// From top to bottom.
    pub rows: Vec<Row>,
}

/// What happens to one part of the Pod, or to those who send it requests.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Row {
    /// Whose it is: a container's name, a Service's, "Pod", "preStop".
    pub name: String,
    /// What bears the name.
    pub of: Part,
    /// In the order of time. Where two lie over one another, the later one is drawn.
    pub bars: Vec<Bar>,
    /// In the order of time.
    pub marks: Vec<Mark>,
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// The Pod as a whole.
    Pod,
    /// A container that serves.
    Container,
    /// An init container that does its work before the others.
    InitContainer,
    /// An init container that goes on beside the others.
    Sidecar,
    /// A hook that goes on beside the program of the container above it.
    Hook,
    /// Requests that a Service sends.
    Service,
}

/// Something that goes on for a while.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Bar {
    /// What.
    pub what: Phase,
    /// A few words for it, such as "preStop: sleep 45".
    pub label: String,
    /// When it begins.
    pub from: Interval,
    /// When it is over. Certain is what lies between the latest beginning and the earliest end.
    pub to: Interval,
}

/// What goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Phase {
    /// A program runs as it should.
    Runs,
    /// The postStart hook runs, beside the program.
    PostStart,
    /// The preStop hook runs, and the program as well.
    PreStop,
    /// What a preStop hook would still have had to do when it is cut.
    Cut,
    /// The program has been told to stop, and has not ended.
    Stops,
    /// Requests can still come.
    Traffic,
    /// A Pod is on its way: not Ready, or no longer.
    Pod,
    /// Something else holds it up, as a PodDisruptionBudget does an eviction.
    Waits,
}

/// Something that happens at an instant.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Mark {
    /// What.
    pub what: Instant,
    /// A word or two for it, such as "SIGTERM"; empty where the sign says all.
    pub label: String,
    /// When.
    pub at: Interval,
    /// It happens at each run; else only if it is not needless by then.
    pub surely: bool,
}

/// What happens at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Instant {
    /// Something begins.
    Begins,
    /// Something is done.
    Ends,
    /// A probe is asked, or has passed.
    Probe,
    /// The Pod is Ready, or Available.
    Ready,
    /// The program is told to stop: the stop signal, or the hook's own words.
    Signal,
    /// It is killed.
    Kill,
    /// It is deleted, or its end is decided otherwise.
    Deleted,
    /// A time is up in which something had to have happened.
    Deadline,
}

impl Chart {
    /// Of these rows, up to the last second that decides: bars without an end go on behind it, and a hook that
    /// is cut is followed to its own end only where that is near.
    pub(crate) fn new(title: String, zero: String, rows: Vec<Row>) -> Self {
        let end = end(&rows);
        Self { title, zero, end, rows }
    }

    /// At most so many seconds to be written on a scale, from 0 on, at distances that people count in.
    pub fn ticks(&self, most: usize) -> Vec<f64> {
        let step = step(self.end / most.saturating_sub(1).max(1) as f64);
        let count = (self.end / step + 1e-9).floor();
        if !(count.is_finite() && count >= 0.0) {
            return vec![0.0];
        }
        (0..=count as usize).take(most.max(1)).map(|tick| steps(tick as f64, step)).collect()
    }
}

impl Row {
    /// One in which nothing happens yet.
    pub(crate) fn new(name: impl Into<String>, of: Part) -> Self {
        Self { name: name.into(), of, bars: Vec::new(), marks: Vec::new() }
    }

    /// Adds something that goes on for a while; nothing that never begins, nor a program that is told to stop at
    /// once.
    pub(crate) fn bar(&mut self, what: Phase, label: impl Into<String>, from: Interval, to: Interval) {
        if from.is_never() || (what == Phase::Runs && from == to && from.width() == 0.0) {
            return;
        }
        self.bars.push(Bar { what, label: label.into(), from, to });
    }

    /// Adds something that happens; nothing that never does.
    pub(crate) fn mark(&mut self, what: Instant, label: impl Into<String>, at: Interval, surely: bool) {
        if !at.is_never() {
            self.marks.push(Mark { what, label: label.into(), at, surely });
        }
    }
}

/// The last second to be shown of these rows.
fn end(rows: &[Row]) -> f64 {
    let bars = || rows.iter().flat_map(|row| &row.bars);
    let marks = rows.iter().flat_map(|row| &row.marks).map(|mark| mark.at);
    let decisive = bars().filter(|bar| bar.what != Phase::Cut).flat_map(|bar| [bar.from, bar.to]);
    let finite = |when: Interval| [Some(when.earliest), when.latest].into_iter().flatten();
    let last = decisive.chain(marks).flat_map(finite).filter(|at| at.is_finite()).fold(0.0, f64::max);
    let is_near = |at: &f64| *at <= 3.0 * last;
    let cut = bars().filter(|bar| bar.what == Phase::Cut).flat_map(|bar| finite(bar.to));
    let last = cut.filter(is_near).fold(last, f64::max);
    let is_open = bars().any(|bar| bar.to.latest.is_none() && bar.from.earliest <= last);
    // What goes on needs room to be seen to go on.
    let last = if is_open { (last * 1.2).max(last + 1.0) } else { (last * 1.02).max(1.0) };
    let step = step(last / 10.0);
    steps((last / step - 1e-9).ceil(), step)
}

/// So many steps; of parts of a second, which no float holds, the nearest to what a person writes.
fn steps(count: f64, step: f64) -> f64 {
    if step < 1.0 { count / (1.0 / step).round() } else { count * step }
}

/// The next distance of ticks from so many seconds on.
fn step(least: f64) -> f64 {
    const STEPS: [f64; 22] = [
        0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0,
        3600.0, 7200.0, 21_600.0, 43_200.0, 86_400.0, 604_800.0,
    ];
    let known = STEPS.into_iter().find(|step| *step >= least - 1e-9);
    // Nobody counts in them.
    known.unwrap_or_else(|| 10f64.powf(least.log10().ceil()))
}

impl Bar {
    /// The seconds in which it goes on at each run; `None` where there are none.
    pub fn certain(&self) -> Option<(f64, f64)> {
        let from = self.from.latest?;
        (self.to.earliest > from).then_some((from, self.to.earliest))
    }

    /// The seconds in which it can go on; without an end where nothing bounds it.
    pub fn possible(&self) -> (f64, Option<f64>) {
        (self.from.earliest, self.to.latest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: Interval = Interval { earliest: f64::INFINITY, latest: None };

    fn chart(bars: &[(Phase, Interval, Interval)]) -> Chart {
        let mut row = Row::new("web", Part::Container);
        bars.iter().for_each(|(what, from, to)| row.bar(*what, "", *from, *to));
        Chart::new(String::new(), String::new(), vec![row])
    }

    #[test]
    fn the_last_instant_that_decides_is_shown_with_a_little_behind_it() {
        let end = |to: f64| chart(&[(Phase::Stops, Interval::ZERO, Interval::exactly(to))]).end;
        assert_eq!([0.0, 2.0, 30.0, 32.0, 45.0, 600.0].map(end), [1.0, 2.5, 35.0, 35.0, 50.0, 720.0]);
    }

    #[test]
    fn what_goes_on_is_seen_to_go_on() {
        assert_eq!(chart(&[(Phase::Runs, Interval::exactly(10.0), OPEN)]).end, 12.0);
        assert_eq!(chart(&[(Phase::Runs, Interval::ZERO, OPEN)]).end, 1.0);
    }

    #[test]
    fn a_hook_is_followed_behind_its_cut_only_where_its_end_is_near() {
        let with = |hook: f64| {
            let cut = (Phase::Cut, Interval::exactly(30.0), Interval::exactly(hook));
            chart(&[(Phase::Stops, Interval::exactly(30.0), Interval::exactly(32.0)), cut]).end
        };
        assert_eq!(with(45.0), 50.0);
        assert_eq!(with(86_400.0), 35.0);
    }

    #[test]
    fn a_scale_counts_as_people_do() {
        let ticks = |end: f64, most| Chart { end, ..chart(&[]) }.ticks(most);
        assert_eq!(ticks(35.0, 8), [0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0]);
        assert_eq!(ticks(660.0, 4), [0.0, 300.0, 600.0]);
        assert_eq!(ticks(1.0, 1), [0.0]);
        assert_eq!(ticks(1.0, 6), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        for end in [1e-3, 1.0, 1e9, 1e300, f64::MAX] {
            for most in 0..20 {
                let ticks = ticks(end, most);
                assert!(!ticks.is_empty() && ticks.len() <= most.max(1), "{end} {most}: {ticks:?}");
            }
        }
    }
}
