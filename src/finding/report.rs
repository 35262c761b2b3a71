//! Everything that a run found.

use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, Place, Severity, SourceId};
use crate::text::Source;

/// A finding that the user has silenced, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Suppressed {
    /// What would have been reported.
    pub finding: Finding,
    /// By what.
    pub means: Means,
    /// The user's reason; empty for a baseline.
    pub reason: String,
    /// Where that is written; `None` for a baseline.
    pub place: Option<Place>,
}

/// What silences a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Means {
    /// A comment in the manifest.
    Comment,
    /// An annotation of the object or of its pod template.
    Annotation,
    /// An entry of the baseline.
    Baseline,
}

impl Means {
    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Annotation => "annotation",
            Self::Baseline => "baseline",
        }
    }
}

/// An entry of the baseline that no longer occurs, or occurs less often than it says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Obsolete {
    /// Rule, object, container and field, in words.
    pub identity: String,
    /// How often the baseline holds it.
    pub listed: usize,
    /// How often it was found.
    pub found: usize,
}

/// A file or document that was knowingly not linted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The file, as given.
    pub file: String,
    /// Why.
    pub reason: String,
}

/// Why a workload is not judged, though it was read and is known to the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// What made it is judged.
    Owned,
    /// What made it is not among the input, and another that it made is judged.
    Sibling,
    /// A ReplicaSet scaled to 0: what an earlier rollout left.
    Retired,
    /// The API server's image of a Pod that a kubelet reads from a file on its node.
    Mirror,
    /// A Pod that has ended, or is being deleted, and that nothing makes again.
    Ended,
}

impl Why {
    /// In words, to follow on a count.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owned => "copies made by controllers that are linted here",
            Self::Sibling => {
                "copies made by controllers that are not in the input; one of each controller's is linted"
            }
            Self::Retired => "scaled to 0, as rollouts leave them behind",
            Self::Mirror => "mirrors of static Pods; lint the manifests on their nodes",
            Self::Ended => "ended or being deleted, with no controller to make them again",
        }
    }
}

/// Workloads of one file that were read and knowingly not judged, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// The file, as given.
    pub file: String,
    /// Why.
    pub why: Why,
    /// How many, by kind.
    pub kinds: BTreeMap<String, usize>,
}

impl LeftOut {
    /// "40 Pods and 12 ReplicaSets: made by …".
    pub fn sentence(&self) -> String {
        let plural = |(kind, count): (&String, &usize)| match count {
            1 => format!("1 {kind}"),
            _ => format!("{count} {kind}s"),
        };
        let kinds: Vec<String> = self.kinds.iter().map(plural).collect();
        let kinds = match kinds.as_slice() {
            [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            all => all.concat(),
        };
        format!("{kinds}: {}", self.why.as_str())
    }
}

/// Input that could not be read or understood; the exit status is then 2.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trouble {
    /// The file, as given.
    pub file: String,
    /// Line from 1, when known.
    pub line: Option<usize>,
    /// Column from 1 in characters, when known.
    pub column: Option<usize>,
    /// Cause, whose fault it is, and the next step.
    pub message: String,
}

/// The counts of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Every target considered, whatever became of it.
    pub files: usize,
    /// Documents read (items of a List count as one document).
    pub documents: usize,
    /// Objects that carry a pod template, and Pods.
    pub workloads: usize,
    /// Those among the workloads that are a patch or a part of one that others complete: they are judged only by what
    /// they contain.
    pub patches: usize,
    /// Kubernetes objects of any kind: what is judged. 0 where the files hold something else.
    pub objects: usize,
    /// Manifests that git ignores, so that they are not among `files`.
    pub ignored: usize,
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity info.
    pub infos: usize,
    /// Findings that `--strict` would add: advice, and what cannot be known.
    pub only_strict: usize,
    /// Findings in changed files that were there at the merge base: with `--changed-since` they are not listed.
    pub older: usize,
    /// Findings silenced by comments and annotations.
    pub suppressed: usize,
    /// Findings that the baseline holds.
    pub baselined: usize,
    /// Files that were only read to know about; not among `files`.
    pub context_files: usize,
    /// Those of them that could not be read whole.
    pub context_unread: usize,
}

/// What became of the fixes of a run that makes them (`--fix`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FixesMade {
    /// How many were made, by the file as given.
    pub files: BTreeMap<String, usize>,
    /// Those that were not made.
    pub left: FixesLeft,
    /// Files that could not be written, each of which is trouble.
    pub unwritten: BTreeSet<String>,
}

/// Fixes that were not made, by what kept them from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FixesLeft {
    /// They hold a guess, which was not asked for.
    pub guesses: usize,
    /// Findings about text that a program has rendered, or that came through a pipe: what it was made of has to
    /// change.
    pub rendered: usize,
    /// The file is a symbolic link, or lies behind one.
    pub links: usize,
    /// They were tried, and would have brought trouble or another finding.
    pub harmful: usize,
}

/// Everything a run found, in its final order.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Sorted by file, position, rule, message.
    pub findings: Vec<Finding>,
    /// Sorted as the findings are.
    pub suppressed: Vec<Suppressed>,
    /// Entries of the baseline to prune; sorted.
    pub obsolete: Vec<Obsolete>,
    /// Sorted.
    pub skipped: Vec<Skipped>,
    /// Workloads that were read and not judged: copies that controllers made; sorted.
    pub left_out: Vec<LeftOut>,
    /// Sorted.
    pub trouble: Vec<Trouble>,
    /// The counts.
    pub summary: Summary,
    /// `None` of a run that makes no fixes.
    pub fixes_made: Option<FixesMade>,
    /// Commands that lint what this run could not see whole, the kustomizations and charts that were met;
    /// sorted, and the last line may count the rest.
    pub hints: Vec<String>,
    /// Notes for `--verbose`: what was read, joined and not judged; sorted.
    pub notes: Vec<String>,
    /// The texts that findings point into.
    pub sources: Vec<Source>,
    /// Those of them that were only read to know about them.
    pub context: BTreeSet<SourceId>,
    /// Those of them that overlays were built from: a finding in what was built is placed there.
    pub origins: BTreeSet<SourceId>,
    /// Those of them that fixes are for and `--fix` does not write: what was rendered, what is only known about, and
    /// what lies behind a symbolic link.
    pub unwritten: BTreeSet<SourceId>,
    /// The texts that were built of overlays.
    pub overlays: BTreeSet<SourceId>,
}

impl Report {
    /// Counts findings and what silenced them anew, after they were parted.
    pub fn recount(&mut self) {
        let count = |severity| self.findings.iter().filter(|finding| finding.severity == severity).count();
        let (errors, warnings, infos) =
            (count(Severity::Error), count(Severity::Warning), count(Severity::Info));
        let is_known = |one: &&Suppressed| one.means == Means::Baseline;
        let baselined = self.suppressed.iter().filter(is_known).count();
        let suppressed = self.suppressed.len() - baselined;
        self.summary = Summary { errors, warnings, infos, suppressed, baselined, ..self.summary };
    }

    /// What was not linted, whole files and single workloads, as a file and a reason; sorted.
    pub fn not_linted(&self) -> Vec<Skipped> {
        let left_out = self.left_out.iter().map(|one| {
            let reason = format!("not judged: {}", one.sentence());
            Skipped { file: one.file.clone(), reason }
        });
        let mut all: Vec<Skipped> = self.skipped.iter().cloned().chain(left_out).collect();
        all.sort();
        all
    }

    /// The source a place lies in.
    pub fn source(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(id.0)
    }
}
