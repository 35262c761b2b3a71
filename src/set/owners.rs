//! Who made whom: the Pods, ReplicaSets and Jobs of a live cluster are copies of what their owner says.
//!
//! A copy is not judged: what is wrong with it is wrong with its owner, and is mended there. Nor are
//! Pods that nothing will start again. Manifests that people write name no owners, and cost nothing.

use std::collections::{BTreeMap, HashMap};

use crate::finding::{ObjectRef, Why};
use crate::manifest::kinds::{self, Schema};
use crate::manifest::{Object, Workload};
use crate::yaml::path::FieldPath;

/// Which workload of the run is meant: its file and its place in it.
pub(crate) type Member = (usize, usize);

/// A chain of owners is four long: Pod, ReplicaSet, Deployment, and what an operator adds.
const MAX_CHAIN: usize = 8;

/// What a CronJob puts behind its name to name a Job: the minutes since 1970, eight digits long.
const CRON_DIGITS: usize = 8;

/// Labels that hold what a Deployment or Rollout puts behind its name to name a ReplicaSet.
const TEMPLATE_HASHES: [&str; 2] = ["pod-template-hash", "rollouts-pod-template-hash"];

/// What becomes of the members that are not judged for their own sake.
#[derive(Debug, Clone, Default)]
pub(crate) struct Owners {
    left_out: HashMap<Member, Why>,
    /// Judged in place of an owner that is not in the run.
    stand_ins: HashMap<Member, ObjectRef>,
    /// The labels of the Pods that a member's controller made.
    copies: HashMap<Member, Vec<BTreeMap<String, String>>>,
}

impl Owners {
    /// Looks at all workloads that could be judged, in their order.
    pub(crate) fn of<'w>(workloads: impl IntoIterator<Item = (Member, &'w Workload)>) -> Self {
        let kin: Vec<Kin<'w>> =
            workloads.into_iter().map(|(member, workload)| Kin::of(member, workload)).collect();
        if kin.iter().all(|one| one.owner.is_none() && one.ended.is_none()) {
            return Self::default();
        }
        Registry::new(&kin).owners()
    }

    /// Why a member is not judged; `None` when it is.
    pub(crate) fn left_out(&self, member: Member) -> Option<Why> {
        self.left_out.get(&member).copied()
    }

    /// The owner, not in the run, that a member is judged in place of.
    pub(crate) fn stands_for(&self, member: Member) -> Option<&ObjectRef> {
        self.stand_ins.get(&member)
    }

    /// The labels of the Pods that were made of a member, where they are not those of its template.
    pub(crate) fn labels_of_copies(&self, member: Member) -> &[BTreeMap<String, String>] {
        self.copies.get(&member).map_or(&[], Vec::as_slice)
    }
}

/// A reference to the controller that made an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Owner<'w> {
    uid: Option<&'w str>,
    group: &'w str,
    kind: &'w str,
    namespace: &'w str,
    name: &'w str,
}

/// A workload with what tells where it comes from.
struct Kin<'w> {
    member: Member,
    workload: &'w Workload,
    owner: Option<Owner<'w>>,
    /// Nothing starts it, or starts it again.
    ended: Option<Why>,
}

impl<'w> Kin<'w> {
    fn of(member: Member, workload: &'w Workload) -> Self {
        let owner = owner(&workload.object);
        let ended = ended(workload, owner.as_ref());
        Self { member, workload, owner, ended }
    }

    /// Better stand-ins for an owner that is not in the run come first.
    fn rank(&self) -> (bool, bool) {
        (self.ended.is_some(), is_deleted(&self.workload.object) || is_finished(&self.workload.object))
    }
}

fn owner(object: &Object) -> Option<Owner<'_>> {
    let controller = object.controller()?;
    Some(Owner {
        uid: controller.uid,
        group: kinds::group(controller.api_version),
        kind: controller.kind,
        namespace: object.namespace(),
        name: controller.name,
    })
}

fn ended(workload: &Workload, owner: Option<&Owner<'_>>) -> Option<Why> {
    let object = &workload.object;
    let is_pod = workload.kind.schema == Schema::Pod;
    let mirror = FieldPath::of("metadata.annotations").key("kubernetes.io/config.mirror");
    let is_mirror =
        is_pod && (owner.is_some_and(|owner| owner.kind == "Node") || object.at(&mirror).is_some());
    let is_retired = workload.kind.kind == "ReplicaSet"
        && owner.is_some()
        && object.at(&FieldPath::of("spec.replicas")).and_then(|node| node.as_i64()) == Some(0);
    if is_mirror {
        Some(Why::Mirror)
    } else if is_retired {
        Some(Why::Retired)
    } else if is_pod && owner.is_none() && (is_finished(object) || is_deleted(object)) {
        Some(Why::Ended)
    } else {
        None
    }
}

fn is_finished(object: &Object) -> bool {
    let phase = object.at(&FieldPath::of("status.phase")).and_then(|node| node.as_str());
    matches!(phase, Some("Succeeded" | "Failed"))
}

fn is_deleted(object: &Object) -> bool {
    object.at(&FieldPath::of("metadata.deletionTimestamp")).is_some()
}

/// Where a chain of owners ends.
enum End<'w> {
    /// At a workload of the run, by its index.
    Known(usize),
    /// At an owner that is not in the run; the index is that of the last one that is.
    Absent(usize, Owner<'w>),
    /// Nowhere: the references form a circle, which no cluster makes.
    Circle,
}

/// Every workload of the run, found as owner references find it.
struct Registry<'k, 'w> {
    kin: &'k [Kin<'w>],
    by_uid: HashMap<&'w str, usize>,
    by_name: HashMap<(&'w str, &'w str, &'w str, &'w str), usize>,
}

impl<'k, 'w> Registry<'k, 'w> {
    fn new(kin: &'k [Kin<'w>]) -> Self {
        let mut registry = Self { kin, by_uid: HashMap::new(), by_name: HashMap::new() };
        for (index, one) in kin.iter().enumerate() {
            // A patch is no owner: nothing is judged of what it leaves out.
            if one.workload.is_fragment {
                continue;
            }
            let object = &one.workload.object;
            let uid = object.at(&FieldPath::of("metadata.uid")).and_then(|node| node.as_str());
            if let Some(uid) = uid.filter(|uid| !uid.is_empty()) {
                registry.by_uid.entry(uid).or_insert(index);
            }
            let (group, kind) = (kinds::group(&object.id.api_version), object.id.kind.as_str());
            let name = (group, kind, object.namespace(), object.id.name.as_str());
            registry.by_name.entry(name).or_insert(index);
        }
        registry
    }

    fn owners(&self) -> Owners {
        let mut owners = Owners::default();
        let mut absent: HashMap<Owner<'w>, Vec<(usize, usize)>> = HashMap::new();
        let mut order: Vec<Owner<'w>> = Vec::new();
        for (index, one) in self.kin.iter().enumerate() {
            if let Some(why) = one.ended {
                owners.left_out.insert(one.member, why);
                continue;
            }
            match self.climb(index) {
                End::Known(root) if root != index => owners.leave_out(self.kin, index, root, Why::Owned),
                End::Known(_) | End::Circle => {}
                End::Absent(last, owner) => {
                    let group = absent.entry(owner.clone()).or_default();
                    if group.is_empty() {
                        order.push(owner);
                    }
                    group.push((index, last));
                }
            }
        }
        for owner in order {
            for group in self.alike(absent.get(&owner).map_or(&[], Vec::as_slice)) {
                self.stand_in(&owner, &group, &mut owners);
            }
        }
        owners
    }

    /// What an owner made, in groups of copies: of one kind, and called alike but for what is generated. An
    /// operator's two StatefulSets are two workloads.
    fn alike(&self, group: &[(usize, usize)]) -> Vec<Vec<(usize, usize)>> {
        type Copies<'k> = ((&'k str, &'k str), Vec<(usize, usize)>);
        let mut groups: Vec<Copies<'_>> = Vec::new();
        for (index, last) in group {
            let Some(child) = self.kin.get(*last).map(|one| &one.workload.object.id) else { continue };
            let key = (child.kind.as_str(), without_suffix(&child.name));
            match groups.iter_mut().find(|(of_group, _)| *of_group == key) {
                Some((_, group)) => group.push((*index, *last)),
                None => groups.push((key, vec![(*index, *last)])),
            }
        }
        groups.into_iter().map(|(_, group)| group).collect()
    }

    /// One of those that an absent owner made is judged for all; the others are its copies.
    fn stand_in(&self, owner: &Owner<'w>, group: &[(usize, usize)], owners: &mut Owners) {
        let made = group.iter().filter(|(index, last)| index == last);
        let best = made
            .filter_map(|(index, _)| Some((self.kin.get(*index)?.rank(), *index)))
            .min()
            .map(|(_, index)| index);
        // The direct children may all have ended; then any of the group speaks for them.
        let Some(best) = best.or_else(|| group.first().map(|(index, _)| *index)) else { return };
        if let Some(one) = self.kin.get(best) {
            owners.stand_ins.insert(
                one.member,
                ObjectRef {
                    api_version: owner.group.to_owned(),
                    kind: owner.kind.to_owned(),
                    namespace: Some(owner.namespace.to_owned()),
                    name: owner.name.to_owned(),
                },
            );
        }
        for (index, _) in group.iter().filter(|(index, _)| *index != best) {
            owners.leave_out(self.kin, *index, best, Why::Sibling);
        }
    }

    fn climb(&self, from: usize) -> End<'w> {
        let mut at = from;
        for _ in 0..MAX_CHAIN {
            let Some(owner) = self.kin.get(at).and_then(|one| one.owner.clone()) else {
                return End::Known(at);
            };
            match self.find(&owner).or_else(|| self.guess(at, &owner)) {
                Some(next) => at = next,
                None => return End::Absent(at, owner),
            }
        }
        End::Circle
    }

    fn find(&self, owner: &Owner<'w>) -> Option<usize> {
        let by_uid = owner.uid.and_then(|uid| self.by_uid.get(uid));
        by_uid.copied().or_else(|| self.named(owner.group, owner.kind, owner.namespace, owner.name))
    }

    fn named(&self, group: &'w str, kind: &'w str, namespace: &'w str, name: &'w str) -> Option<usize> {
        self.by_name.get(&(group, kind, namespace, name)).copied()
    }

    /// The owner of an owner that is not in the run, by the name it gave it: a Deployment and a
    /// Rollout name their ReplicaSets after the hash of the template, a CronJob its Jobs after the time.
    fn guess(&self, at: usize, owner: &Owner<'w>) -> Option<usize> {
        match owner.kind {
            "ReplicaSet" => {
                let labels = &self.kin.get(at)?.workload.labels;
                let mut hashes = TEMPLATE_HASHES.iter().filter_map(|label| labels.get(*label));
                let name =
                    hashes.find_map(|hash| owner.name.strip_suffix(hash.as_str())?.strip_suffix('-'))?;
                [("apps", "Deployment"), ("argoproj.io", "Rollout")]
                    .into_iter()
                    .find_map(|(group, kind)| self.named(group, kind, owner.namespace, name))
            }
            "Job" => {
                let (name, time) = owner.name.rsplit_once('-')?;
                let is_time = time.len() >= CRON_DIGITS && time.bytes().all(|byte| byte.is_ascii_digit());
                is_time.then(|| self.named("batch", "CronJob", owner.namespace, name))?
            }
            _ => None,
        }
    }
}

/// A name is that of a Pod that a Deployment made: behind it stand what tells its ReplicaSet and what tells the Pod.
pub(crate) fn is_made_by_deployment(name: &str) -> bool {
    let of_the_set = without_suffix(name);
    let is_long = |base: &str| of_the_set.len() - base.len() > "-".len() + 7;
    name.len() - of_the_set.len() == "-".len() + 5 && is_long(without_suffix(of_the_set))
}

/// A name without what a controller puts behind it: an ordinal, a time, a hash of a template, a random word. The
/// last two have no vowels (`SafeEncodeString` in k8s.io/apimachinery/pkg/util/rand).
fn without_suffix(name: &str) -> &str {
    const LETTERS: &str = "bcdfghjklmnpqrstvwxz2456789";
    let Some((base, last)) = name.rsplit_once('-') else { return name };
    let is_number = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    let is_random = matches!(last.len(), 5 | 8..=10) && last.chars().all(|letter| LETTERS.contains(letter));
    if is_number || is_random { base } else { name }
}

impl Owners {
    fn leave_out(&mut self, kin: &[Kin<'_>], index: usize, root: usize, why: Why) {
        let (Some(one), Some(root)) = (kin.get(index), kin.get(root)) else { return };
        self.left_out.insert(one.member, why);
        if one.workload.kind.schema == Schema::Pod {
            let copies = self.copies.entry(root.member).or_default();
            // The Pods of one ReplicaSet carry the same labels.
            if copies.last() != Some(&one.workload.labels) {
                copies.push(one.workload.labels.clone());
            }
        }
    }
}
