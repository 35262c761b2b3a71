//! What the API server rejects in a HorizontalPodAutoscaler: pkg/apis/autoscaling/validation.

use super::faults::Faults;

pub(super) fn faults(_: &mut Faults<'_, '_>) {}
