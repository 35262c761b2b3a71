//! The rows of a rollout: old Pods and new ones over time.

use super::NEVER;
use crate::finding::{Instant, Interval, Part, Phase, Row};
use crate::timeline::rollout::{Manner, Pace, Rollout};

/// How many rounds are drawn; what is left goes on in the same way.
const ROUNDS: i64 = 4;
/// How much longer than all else a deadline may be and still be shown, where it does not decide.
const NEAR: f64 = 3.0;

/// The rows of a rollout of the workload of that name, whose Pods take so long; none where nothing is replaced by
/// itself.
pub(super) fn rows(rollout: &Rollout, pace: Pace, name: &str) -> Vec<Row> {
    if rollout.pods == Some(0) {
        return Vec::new();
    }
    let drawn = Drawn { rollout, pace, name };
    let mut rows = match rollout.manner {
        Manner::OnDelete => return Vec::new(),
        Manner::Recreate => drawn.recreated(),
        Manner::InOrder { partition } => drawn.in_order(partition),
        Manner::Rolling { surge, unavailable } => match (rollout.pods, surge.zip(unavailable)) {
            (Some(pods), Some((surge, missing))) => drawn.rolling(pods, surge, missing),
            _ => drawn.one_by_one(surge),
        },
    };
    drawn.deadline(&mut rows);
    rows
}

struct Drawn<'r> {
    rollout: &'r Rollout,
    pace: Pace,
    name: &'r str,
}

impl Drawn<'_> {
    /// Facts H1 to H5: as soon as so many new Pods are Available, as many old ones may go.
    fn rolling(&self, pods: i64, surge: i64, missing: i64) -> Vec<Row> {
        let together = surge.saturating_add(missing).max(1);
        let mut rows = Vec::new();
        if missing >= pods {
            rows.push(self.gap(self.pace.ready));
        }
        let rounds = pods.saturating_add(together - 1) / together;
        for round in 0..=rounds.min(ROUNDS) {
            // Those that may be missing go at once.
            let gone = |round: i64| round.saturating_mul(together).saturating_add(missing).clamp(0, pods);
            let first = if round == 0 { 1 } else { gone(round - 1) + 1 };
            if let Some(name) = named("old", first, gone(round)) {
                rows.push(self.old_pod(name, times(self.pace.available, round)));
            }
            let first = round.saturating_mul(together) + 1;
            let last = (round + 1).saturating_mul(together).min(pods);
            if let Some(name) = named("new", first, last).filter(|_| round < ROUNDS) {
                rows.push(self.new_pod(name, times(self.pace.available, round)));
            }
        }
        let left = pods - ROUNDS.saturating_mul(together);
        if left > 0 {
            rows.push(Row::new(format!("{left} more so"), Part::Pod));
        }
        rows
    }

    /// One Pod, where their number is not known: of a surge of 0 the new one comes once the old one is gone, of
    /// any other the old one goes once the new one is there.
    fn one_by_one(&self, surge: Option<i64>) -> Vec<Row> {
        let available = self.pace.available;
        match surge {
            Some(0) => vec![
                self.old_pod("an old Pod".to_owned(), Interval::ZERO),
                self.new_pod("a new Pod".to_owned(), self.pace.ends),
            ],
            Some(_) => {
                vec![
                    self.new_pod("a new Pod".to_owned(), Interval::ZERO),
                    self.old_pod("an old Pod".to_owned(), available),
                ]
            }
            None => vec![
                self.new_pod("a new Pod".to_owned(), Interval::ZERO),
                self.old_pod("an old Pod".to_owned(), Interval { earliest: 0.0, ..available }),
            ],
        }
    }

    /// Fact H4.
    fn recreated(&self) -> Vec<Row> {
        let (old, new) = match self.rollout.pods {
            Some(1) => ("the old Pod".to_owned(), "the new Pod".to_owned()),
            Some(pods) => (format!("{pods} old Pods"), format!("{pods} new Pods")),
            None => ("old Pods".to_owned(), "new Pods".to_owned()),
        };
        let ends = self.pace.ends;
        vec![self.gap(ends.plus(self.pace.ready)), self.old_pod(old, Interval::ZERO), self.new_pod(new, ends)]
    }

    /// Facts H7 and H8: each Pod keeps its name.
    fn in_order(&self, partition: i64) -> Vec<Row> {
        let step = self.pace.ends.plus(self.pace.next);
        let at_once = self.rollout.at_once.unwrap_or(1).max(1);
        let Some(pods) = self.rollout.pods else {
            return vec![self.replaced(format!("{}-N", self.name), Interval::ZERO)];
        };
        let shown = pods.min(ROUNDS);
        let mut rows: Vec<Row> = (0..shown)
            .map(|nth| {
                let ordinal = partition.saturating_add(pods) - 1 - nth;
                self.replaced(format!("{}-{ordinal}", self.name), times(step, nth / at_once))
            })
            .collect();
        if pods > shown {
            rows.push(Row::new(format!("{} more so", pods - shown), Part::Pod));
        }
        rows
    }

    fn old_pod(&self, name: String, deleted: Interval) -> Row {
        let mut row = Row::new(name, Part::Pod);
        row.bar(Phase::Runs, "serves", Interval::ZERO, deleted);
        if !deleted.is_never() {
            row.bar(Phase::Stops, "stops", deleted, deleted.plus(self.pace.ends));
            row.mark(Instant::Deleted, "deleted", deleted, deleted.latest.is_some());
        }
        row
    }

    fn new_pod(&self, name: String, starts: Interval) -> Row {
        let mut row = Row::new(name, Part::Pod);
        self.starts(&mut row, starts);
        row
    }

    fn replaced(&self, name: String, deleted: Interval) -> Row {
        let mut row = self.old_pod(name, deleted);
        self.starts(&mut row, deleted.plus(self.pace.ends));
        row
    }

    fn starts(&self, row: &mut Row, starts: Interval) {
        if starts.is_never() {
            row.bar(Phase::Waits, "never started", Interval::ZERO, NEVER);
            return;
        }
        let [ready, available] = [self.pace.ready, self.pace.available].map(|takes| starts.plus(takes));
        row.bar(Phase::Pod, "starts", starts, ready);
        row.bar(Phase::Runs, "serves", ready, NEVER);
        row.mark(Instant::Begins, "", starts, true);
        // What is only drawn so is not known.
        let surely = available.latest.is_some() && self.pace == self.rollout.pace;
        let label = if self.pace.ready == self.pace.available { "Ready" } else { "Available" };
        row.mark(Instant::Ready, label, available, surely);
    }

    /// Requests find nobody.
    fn gap(&self, until: Interval) -> Row {
        let mut row = Row::new("all Pods", Part::Pod);
        row.bar(Phase::Waits, "no Pod is Ready", Interval::ZERO, until);
        row
    }

    /// Where the rollout counts as failed before it can get on, or shortly behind.
    fn deadline(&self, rows: &mut [Row]) {
        let Some(deadline) = self.rollout.deadline else { return };
        let marks = rows.iter().flat_map(|row| &row.marks).map(|mark| mark.at.earliest);
        let last = marks.filter(|at| at.is_finite()).fold(0.0, f64::max);
        if !self.rollout.is_stuck && deadline > NEAR * last {
            return;
        }
        let is_new = |row: &&mut Row| row.bars.iter().any(|bar| bar.what == Phase::Pod);
        if let Some(row) = rows.iter_mut().find(is_new) {
            row.mark(
                Instant::Deadline,
                "progress deadline",
                Interval::exactly(deadline),
                self.rollout.is_stuck,
            );
            row.marks.sort_by(|a, b| a.at.earliest.total_cmp(&b.at.earliest));
        }
    }
}

/// So many times as long.
fn times(takes: Interval, count: i64) -> Interval {
    if count <= 0 {
        return Interval::ZERO;
    }
    let by = |seconds: f64| seconds * count as f64;
    Interval { earliest: by(takes.earliest), latest: takes.latest.map(by) }
}

/// `old Pod 1`, `old Pods 2-3`; `None` of nothing.
fn named(which: &str, first: i64, last: i64) -> Option<String> {
    match last - first {
        ..0 => None,
        0 => Some(format!("{which} Pod {first}")),
        _ => Some(format!("{which} Pods {first}-{last}")),
    }
}
