//! What is known of a rule beside how it finds: one entry, from which lists, SARIF, the schema of the
//! configuration, completion and the generated parts of the pages are made.

use super::RULES;
use super::options::Optional;
use super::release::Release;
use super::subject::Subject;
use super::verdict::Seen;
use crate::finding::Severity;

/// A rule: what it is called, how it is explained, and what it does.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Kebab-case, reads as "allow <id>"; never changes its meaning.
    pub id: &'static str,
    /// Names it had before. They are understood wherever a rule is named.
    pub aliases: &'static [&'static str],
    /// The part of the lifecycle it is about.
    pub group: Group,
    /// The severities its findings can have, the gravest first: that is the one it is known for.
    pub severities: &'static [Severity],
    /// The release that brought it.
    pub since: Release,
    /// Whether it is to be relied on.
    pub status: Status,
    /// Some of its findings carry a fix.
    pub fixable: bool,
    /// One sentence: what it reports.
    pub summary: &'static str,
    /// One paragraph: why that matters.
    pub reason: &'static str,
    /// What the configuration can tell it.
    pub(crate) options: Option<Optional>,
    /// The facts about Kubernetes that it goes by, by their ids.
    pub facts: &'static [&'static str],
    /// Where the documentation of Kubernetes says so, the closest first: every finding leads there.
    pub docs: &'static [Link],
    /// Its page, in Markdown.
    pub page: &'static str,
    /// The names of its verdicts: what can be so.
    pub verdicts: &'static [&'static str],
    /// How it finds.
    pub(crate) check: Check,
}

/// A rule is told from others by its id.
impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}

/// Where the pages of the rules are published, each in a directory of its id. The one place that says so.
const PAGES: &str = "https://kubectl-lifecycle.github.io/kubectl-lifecycle/rules";

impl Rule {
    /// The address of its page.
    pub fn url(&self) -> String {
        format!("{PAGES}/{}/", self.id)
    }

    /// Where its findings lead: to its page, and to the closest place in the documentation of Kubernetes.
    pub(crate) fn links(&self) -> Vec<String> {
        let closest = self.docs.first().map(|link| link.url.to_owned());
        std::iter::once(self.url()).chain(closest).collect()
    }

    /// The severity it is known for; a finding may be milder, as its page says.
    pub fn severity(&self) -> Severity {
        self.severities.first().copied().unwrap_or(Severity::Warning)
    }

    /// Its severities in words: `error, warning or info`.
    pub fn severities_in_words(&self) -> String {
        let words: Vec<&str> = self.severities.iter().map(|severity| severity.as_str()).collect();
        match words.split_last() {
            Some((last, [])) => (*last).to_owned(),
            Some((last, before)) => format!("{} or {last}", before.join(", ")),
            None => String::new(),
        }
    }

    /// It is called so, or was.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.id == name || self.aliases.contains(&name)
    }
}

/// The part of the lifecycle that a rule is about. A group is named like a rule, and stands for all of its
/// rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// What hooks do.
    Hook,
    /// How a container stops.
    Stop,
    /// How a container starts.
    Start,
    /// How Pods are replaced.
    Rollout,
    /// What a drain of a node may take down.
    Disruption,
    /// How work that is to end gets done.
    Job,
    /// What Pods write.
    Data,
    /// What runs.
    Image,
    /// What Kubernetes makes of the text.
    Manifest,
    /// What silences findings.
    Suppression,
}

impl Group {
    /// Every group, in the order of the catalogue.
    pub const ALL: &'static [Self] = &[
        Self::Hook,
        Self::Stop,
        Self::Start,
        Self::Rollout,
        Self::Disruption,
        Self::Job,
        Self::Data,
        Self::Image,
        Self::Manifest,
        Self::Suppression,
    ];

    /// What it is called.
    pub fn id(self) -> &'static str {
        match self {
            Self::Hook => "hook",
            Self::Stop => "stop",
            Self::Start => "start",
            Self::Rollout => "rollout",
            Self::Disruption => "disruption",
            Self::Job => "job",
            Self::Data => "data",
            Self::Image => "image",
            Self::Manifest => "manifest",
            Self::Suppression => "suppression",
        }
    }

    /// One sentence: what its rules are about.
    pub fn summary(self) -> &'static str {
        match self {
            Self::Hook => "What hooks do, and whether they can.",
            Self::Stop => "How a container stops: preStop, stop signal, grace period, kill.",
            Self::Start => "How a container starts and becomes ready: init containers, probes.",
            Self::Rollout => "How Pods are replaced by new ones, and who replaces them.",
            Self::Disruption => "What a drain of a node may take down, and whether it gets done.",
            Self::Job => "How work that is to end gets done: Jobs, CronJobs, deadlines, schedules.",
            Self::Data => "What outlives a container and a Pod, and what does not.",
            Self::Image => "What code runs, and whether it can be had.",
            Self::Manifest => "What Kubernetes makes of the text.",
            Self::Suppression => "What silences findings, and whether it does.",
        }
    }
}

/// What a name stands for where rules are chosen.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Choice {
    /// All rules of a group.
    Group(Group),
    /// One rule.
    Rule(&'static Rule),
}

impl Choice {
    /// What is called so.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let group = Group::ALL.iter().find(|group| group.id() == name).copied().map(Self::Group);
        group.or_else(|| super::find(name).map(Self::Rule))
    }

    /// The rules that it stands for.
    pub(crate) fn rules(self) -> impl Iterator<Item = &'static Rule> {
        RULES.iter().filter(move |rule| match self {
            Self::Group(group) => rule.group == group,
            Self::Rule(one) => rule.id == one.id,
        })
    }
}

/// Whether a rule is to be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Its meaning stays.
    Stable,
}

impl Status {
    /// In a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stable => "stable",
        }
    }
}

/// A place in the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// What it is about, as a reader would look for it.
    pub title: &'static str,
    /// Its address.
    pub url: &'static str,
}

/// How a rule finds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Check {
    /// Adds what is so in one object.
    Object(for<'s> fn(&'s Subject<'s>, &mut Vec<Seen<'s>>)),
    /// By the pass over suppressions, after all other rules: it is about their findings.
    Suppressions,
}
