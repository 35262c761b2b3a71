//! On which nodes the Pods of a workload can run, as far as its manifest decides.

use k8s_openapi::api::core::v1 as core;

use super::Workload;
use crate::yaml::path::FieldPath;

/// The label that holds the name of a node
/// (<https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetesiohostname>).
pub(crate) const HOSTNAME: &str = "kubernetes.io/hostname";

/// The field that node affinity may name a node by.
const NODE_NAME: &str = "metadata.name";

impl Workload {
    /// The field that puts all of its Pods on one node; `None` where they may run on several.
    pub(crate) fn pinned_to(&self) -> Option<FieldPath> {
        let (pod, path) = (self.pod_spec(), &self.pod_spec_path);
        if pod.node_name.as_deref().is_some_and(|name| !name.is_empty()) {
            return Some(path.key("nodeName"));
        }
        if pod.node_selector.as_ref().is_some_and(|labels| labels.contains_key(HOSTNAME)) {
            return Some(path.key("nodeSelector").key(HOSTNAME));
        }
        let affinity = pod.affinity.as_ref()?.node_affinity.as_ref()?;
        let terms =
            &affinity.required_during_scheduling_ignored_during_execution.as_ref()?.node_selector_terms;
        let mut names = terms.iter().map(name_of);
        let first = names.next()??;
        let is_one = names.all(|name| name == Some(first));
        is_one.then(|| path.dotted("affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"))
    }

    /// Its containers take ports of their node, declared or not.
    pub(crate) fn is_on_host_network(&self) -> bool {
        self.pod_spec().host_network == Some(true)
    }
}

/// The one node that a term allows: all that it lists has to hold.
fn name_of(term: &core::NodeSelectorTerm) -> Option<&str> {
    let expressions = term.match_expressions.iter().flatten().filter(|one| one.key == HOSTNAME);
    let fields = term.match_fields.iter().flatten().filter(|one| one.key == NODE_NAME);
    expressions.chain(fields).filter(|one| one.operator == "In").find_map(|one| match one.values.as_deref() {
        Some([name]) => Some(name.as_str()),
        _ => None,
    })
}
