//! What kubectl keeps of a mapping: the last of two equal keys (fact L3), with merged keys folded in
//! (fact L4).

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::kind::Kind;
use super::node::Node;
use super::record::NodeId;
use super::refused;
use super::style::Style;

/// Few keys are compared sooner than hashed.
const FEW: usize = 16;

/// What becomes of a mapping that holds more, or less, than is written in it.
pub(super) struct Folded {
    /// Keys with their values.
    pub(super) entries: Vec<[NodeId; 2]>,
    /// Keys that are dropped, each with the one that is kept in its place.
    pub(super) dropped: Vec<[NodeId; 2]>,
    /// Merge keys that kubectl refuses.
    pub(super) refused: Vec<NodeId>,
}

/// `None` for a mapping of which kubectl keeps every pair as it is written.
pub(super) fn fold(mapping: Node<'_>) -> Option<Folded> {
    if is_kept_whole(mapping) {
        return None;
    }
    let mut kept = Kept::default();
    let (mut dropped, mut refused) = (Vec::new(), Vec::new());
    for (key, value) in mapping.raw_entries() {
        let pair = [key.id(), value.id()];
        match key.text() {
            Some("<<") if is_merge(key) => {
                refused.extend(refused::is_no_merge(value).then_some(key.id()));
                kept.merge(value);
            }
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
    Some(Folded { entries: kept.entries, dropped, refused })
}

/// No key stands twice, and none merges.
fn is_kept_whole(mapping: Node<'_>) -> bool {
    let keys = mapping.raw_entries().map(|(key, _)| key);
    let mut names = keys.filter_map(|key| Some((key, key.text()?)));
    let count = mapping.raw_entry_ids().len();
    if count > FEW {
        let mut seen = HashSet::with_capacity(count);
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::text::Source;
    use crate::yaml::{Node, Tree, documents};

    fn tree(text: &str) -> Tree {
        documents(&Source::new("a", text), false).remove(0).content.unwrap()
    }

    fn words<'t>(entries: impl Iterator<Item = (Node<'t>, Node<'t>)>) -> String {
        let word = |node: Node<'t>| node.text().unwrap_or("…");
        let pairs: Vec<String> =
            entries.map(|(key, value)| format!("{}={}", word(key), word(value))).collect();
        pairs.join(" ")
    }

    /// What is written in the mapping under `a`, and what is kept of it.
    fn both(text: &str) -> [String; 2] {
        let tree = tree(text);
        let mapping = tree.root().get("a").unwrap();
        [words(mapping.raw_entries()), words(mapping.entries())]
    }

    #[test]
    fn a_key_that_stands_twice_is_written_twice_and_kept_once() {
        assert_eq!(both("a:\n  b: 1\n  c: 2\n  b: 3\n"), ["b=1 c=2 b=3", "b=3 c=2"]);
        assert_eq!(both("a: {b: 1, c: 2, b: 3, b: 4}\n"), ["b=1 c=2 b=3 b=4", "b=4 c=2"]);
    }

    #[test]
    fn a_merge_key_is_written_and_what_it_brings_in_is_kept() {
        let text = |own: &str| format!("x: &x {{b: 1, c: 2}}\na: {own}\n");
        assert_eq!(both(&text("{<<: *x, d: 3}")), ["<<=… d=3", "b=1 c=2 d=3"]);
        assert_eq!(both(&text("\n  c: 3\n  <<: *x\n  b: 4")), ["c=3 <<=… b=4", "c=2 b=4"]);
        assert_eq!(both(&text("{<<: [*x, {b: 5, e: 6}]}")), ["<<=…", "b=1 e=6 c=2"]);
        assert_eq!(both(&text("{'<<': 1}")), ["<<=1", "<<=1"], "in quotes it is a key like others");
    }

    #[test]
    fn a_merge_key_and_a_key_that_stands_twice_stand_together() {
        let text = "x: &x {b: 1}\na: {c: 2, <<: *x, c: 3, b: 4, b: 5}\n";
        assert_eq!(both(text), ["c=2 <<=… c=3 b=4 b=5", "c=3 b=5"]);
        let tree = tree(text);
        let duplicates = tree.duplicate_keys().iter();
        let duplicates: Vec<String> = duplicates.map(|duplicate| duplicate.path.to_string()).collect();
        assert_eq!(duplicates, ["a.c", "a.b"], "one that replaces what was merged in is none");
    }

    #[test]
    fn an_alias_has_the_pairs_of_what_it_stands_for() {
        assert_eq!(both("x: &x {b: 1, b: 2}\na: *x\n"), ["b=1 b=2", "b=2"]);
    }

    #[test]
    fn what_is_kept_whole_takes_no_room_twice() {
        let whole = tree("a: {b: 1, c: {d: 2}}\ne: [x, {y: z}]\n");
        assert!(whole.raw.is_empty());
        assert_eq!(whole.links.len(), whole.nodes.len() - 1, "every node but the root is a child once");
    }

    #[test]
    fn a_long_mapping_is_looked_up_by_what_is_kept() {
        let lines: String = (0..200).map(|key| format!("  k{}: {key}\n", key % 150)).collect();
        let text = format!("x: &x {{k7: merged, y: merged}}\na:\n{lines}  <<: *x\n  k8: last\n");
        let tree = tree(&text);
        let mapping = tree.root().get("a").unwrap();
        assert_eq!((mapping.raw_entries().count(), mapping.entries().count()), (202, 151));
        let found = ["k0", "k7", "k8", "k149", "y", "<<", "k150"].map(|key| mapping.text_of(key));
        let kept = ["150", "merged", "last", "149", "merged"].map(Some);
        assert_eq!(found[..5], kept);
        assert_eq!(found[5..], [None, None]);
        assert_eq!(tree.duplicate_keys().len(), 51);
    }
}
