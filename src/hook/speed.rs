//! How long it takes to understand one hook: `cargo test --release hook::speed -- --ignored --nocapture`.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use super::idempotency;
use super::{Exit, Stop, output, servers};
use crate::shell::traced::words;
use crate::text::Source;
use crate::yaml::{self, Kind, Node};

/// The most that the analysis of one hook may take, in the median and at worst.
const MEDIAN: Duration = Duration::from_micros(50);
const WORST: Duration = Duration::from_millis(100);

#[test]
#[ignore = "a measurement, for a release build on a calm machine"]
fn one_hook_is_understood_in_time() {
    let mut hooks = BTreeSet::new();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    for entry in walkdir::WalkDir::new(fixtures).into_iter().map(Result::unwrap) {
        if entry.path().extension().is_some_and(|extension| extension == "yaml") {
            let Ok(text) = std::fs::read_to_string(entry.path()) else { continue };
            for document in yaml::documents(&Source::new("hooks", text), false) {
                document.content.iter().for_each(|tree| collect(tree.root(), &mut hooks));
            }
        }
    }
    let mut times: Vec<(Duration, &Vec<String>)> = hooks.iter().map(|hook| (time(hook), hook)).collect();
    times.sort();
    let (median, (worst, slowest)) = (times[times.len() / 2].0, times.last().unwrap());
    let said = format!("{} hooks: median {median:?}, worst {worst:?}: {slowest:?}\n", hooks.len());
    std::io::stderr().write_all(said.as_bytes()).unwrap();
    assert!(hooks.len() > 250, "only {} hooks", hooks.len());
    assert!(median < MEDIAN, "{median:?}");
    assert!(*worst < WORST, "{worst:?}: {slowest:?}");
}

/// The commands of every `exec`.
fn collect(node: Node<'_>, hooks: &mut BTreeSet<Vec<String>>) {
    let command = node.get("exec").and_then(|exec| exec.get("command"));
    if let Some(command) = command.filter(|command| command.kind() == Kind::Sequence) {
        hooks.insert(command.items().filter_map(|item| item.text().map(str::to_owned)).collect());
    }
    node.entries().for_each(|(_, value)| collect(value, hooks));
    node.items().for_each(|item| collect(item, hooks));
}

/// The fastest of five.
fn time(hook: &[String]) -> Duration {
    let argv: Vec<&str> = hook.iter().map(String::as_str).collect();
    let once = || {
        let started = Instant::now();
        let trace = words(&argv);
        let folds = (super::Duration::of(&trace), Exit::of(&trace), Stop::of(&trace), servers(&trace));
        let written = (output::writes(&trace), output::only_prints(&trace), idempotency::made(&trace));
        std::hint::black_box((folds, written));
        started.elapsed()
    };
    (0..5).map(|_| once()).min().unwrap()
}
