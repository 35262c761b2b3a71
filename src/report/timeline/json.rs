//! Timelines for machines: JSON, version 1. Fields are added, never changed, within a version.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use strum::VariantNames;

use super::Shown;
use crate::finding::{ObjectRef, Place};
use crate::report::shared::chart::json::{JsonChart, JsonInterval};
use crate::report::shared::json;
use crate::timeline::{Event, Story, Timeline, What};

/// The version of the format.
const VERSION: u32 = 1;

/// Writes all of it.
pub(super) fn write(shown: &Shown<'_>, out: &mut dyn Write) -> io::Result<()> {
    let told: Vec<Vec<Told>> = shown
        .timelines
        .iter()
        .map(|timeline| shown.stories.iter().map(|story| Told::of(timeline, *story)).collect())
        .collect();
    json::to_writer(&JsonTimelines::of(shown, &told), out)
}

/// A story, computed.
struct Told {
    story: Story,
    untold: Option<&'static str>,
    chart: Option<crate::finding::Chart>,
    events: Vec<Event>,
}

impl Told {
    fn of(timeline: &Timeline, story: Story) -> Self {
        let untold = timeline.untold(story);
        let chart = timeline.chart(story).filter(|_| untold.is_none());
        Self { story, untold, chart, events: timeline.events(story) }
    }
}

/// What `kubectl lifecycle timeline -o json` writes. Lines count from 1. Fields are added within a version, and
/// never changed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Timelines")]
struct JsonTimelines<'a> {
    /// The version of this format: 1.
    version: u32,
    /// One of each workload, in the order of the files.
    timelines: Vec<JsonTimeline<'a>>,
    /// Workloads that have none.
    without: Vec<JsonWithout<'a>>,
    /// Files and documents that were knowingly not read.
    skipped: Vec<JsonSkipped<'a>>,
    /// What could not be read or understood; the exit status is then 2.
    trouble: Vec<JsonTrouble<'a>>,
}

/// What happens to the Pods of a workload.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Timeline")]
struct JsonTimeline<'a> {
    /// The workload.
    object: JsonObject<'a>,
    /// The file it was read from, as given.
    file: &'a str,
    /// What was asked for.
    stories: Vec<JsonStory<'a>>,
}

/// Something that happens to a Pod from a first moment on.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Story")]
struct JsonStory<'a> {
    /// Which.
    #[schemars(extend("enum" = ["start", "stop", "rollout", "drain", "liveness", "replacement"]))]
    story: &'a str,
    /// Why there is nothing to be told; null where there is.
    untold: Option<&'a str>,
    /// A drawing of it; null where there is nothing to draw.
    chart: Option<JsonChart<'a>>,
    /// In the order of time.
    events: Vec<JsonEvent<'a>>,
    /// How the workload replaces its Pods, of a rollout; null else.
    rollout: Option<JsonRollout<'a>>,
}

/// Something that happens.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Event")]
struct JsonEvent<'a> {
    /// What.
    #[schemars(extend("enum" = What::VARIANTS))]
    what: &'static str,
    /// To which container; null where it happens to the Pod.
    container: Option<&'a str>,
    /// In which of two Pods, where one replaces the other; null else.
    #[schemars(extend("enum" = ["old", "new", null]))]
    pod: Option<&'static str>,
    /// When, in seconds since the story begins.
    when: JsonInterval,
    /// It happens at each run.
    surely: bool,
    /// When, what and why, in one sentence without a final period.
    sentence: String,
    /// What decides.
    places: Vec<JsonPlace<'a>>,
}

/// How a workload replaces its Pods.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Rollout")]
struct JsonRollout<'a> {
    /// In one sentence without a final period.
    sentence: String,
    /// How many Pods are replaced; null where that is not known.
    pods: Option<i64>,
    /// How many at once, at most; null where that is not known.
    at_once: Option<i64>,
    /// How long it takes at least, in seconds; null where nothing is replaced by itself.
    at_least: Option<f64>,
    /// How long it may go on without progress, in seconds; null without a limit.
    deadline: Option<f64>,
    /// It cannot succeed: the deadline comes before the first progress.
    is_stuck: bool,
    /// What decides.
    places: Vec<JsonPlace<'a>>,
}

/// A line of a file.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Place")]
struct JsonPlace<'a> {
    /// The file, as given.
    file: &'a str,
    /// The line, from 1.
    line: usize,
    /// The command whose output the line counts in, where it is not that of the file.
    rendered: Option<&'a str>,
    /// The field, from the object's root.
    path: String,
}

/// A workload without a timeline.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Without")]
struct JsonWithout<'a> {
    /// The workload.
    object: JsonObject<'a>,
    /// The file it was read from, as given.
    file: &'a str,
    /// Why.
    reason: &'a str,
}

/// Something that was not read.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Skipped")]
struct JsonSkipped<'a> {
    /// The file, as given.
    file: &'a str,
    /// Why.
    reason: &'a str,
}

/// Something that could not be read.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Trouble")]
struct JsonTrouble<'a> {
    /// The file, as given.
    file: &'a str,
    /// The line, from 1, when known.
    line: Option<usize>,
    /// The column, from 1, when known.
    column: Option<usize>,
    /// Cause, whose fault it is, and the next step.
    message: &'a str,
}

/// An object.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Object")]
struct JsonObject<'a> {
    /// `apps/v1`.
    api_version: &'a str,
    /// `Deployment`.
    kind: &'a str,
    /// As written; null where the object names none.
    namespace: Option<&'a str>,
    /// As written; empty where the object has none.
    name: &'a str,
}

impl<'a> JsonObject<'a> {
    fn of(object: &'a ObjectRef) -> Self {
        let ObjectRef { api_version, kind, namespace, name } = object;
        Self { api_version, kind, namespace: namespace.as_deref(), name }
    }
}

impl<'a> JsonTimelines<'a> {
    fn of(shown: &'a Shown<'a>, told: &'a [Vec<Told>]) -> Self {
        let timelines = shown.timelines.iter().zip(told).map(|(timeline, told)| JsonTimeline {
            object: JsonObject::of(&timeline.object),
            file: shown.file(timeline.source),
            stories: told.iter().map(|told| JsonStory::of(shown, timeline, told)).collect(),
        });
        let without = shown.without.iter().map(|one| JsonWithout {
            object: JsonObject::of(&one.object),
            file: shown.file(one.source),
            reason: one.reason,
        });
        let skipped = shown.run.skipped.iter();
        let trouble = shown.run.trouble.iter().map(|one| JsonTrouble {
            file: &one.file,
            line: one.line,
            column: one.column,
            message: &one.message,
        });
        Self {
            version: VERSION,
            timelines: timelines.collect(),
            without: without.collect(),
            skipped: skipped.map(|one| JsonSkipped { file: &one.file, reason: &one.reason }).collect(),
            trouble: trouble.collect(),
        }
    }
}

impl<'a> JsonStory<'a> {
    fn of(shown: &'a Shown<'a>, timeline: &'a Timeline, told: &'a Told) -> Self {
        let places =
            |because: &'a [Place]| because.iter().filter_map(|place| JsonPlace::of(shown, place)).collect();
        let events = told.events.iter().map(|event| JsonEvent {
            what: (&event.what).into(),
            container: event.container.as_deref(),
            pod: event.pod.map(|pod| pod.as_str()),
            when: JsonInterval::of(event.when),
            surely: event.surely,
            sentence: event.sentence(),
            places: places(&event.because),
        });
        let rollout = timeline.rollout.as_ref().filter(|_| told.story == Story::Rollout);
        Self {
            story: super::name(told.story),
            untold: told.untold,
            chart: told.chart.as_ref().map(JsonChart::of),
            events: events.collect(),
            rollout: rollout.map(|rollout| JsonRollout {
                sentence: format!("a rollout {}", rollout.sentence()),
                pods: rollout.pods,
                at_once: rollout.at_once,
                at_least: rollout.at_least,
                deadline: rollout.deadline,
                is_stuck: rollout.is_stuck,
                places: places(&rollout.because),
            }),
        }
    }
}

impl<'a> JsonPlace<'a> {
    fn of(shown: &'a Shown<'a>, place: &Place) -> Option<Self> {
        let (file, line, rendered) = shown.line(place)?;
        Some(Self { file, line, rendered, path: place.path.to_string() })
    }
}

/// The schema of what is written.
#[cfg(test)]
pub(super) fn schema() -> serde_json::Value {
    let generator = schemars::generate::SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.into_root_schema_for::<JsonTimelines<'_>>().to_value()
}
