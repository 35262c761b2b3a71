//! Paths: what a word names, and whether that place outlives the container.

use std::collections::BTreeMap;

use super::{Context, Ground};
use crate::shell::script::{Piece, Word};

/// Stands around the name of something whose value is not known, so that `$D/x` equals `$D/x`.
const UNKNOWN: char = '\u{1}';

/// What a word expands to, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Value {
    /// The text; unknown parts stand between two [`UNKNOWN`] marks.
    pub(super) text: String,
    /// It comes from looking at the world (`$(ls …)`), so a second run may see another value.
    pub(super) dynamic: bool,
    /// It is a new name at each run (`$(mktemp -d)`).
    pub(super) fresh: bool,
}

impl Value {
    /// A value that is known.
    pub(super) fn of(text: &str) -> Self {
        Self { text: text.replace(UNKNOWN, " "), ..Self::default() }
    }

    /// A value that is not known; equal names are taken for equal values.
    pub(super) fn unknown(name: &str) -> Self {
        Self { text: format!("{UNKNOWN}{name}{UNKNOWN}"), ..Self::default() }
    }

    /// The text, when all of it is known.
    pub(super) fn known(&self) -> Option<&str> {
        (!self.text.contains(UNKNOWN)).then_some(self.text.as_str())
    }

    /// The text with a placeholder for what is not known, for readers of other languages.
    pub(super) fn readable(&self) -> String {
        self.text.replace(UNKNOWN, "_")
    }

    fn append(&mut self, other: &Self) {
        self.text.push_str(&other.text);
        self.dynamic |= other.dynamic;
        self.fresh |= other.fresh;
    }
}

/// Values of the script's own variables.
pub(super) type Variables = BTreeMap<String, Value>;

/// What the words of a script expand to at one point of it.
#[derive(Debug, Clone)]
pub(super) struct Expander<'a> {
    /// The container's `env`.
    pub(super) env: &'a BTreeMap<String, Option<String>>,
    /// Variables the script has set, and its positional parameters.
    pub(super) variables: Variables,
    /// The working directory, as text of a [`Value`].
    pub(super) directory: String,
}

/// Longest text a word may expand to; more is cut into an unknown.
const LONGEST: usize = 64 * 1024;

impl<'a> Expander<'a> {
    /// The scope in which a hook starts.
    pub(super) fn new(context: &Context<'a>) -> Self {
        let directory = context.working_dir.map_or_else(|| Value::unknown("."), Value::of).text;
        Self { env: context.env, variables: Variables::new(), directory }
    }

    /// What a word expands to.
    pub(super) fn value(&self, word: &Word) -> Value {
        let mut value = Value::default();
        for (at, piece) in word.pieces.iter().enumerate() {
            value.append(&self.piece(piece, at == 0));
            if value.text.len() > LONGEST {
                return Value::unknown("long");
            }
        }
        value
    }

    fn piece(&self, piece: &Piece, first: bool) -> Value {
        match piece {
            Piece::Literal { text, quoted: false } if first && text.starts_with('~') => {
                let (home, rest) = text.split_at(text.find('/').unwrap_or(text.len()));
                let mut value = Value::unknown(home);
                value.append(&Value::of(rest));
                value
            }
            Piece::Literal { text, .. } => Value::of(text),
            Piece::Variable { name, default, changed } => {
                let mut value = self.variable(name, default.as_deref());
                if *changed {
                    value = Value { dynamic: value.dynamic, ..Value::unknown(name) };
                }
                value
            }
            Piece::Substitution(list) => super::guard::substitution(list),
            Piece::Arithmetic(expression) => Value::unknown(expression),
            Piece::Other(text) => Value::unknown(text),
        }
    }

    fn variable(&self, name: &str, default: Option<&Word>) -> Value {
        if name == "?" {
            return Value { dynamic: true, ..Value::unknown(name) };
        }
        if let Some(value) = self.variables.get(name) {
            return value.clone();
        }
        match (self.env.get(name), default) {
            (Some(Some(text)), _) => Value::of(text),
            (None, Some(default)) => self.value(default),
            _ => Value::unknown(name),
        }
    }

    /// The path a value names, made absolute and tidy.
    pub(super) fn path(&self, value: &Value) -> String {
        let text = &value.text;
        if text.starts_with('/') || text.starts_with(UNKNOWN) {
            tidy(text)
        } else {
            tidy(&format!("{}/{text}", self.directory))
        }
    }
}

/// A path without empty, `.` and `..` steps.
fn tidy(path: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|last| !last.contains(UNKNOWN) && *last != "..") => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    let root = if path.starts_with('/') { "/" } else { "" };
    format!("{root}{}", steps.join("/"))
}

/// `path` is `folder` or lies in it.
pub(super) fn within(path: &str, folder: &str) -> bool {
    folder == "/" || path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// `path` and every folder above it.
pub(super) fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.char_indices().filter(|(_, c)| *c == '/').map(|(at, _)| at);
    std::iter::once(path).chain(ends.filter_map(move |at| path.get(..at)).filter(|p| !p.is_empty()))
}

/// Files and folders that the kubelet mounts into every container, which a restart keeps.
const KUBELET: &[&str] =
    &["/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/dev/termination-log", "/dev/shm"];

/// Places where writing piles nothing up.
const DEVICES: &[&str] = &["/dev", "/proc", "/sys"];

/// Writing to `path` piles nothing up: a device, a descriptor, a kernel setting.
pub(super) fn is_device(path: &str) -> bool {
    DEVICES.iter().any(|folder| within(path, folder)) && !KUBELET.iter().any(|kept| within(path, kept))
}

/// Where a path lies, and so what a container restart leaves of it (J1).
pub(super) fn ground(path: &str, context: &Context<'_>) -> Ground {
    let known = path.split(UNKNOWN).next().unwrap_or_default();
    let surviving = || context.mounts.iter().enumerate().filter(|(_, mount)| mount.survives);
    if !known.starts_with('/') {
        return if surviving().next().is_none() { Ground::OwnLayer } else { Ground::Unknown };
    }
    if KUBELET.iter().any(|kept| within(known, kept)) {
        return Ground::Kubelet;
    }
    let whole = known.len() == path.len();
    let holds = |mount: &str| {
        let mount = mount.trim_end_matches('/');
        if whole { within(known, mount) || mount.is_empty() } else { known.starts_with(&format!("{mount}/")) }
    };
    let deepest = context
        .mounts
        .iter()
        .enumerate()
        .filter(|(_, mount)| holds(&mount.path))
        .max_by_key(|(_, mount)| mount.path.trim_end_matches('/').len());
    match deepest {
        Some((at, mount)) if mount.survives => Ground::Volume(at),
        Some(_) => Ground::OwnLayer,
        None if !whole && surviving().any(|(_, mount)| mount.path.starts_with(known)) => Ground::Unknown,
        None => Ground::OwnLayer,
    }
}

/// The path is a mount point or a folder above one: it exists before any hook runs.
pub(super) fn exists_already(path: &str, context: &Context<'_>) -> bool {
    path == "/" || context.mounts.iter().any(|mount| within(&tidy(&mount.path), path))
}
