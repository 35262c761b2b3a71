#![allow(clippy::unwrap_used, clippy::panic)]

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

/// The cells of the fixed-width fonts are no wider; DejaVu Sans Mono has the widest.
const WIDEST_CELL: f64 = 0.602;

/// A stop in which everything that a manifest says is hostile.
fn hostile() -> Chart {
    let mut chart = stop();
    let evil = || crate::report::fixture::EVIL.to_owned();
    (chart.title, chart.zero) = (evil(), evil());
    for row in &mut chart.rows {
        row.name = evil();
        row.bars.iter_mut().for_each(|bar| bar.label = evil());
        row.marks.iter_mut().for_each(|mark| mark.label = evil());
    }
    chart
}

/// Every element with its attributes, where the document is one that an XML parser reads.
fn elements(document: &str) -> Vec<(String, Vec<(String, String)>)> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(document);
    let mut found = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => {
                let name = String::from_utf8(tag.name().as_ref().to_vec()).unwrap();
                let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
                let attributes = tag.attributes().map(|one| one.unwrap());
                found
                    .push((name, attributes.map(|one| (text(one.key.as_ref()), text(&one.value))).collect()));
            }
            Event::Eof => return found,
            Event::Text(_) | Event::End(_) | Event::GeneralRef(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn names_are_text_and_nothing_is_run_or_fetched() {
    const ELEMENTS: [&str; 9] = ["svg", "title", "desc", "style", "g", "rect", "line", "path", "text"];
    const ATTRIBUTES: [&str; 15] = [
        "class",
        "role",
        "width",
        "height",
        "viewBox",
        "transform",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "d",
        "xmlns",
        "xml:space",
    ];
    for chart in [stop(), hostile()] {
        let document = document(&[chart]).unwrap();
        for (element, attributes) in elements(&document) {
            assert!(ELEMENTS.contains(&element.as_str()), "{element}");
            for (name, value) in attributes {
                assert!(ATTRIBUTES.contains(&name.as_str()), "{name}");
                let is_ours = value == "http://www.w3.org/2000/svg";
                assert!(is_ours || !value.contains(':'), "{name}={value}");
            }
        }
        assert!(!document.contains("url(") && !document.contains("@import"), "{document}");
        assert!(!document.chars().any(|c| c != '\n' && crate::text::escape::is_unsafe(c)));
    }
}

#[test]
fn who_cannot_see_it_is_told_all_of_it() {
    let document = document(&[stop()]).unwrap();
    let (_, told) = document.split_once("<desc>").unwrap();
    let (told, _) = told.split_once("</desc>").unwrap();
    assert_eq!(
        told.replace("&#39;", "'"),
        "0 s: the Pod is deleted. \
         Service orders: requests can come, from 0 s until 0 s to 5 s; last request at 0 s to 5 s. \
         container web: preStop: sleep 5, from 0 s until 5 s to 8 s; stops, from 5 s to 8 s until 5 s or later; \
         SIGQUIT at 5 s to 8 s. \
         container export: preStop: sleep 45, from 0 s until 30 s; stops, from 30 s until 30 s to 32 s; \
         grace period at 30 s; SIGTERM at 30 s; 13 s are missing, from 32 s until 45 s; \
         SIGKILL at 32 s, if it still runs; hook's end at 45 s."
    );
}

#[test]
fn a_long_name_is_cut_and_told_in_full_to_who_points_at_it() {
    let mut chart = stop();
    chart.rows[0].name = format!("orders-{}", "x".repeat(60));
    let document = document(&[chart.clone()]).unwrap();
    assert!(
        document.contains(&format!("<title>{}</title>orders-xxxx…xxxxxxxxxx</text>", chart.rows[0].name))
    );
}

#[test]
fn a_bar_without_words_is_said_by_what_it_is() {
    let mut chart = stop();
    chart.rows[2].bars[0].label.clear();
    assert!(document(&[chart]).unwrap().contains(">preStop</text>"));
}

/// The boxes of a colour: from, to, top within the row, height.
fn boxes(row: Row, class: &str) -> Vec<[f64; 4]> {
    let chart = Chart { title: "a".into(), zero: "b".into(), end: 10.0, rows: vec![row] };
    let drawing = Drawing::of(&chart);
    let found = drawing.shapes.iter().filter(|shape| shape.class.split(' ').next() == Some(class));
    let of = |shape: &shape::Shape| match &shape.form {
        Form::Rect { x, y, width, height } if height.0 != 12.0 && height.0 != 8.0 => {
            Some([x.0, x.0 + width.0, y.0, height.0])
        }
        _ => None,
    };
    found.filter_map(of).collect()
}

fn row(bars: Vec<Bar>) -> Row {
    Row { name: "web".into(), of: Part::Container, bars, marks: Vec::new() }
}

#[test]
fn what_comes_to_its_end_and_what_follows_share_the_height_where_either_may_go_on() {
    let then = Interval::between(4.0, 6.0);
    let bars = vec![bar(Phase::PreStop, "hook", at(0.0), then), bar(Phase::Stops, "stops", then, at(10.0))];
    let (hook, stops) = (boxes(row(bars.clone()), "blue"), boxes(row(bars), "amber"));
    let [[_, sure, top, high], [tail, end, tail_top, tail_high]] = hook[..] else { panic!("{hook:?}") };
    let [[head, begun, head_top, head_high], [full, ..]] = stops[..] else { panic!("{stops:?}") };
    assert_eq!((sure, high, tail_high, head_high), (tail, 20.0, 10.0, 10.0));
    assert_eq!((tail, end), (head, begun), "the same two seconds");
    assert_eq!(
        (tail_top, head_top, full),
        (top, top + 10.0, end),
        "one above the other, then the next alone"
    );
}

#[test]
fn two_bars_that_may_both_go_on_have_half_of_the_height_each() {
    let open = Interval { earliest: 0.0, latest: None };
    let bars = vec![bar(Phase::PreStop, "hook", at(0.0), open), bar(Phase::Stops, "stops", at(0.0), open)];
    let (hook, stops) = (boxes(row(bars.clone()), "blue")[0], boxes(row(bars), "amber")[0]);
    assert_eq!((hook[3], stops[3], hook[2] + 10.0), (10.0, 10.0, stops[2]));
}

#[test]
fn of_what_is_drawn_over_nothing_is_said() {
    let over = vec![bar(Phase::Runs, "", at(0.0), at(5.0)), bar(Phase::PreStop, "hook", at(0.0), at(5.0))];
    let chart = Chart { title: "a".into(), zero: "b".into(), end: 10.0, rows: vec![row(over)] };
    assert!(!document(&[chart]).unwrap().contains(">runs</text>"));
}

#[test]
fn every_mark_has_a_form_of_its_own() {
    use Instant::{Begins, Deadline, Deleted, Ends, Kill, Probe, Ready, Signal};
    let all = [Begins, Ends, Probe, Ready, Signal, Kill, Deleted, Deadline];
    let forms: std::collections::BTreeSet<String> =
        all.map(|instant| shape::of_instant(instant, 0.0, 0.0, 5.0)).into();
    assert_eq!(forms.len(), all.len());
}

#[test]
fn several_charts_stand_below_each_other() {
    let one = document(&[stop()]).unwrap();
    let two = document(&[stop(), stop()]).unwrap();
    let height = |document: &str| -> f64 {
        let (_, height) = elements(document)[0].1.iter().find(|(name, _)| name == "height").cloned().unwrap();
        height.parse().unwrap()
    };
    assert!((height(&two) - 2.0 * height(&one) - GAP).abs() < 1e-9);
    assert_eq!(two.matches("<style>").count(), 1);
}

#[test]
fn what_is_no_number_is_none_in_the_drawing() {
    for end in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e300] {
        let mut chart = stop();
        chart.end = end;
        chart.rows[0].bars[0].to = Interval { earliest: f64::INFINITY, latest: None };
        let shapes = Drawing::of(&chart).shapes;
        assert!(!format!("{shapes:?}").contains("NaN") && !format!("{shapes:?}").contains("inf"), "{end}");
    }
    elements(&document(&[]).unwrap());
}

mod any_chart {
    use proptest::prelude::*;

    use super::*;

    fn interval() -> impl Strategy<Value = Interval> {
        (0.0..60.0_f64, prop::option::of(0.0..30.0_f64))
            .prop_map(|(earliest, more)| Interval { earliest, latest: more.map(|more| earliest + more) })
    }

    fn row() -> impl Strategy<Value = Row> {
        let phases = [Phase::Runs, Phase::PreStop, Phase::Cut, Phase::Stops, Phase::Pod];
        let bars = (prop::sample::select(phases.to_vec()), "[a-z ]{0,30}", interval(), interval());
        let bars = bars.prop_map(|(what, label, from, to)| {
            let latest = to.latest.map(|latest| latest + from.latest.unwrap_or(from.earliest));
            Bar { what, label, from, to: Interval { earliest: from.earliest + to.earliest, latest } }
        });
        let marks = ("[A-Za-z名]{1,40}", interval(), any::<bool>()).prop_map(|(label, at, surely)| Mark {
            what: Instant::Signal,
            label,
            at,
            surely,
        });
        ("[a-z-]{1,40}", prop::collection::vec(bars, 0..4), prop::collection::vec(marks, 0..6))
            .prop_map(|(name, bars, marks)| Row { name, of: Part::Container, bars, marks })
    }

    /// The boxes of all words: left, top, right, bottom.
    fn words(drawing: &Drawing) -> Vec<(String, [f64; 4])> {
        let text = |shape: &shape::Shape| {
            let Form::Text { x, y, text } = &shape.form else { return None };
            let size = if shape.class.contains("small") { 12.0 } else { 13.0 };
            let size = if shape.class.contains("title") { 15.0 } else { size };
            let width = unicode_width::UnicodeWidthStr::width(text.as_str()) as f64 * size * WIDEST_CELL;
            let left = if shape.class.contains("mid") { x.0 - width / 2.0 } else { x.0 };
            Some((text.clone(), [left, y.0 - 0.75 * size, left + width, y.0 + 0.2 * size]))
        };
        drawing.shapes.iter().filter_map(text).collect()
    }

    proptest! {
        #[test]
        fn no_words_lie_over_others_or_beyond_the_edge(
            rows in prop::collection::vec(row(), 1..5), end in 1.0..90.0_f64
        ) {
            let chart = Chart { title: "a stop".into(), zero: "it is deleted".into(), end, rows };
            let drawing = Drawing::of(&chart);
            let words = words(&drawing);
            for (at, (text, [left, top, right, bottom])) in words.iter().enumerate() {
                prop_assert!(*left >= 0.0 && *right <= layout::WIDTH, "{text:?} from {left} to {right}");
                prop_assert!(*top >= 0.0 && *bottom <= drawing.height, "{text:?}");
                for (other, [l, t, r, b]) in &words[at + 1..] {
                    let is_apart = right <= l || r <= left || bottom <= t || b <= top;
                    prop_assert!(is_apart, "{text:?} lies over {other:?} in {chart:?}");
                }
            }
            document(&[chart]).map(|document| elements(&document)).unwrap();
        }
    }
}

#[test]
fn a_hook_that_takes_no_time_is_told_below_the_bar() {
    let hook = bar(Phase::PostStart, "postStart: touch /tmp/up", at(0.0), at(0.0));
    let runs = bar(Phase::Runs, "", at(0.0), Interval { earliest: f64::INFINITY, latest: None });
    let chart = Chart { rows: vec![row(vec![runs, hook])], ..stop() };
    assert!(element(&chart).unwrap().contains(">postStart: touch /tmp/up</text>"));
}

#[test]
fn names_that_begin_alike_are_told_apart() {
    let named = |name: &str| Row { name: name.into(), ..row(Vec::new()) };
    let rows = vec![named("argocd-redis-ha-announce-0"), named("argocd-redis-ha-announce-1")];
    let drawn = element(&Chart { rows, ..stop() }).unwrap();
    assert!(
        drawn.contains("argocd-redi…announce-0</text>") && drawn.contains("argocd-redi…announce-1</text>")
    );
}
