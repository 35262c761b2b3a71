#![allow(clippy::unwrap_used)]
use insta::assert_snapshot;
use unicode_width::UnicodeWidthStr;

use super::{Format, Shown, json};
use crate::lint::{Input, Options, Timelines, timelines};
use crate::report::fixture::EVIL;
use crate::report::shared::look::Look;
use crate::text::escape;
use crate::timeline::{Deletion, Given, OnSignal, Program, Story};

const ALL: [Story; 6] =
    [Story::Start, Story::Stop, Story::Rollout, Story::Drain, Story::Liveness, Story::Replacement];

fn run(input: Input, given: &Given) -> Timelines {
    timelines(&Options::of([input]), given)
}

fn text(text: String) -> Input {
    Input::text("web.yaml", text)
}

fn written(run: &Timelines, stories: &[Story], format: Format, look: &Look) -> String {
    let timelines = run.timelines.iter().collect();
    let shown = Shown { run, timelines, without: run.without.iter().collect(), stories };
    let mut out = Vec::new();
    format.write(&shown, look, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_workload_is_drawn_and_each_event_is_told_with_the_lines_it_comes_from() {
    let run = run(Input::path("k8s/02-prestop-hook.yaml"), &Given::default());
    assert_snapshot!(written(&run, &[Story::Stop], Format::Text, &Look::PIPE));
}

#[test]
fn a_gantt_chart_has_a_section_for_each_row_and_a_milestone_for_each_instant() {
    let run = run(Input::path("k8s/02-prestop-hook.yaml"), &Given::default());
    assert_snapshot!(written(&run, &[Story::Stop, Story::Rollout], Format::Mermaid, &Look::PIPE));
}

#[test]
fn json_has_the_fields_of_version_1_in_their_order() {
    let run = run(Input::path("k8s/01-poststart-hook.yaml"), &Given::default());
    assert_snapshot!(written(
        &run,
        &[Story::Stop, Story::Rollout, Story::Liveness],
        Format::Json,
        &Look::PIPE
    ));
}

/// `UPDATE_DOCS=1 cargo test` writes it.
#[test]
fn the_schema_in_the_repository_is_that_of_what_is_written() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/timeline.schema.json");
    let schema = format!("{}\n", serde_json::to_string_pretty(&json::schema()).unwrap());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &schema).unwrap();
    }
    assert!(std::fs::read_to_string(&path).unwrap() == schema, "run UPDATE_DOCS=1 cargo test");
}

/// A Pod whose name, containers, hooks and signals are hostile.
fn hostile() -> Timelines {
    // As YAML takes them: what a stream may not hold is escaped.
    let escaped = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        ' '..='~' => c.to_string(),
        c => format!("\\U{:08x}", u32::from(c)),
    };
    let evil = format!("\"{}\"", EVIL.chars().map(escaped).collect::<String>());
    run(
        text(format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {evil}}}\nspec:\n  os: {{name: linux}}\n  containers:\n  - name: {evil}\n    image: {evil}\n    \
             lifecycle:\n      stopSignal: {evil}\n      preStop: {{exec: {{command: [{evil}]}}}}\n  - name: \"section x: y; z#\"\n    image: a:1\n"
        )),
        &Given { gates: [("ContainerStopSignals".to_owned(), true)].into(), ..Given::default() },
    )
}

#[test]
fn no_format_lets_a_manifest_move_the_cursor_or_give_commands() {
    let run = hostile();
    assert_eq!(run.timelines.len(), 1, "{:?}", run.trouble);
    for format in [Format::Text, Format::Json, Format::Mermaid] {
        let text = written(&run, &ALL, format, &Look::PIPE);
        let found = text.chars().find(|c| escape::is_unsafe(*c) && *c != '\n');
        assert_eq!(found, None, "{format:?}: {text:?}");
        for line in text.lines() {
            assert!(!line.trim_start().starts_with("::") && !line.contains("##["), "{format:?}: {line}");
        }
    }
}

#[test]
fn a_gantt_chart_holds_nothing_that_is_not_meant_for_mermaid() {
    let text = written(&hostile(), &ALL, Format::Mermaid, &Look::PIPE);
    let is_ours = |line: &str| {
        let statement = ["gantt", "title ", "dateFormat x", "axisFormat %s", "todayMarker off", "section "];
        let is_task = || {
            line.rsplit_once(" :").is_some_and(|(words, times)| {
                let is_time =
                    |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, ',' | ' ');
                !words.is_empty() && times.chars().all(is_time)
            })
        };
        line.is_empty()
            || line.starts_with("```")
            || statement.iter().any(|one| line.starts_with(one))
            || is_task()
    };
    let is_room = |line: &str| {
        let room = line.strip_prefix("%%{init: {\"gantt\": {\"leftPadding\": ");
        let room = room.and_then(|room| room.strip_suffix("}}}%%"));
        room.is_some_and(|room| room.chars().all(|c| c.is_ascii_digit()))
    };
    for line in text.lines().map(str::trim_start).filter(|line| !is_room(line)) {
        let words = line.rsplit_once(" :").map_or(line, |(words, _)| words);
        assert!(is_ours(line), "{line}");
        assert!(!words.contains([':', ';', '#', '<', '>', '{']), "{line}");
        assert!(line == "axisFormat %s" || !line.contains('%'), "{line}");
    }
    let fences = text.lines().filter(|line| line.starts_with("```")).count();
    assert_eq!(fences % 2, 0);
}

/// What can be given, far from what anybody would.
fn given() -> Vec<Given> {
    let programs = |program: &Program| {
        ["app", "web", "main", "sidecar", "proxy"].map(|name| (name.to_owned(), program.clone())).into()
    };
    let mut all = Vec::new();
    for delete_grace in [None, Some(0), Some(1), Some(i64::MAX), Some(i64::MIN)] {
        for deleted in [Deletion::OnceReady, Deletion::AtAnyTime, Deletion::After(0.0), Deletion::After(1e12)]
        {
            for on_signal in [OnSignal::Unknown, OnSignal::Ignores, OnSignal::EndsAfter(1e9)] {
                for runs in [None, Some(0.0)] {
                    let program = Program { on_signal, runs, ..Program::default() };
                    all.push(Given {
                        delete_grace,
                        deleted,
                        programs: programs(&program),
                        ..Given::default()
                    });
                }
            }
        }
    }
    all
}

#[test]
fn whatever_is_given_the_order_is_total_and_no_line_is_too_wide() {
    let widths = [40, 50, 80, 120];
    for (at, given) in given().iter().enumerate() {
        // The many files with some of what can be given.
        for (folder, every) in
            [("k8s", 1), ("testdata/prestop-exceeds-grace-period", 30), ("testdata/_kubelet", 240)]
        {
            if at % every != 0 {
                continue;
            }
            let run = run(Input::path(folder), given);
            let look = Look { width: widths[at % 4], unicode: at % 3 != 0, ..Look::PIPE };
            for timeline in &run.timelines {
                for story in ALL {
                    let events = timeline.events(story);
                    let key = |at: usize| {
                        let when = events[at].when;
                        (when.earliest, when.latest.unwrap_or(f64::INFINITY))
                    };
                    for next in 1..events.len() {
                        assert!(key(next - 1) <= key(next), "{story:?} of {:?}: {given:?}", timeline.object);
                    }
                    let chart = timeline.chart(story);
                    assert!(
                        chart.is_none() || timeline.untold(story).is_none(),
                        "{story:?} of {:?}",
                        timeline.object
                    );
                    if let Some(chart) = chart {
                        assert!(chart.end.is_finite() && chart.end > 0.0, "{chart:?}");
                    }
                }
            }
            for line in written(&run, &ALL, Format::Text, &look).lines() {
                // A place and an address are found again where they are not broken, and so is a command.
                let words = line.trim().trim_end_matches(['.', ',', ':', ';', ')']);
                let is_command =
                    words.starts_with('`') && words.ends_with('`') && words.matches('`').count() == 2;
                let is_whole = is_command || !line.trim().contains(' ');
                assert!(line.width() <= look.width || is_whole, "{}: {line}", look.width);
            }
        }
    }
}
