//! Timelines are held to what real kubelets did: `testdata/_kubelet/`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use kubectl_lifecycle::lint::{Input, KubernetesVersion, Options, timelines};
use kubectl_lifecycle::timeline::{Answers, Deletion, Event, Given, OnSignal, Program, Timeline, What};

use crate::tool::{entries, repository};

/// How exact the measures are, in seconds: repeated runs differ by that.
const TOLERANCE: f64 = 0.3;
/// How much wider an interval may be for a kubelet that looks at its containers once a second.
const RELIST: f64 = 1.0;
/// How much wider it may be for each postStart that is waited for: to start a container and its hook takes
/// that on top.
const STEP: f64 = 0.25;
/// How much wider that of a kill may be where a hook does not take whole seconds: they are counted down.
const WHOLE_SECOND: f64 = 1.0;

/// One file.
struct Experiment {
    path: PathBuf,
    given: Given,
    /// Containers of which nothing says how long their hooks take, or whether their programs hear of the
    /// signal.
    undecided: BTreeSet<String>,
    /// Containers whose hooks or waits end so near to a whole second that they may be counted as one.
    counted: BTreeSet<String>,
    /// How many postStart hooks have to be over before the kubelet begins.
    post_starts: usize,
    /// How many sidecars are started before the others.
    sidecars: usize,
    /// It has a probe that its containers have to pass.
    is_probed: bool,
    measured: BTreeMap<String, Measured>,
}

/// What one kubelet did.
#[derive(Default)]
struct Measured {
    /// Container, event and seconds.
    events: Vec<(String, String, f64)>,
    /// So long nothing happened.
    nothing_for: Option<f64>,
}

fn number(text: &str) -> f64 {
    text.trim().trim_end_matches(" s").parse().unwrap_or_else(|_| panic!("no number of seconds: {text}"))
}

impl Experiment {
    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let mut one = Self {
            path: path.to_owned(),
            given: Given::default(),
            undecided: BTreeSet::new(),
            counted: BTreeSet::new(),
            post_starts: text.matches("postStart:").count(),
            sidecars: text.matches("restartPolicy: Always").count(),
            is_probed: text.contains("readinessProbe:") || text.contains("startupProbe:"),
            measured: BTreeMap::new(),
        };
        let header = text.lines().skip(1).map_while(|line| line.strip_prefix("# "));
        for line in header {
            let (key, value) = line.split_once(": ").unwrap_or_else(|| panic!("{path:?}: {line}"));
            match key.split_once(' ').unwrap_or((key, "")) {
                ("gates", _) => {
                    let (gate, on) = value.split_once('=').unwrap();
                    one.given.gates.insert(gate.to_owned(), on == "true");
                }
                ("delete-grace", _) => one.given.delete_grace = Some(number(value) as i64),
                ("deleted-after", _) => one.given.deleted = Deletion::After(number(value)),
                ("program", name) => _ = one.given.programs.insert(name.to_owned(), program(value)),
                ("undecided", _) => {
                    let (container, what) = value.split_once(' ').unwrap();
                    assert!(matches!(what, "hook" | "signal"), "{path:?}: {line}");
                    one.undecided.insert(container.to_owned());
                }
                ("counted", _) => _ = one.counted.insert(value.to_owned()),
                ("measured", version) => one.measured.entry(version.to_owned()).or_default().add(value),
                _ => panic!("{path:?}: {line}"),
            }
        }
        assert!(!one.measured.is_empty(), "{path:?} measures nothing");
        one
    }

    fn predicted(&self, version: &str) -> Timeline {
        let mut options = Options::of([Input::path(&self.path)]);
        options.settings.kubernetes_version = version.parse().unwrap();
        let mut timelines = timelines(&options, &self.given).timelines;
        assert_eq!(timelines.len(), 1, "{:?}", self.path);
        timelines.remove(0)
    }

    /// What is wrong with the prediction for one kubelet.
    fn faults(&self, version: &str, measured: &Measured) -> Vec<String> {
        let timeline = self.predicted(version);
        let mut faults = Vec::new();
        for (container, event, at) in &measured.events {
            let Some(found) = find(&timeline, container, event) else {
                faults.push(format!("{container} {event} at {at} s is not predicted"));
                continue;
            };
            // That of the start is told since the start.
            let shift = match (event.as_str(), self.given.deleted) {
                ("postStart ends", Deletion::After(after)) => after,
                _ => 0.0,
            };
            let when = found.when;
            let earliest = when.earliest - shift;
            let latest = when.latest.map_or(f64::INFINITY, |latest| latest - shift);
            if *at < earliest - TOLERANCE || *at > latest + TOLERANCE {
                faults.push(format!("{container} {event} at {at} s, predicted {}", when.words()));
            }
            let most = self.width(version, container, event);
            if when.width() > most + 1e-9 {
                faults.push(format!("{container} {event}: {} is wider than {most} s", when.words()));
            }
        }
        faults.extend(self.not_measured(&timeline, measured));
        faults
    }

    /// How wide the interval of an event may be: as wide as what is unknown.
    fn width(&self, version: &str, container: &str, event: &str) -> f64 {
        let is_old = version.parse::<KubernetesVersion>().unwrap().minor < 36;
        // It may just have done something with the Pod.
        let is_given = matches!(self.given.deleted, Deletion::After(_));
        let on_the_way = if is_given { 1 + self.sidecars } else { 0 };
        // With a probe that has just passed it may have done so twice.
        let probed = usize::from(is_given && self.is_probed && !is_old);
        let looks = (usize::from(is_old) + on_the_way + probed) as f64;
        let undecided = if self.undecided.contains(container) { 30.0 } else { 0.0 };
        let is_counted = self.counted.contains(container) && matches!(event, "signal" | "kill" | "ends");
        let counted = if is_counted { WHOLE_SECOND } else { 0.0 };
        looks * RELIST + self.post_starts as f64 * STEP + undecided + counted
    }

    /// Stop signals and kills that are sure to come by the prediction, and did not.
    fn not_measured(&self, timeline: &Timeline, measured: &Measured) -> Vec<String> {
        let is_sure =
            |event: &&Event| event.surely && matches!(event.what, What::StopSignal { .. } | What::Kill);
        let watched = measured.nothing_for.unwrap_or(f64::INFINITY);
        let sure = timeline.shutdown.iter().filter(is_sure).filter(|event| event.when.earliest < watched);
        let was_measured = |event: &Event| {
            let name = if event.what == What::Kill { "kill" } else { "signal" };
            let container = event.container.as_deref().unwrap();
            measured.events.iter().any(|(of, what, _)| of == container && what == name)
        };
        sure.filter(|event| !was_measured(event))
            .map(|event| format!("did not come: {}", event.sentence()))
            .collect()
    }
}

impl Measured {
    fn add(&mut self, text: &str) {
        if let Some(seconds) = text.strip_prefix("nothing for ") {
            self.nothing_for = Some(number(seconds));
            return;
        }
        let (container, rest) = text.split_once(' ').unwrap();
        let rest = rest.strip_suffix(" s").unwrap();
        let (event, seconds) = rest.rsplit_once(' ').unwrap();
        self.events.push((container.to_owned(), event.to_owned(), number(seconds)));
    }
}

fn program(text: &str) -> Program {
    let mut program = Program::default();
    for part in text.split(", ") {
        let seconds = |start: &str, end: &str| {
            part.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)).map(number)
        };
        if part == "ignores the stop signal" {
            program.on_signal = OnSignal::Ignores;
        } else if let Some(after) = seconds("ends ", " s after the stop signal") {
            program.on_signal = OnSignal::EndsAfter(after);
        } else if let Some(signal) = part.strip_prefix("also on ") {
            program.also_on.push(signal.to_owned());
        } else if part == "never ends by itself" {
            program.runs = Some(f64::INFINITY);
        } else if let Some(after) = seconds("ends by itself after ", " s") {
            program.runs = Some(after);
        } else if part == "refuses" {
            program.answers = Answers::Refuses;
        } else if let Some(after) = seconds("answers after ", " s") {
            program.answers = Answers::After(after);
        } else {
            panic!("what does the program do: {part}");
        }
    }
    program
}

/// The event of a timeline that a name of a measure means.
pub(crate) fn find<'t>(timeline: &'t Timeline, container: &str, event: &str) -> Option<&'t Event> {
    let stopping = |is: fn(&What) -> bool| timeline.stopping(Some(container), is);
    match event {
        "preStop begins" => stopping(|what| *what == What::PreStopBegins),
        "preStop ends" => stopping(|what| matches!(what, What::PreStopEnds { .. })),
        "told" => stopping(|what| *what == What::ToldByHook),
        "signal" => stopping(|what| matches!(what, What::StopSignal { .. })),
        "kill" => stopping(|what| *what == What::Kill),
        "ends" => stopping(|what| *what == What::Ends),
        "held" => timeline.stopping(None, |what| *what == What::PodEnds),
        "postStart ends" => timeline.starting(Some(container), |what| *what == What::PostStartEnds),
        _ => panic!("no such event: {event}"),
    }
}

/// What was measured on a version: container, event and seconds.
pub(crate) fn measured(path: &Path, version: &str) -> Vec<(String, String, f64)> {
    Experiment::read(path).measured.remove(version).map_or_else(Vec::new, |measured| measured.events)
}

fn experiments() -> Vec<Experiment> {
    let all = entries(&repository("testdata/_kubelet"));
    let files = all.iter().filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    files.map(|path| Experiment::read(path)).collect()
}

#[test]
fn every_instant_that_was_measured_lies_in_its_interval_which_is_narrow() {
    let mut faults = Vec::new();
    let mut counts = BTreeMap::new();
    for one in experiments() {
        for (version, measured) in &one.measured {
            *counts.entry(version.clone()).or_insert(0) += 1;
            let name = one.path.file_stem().unwrap().to_string_lossy().into_owned();
            let found = one.faults(version, measured);
            faults.extend(found.into_iter().map(|fault| format!("{name} on {version}: {fault}")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(counts["v1.36.3"] >= 55 && counts["v1.34.4"] >= 44, "{counts:?}");
}

/// The check itself can fail.
#[test]
fn a_wrong_prediction_would_be_told() {
    let path = repository("testdata/_kubelet/exec-sleep-cut-and-killed.yaml");
    let right = Experiment::read(&path);
    let mut wrong = Experiment::read(&path);
    wrong.given.delete_grace = Some(9);
    let measured = &right.measured["v1.36.3"];
    assert!(right.faults("v1.36.3", measured).is_empty());
    assert!(wrong.faults("v1.36.3", measured).iter().any(|fault| fault.contains("signal at 5.03 s")));
    wrong.given = Given::default();
    let kill = wrong.faults("v1.36.3", &Measured::default());
    assert!(kill.iter().any(|fault| fault.contains("did not come: 5 s: the stop signal")), "{kill:?}");
    // Of a program of which nothing is known the end may be anywhere: too wide to prove anything.
    let wide = wrong.faults("v1.36.3", measured);
    assert!(wide.iter().any(|fault| fault.contains("is wider than")), "{wide:?}");
}

/// Whoever does not know when a Pod was deleted still gets intervals that hold: a postStart that runs may
/// hold the deletion up for all of its time.
#[test]
fn a_deletion_at_any_time_may_be_held_up_by_a_post_start() {
    let mut count = 0;
    for mut one in experiments() {
        let name = one.path.file_stem().unwrap().to_string_lossy().into_owned();
        if !name.starts_with("poststart-") {
            continue;
        }
        one.given.deleted = Deletion::AtAnyTime;
        for (version, measured) in &one.measured {
            let since_deletion = measured.events.iter().filter(|(_, event, _)| event != "postStart ends");
            let events = since_deletion.cloned().collect();
            let found = one.faults(version, &Measured { events, nothing_for: Some(0.0) });
            let wrong: Vec<String> =
                found.into_iter().filter(|fault| !fault.contains("is wider than")).collect();
            assert!(wrong.is_empty(), "{name} on {version}: {wrong:?}");
            // All that is unknown is when in the time of its hooks.
            let signals = one.predicted(version).shutdown;
            let signals = signals.iter().filter(|event| matches!(event.what, What::StopSignal { .. }));
            let bounded = signals.filter(|event| event.when.latest.is_some()).count();
            assert!(bounded > 0, "{name} on {version}");
            count += 1;
        }
    }
    assert!(count >= 10, "{count}");
}
