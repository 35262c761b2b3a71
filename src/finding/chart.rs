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
    /// Whose it is: a container's name, a Service's, "Pod".
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
    /// A word or two for it, such as "SIGTERM".
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
