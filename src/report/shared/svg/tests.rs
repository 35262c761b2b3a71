#![allow(clippy::unwrap_used)]

use super::*;
use crate::finding::{Bar, Instant, Interval, Mark, Part, Phase, Row};

fn bar(what: Phase, label: &str, from: Interval, to: Interval) -> Bar {
    Bar { what, label: label.into(), from, to }
}

fn mark(what: Instant, label: &str, at: Interval) -> Mark {
    Mark { what, label: label.into(), at, surely: true }
}

fn at(seconds: f64) -> Interval {
    Interval::exactly(seconds)
}

/// A stop with a hook that outlives its Pod, a sidecar, and requests that go on for a while.
pub(super) fn stop() -> Chart {
    let export = Row {
        name: "export".into(),
        of: Part::Container,
        bars: vec![
            bar(Phase::PreStop, "preStop: sleep 45", at(0.0), at(30.0)),
            bar(Phase::Stops, "stops", at(30.0), Interval::between(30.0, 32.0)),
            bar(Phase::Cut, "13 s are missing", at(32.0), at(45.0)),
        ],
        marks: vec![
            mark(Instant::Deadline, "grace period", at(30.0)),
            mark(Instant::Signal, "SIGTERM", at(30.0)),
            Mark { surely: false, ..mark(Instant::Kill, "SIGKILL", at(32.0)) },
            mark(Instant::Ends, "hook's end", at(45.0)),
        ],
    };
    let web = Row {
        name: "web".into(),
        of: Part::Container,
        bars: vec![
            bar(Phase::PreStop, "preStop: sleep 5", at(0.0), Interval::between(5.0, 8.0)),
            bar(Phase::Stops, "stops", Interval::between(5.0, 8.0), Interval { earliest: 5.0, latest: None }),
        ],
        marks: vec![mark(Instant::Signal, "SIGQUIT", Interval::between(5.0, 8.0))],
    };
    let service = Row {
        name: "orders".into(),
        of: Part::Service,
        bars: vec![bar(Phase::Traffic, "requests can come", at(0.0), Interval::between(0.0, 5.0))],
        marks: vec![mark(Instant::Ends, "last request", Interval::between(0.0, 5.0))],
    };
    Chart {
        title: "stop of Deployment `orders`".into(),
        zero: "the Pod is deleted".into(),
        end: 48.0,
        rows: vec![service, web, export],
    }
}

#[test]
fn a_stop_as_a_document() {
    insta::assert_snapshot!(document(&[stop()]).unwrap());
}
