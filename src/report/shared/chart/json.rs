//! Charts for machines.

use schemars::JsonSchema;
use serde::Serialize;

use crate::finding::{Bar, Chart, Instant, Interval, Mark, Part, Phase, Row};

/// A drawing of what happens over time.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Chart")]
pub(crate) struct JsonChart<'a> {
    /// What it is of.
    title: &'a str,
    /// What the second 0 is.
    zero: &'a str,
    /// The last second that is worth showing: what goes on behind it can be cut there.
    end: f64,
    /// From top to bottom.
    rows: Vec<JsonRow<'a>>,
}

/// What happens to one part of a Pod, or to those who send it requests.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Row")]
struct JsonRow<'a> {
    /// Whose it is: a container's name, a Service's, "Pod", "preStop".
    name: &'a str,
    /// What bears the name.
    #[schemars(extend("enum" = ["pod", "container", "initContainer", "sidecar", "hook", "service"]))]
    of: &'a str,
    /// In the order of time. Where two lie over one another, the later one covers the other.
    bars: Vec<JsonBar<'a>>,
    /// In the order of time.
    marks: Vec<JsonMark<'a>>,
}

/// Something that goes on for a while: at each run between the latest beginning and the earliest end.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Bar")]
struct JsonBar<'a> {
    /// What.
    #[schemars(extend("enum" = ["runs", "postStart", "preStop", "cut", "stops", "traffic", "pod", "waits"]))]
    what: &'a str,
    /// A few words for it; may be empty.
    label: &'a str,
    /// When it begins.
    from: JsonInterval,
    /// When it is over.
    to: JsonInterval,
}

/// Something that happens at an instant.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Mark")]
struct JsonMark<'a> {
    /// What.
    #[schemars(extend("enum" = ["begins", "ends", "probe", "ready", "signal", "kill", "deleted", "deadline"]))]
    what: &'a str,
    /// A word or two for it; may be empty.
    label: &'a str,
    /// When.
    at: JsonInterval,
    /// It happens at each run; else only if it is not needless by then.
    surely: bool,
}

/// When something happens, in seconds.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Interval")]
pub(crate) struct JsonInterval {
    /// Not before; null where it never happens.
    earliest: Option<f64>,
    /// Not after; null where nothing that is known bounds it.
    latest: Option<f64>,
}

impl JsonInterval {
    pub(crate) fn of(when: Interval) -> Self {
        let finite = |at: f64| Some(at).filter(|at| at.is_finite());
        Self { earliest: finite(when.earliest), latest: when.latest.and_then(finite) }
    }
}

impl<'a> JsonChart<'a> {
    pub(crate) fn of(chart: &'a Chart) -> Self {
        let rows = chart.rows.iter().map(JsonRow::of).collect();
        Self { title: &chart.title, zero: &chart.zero, end: chart.end, rows }
    }
}

impl<'a> JsonRow<'a> {
    fn of(row: &'a Row) -> Self {
        let of = match row.of {
            Part::Pod => "pod",
            Part::Container => "container",
            Part::InitContainer => "initContainer",
            Part::Sidecar => "sidecar",
            Part::Hook => "hook",
            Part::Service => "service",
        };
        let bars = row.bars.iter().map(JsonBar::of).collect();
        Self { name: &row.name, of, bars, marks: row.marks.iter().map(JsonMark::of).collect() }
    }
}

impl<'a> JsonBar<'a> {
    fn of(bar: &'a Bar) -> Self {
        let what = match bar.what {
            Phase::Runs => "runs",
            Phase::PostStart => "postStart",
            Phase::PreStop => "preStop",
            Phase::Cut => "cut",
            Phase::Stops => "stops",
            Phase::Traffic => "traffic",
            Phase::Pod => "pod",
            Phase::Waits => "waits",
        };
        Self { what, label: &bar.label, from: JsonInterval::of(bar.from), to: JsonInterval::of(bar.to) }
    }
}

impl<'a> JsonMark<'a> {
    fn of(mark: &'a Mark) -> Self {
        let what = match mark.what {
            Instant::Begins => "begins",
            Instant::Ends => "ends",
            Instant::Probe => "probe",
            Instant::Ready => "ready",
            Instant::Signal => "signal",
            Instant::Kill => "kill",
            Instant::Deleted => "deleted",
            Instant::Deadline => "deadline",
        };
        Self { what, label: &mark.label, at: JsonInterval::of(mark.at), surely: mark.surely }
    }
}
