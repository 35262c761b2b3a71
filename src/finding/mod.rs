//! What a lint run says: findings, what was skipped, what could not be read, and the counts.

mod chart;
pub(crate) mod identity;
mod interval;
mod report;
pub(crate) mod words;

pub use chart::{Bar, Chart, Instant, Mark, Part, Phase, Row};
pub use interval::Interval;
pub use report::{
    FixesLeft, FixesMade, LeftOut, Means, Obsolete, Report, Skipped, Summary, Suppressed, Trouble, Why,
};

use crate::edit;
pub use crate::edit::{Action, Language, Snippet, TextEdit};
pub use crate::manifest::id::ObjectRef;
pub use crate::manifest::place::{Place, Related};
pub use crate::text::{Position, Source, SourceId, Span};
pub use crate::yaml::{FieldPath, Step};

/// How bad a finding is; ordered, so that `severity >= threshold` reads as it sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Advice.
    Info,
    /// Fails under an ordinary event: a rollout, a restart, a drain, a scale-down.
    Warning,
    /// Kubernetes rejects it, or it fails every time.
    Error,
}

impl Severity {
    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What a rule reports.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule's id, such as `latest-tag`.
    pub rule: &'static str,
    /// Which of the rule's verdicts it is: a name that serves tests and statistics, and is no promise.
    pub verdict: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What: one sentence, lower-case start, no final period.
    pub message: String,
    /// Why: one to three sentences with this manifest's own numbers.
    pub why: String,
    /// The mend: prose, then text that can be pasted as it is (see [`Help`]).
    pub help: Help,
    /// The mend as a change of the text; `None` where there is none, or none that is sure to be one.
    pub fix: Option<Fix>,
    /// Links: the page of the rule first, then the documentation of Kubernetes that it rests on.
    pub docs: Vec<String>,
    /// The one place the finding is about.
    pub place: Place,
    /// A few words about that place that the message does not say, for a picture; no final period.
    pub label: Option<String>,
    /// Further places, in reading order.
    pub related: Vec<Related>,
    /// A picture of what happens when, where instants matter.
    pub chart: Option<Chart>,
    /// The object.
    pub object: ObjectRef,
    /// The container, if it is about one.
    pub container: Option<String>,
    /// The field in words that survive edits elsewhere: `containers[web].image` where the path of the
    /// place says `containers[0].image`. Set by the linter after the rule has run.
    pub field: String,
}

/// How to mend a finding.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Help {
    /// What to do, in a sentence.
    pub text: String,
    /// What is to be written, in the order in which it stands.
    pub snippets: Vec<Snippet>,
}

impl Help {
    /// A sentence, and YAML that it says what to do with.
    pub(crate) fn yaml(text: String, yaml: String) -> Self {
        let snippets = if yaml.is_empty() { Vec::new() } else { vec![Snippet::yaml(yaml)] };
        Self { text, snippets }
    }
}

/// A mend as a change of the text of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// It changes nothing but the fault, and holds no guess.
    pub is_safe: bool,
    /// The file. It is that of the object: the place of a finding may lie in another, as in a script that is
    /// mounted.
    pub source: SourceId,
    /// Sorted, and apart.
    pub edits: Vec<TextEdit>,
}

impl Fix {
    /// The text with its edits made; `None` for another text than that of its file.
    pub fn applied(&self, text: &str) -> Option<String> {
        edit::applied(text, 0, &self.edits)
    }
}

/// A finding, and the object that was judged.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    /// What was found.
    pub(crate) finding: Finding,
    /// The file of the object; the finding may lie in another, as in a script that it mounts.
    pub(crate) source: SourceId,
    /// Where the object stands in that file.
    pub(crate) object: Span,
    /// What other runs would report is kept for the suppressions and the baseline that it makes useful.
    pub(crate) reported_by: ReportedBy,
}

impl Judged {
    /// It is to be reported. What is not may have no words.
    pub(crate) fn is_shown(&self) -> bool {
        self.reported_by == ReportedBy::This
    }
}

/// Which runs report a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ReportedBy {
    /// This one.
    This,
    /// The same with `--strict`.
    Strict,
    /// One that reads more, or asks for more than what is new.
    Other,
}
