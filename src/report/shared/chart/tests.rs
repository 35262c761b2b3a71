#![allow(clippy::unwrap_used)]
use insta::assert_snapshot;

use super::canvas::columns;
use super::{draw, strip};
use crate::finding::{Bar, Chart, Instant, Interval, Mark, Part, Phase, Row};
use crate::lint::{Input, Options, timelines};
use crate::report::shared::look::Look;
use crate::timeline::{Given, Story};

const NEVER: Interval = Interval { earliest: f64::INFINITY, latest: None };

/// The story of an example.
fn chart(path: &str, name: &str, story: Story) -> Chart {
    let run = timelines(&Options::of([Input::path(path)]), &Given::default());
    run.timelines.iter().find(|one| one.object.name == name).unwrap().chart(story).unwrap()
}

fn orders() -> Chart {
    chart("k8s/02-prestop-hook.yaml", "orders", Story::Stop)
}

fn look(width: usize) -> Look {
    Look { width, ..Look::PIPE }
}

/// The row of one container alone.
fn only(chart: Chart, name: &str) -> Chart {
    Chart { rows: chart.rows.into_iter().filter(|row| row.name == name).collect(), ..chart }
}

#[test]
fn a_cut_hook_is_seen_to_be_cut() {
    assert_snapshot!(draw(&orders(), &look(80)).join("\n"));
}

#[test]
fn ascii_says_the_same() {
    assert_snapshot!(draw(&orders(), &Look { unicode: false, ..look(80) }).join("\n"));
}

#[test]
fn fifty_columns_are_enough() {
    assert_snapshot!(draw(&orders(), &look(50)).join("\n"));
}

#[test]
fn a_rollout_without_a_gap_is_seen_to_have_none() {
    let chart = chart("k8s/04-complete-lifecycle.yaml", "catalog", Story::Rollout);
    assert_snapshot!(draw(&chart, &look(100)).join("\n"));
}

#[test]
fn a_strip_is_one_bar_between_its_instants_and_its_words() {
    assert_snapshot!(strip(&only(orders(), "export"), 70, &look(80)).join("\n"));
}

#[test]
fn colours_say_nothing_that_the_signs_do_not() {
    let colored = draw(&orders(), &Look { color: true, ..look(80) });
    assert_snapshot!(colored.join("\n").replace('\u{1b}', "ESC"));
    let plain: Vec<String> = colored.iter().map(|line| plain(line)).collect();
    assert_eq!(plain, draw(&orders(), &look(80)));
}

/// The line without its colours.
fn plain(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |line, part| line + part.split_once('m').map_or("", |(_, rest)| rest))
}

#[test]
fn a_hostile_name_is_shown_and_not_obeyed() {
    let mut hostile = orders();
    hostile.title = "stop of `\u{1b}[31m\n`".to_owned();
    for row in &mut hostile.rows {
        row.name = "\u{1b}]0;x\u{7}\u{202e}名前".to_owned();
        row.bars.iter_mut().for_each(|bar| bar.label = "\u{9b}2J: \r\n".to_owned());
        row.marks.iter_mut().for_each(|mark| mark.label = "\u{1b}c\u{200b}".to_owned());
    }
    for width in [40, 80, 120] {
        for line in draw(&hostile, &look(width)).iter().chain(&strip(&hostile, width, &look(width))) {
            assert!(!line.chars().any(crate::text::escape::is_unsafe), "{line:?}");
            assert!(columns(line) <= width, "{width}: {line}");
        }
    }
}

/// Numbers that follow one another without rhyme.
struct Drawn(u64);

impl Drawn {
    fn number(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn interval(&mut self) -> Interval {
        const SECONDS: [f64; 10] = [0.0, 0.25, 1.0, 2.0, 30.0, 45.5, 600.0, 1e9, f64::MAX, f64::INFINITY];
        let mut one = || SECONDS[self.number(10) as usize];
        let (a, b) = (one(), one());
        match self.number(3) {
            0 => Interval { earliest: a, latest: None },
            1 => Interval { earliest: a, latest: Some(a) },
            _ => Interval { earliest: a.min(b), latest: Some(a.max(b)) },
        }
    }

    fn chart(&mut self) -> Chart {
        const LABELS: [&str; 5] =
            ["", "SIGTERM", "preStop: sleep 45", "a: very long label of many words", "名前"];
        const NAMES: [&str; 4] =
            ["", "web", "a-name-that-is-as-long-as-names-of-containers-can-be-in-a-pod", "名前"];
        let label = |drawn: &mut Self| LABELS[drawn.number(5) as usize].to_owned();
        let phases = [
            Phase::Runs,
            Phase::PostStart,
            Phase::PreStop,
            Phase::Cut,
            Phase::Stops,
            Phase::Traffic,
            Phase::Pod,
            Phase::Waits,
        ];
        let instants = [
            Instant::Begins,
            Instant::Ends,
            Instant::Probe,
            Instant::Ready,
            Instant::Signal,
            Instant::Kill,
            Instant::Deleted,
            Instant::Deadline,
        ];
        let parts =
            [Part::Pod, Part::Container, Part::InitContainer, Part::Sidecar, Part::Hook, Part::Service];
        let rows = (0..self.number(5)).map(|_| {
            let bars = (0..self.number(5)).map(|_| Bar {
                what: phases[self.number(8) as usize],
                label: label(self),
                from: self.interval(),
                to: self.interval(),
            });
            let bars = bars.collect();
            let marks = (0..self.number(6)).map(|_| Mark {
                what: instants[self.number(8) as usize],
                label: label(self),
                at: self.interval(),
                surely: self.number(2) == 0,
            });
            let marks = marks.collect();
            let (name, of) = (NAMES[self.number(4) as usize].to_owned(), parts[self.number(6) as usize]);
            Row { name, of, bars, marks }
        });
        let rows: Vec<Row> = rows.collect();
        Chart::new("a title that is longer than some of the widths".to_owned(), "it begins".to_owned(), rows)
    }
}

#[test]
fn no_line_is_wider_than_it_may_be_whatever_is_drawn() {
    let mut drawn = Drawn(12);
    for _ in 0..600 {
        let chart = drawn.chart();
        for width in [40, 50, 80, 120] {
            for unicode in [true, false] {
                let look = Look { unicode, ..look(width) };
                for line in draw(&chart, &look).iter().chain(&strip(&chart, width, &look)) {
                    assert!(columns(line) <= width, "{width}: {line}\n{chart:#?}");
                }
            }
        }
    }
}

#[test]
fn what_never_ends_and_what_never_happens_can_be_drawn() {
    let mut row = Row::new("web", Part::Container);
    row.bar(Phase::Runs, "", NEVER, NEVER);
    row.mark(Instant::Kill, "SIGKILL", NEVER, true);
    let chart = Chart::new(String::new(), String::new(), vec![row]);
    assert_eq!(strip(&chart, 40, &look(40)), [""]);
}
