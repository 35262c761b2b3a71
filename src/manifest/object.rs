//! Objects: one document, or one item of a List.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::id::ObjectRef;
use crate::yaml::path::{FieldPath, Step};
use crate::yaml::{Kind, Node, NodeId, Tree};

/// How deep a List may lie in a List; kubectl itself flattens without a bound, nobody nests them.
const MAX_LIST_DEPTH: usize = 4;

/// One Kubernetes object and the tree it lies in.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    /// The document's tree.
    pub tree: Arc<Tree>,
    /// The object's mapping in it.
    pub node: NodeId,
    /// `apiVersion`, `kind`, namespace and name; shared by all that refer to the object.
    pub id: Arc<ObjectRef>,
}

/// A reference to an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OwnerRef<'t> {
    /// `apps/v1`; empty when it has none.
    pub api_version: &'t str,
    /// `ReplicaSet`.
    pub kind: &'t str,
    /// As written.
    pub name: &'t str,
    /// As written.
    pub uid: Option<&'t str>,
    /// It makes, counts and replaces the object.
    pub is_controller: bool,
}

impl<'t> OwnerRef<'t> {
    fn of(node: Node<'t>) -> Option<Self> {
        let text = |key: &str| node.get(key).and_then(|value| value.as_str()).filter(|text| !text.is_empty());
        Some(Self {
            api_version: text("apiVersion").unwrap_or_default(),
            kind: text("kind")?,
            name: text("name")?,
            uid: text("uid"),
            is_controller: node.get("controller").and_then(|value| value.as_bool()) == Some(true),
        })
    }
}

/// What a document holds besides objects.
#[derive(Debug, Clone, Default)]
pub(crate) struct Contents {
    /// In document order.
    pub objects: Vec<Object>,
    /// Lists that were looked into, however many items they hold.
    pub lists: usize,
    /// Why something in it is no object.
    pub skipped: Vec<String>,
}

impl Object {
    /// The object's mapping.
    pub(crate) fn root(&self) -> Node<'_> {
        self.tree.node(self.node)
    }

    /// The value of a field, when it is there and not null.
    pub(crate) fn at(&self, path: &FieldPath) -> Option<Node<'_>> {
        self.root().at(path).filter(|node| node.kind() != Kind::Null)
    }

    /// Its name, by which others find it; `None` for one that has none, or that the API server is to name
    /// (`generateName`).
    pub(crate) fn name(&self) -> Option<&str> {
        self.root().field("metadata")?.text_of("name")
    }

    /// The namespace objects are joined in: kubectl puts an object that names none into its
    /// current namespace, which is `default` unless the user moved it.
    pub(crate) fn namespace(&self) -> &str {
        self.id.namespace.as_deref().unwrap_or("default")
    }

    /// A map of strings, such as labels: a number or a truth value by its text, as its author means it,
    /// and without what is null, a list or a map.
    pub(crate) fn strings(&self, path: &FieldPath) -> BTreeMap<String, String> {
        self.at(path).map(strings).unwrap_or_default()
    }

    /// What made it, where a controller did: the reference that says so, else the first to a kind that
    /// carries a pod template (`kubectl create job --from` names its CronJob no controller).
    pub(crate) fn controller(&self) -> Option<OwnerRef<'_>> {
        let list = self.at(&FieldPath::of("metadata.ownerReferences"))?;
        let all = || list.items().filter_map(OwnerRef::of);
        all()
            .find(|owner| owner.is_controller)
            .or_else(|| all().find(|owner| super::kinds::find(owner.api_version, owner.kind).is_some()))
    }

    /// A field path whose list items are called by their names, where they have one: an item that is put
    /// in before them does not change it.
    pub(crate) fn lasting_field(&self, path: &FieldPath) -> String {
        let mut node = Some(self.root());
        lasting(path.steps().iter().map(|step| {
            node = node.and_then(|node| match step {
                Step::Key(key) => node.get(key),
                Step::Index(index) => node.items().nth(*index),
            });
            (step.clone(), node)
        }))
    }

    /// The message of an API server's answer that it gives instead of what was asked for.
    pub(crate) fn status_message(&self) -> Option<&str> {
        let is_status = self.id.kind == "Status" && self.id.api_version == "v1";
        is_status.then(|| self.root().text_of("message").unwrap_or_default())
    }

    /// The text of an annotation.
    pub(crate) fn annotation(&self, key: &'static str) -> Option<&str> {
        self.at(&FieldPath::of("metadata.annotations").key(key))?.text()
    }

    /// Helm or Argo CD makes it for a moment of a release, and takes it away by its own rules: a hook, or a test.
    pub(crate) fn is_hook(&self) -> bool {
        ["helm.sh/hook", "argocd.argoproj.io/hook"].iter().any(|key| self.annotation(key).is_some())
    }

    /// It was read from a cluster: the API server filled fields in.
    pub(crate) fn is_live(&self) -> bool {
        self.at(&FieldPath::of("metadata.uid")).is_some()
    }
}

/// The same from steps and the nodes they lead to.
pub(crate) fn lasting<'t>(steps: impl IntoIterator<Item = (Step, Option<Node<'t>>)>) -> String {
    let mut text = String::new();
    for (step, node) in steps {
        let item = node.filter(|_| matches!(step, Step::Index(_)));
        match item.and_then(|item| item.text_of("name")) {
            Some(name) => {
                text.push('[');
                text.push_str(name);
                text.push(']');
            }
            None => {
                let mut one = FieldPath::root();
                one.push(step);
                let one = one.to_string();
                if !text.is_empty() && !one.starts_with('[') {
                    text.push('.');
                }
                text.push_str(&one);
            }
        }
    }
    text
}

fn strings(node: Node<'_>) -> BTreeMap<String, String> {
    node.entries()
        .filter(|(_, value)| value.kind() != Kind::Null)
        .filter_map(|(key, value)| Some((key.text()?.to_owned(), value.text()?.to_owned())))
        .collect()
}

/// The objects of a document: itself, or the items of a List (fact L11).
pub(crate) fn objects(tree: &Arc<Tree>) -> Contents {
    let mut contents = Contents::default();
    collect(tree, tree.root(), None, 0, &mut contents);
    contents
}

fn collect(
    tree: &Arc<Tree>,
    node: Node<'_>,
    parent: Option<(&str, &str)>,
    depth: usize,
    contents: &mut Contents,
) {
    if node.kind() == Kind::Null {
        return;
    }
    let text = |key: &str| node.get(key).and_then(|value| value.as_str()).filter(|text| !text.is_empty());
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    let (Some(api_version), Some(kind)) =
        (api_version.or(parent.map(|(version, _)| version)), kind.or(parent.map(|(_, kind)| kind)))
    else {
        contents.skipped.push(no_object(node));
        return;
    };
    if let Some(items) = node.get("items").filter(|items| is_list(kind, *items)) {
        if depth >= MAX_LIST_DEPTH {
            contents
                .skipped
                .push(format!("a List more than {MAX_LIST_DEPTH} deep in Lists is not looked into"));
            return;
        }
        contents.lists += 1;
        // Items of a typed list may leave out what the list says (fact L11).
        let inherited =
            kind.strip_suffix("List").filter(|kind| !kind.is_empty()).map(|kind| (api_version, kind));
        for item in items.items() {
            collect(tree, item, inherited, depth + 1, contents);
        }
        return;
    }
    let metadata = node.get("metadata");
    let meta = |key: &str| metadata.and_then(|metadata| metadata.text_of(key)).map(str::to_owned);
    contents.objects.push(Object {
        tree: Arc::clone(tree),
        node: node.id(),
        id: Arc::new(ObjectRef {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: meta("namespace"),
            name: meta("name").or_else(|| meta("generateName")).unwrap_or_default(),
        }),
    });
}

fn is_list(kind: &str, items: Node<'_>) -> bool {
    kind.ends_with("List") && items.kind() == Kind::Sequence
}

fn no_object(node: Node<'_>) -> String {
    match node.kind() {
        Kind::Sequence => "a list at the top, so a patch or data, not a Kubernetes object",
        Kind::Mapping if node.get("resources").is_some() || node.get("patches").is_some() => {
            "no apiVersion and kind: a kustomization or data, not a Kubernetes object"
        }
        Kind::Mapping => "no apiVersion and kind, so not a Kubernetes object",
        _ => "plain text, not a Kubernetes object",
    }
    .to_owned()
}
