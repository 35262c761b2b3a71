//! What the API server rejects in a PodDisruptionBudget: pkg/apis/policy/validation.

use super::faults::Faults;

pub(super) fn faults(_: &mut Faults<'_, '_>) {}
