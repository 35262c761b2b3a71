//! What the API server rejects in a PodDisruptionBudget: `ValidatePodDisruptionBudgetSpec` in
//! pkg/apis/policy/validation (facts K42 and K43).

use super::amount::{self, Most};
use super::fault::Fault;
use super::faults::Faults;
use super::field::Field;
use super::selector;
use crate::kubernetes::features::{self, Support};
use crate::yaml::path::FieldPath;

pub(super) fn faults(faults: &mut Faults<'_, '_>) {
    let path = FieldPath::of("spec");
    let spec = Field::of(faults.object(), &path);
    let (least, most) = (spec.key("minAvailable"), spec.key("maxUnavailable"));
    if least.is_set() && most.is_set() {
        let fault = Fault::Conflict {
            what: "`minAvailable` and `maxUnavailable` may not both be set",
            why: "Each of them says how many Pods may go.",
            mend: "Keep one of them: `maxUnavailable` stays right when the number of replicas changes.",
        };
        faults.against(path.clone(), fault, most.path(), "the second bound");
    }
    for bound in [&least, &most] {
        amount::faults(faults, bound, Most::All);
    }
    selector::faults(faults, &spec.key("selector"));
    let policy = spec.key("unhealthyPodEvictionPolicy");
    // Where its gate is off the field is dropped before anybody looks at it (fact K1).
    if faults.subject.settings.support(&features::UNHEALTHY_EVICTION) == Support::Works {
        faults.one_of(&policy, &["AlwaysAllow", "IfHealthyBudget"]);
    }
}
