//! Numbers of Pods that are written as numbers or as shares of others: `maxUnavailable: 25%`.

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

/// What becomes of a part of a Pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rounding {
    /// It counts as a whole one.
    Up,
    /// It does not count.
    Down,
}

/// How many Pods are meant of so many (`GetScaledValueFromIntOrPercent` in apimachinery); `None` for what is
/// neither a number nor a share.
pub(crate) fn scaled(bound: &IntOrString, of: i64, rounding: Rounding) -> Option<i64> {
    match bound {
        IntOrString::Int(number) => Some(i64::from(*number).max(0)),
        IntOrString::String(share) => part(percent(share)?, of, rounding),
    }
}

/// So many of a hundred, of so many; `None` where there is no such number.
pub(crate) fn part(percent: i64, of: i64, rounding: Rounding) -> Option<i64> {
    let hundredths = percent.checked_mul(of)?;
    Some(match rounding {
        Rounding::Up => hundredths.checked_add(99)? / 100,
        Rounding::Down => hundredths / 100,
    })
}

/// The same where it is not known of how many: a number is one of any, and no share of any is none.
pub(crate) fn scaled_of_any(bound: &IntOrString, of: Option<i64>, rounding: Rounding) -> Option<i64> {
    match (bound, of) {
        (_, Some(of)) => scaled(bound, of, rounding),
        (IntOrString::Int(_), None) => scaled(bound, 0, rounding),
        (IntOrString::String(share), None) => percent(share).filter(|share| *share == 0),
    }
}

/// `25` of `25%`; `None` for what is no share.
pub(crate) fn percent(share: &str) -> Option<i64> {
    let digits = share.strip_suffix('%')?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(text: &str) -> IntOrString {
        IntOrString::String(text.to_owned())
    }

    #[test]
    fn a_share_is_rounded_as_it_is_asked() {
        let of = |text: &str, of| {
            (scaled(&share(text), of, Rounding::Down), scaled(&share(text), of, Rounding::Up))
        };
        assert_eq!(of("25%", 3), (Some(0), Some(1)));
        assert_eq!(of("25%", 4), (Some(1), Some(1)));
        assert_eq!(of("25%", 5), (Some(1), Some(2)));
        assert_eq!(of("0%", 5), (Some(0), Some(0)));
        assert_eq!(of("100%", 5), (Some(5), Some(5)));
        assert_eq!(of("25", 5), (None, None));
        assert_eq!(of("${N}%", 5), (None, None));
        assert_eq!(of("+25%", 5), (None, None));
        assert_eq!(of("9223372036854775807%", 5), (None, None));
    }

    #[test]
    fn what_depends_on_no_number_is_known_without_one() {
        assert_eq!(scaled_of_any(&IntOrString::Int(2), None, Rounding::Down), Some(2));
        assert_eq!(scaled_of_any(&share("0%"), None, Rounding::Up), Some(0));
        assert_eq!(scaled_of_any(&share("1%"), None, Rounding::Up), None);
        assert_eq!(scaled_of_any(&share("50%"), Some(3), Rounding::Up), Some(2));
    }
}
