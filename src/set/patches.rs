//! What patches among the files change of other objects, and what kustomizations change of those that they build:
//! which of them is applied is known to a kustomization only, so what one changes is not known.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Set;
use crate::finding::SourceId;
use crate::manifest::kinds::{WORKLOAD_KINDS, WorkloadKind};
use crate::manifest::{Object, Workload, kinds};
use crate::yaml::path::FieldPath;
use crate::yaml::{Kind, Node};

/// The groups and kinds of autoscalers.
const SCALERS: [(&str, &str); 2] = [("autoscaling", "HorizontalPodAutoscaler"), ("keda.sh", "ScaledObject")];

/// The fields by which an autoscaler says what it scales, and between which numbers.
const BOUNDS: [&str; 5] = [
    "spec.minReplicas",
    "spec.maxReplicas",
    "spec.minReplicaCount",
    "spec.maxReplicaCount",
    "spec.scaleTargetRef",
];

/// The field of a workload that says how many Pods run.
const REPLICAS: &str = "spec.replicas";

/// A patch that changes more fields may change any.
const MOST_FIELDS: usize = 1000;

/// Deeper than any field that is asked for.
const MAX_DEPTH: usize = 24;

/// The objects that a change is for: any of what is not said.
#[derive(Debug, Clone, Default)]
pub(crate) struct Changed {
    /// Their kind.
    pub kind: Option<String>,
    /// Their name.
    pub name: Option<String>,
    /// Labels that they carry, or may be given.
    pub labels: Vec<(String, String)>,
}

impl Changed {
    fn is(&self, object: &Object) -> bool {
        let is_it = |asked: &Option<String>, own: &str| asked.as_deref().is_none_or(|asked| asked == own);
        let carries = |(key, value): &(String, String)| {
            let own = object.at(&FieldPath::of("metadata.labels")).and_then(|labels| labels.text_of(key));
            // A kustomization may have given it one that is not written there.
            own.is_none_or(|own| own == value)
        };
        is_it(&self.kind, &object.id.kind)
            && is_it(&self.name, &object.id.name)
            && self.labels.iter().all(carries)
    }
}

/// A field that is changed.
#[derive(Debug, Clone)]
struct Field {
    path: Vec<String>,
    /// What it becomes, where that is a number.
    number: Option<i64>,
}

/// What is changed of objects before they are deployed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Change {
    of: Changed,
    fields: Vec<Field>,
    /// The names of ports that it gives to containers.
    ports: BTreeSet<String>,
}

impl Change {
    /// A strategic merge patch, for what it names itself, or else for these.
    pub(crate) fn merge(patch: Node<'_>, of: Option<Changed>) -> Self {
        let text = |node: Option<Node<'_>>, key| node.and_then(|node| node.text_of(key)).map(str::to_owned);
        let own = || Changed {
            kind: text(Some(patch), "kind"),
            name: text(patch.field("metadata"), "name"),
            labels: Vec::new(),
        };
        let mut change = Self { of: of.unwrap_or_else(own), ..Self::default() };
        change.merged(patch, &mut Vec::new());
        change.ports(patch, false, 0);
        change
    }

    /// The operations of a JSON patch.
    pub(crate) fn operations(list: Node<'_>, of: Changed) -> Self {
        let mut change = Self { of, ..Self::default() };
        for operation in list.items().filter(|one| one.text_of("op") != Some("test")) {
            let value = operation.get("value");
            for (key, value) in [("path", value), ("from", None)] {
                let Some(pointer) = operation.text_of(key) else { continue };
                let steps = pointer.split('/').skip(1);
                let path: Vec<String> =
                    steps.map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
                let is_port = path.iter().any(|step| step == "ports");
                if let (true, Some(value), Some("name")) = (is_port, value, path.last().map(String::as_str)) {
                    change.ports.extend(value.text().map(str::to_owned));
                } else if let Some(value) = value {
                    change.ports(value, is_port, 0);
                }
                change.push(Field { path, number: value.and_then(Node::as_i64) });
            }
        }
        change
    }

    /// Nobody knows here what becomes of these objects.
    pub(crate) fn unknown(of: Changed) -> Self {
        Self { of, fields: vec![Field { path: Vec::new(), number: None }], ports: BTreeSet::new() }
    }

    /// A field of these objects becomes a number, or what nobody knows here.
    pub(crate) fn field(of: Changed, dotted: &str, number: Option<i64>) -> Self {
        let path = dotted.split('.').map(str::to_owned).collect();
        Self { of, fields: vec![Field { path, number }], ports: BTreeSet::new() }
    }

    /// Takes note of a field; of too many of them, that there may be any.
    fn push(&mut self, field: Field) {
        match self.fields.len() {
            MOST_FIELDS.. => {
                self.fields.splice(.., [Field { path: Vec::new(), number: None }]).for_each(drop)
            }
            _ => self.fields.push(field),
        }
    }

    fn merged(&mut self, node: Node<'_>, path: &mut Vec<String>) {
        let is_merged = node.kind() == Kind::Mapping && node.get("$patch").is_none();
        if !is_merged || path.len() > MAX_DEPTH {
            self.push(Field { path: path.clone(), number: node.as_i64() });
            return;
        }
        for (key, value) in node.entries() {
            path.push(key.text().unwrap_or_default().to_owned());
            self.merged(value, path);
            path.pop();
        }
    }

    fn ports(&mut self, node: Node<'_>, is_port: bool, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        for (key, value) in node.entries() {
            let key = key.text().unwrap_or_default();
            if is_port && key == "name" {
                self.ports.extend(value.text().map(str::to_owned));
            }
            self.ports(value, is_port || key == "ports", depth + 1);
        }
        node.items().for_each(|item| self.ports(item, is_port, depth + 1));
    }

    /// What a field becomes, or something around or inside of it; `None` where it stays. Inside of that `None` is
    /// what is no number, or is taken away.
    fn gives(&self, dotted: &str) -> Option<Option<i64>> {
        let asked = || dotted.split('.');
        let is_near = |field: &&Field| field.path.iter().zip(asked()).all(|(own, asked)| own == asked);
        let number = |field: &Field| field.number.filter(|_| field.path.len() == asked().count());
        // A later operation has the last word.
        self.fields.iter().rfind(is_near).map(number)
    }
}

/// The changes of a run.
#[derive(Debug, Clone, Default)]
pub(super) struct Patches {
    /// Patches, by the kind and the name of what they patch. Overlays may give it another namespace.
    named: BTreeMap<(String, String), Vec<Change>>,
    /// What kustomizations change, by the files that they build on.
    built: BTreeMap<SourceId, Vec<Arc<Change>>>,
    /// The kustomizations that build on a file, by their numbers.
    builders: BTreeMap<SourceId, Vec<u32>>,
}

/// A workload without a selector, an autoscaler without a target: what another object is to become.
pub(super) fn is_part(object: &Object) -> bool {
    let lacks = |path| object.at(&FieldPath::of(path)).is_none();
    let needs_selector =
        |known: &&WorkloadKind| known.needs_selector && is_of(object, &known.group, &known.kind);
    match is_scaler(object) {
        true => lacks("spec.scaleTargetRef") && !lacks("spec"),
        false => {
            lacks("spec.selector")
                && !takes_its_template(object)
                && WORKLOAD_KINDS.iter().any(|known| needs_selector(&known))
        }
    }
}

/// It has the template of another workload, and no selector either (Argo Rollouts).
pub(crate) fn takes_its_template(object: &Object) -> bool {
    object.id.kind == "Rollout" && object.at(&FieldPath::of("spec.workloadRef")).is_some()
}

fn is_scaler(object: &Object) -> bool {
    SCALERS.iter().any(|(group, kind)| is_of(object, group, kind))
}

fn is_of(object: &Object, group: &str, kind: &str) -> bool {
    object.id.kind == kind && kinds::group(&object.id.api_version) == group
}

impl Set {
    /// Takes note of a patch.
    pub(crate) fn patch(&mut self, object: &Object) {
        if let Some(name) = object.name() {
            let key = (object.id.kind.clone(), name.to_owned());
            self.patches.named.entry(key).or_default().push(Change::merge(object.root(), None));
        }
    }

    /// The kustomizations of these numbers build on a file, and change its objects so.
    pub(crate) fn is_built(&mut self, source: SourceId, builders: &[u32], changes: Vec<Arc<Change>>) {
        if !builders.is_empty() {
            self.patches.builders.insert(source, builders.to_vec());
        }
        if !changes.is_empty() {
            self.patches.built.insert(source, changes);
        }
    }

    /// One kustomization builds on both files, so that what stands in them is deployed together.
    pub(crate) fn are_built_together(&self, a: SourceId, b: SourceId) -> bool {
        let builders = |source| self.patches.builders.get(&source).into_iter().flatten();
        builders(a).any(|one| builders(b).any(|other| one == other))
    }

    fn changes(&self, source: SourceId, object: &Object) -> impl Iterator<Item = &Change> {
        let (named, built) = (&self.patches.named, &self.patches.built);
        // Most runs hold none.
        let key = || (object.id.kind.clone(), object.id.name.clone());
        let patches = (!named.is_empty()).then(|| named.get(&key())).flatten();
        let built = built.get(&source).into_iter().flatten();
        let built: Vec<&Change> = built.map(AsRef::as_ref).filter(|change| change.of.is(object)).collect();
        patches.into_iter().flatten().chain(built)
    }

    /// A patch or a kustomization in the set changes a field of an object of a file, or something around or inside
    /// of it: what is deployed may have another.
    pub(crate) fn is_changed(&self, source: SourceId, object: &Object, dotted: &str) -> bool {
        self.changes(source, object).any(|change| change.gives(dotted).is_some())
    }

    /// The number of Pods that a workload is given is taken away, or becomes what nobody knows here.
    pub(crate) fn is_scaled_by_nobody(&self, source: SourceId, object: &Object) -> bool {
        self.changes(source, object).any(|change| change.gives(REPLICAS) == Some(None))
    }

    /// The number of Pods that a workload is given is changed to another number than this.
    pub(crate) fn is_scaled_otherwise(&self, source: SourceId, object: &Object, pods: i64) -> bool {
        let mut given = self.changes(source, object).filter_map(|change| change.gives(REPLICAS));
        given.any(|number| number != Some(pods))
    }

    /// What an autoscaler scales, or its bounds, are changed.
    pub(super) fn is_bound_otherwise(&self, source: SourceId, scaler: &Object) -> bool {
        BOUNDS.iter().any(|path| self.is_changed(source, scaler, path))
    }

    /// A patch gives a container of a workload a port of this name.
    pub(super) fn is_given_port(&self, source: SourceId, workload: &Workload, port: &str) -> bool {
        self.changes(source, &workload.object).any(|change| change.ports.contains(port))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::text::Source;
    use crate::yaml;

    fn change(text: &str) -> Change {
        let documents = yaml::documents(&Source::new("", text), false);
        let tree = documents.into_iter().next().unwrap().content.unwrap();
        match tree.root().kind() {
            Kind::Sequence => Change::operations(tree.root(), Changed::default()),
            _ => Change::merge(tree.root(), None),
        }
    }

    #[test]
    fn a_merge_changes_what_it_holds_and_null_takes_away() {
        let scaled = change("kind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3, strategy: {}}");
        assert_eq!(scaled.gives("spec.replicas"), Some(Some(3)));
        assert_eq!(scaled.gives("spec.strategy"), None, "an empty mapping adds nothing");
        assert_eq!(change("spec: {replicas: null}").gives("spec.replicas"), Some(None));
        assert_eq!(change("spec: {strategy: {type: Recreate}}").gives("spec.strategy"), Some(None));
        assert_eq!(change("spec: {template: {spec: {}}}").gives("spec.replicas"), None);
    }

    #[test]
    fn a_directive_changes_all_below_it() {
        assert_eq!(change("spec: {$patch: replace, paused: true}").gives("spec.replicas"), Some(None));
        assert_eq!(change("{$patch: delete, metadata: {name: web}}").gives("spec.selector"), Some(None));
    }

    #[test]
    fn an_operation_changes_what_its_pointer_leads_to_and_around_it() {
        let one = |operation: &str| change(&format!("- {{{operation}}}"));
        let replaced = one("op: replace, path: /spec/replicas, value: 3");
        assert_eq!(replaced.gives("spec.replicas"), Some(Some(3)));
        assert_eq!(replaced.gives("spec.strategy"), None);
        assert_eq!(one("op: remove, path: /spec/replicas").gives("spec.replicas"), Some(None));
        assert_eq!(one("op: add, path: /spec, value: {replicas: 3}").gives("spec.replicas"), Some(None));
        let moved = one("op: move, from: /spec/replicas, path: /spec/paused");
        assert_eq!(moved.gives("spec.replicas"), Some(None));
        assert_eq!(one("op: test, path: /spec/replicas, value: 3").gives("spec.replicas"), None);
        assert_eq!(one("op: remove, path: /metadata/labels/a~1b").gives("metadata.labels"), Some(None));
    }

    #[test]
    fn names_of_ports_are_those_of_ports_alone() {
        let names = |text: &str| change(text).ports.into_iter().collect::<Vec<String>>();
        let container = "{name: web, ports: [{name: http, containerPort: 80}, {containerPort: 81}]}";
        let template = format!("spec: {{template: {{spec: {{containers: [{container}]}}}}}}");
        assert_eq!(names(&template), ["http"]);
        let at = |path: &str, value: &str| format!("- {{op: add, path: {path}, value: {value}}}");
        assert_eq!(names(&at("/spec/template/spec/containers/-", container)), ["http"]);
        assert_eq!(names(&at("/spec/template/spec/containers/0/ports/0/name", "web")), ["web"]);
        assert_eq!(names(&at("/spec/template/spec/containers/0/ports", "[{name: web}]")), ["web"]);
        assert!(names(&at("/spec/template/spec/containers/0/name", "web")).is_empty());
    }
}
