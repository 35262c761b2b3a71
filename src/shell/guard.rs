//! What is known about the world where a command stands, because something was asked before.

/// Something that holds where a command stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Guard {
    /// The path is not there.
    Absent(String),
    /// The path is there.
    Present(String),
    /// Something was asked whose answer may differ on a second run.
    Asked,
}

/// How many guards are kept; beyond, something is taken to have been asked.
const MOST: usize = 64;

/// What holds after a command has succeeded, and after it has failed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Answer {
    pub(super) yes: Vec<Guard>,
    pub(super) no: Vec<Guard>,
}

impl Answer {
    /// The answer of a `!` in front.
    pub(super) fn negated(self) -> Self {
        Self { yes: self.no, no: self.yes }
    }
}

/// Takes in what holds from here on.
pub(super) fn know(guards: &mut Vec<Guard>, more: impl IntoIterator<Item = Guard>) {
    for guard in more {
        let guard = if guards.len() < MOST { guard } else { Guard::Asked };
        if !guards.contains(&guard) {
            guards.push(guard);
        }
    }
}

/// What holds where two ways meet, of which neither holds all there are: what both say, and that
/// something was asked when each says more.
pub(super) fn meet(one: Vec<Guard>, other: &[Guard]) -> Vec<Guard> {
    let says_more = other.iter().any(|guard| !one.contains(guard));
    let before = one.len();
    let mut both: Vec<Guard> = one.into_iter().filter(|guard| other.contains(guard)).collect();
    if both.len() < before && says_more {
        know(&mut both, [Guard::Asked]);
    }
    both
}

/// What `guards` hold beyond `known`.
pub(super) fn beyond(guards: &[Guard], known: &[Guard]) -> Vec<Guard> {
    guards.iter().filter(|guard| !known.contains(guard)).cloned().collect()
}
