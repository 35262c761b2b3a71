//! Numbers of Pods that may be shares of them: `ValidatePositiveIntOrPercent`, `IsNotMoreThan100Percent` and
//! `getIntOrPercentValue` in pkg/apis/apps/validation.

use super::fault::Fault;
use super::faults::Faults;
use super::field::Field;
use crate::kubernetes::names;

/// How large a share may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Most {
    /// All Pods.
    All,
    /// Any: a surge may be larger than what it surges over.
    Any,
}

pub(super) fn faults<'s>(faults: &mut Faults<'_, 's>, field: &Field<'_, 's>, most: Most) {
    faults.at_least(field, 0);
    let Some(text) = field.text() else { return };
    faults.is_named(&field.path(), text, "a percentage, and in quotes it is no number", &names::PERCENTAGE);
    if most == Most::All && share(text).is_some_and(|share| share > 100) {
        faults.add(field.path(), Fault::MoreThanAll { share: text });
    }
}

/// What the API server compares with 0; `default` where the field is not set, `None` where a placeholder stands for it.
/// A text that is no percentage is the number that it spells, or 0.
pub(super) fn value(field: &Field<'_, '_>, default: i64) -> Option<i64> {
    if !field.is_set() {
        return Some(default);
    }
    let of_text = |text: &str| share(text).or_else(|| text.parse().ok()).unwrap_or(0);
    field.number().or_else(|| field.text().map(of_text))
}

fn share(text: &str) -> Option<i64> {
    let digits = text.strip_suffix('%')?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(i64::MAX))
}
