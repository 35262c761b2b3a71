//! Label selectors, and the index that finds who selects a Pod.

use std::collections::{BTreeMap, HashSet};

use k8s_openapi::apimachinery::pkg::apis::meta::v1 as meta;

use super::Placed;
use crate::manifest::Object;
use crate::yaml::{Kind, Node};

/// Labels of a Pod, by key.
pub(crate) type Labels = BTreeMap<String, String>;

/// What labels a Pod must have to be selected. One without conditions selects every Pod.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selector {
    labels: Labels,
    expressions: Vec<meta::LabelSelectorRequirement>,
}

impl From<Labels> for Selector {
    fn from(labels: Labels) -> Self {
        Self { labels, expressions: Vec::new() }
    }
}

impl Selector {
    /// Reads a label selector. `None` where any part of it cannot be read: without a condition that it
    /// states, it would select more than it says.
    pub(crate) fn read(node: Node<'_>) -> Option<Self> {
        if node.kind() != Kind::Mapping {
            return None;
        }
        let labels = match node.field("matchLabels") {
            Some(labels) => pairs(labels)?,
            None => Labels::new(),
        };
        let expressions = match node.field("matchExpressions") {
            Some(list) if list.kind() == Kind::Sequence => {
                list.items().map(expression).collect::<Option<_>>()?
            }
            Some(_) => return None,
            None => Vec::new(),
        };
        Some(Self { labels, expressions })
    }

    /// It has no condition.
    pub(super) fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.expressions.is_empty()
    }

    /// The pairs that each selected Pod carries.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.labels.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Every condition holds for these labels.
    pub(crate) fn selects(&self, labels: &Labels) -> bool {
        self.labels.iter().all(|(key, value)| labels.get(key) == Some(value))
            && self.expressions.iter().all(|expression| holds(expression, labels))
    }
}

/// Reads the pairs that Pods must carry; a number or a truth value is compared by its text, as its author
/// means it. `None` where that is no map, or holds anything else.
pub(super) fn pairs(node: Node<'_>) -> Option<Labels> {
    if node.kind() != Kind::Mapping {
        return None;
    }
    let set = node.entries().filter(|(_, value)| value.kind() != Kind::Null);
    set.map(|(key, value)| Some((key.text()?.to_owned(), value.text()?.to_owned()))).collect()
}

fn expression(node: Node<'_>) -> Option<meta::LabelSelectorRequirement> {
    let values = match node.field("values") {
        Some(list) if list.kind() == Kind::Sequence => {
            Some(list.items().map(|value| value.text().map(str::to_owned)).collect::<Option<_>>()?)
        }
        Some(_) => return None,
        None => None,
    };
    let (key, operator) = (node.text_of("key")?.to_owned(), node.text_of("operator")?.to_owned());
    Some(meta::LabelSelectorRequirement { key, operator, values })
}

/// `NotIn` and `DoesNotExist` hold for a Pod without the label as well. The API server refuses other
/// operators, so an object that has one selects nothing.
fn holds(expression: &meta::LabelSelectorRequirement, labels: &Labels) -> bool {
    let value = labels.get(&expression.key);
    let is_among = |value: &String| expression.values.as_ref().is_some_and(|values| values.contains(value));
    match expression.operator.as_str() {
        "In" => value.is_some_and(is_among),
        "NotIn" => !value.is_some_and(is_among),
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        _ => false,
    }
}

/// Selects Pods by their labels.
pub(super) trait Selects {
    /// `None` when it selects nothing.
    fn selector(&self) -> Option<&Selector>;

    /// The object that it was read from.
    fn object(&self) -> &Object;
}

/// Things of a namespace that select Pods, found by one pair of their selectors.
#[derive(Debug, Clone)]
pub(super) struct Selecting<T> {
    all: Vec<Placed<T>>,
    by_pair: BTreeMap<String, BTreeMap<String, Vec<usize>>>,
    /// Those whose selectors have no pair, so that no label leads to them.
    unpaired: Vec<usize>,
}

impl<T> Default for Selecting<T> {
    fn default() -> Self {
        Self { all: Vec::new(), by_pair: BTreeMap::new(), unpaired: Vec::new() }
    }
}

impl<T: Selects> Selecting<T> {
    /// All of them, in the order they were added.
    pub(super) fn all(&self) -> impl Iterator<Item = &Placed<T>> {
        self.all.iter()
    }

    /// Adds a thing, and says under which number it is found.
    pub(super) fn add(&mut self, thing: Placed<T>) -> usize {
        let index = self.all.len();
        if let Some(selector) = thing.item.selector() {
            let list = match selector.pairs().next() {
                Some((key, value)) => {
                    let values = self.by_pair.entry(key.to_owned()).or_default();
                    values.entry(value.to_owned()).or_default()
                }
                None => &mut self.unpaired,
            };
            list.push(index);
        }
        self.all.push(thing);
        index
    }

    /// The thing of a number.
    pub(super) fn get(&self, index: usize) -> Option<&Placed<T>> {
        self.all.get(index)
    }

    /// Those that select Pods with one of these sets of labels, each once: by the first that it selects,
    /// and then in the order they were added.
    pub(super) fn selecting<'l>(&self, pods: impl IntoIterator<Item = &'l Labels>) -> Vec<&Placed<T>> {
        let mut seen = HashSet::new();
        let mut found: Vec<usize> = Vec::new();
        for labels in pods {
            let first = found.len();
            let paired = labels.iter().filter_map(|(key, value)| self.by_pair.get(key)?.get(value)).flatten();
            let selecting = paired.chain(&self.unpaired).copied().filter(|index| {
                let selector = self.all.get(*index).and_then(|thing| thing.item.selector());
                selector.is_some_and(|selector| selector.selects(labels)) && seen.insert(*index)
            });
            found.extend(selecting);
            found.get_mut(first..).unwrap_or_default().sort_unstable();
        }
        found.into_iter().filter_map(|index| self.all.get(index)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    fn selects(operator: &str, values: &[&str], pod: &[(&str, &str)]) -> bool {
        let expression = meta::LabelSelectorRequirement {
            key: "tier".to_owned(),
            operator: operator.to_owned(),
            values: Some(values.iter().map(|value| (*value).to_owned()).collect()),
        };
        Selector { labels: Labels::new(), expressions: vec![expression] }.selects(&labels(pod))
    }

    #[test]
    fn an_expression_is_evaluated_as_the_api_server_does() {
        let front = [("tier", "front")];
        assert!(selects("In", &["front", "back"], &front) && !selects("In", &["front"], &[]));
        assert!(!selects("NotIn", &["front"], &front) && selects("NotIn", &["front"], &[]));
        assert!(selects("Exists", &[], &front) && !selects("Exists", &[], &[]));
        assert!(!selects("DoesNotExist", &[], &front) && selects("DoesNotExist", &[], &[]));
        assert!(!selects("Near", &["front"], &front));
    }

    #[test]
    fn labels_and_expressions_must_all_hold_and_none_select_everything() {
        assert!(Selector::default().selects(&labels(&[])));
        let selector = Selector::from(labels(&[("app", "web"), ("tier", "front")]));
        assert!(selector.selects(&labels(&[("app", "web"), ("tier", "front"), ("more", "")])));
        assert!(!selector.selects(&labels(&[("app", "web")])));
    }
}
