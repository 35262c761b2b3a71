//! A command that may be found, and the judgement once the whole script is known.

use super::call::Call;
use super::fold::Fold;
use super::ground::{exists_already, ground, is_device, within};
use super::{Context, Ground, Harm, Repeat, Replaced};
use crate::finding::Severity;
use crate::programs::{SecondRun, Target};
use crate::shell::{Guard, Step, Value, Words};
use crate::text::Span;

/// What has to happen in the script for `test && command` to have another outcome the next time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Flip {
    /// The path is made.
    Made(String),
    /// The path is removed.
    Removed(String),
    /// It is known to have one.
    Certain,
}

/// A command whose second run may do harm.
#[derive(Debug, Clone)]
pub(super) struct Candidate<'s> {
    /// What the table says of it.
    pub(super) row: SecondRun,
    /// The row of the catalogue, for what may undo it.
    pub(super) listed: Option<&'static SecondRun>,
    /// Where it stands in the command line.
    pub(super) words: Words,
    /// As written.
    pub(super) written: String,
    /// The words that make it safe.
    pub(super) mend: String,
    /// What those take the place of.
    pub(super) replaced: Option<Replaced>,
    /// Its failing reaches the hook's exit status.
    pub(super) kills: bool,
    /// Its failing makes a loop go on for ever.
    pub(super) repeats: bool,
    /// The paths that decide whether the second run does harm.
    pub(super) paths: Vec<String>,
    /// Further paths that say where the harm lies.
    pub(super) grounds: Vec<String>,
    /// What stands in front of it.
    pub(super) guards: Vec<Guard>,
    /// An earlier command may have made any file.
    pub(super) maker_before: bool,
    /// It is a last test.
    pub(super) flip: Option<Flip>,
    /// The call, for what may undo it.
    pub(super) call: Option<Call<'s>>,
}

impl Candidate<'_> {
    /// A candidate about which nothing more is known.
    pub(super) fn new(row: &SecondRun, step: &Step, span: Span) -> Self {
        let written = step.written(span).to_owned();
        Self {
            row: *row,
            listed: None,
            words: step.words(span),
            mend: written.clone(),
            replaced: Some(Replaced { words: step.words(span), written: written.clone() }),
            written,
            kills: false,
            repeats: false,
            paths: Vec::new(),
            grounds: Vec::new(),
            guards: step.guards.clone(),
            maker_before: false,
            flip: None,
            call: None,
        }
    }
}

/// Judges a candidate; `None` when the second run does no harm, or cannot be told to.
pub(super) fn judge(candidate: &Candidate<'_>, fold: &Fold<'_>) -> Option<Repeat> {
    let context = fold.context;
    let harmless = candidate.row.harm == Harm::Fails && !candidate.kills && !candidate.repeats;
    if harmless || !flips(candidate, fold) || is_undone(candidate, fold) {
        return None;
    }
    let paths = harmful_paths(candidate, fold);
    if !candidate.paths.is_empty() && paths.is_empty() {
        return None;
    }
    let ground = worst_ground(candidate, &paths, context);
    if is_guarded(candidate, &ground, fold) || on_read_only(&ground, context) {
        return None;
    }
    // Whatever starts such a file anew loses what the kubelet wrote, and a marker goes with the own layer.
    let is_lost = matches!(ground, Ground::Sandbox | Ground::Rewritten) && !candidate.mend.contains("grep ");
    let (mend, replaced) = match is_lost {
        true => (String::new(), None),
        false => (candidate.mend.clone(), candidate.replaced.clone()),
    };
    let hangs = candidate.repeats && candidate.row.harm == Harm::Fails;
    Some(Repeat {
        words: candidate.words.clone(),
        command: one_line(&candidate.written),
        harm: candidate.row.harm,
        reason: reason(candidate),
        // `until mkdir LOCK` may be a lock, which a command that never fails is not.
        is_safely_mended: candidate.row.mend_is_safe && !mend.is_empty() && !hangs,
        mend,
        replaced,
        severity: severity(&ground, context),
        ground,
        kills: candidate.kills && candidate.row.harm == Harm::Fails,
        hangs,
    })
}

fn reason(candidate: &Candidate<'_>) -> String {
    if candidate.repeats && candidate.row.harm == Harm::Fails {
        return format!("{}, and the `until` loop repeats it for ever", candidate.row.reason);
    }
    candidate.row.reason.to_owned()
}

fn flips(candidate: &Candidate<'_>, fold: &Fold<'_>) -> bool {
    match &candidate.flip {
        None | Some(Flip::Certain) => true,
        Some(Flip::Made(path)) => fold.effects.makes_in(path) && !fold.effects.removes(path),
        Some(Flip::Removed(path)) => fold.effects.removes(path) && !fold.effects.makes_in(path),
    }
}

fn is_undone(candidate: &Candidate<'_>, fold: &Fold<'_>) -> bool {
    candidate.call.zip(candidate.listed).is_some_and(|(call, row)| fold.effects.undoes(row, &call))
}

/// The paths on which the rest of the script does not make the second run safe.
fn harmful_paths(candidate: &Candidate<'_>, fold: &Fold<'_>) -> Vec<String> {
    let effects = &fold.effects;
    let harmful = |path: &&String| match candidate.row.target {
        Target::Makes | Target::Links | Target::Clones => {
            !effects.removes(path) && !exists_already(path, fold.context)
        }
        Target::Appends | Target::Edits => {
            !effects.removes(path) && !effects.starts_anew(path) && !is_device(path)
        }
        Target::Takes | Target::Moves => !candidate.maker_before && !effects.makes(path) && !is_device(path),
        _ => true,
    };
    candidate.paths.iter().filter(harmful).cloned().collect()
}

fn worst_ground(candidate: &Candidate<'_>, paths: &[String], context: &Context<'_>) -> Ground {
    let by_kind = match candidate.row.target {
        Target::Accounts => Some(Ground::Accounts),
        Target::Network => Some(Ground::Network),
        Target::Server if candidate.paths.is_empty() && candidate.flip.is_none() => Some(Ground::Server),
        _ => None,
    };
    let flip = match &candidate.flip {
        Some(Flip::Made(path) | Flip::Removed(path)) => Some(path),
        _ => None,
    };
    let all = paths.iter().chain(&candidate.grounds).chain(flip).map(|path| ground(path, context));
    by_kind.into_iter().chain(all).min_by_key(rank).unwrap_or(Ground::Unknown)
}

/// The worst first.
fn rank(ground: &Ground) -> usize {
    match ground {
        Ground::Volume(_) => 0,
        Ground::Sandbox => 1,
        Ground::Network => 2,
        Ground::Server => 3,
        Ground::Unknown => 4,
        Ground::OwnLayer | Ground::Rewritten => 5,
        Ground::Accounts => 6,
    }
}

/// A restart of the container keeps what lies there.
fn outlives(ground: &Ground) -> bool {
    matches!(ground, Ground::Volume(_) | Ground::Sandbox | Ground::Network)
}

fn is_guarded(candidate: &Candidate<'_>, whole: &Ground, fold: &Fold<'_>) -> bool {
    // A link lies where its name lies, wherever it points to.
    let own = match candidate.row.target {
        Target::Links => worst_ground(
            &Candidate { grounds: Vec::new(), ..candidate.clone() },
            &candidate.paths,
            fold.context,
        ),
        _ => whole.clone(),
    };
    // A marker on the own layer is gone after a restart, and what it guards is not (J1).
    let lasts = |marker: &str| {
        !(matches!(ground(marker, fold.context), Ground::OwnLayer | Ground::Rewritten) && outlives(&own))
    };
    candidate.guards.iter().any(|guard| match guard {
        Guard::Asked => true,
        Guard::Absent(marker) => lasts(marker),
        Guard::Present(path) if matches!(candidate.row.target, Target::Takes | Target::Moves) => {
            candidate.paths.iter().any(|taken| within(taken, path) || within(path, taken))
        }
        Guard::Present(path) => fold.effects.removes(path) && lasts(path),
    })
}

/// Writing there fails at the first run already.
fn on_read_only(ground: &Ground, context: &Context<'_>) -> bool {
    match ground {
        Ground::Volume(at) => context.mounts.get(*at).is_some_and(|mount| mount.read_only),
        _ => false,
    }
}

fn severity(ground: &Ground, context: &Context<'_>) -> Severity {
    match ground {
        Ground::OwnLayer | Ground::Rewritten | Ground::Accounts | Ground::Unknown => Severity::Info,
        // Nothing restarts the container: only a doubled delivery (B32) is left.
        _ if !context.restarts => Severity::Info,
        _ => Severity::Warning,
    }
}

/// Longest command that is shown whole, in characters.
const SHOWN: usize = 80;

fn one_line(written: &str) -> String {
    let joined = written.replace("\\\n", " ");
    let mut words = joined.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() > SHOWN {
        words = words.chars().take(SHOWN - 1).collect::<String>().trim_end().to_owned();
        words.push('…');
    }
    words
}

/// A file in which it can be kept that something was done: on a volume, if there is one.
pub(super) fn marker(context: &Context<'_>) -> String {
    let kept = context.mounts.iter().find(|mount| mount.survives && !mount.read_only && mount.path != "/");
    let folder = kept.map_or("/tmp", |mount| mount.path.trim_end_matches('/'));
    format!("{folder}/.poststart-done")
}

/// The last step of a path, for a mend.
pub(super) fn readable(path: &str) -> String {
    Value { text: path.to_owned(), ..Value::default() }.readable()
}
