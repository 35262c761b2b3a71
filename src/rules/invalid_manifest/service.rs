//! What the API server rejects in a Service: `ValidateServiceCreate` in pkg/apis/core/validation.

use super::faults::Faults;

pub(super) fn faults(_: &mut Faults<'_, '_>) {}
