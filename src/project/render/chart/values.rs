//! The values of a chart: which file sets one last, and where.

use super::trace::{Key, ValuePath};
use crate::finding::SourceId;
use crate::text::Span;
use crate::yaml::{Kind, Node};

/// A file of values, as one chart of the run sees it.
#[derive(Debug, Clone)]
pub(super) struct Layer<'r> {
    /// The file.
    pub(super) source: SourceId,
    /// Its values.
    pub(super) root: Node<'r>,
    /// Where in it the values of the chart stand: below the names of the charts that it is a part of.
    pub(super) prefix: Vec<String>,
}

/// The values of a chart.
#[derive(Debug, Clone, Default)]
pub(super) struct Values<'r> {
    /// The strongest first.
    pub(super) layers: Vec<Layer<'r>>,
    /// What the command line sets, below the prefix of the chart.
    pub(super) sets: Vec<ValuePath>,
}

/// A value where it is set.
#[derive(Debug, Clone)]
pub(super) struct Set<'r> {
    pub(super) source: SourceId,
    /// The value.
    pub(super) node: Node<'r>,
    /// What is pointed at.
    pub(super) span: Span,
    /// The path with the items that a loop is at, as far as they are told apart.
    pub(super) path: ValuePath,
}

/// More items of a list are not looked through.
const MOST_ITEMS: usize = 200;
/// More texts are not expected in a line.
const MOST_TEXTS: usize = 60;
const DEEPEST: usize = 100;

impl<'r> Values<'r> {
    /// Whether the command line decides about a value.
    pub(super) fn is_given(&self, path: &[Key]) -> bool {
        self.sets
            .iter()
            .any(|set| set.iter().zip(path).all(|(set, key)| set == key) && set.len() <= path.len())
    }

    /// The command line says something of it, or of a part of it.
    fn is_touched(&self, path: &[Key]) -> bool {
        self.sets.iter().any(|set| set.iter().zip(path).all(|(set, key)| set == key || *key == Key::Each))
    }

    /// All that a path can mean in the strongest file that has it.
    pub(super) fn find(&self, path: &[Key]) -> Vec<Set<'r>> {
        let found = self.layers.iter().map(|layer| layer.find(path));
        found.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// Where a value would stand that nobody sets: at the innermost mapping around it that is there.
    pub(super) fn home(&self, path: &[Key]) -> Option<Set<'r>> {
        (1..path.len()).rev().find_map(|length| self.find(path.get(..length)?).into_iter().next())
    }

    /// Whether a template takes a value for true; `None` where that is not known.
    pub(super) fn is_true(&self, path: &[Key]) -> Option<bool> {
        if path.contains(&Key::Each) || self.is_touched(path) || self.layers.is_empty() {
            return None;
        }
        let Some(set) = self.find(path).into_iter().next() else { return Some(false) };
        Some(match set.node.kind() {
            Kind::Null => false,
            Kind::Bool => set.node.as_bool()?,
            Kind::Int | Kind::Float => set.node.as_f64()? != 0.0,
            Kind::String => !set.node.text()?.is_empty(),
            Kind::Sequence => set.node.items().next().is_some(),
            // What is empty here may be filled by what is merged with it.
            Kind::Mapping if set.node.entries().next().is_some() => true,
            Kind::Mapping => self
                .layers
                .iter()
                .any(|layer| layer.find(path).iter().any(|set| set.node.entries().next().is_some())),
        })
    }

    /// The text of a value, if it is a scalar that is known.
    pub(super) fn text(&self, path: &[Key]) -> Option<&'r str> {
        if path.contains(&Key::Each) || self.is_touched(path) {
            return None;
        }
        self.find(path).into_iter().next()?.node.text()
    }

    /// Texts that stand where a value is written.
    pub(super) fn texts(&self, path: &[Key]) -> Vec<&'r str> {
        let mut texts = Vec::new();
        if !self.is_touched(path) {
            self.find(path).into_iter().for_each(|set| collect(set.node, &mut texts, 0));
        }
        texts
    }
}

fn collect<'r>(node: Node<'r>, texts: &mut Vec<&'r str>, depth: usize) {
    if texts.len() >= MOST_TEXTS || depth > DEEPEST {
        return;
    }
    match node.kind() {
        Kind::Mapping => {
            for (key, value) in node.entries().take(MOST_ITEMS) {
                texts.extend(key.text().filter(|text| !text.is_empty()));
                collect(value, texts, depth + 1);
            }
        }
        Kind::Sequence => node.items().take(MOST_ITEMS).for_each(|item| collect(item, texts, depth + 1)),
        _ => {
            let lines = node.text().unwrap_or_default().lines().map(str::trim);
            texts.extend(lines.filter(|line| !line.is_empty()).take(MOST_TEXTS));
        }
    }
}

impl<'r> Layer<'r> {
    fn find(&self, path: &[Key]) -> Vec<Set<'r>> {
        let is_global = path.first() == Some(&Key::Name("global".to_owned()));
        let own = self.prefix.iter().try_fold(self.root, |node, name| node.get(name));
        let found = own.map(|own| self.walk(own, path)).unwrap_or_default();
        // What is global stands at the top of every file.
        if found.is_empty() && is_global { self.walk(self.root, path) } else { found }
    }

    fn walk(&self, root: Node<'r>, path: &[Key]) -> Vec<Set<'r>> {
        let first = Set { source: self.source, node: root, span: root.head_span(), path: Vec::new() };
        path.iter().fold(vec![first], |sets, key| {
            sets.iter().flat_map(|set| set.step(key)).take(MOST_ITEMS).collect()
        })
    }
}

impl<'r> Set<'r> {
    /// What a key leads to from here.
    pub(super) fn step(&self, key: &Key) -> Vec<Self> {
        let to = |key: Key, node: Node<'r>, span: Span| {
            let mut path = self.path.clone();
            path.push(key);
            Self { source: self.source, node, span, path }
        };
        let entry = |(key, value): (Node<'r>, Node<'r>)| {
            let name = key.text().unwrap_or_default().to_owned();
            let span =
                if value.is_collection() || value.kind() == Kind::Null { key.span() } else { value.span() };
            to(Key::Name(name), value, span)
        };
        let item = |(index, item): (usize, Node<'r>)| {
            let span = if item.is_collection() { item.head_span() } else { item.span() };
            to(Key::Index(index), item, span)
        };
        match key {
            Key::Name(name) => self.node.get_entry(name).map(entry).into_iter().collect(),
            Key::Index(index) => {
                self.node.items().nth(*index).map(|node| item((*index, node))).into_iter().collect()
            }
            Key::Each if self.node.kind() == Kind::Mapping => {
                self.node.entries().take(MOST_ITEMS).map(entry).collect()
            }
            Key::Each => self.node.items().take(MOST_ITEMS).enumerate().map(item).collect(),
        }
    }
}

/// The paths that a `--set` sets: `a.b=1,c[0].d={x,y}`.
pub(super) fn set_paths(set: &str) -> Vec<ValuePath> {
    let mut paths = Vec::new();
    let mut name = String::new();
    let mut path = ValuePath::new();
    let (mut is_key, mut is_escaped, mut depth) = (true, false, 0_usize);
    for c in set.chars() {
        match c {
            _ if is_escaped => {
                is_escaped = false;
                name.push(c);
            }
            '\\' => is_escaped = true,
            '{' if !is_key => depth += 1,
            '}' if !is_key => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                is_key = true;
                name.clear();
                path.clear();
            }
            _ if !is_key => {}
            '.' | '[' | '=' => {
                path.extend((!name.is_empty()).then(|| Key::Name(std::mem::take(&mut name))));
                if c == '=' {
                    paths.push(std::mem::take(&mut path));
                    is_key = false;
                }
            }
            ']' => path.extend(std::mem::take(&mut name).parse().ok().map(Key::Index)),
            c => name.push(c),
        }
    }
    paths
}

/// `.Values.image.tag`, `.Values.workers[1].name`, `.Values.nodes["a/b"]`.
pub(super) fn shown(path: &[Key]) -> String {
    let is_plain =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    let keys = path.iter().map(|key| match key {
        Key::Name(name) if is_plain(name) => format!(".{name}"),
        Key::Name(name) => format!("[{name:?}]"),
        Key::Index(index) => format!("[{index}]"),
        Key::Each => "[]".to_owned(),
    });
    format!(".Values{}", keys.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_sets_what_it_names() {
        let shown = |set: &str| set_paths(set).iter().map(|path| shown(path)).collect::<Vec<_>>();
        assert_eq!(shown("image.tag=1.2"), [".Values.image.tag"]);
        assert_eq!(shown("a=1,b.c={x,y},d[0].e=a=b"), [".Values.a", ".Values.b.c", ".Values.d[0].e"]);
        assert_eq!(shown(r"nodes.a\.b=1\,c=2"), [r#".Values.nodes["a.b"]"#]);
        assert_eq!(shown("a"), [""; 0]);
    }

    proptest::proptest! {
        #[test]
        fn any_set_is_read(set in r"[a-c.,=\[\]{}\\0-9]{0,30}") {
            set_paths(&set);
        }
    }
}
