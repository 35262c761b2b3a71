//! What kubectl keeps of a mapping: the last of two equal keys (fact L3), with merged keys folded in
//! (fact L4).

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::kind::Kind;
use super::node::Node;
use super::record::NodeId;
use super::style::Style;

/// Few keys are compared sooner than hashed.
const FEW: usize = 16;

/// What becomes of a mapping that holds more, or less, than is written in it.
pub(super) struct Folded {
    /// Keys with their values.
    pub(super) entries: Vec<[NodeId; 2]>,
    /// Keys that are dropped, each with the one that is kept in its place.
    pub(super) dropped: Vec<[NodeId; 2]>,
}

/// `None` for a mapping of which kubectl keeps every pair as it is written.
pub(super) fn fold(mapping: Node<'_>) -> Option<Folded> {
    if is_kept_whole(mapping) {
        return None;
    }
    let mut kept = Kept::default();
    let mut dropped = Vec::new();
    for (key, value) in mapping.entries() {
        let pair = [key.id(), value.id()];
        match key.text() {
            Some("<<") if is_merge(key) => kept.merge(value),
            Some(name) => {
                let earlier = kept.put(name, pair);
                // A key that replaces one that was merged in before it is no duplicate.
                if let Some(earlier) = earlier.filter(|_| !kept.merged.remove(name)) {
                    dropped.push([earlier, key.id()]);
                }
            }
            None => kept.entries.push(pair),
        }
    }
    Some(Folded { entries: kept.entries, dropped })
}

/// No key stands twice, and none merges.
fn is_kept_whole(mapping: Node<'_>) -> bool {
    let keys = mapping.entries().map(|(key, _)| key);
    let mut names = keys.filter_map(|key| Some((key, key.text()?)));
    if mapping.entry_ids().len() > FEW {
        let mut seen = HashSet::with_capacity(mapping.entry_ids().len());
        return names.all(|(key, name)| seen.insert(name) && !(name == "<<" && is_merge(key)));
    }
    let mut seen = [""; FEW];
    names.enumerate().all(|(count, (key, name))| {
        let is_new = !seen.iter().take(count).any(|other| *other == name);
        if let Some(slot) = seen.get_mut(count) {
            *slot = name;
        }
        is_new && !(name == "<<" && is_merge(key))
    })
}

/// In quotes, or by an alias, `<<` is a key like others.
fn is_merge(key: Node<'_>) -> bool {
    key.alias_span().is_none() && key.style() == Style::Plain
}

/// What is kept so far.
#[derive(Default)]
struct Kept<'t> {
    entries: Vec<[NodeId; 2]>,
    /// Where the entry of a key is.
    by_name: HashMap<&'t str, usize>,
    /// Keys whose entry was merged in.
    merged: HashSet<&'t str>,
}

impl<'t> Kept<'t> {
    /// Puts an entry in the place of the one that has the same key, and gives the key of that.
    fn put(&mut self, name: &'t str, pair: [NodeId; 2]) -> Option<NodeId> {
        match self.by_name.entry(name) {
            Entry::Occupied(at) => {
                let slot = self.entries.get_mut(*at.get())?;
                let [earlier, _] = std::mem::replace(slot, pair);
                Some(earlier)
            }
            Entry::Vacant(place) => {
                place.insert(self.entries.len());
                self.entries.push(pair);
                None
            }
        }
    }

    /// Folds the keys of what a merge key names into the mapping, where the merge key stands: they
    /// replace keys before it and are replaced by keys after it, as kubectl has it. Of a list of
    /// mappings the first wins.
    fn merge(&mut self, source: Node<'t>) {
        if source.kind() != Kind::Sequence {
            return self.merge_one(source);
        }
        for id in source.item_ids().iter().rev() {
            self.merge_one(source.tree().node(*id));
        }
    }

    fn merge_one(&mut self, source: Node<'t>) {
        for (key, value) in source.entries() {
            let Some(name) = key.text() else { continue };
            self.put(name, [key.id(), value.id()]);
            self.merged.insert(name);
        }
    }
}
