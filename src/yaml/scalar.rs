//! What a scalar means to kubectl, which reads YAML 1.1 by go-yaml v2 (fact L2).

use std::borrow::Cow;

use super::kind::Kind;
use super::style::Style;

/// A resolved scalar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scalar {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    String,
}

impl Scalar {
    fn kind(self) -> Kind {
        match self {
            Self::Null => Kind::Null,
            Self::Bool(_) => Kind::Bool,
            Self::Int(_) => Kind::Int,
            Self::Float(_) => Kind::Float,
            Self::String => Kind::String,
        }
    }
}

/// The type of a scalar, by its style and its tag: `int` for `!!int`. If it is no text, then its value is
/// what [`untagged`] makes of its text.
pub(super) fn kind(text: &str, style: Style, tag: Option<&str>, is_json: bool) -> Kind {
    match (tag, style) {
        (Some("str"), _) => Kind::String,
        (Some("int" | "float" | "bool" | "null"), _) | (None, Style::Plain) => untagged(text, is_json).kind(),
        _ => Kind::String,
    }
}

/// Resolves an untagged plain scalar.
pub(super) fn untagged(text: &str, is_json: bool) -> Scalar {
    if is_json { json(text) } else { plain(text) }
}

fn plain(text: &str) -> Scalar {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Scalar::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Scalar::Bool(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Scalar::Bool(false);
        }
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Scalar::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Scalar::Float(f64::NAN),
        _ => {}
    }
    // Only what begins like a number can be one.
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return Scalar::String;
    }
    let digits: Cow<'_, str> = if text.contains('_') { text.replace('_', "").into() } else { text.into() };
    if let Some(number) = integer(&digits) {
        return Scalar::Int(number);
    }
    if is_float(&digits) {
        // Go refuses to parse what is too large for a float, which leaves a text.
        let number = digits.parse().ok().filter(|number: &f64| number.is_finite());
        return number.map_or(Scalar::String, Scalar::Float);
    }
    Scalar::String
}

/// A JSON scalar: no octal, no words but three.
fn json(text: &str) -> Scalar {
    match text {
        "null" => Scalar::Null,
        "true" => Scalar::Bool(true),
        "false" => Scalar::Bool(false),
        _ => match text.parse::<i64>() {
            Ok(number) => Scalar::Int(number),
            Err(_) if is_float(text) => text.parse().map_or(Scalar::String, Scalar::Float),
            Err(_) => Scalar::String,
        },
    }
}

/// An integer with an optional sign and the prefixes of Go: `0x`, `0o` or `0`, `0b`.
fn integer(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.get(..2).unwrap_or_default().to_ascii_lowercase();
    let (radix, digits) = match lower.as_str() {
        "0x" => (16, digits.get(2..)?),
        "0o" => (8, digits.get(2..)?),
        "0b" => (2, digits.get(2..)?),
        _ if digits.len() > 1 && digits.starts_with('0') => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    if !digits.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let number = i128::from_str_radix(digits, radix).ok()?;
    i64::try_from(if negative { -number } else { number }).ok()
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (text, None),
    };
    let mantissa_is_good = match mantissa.split_once('.') {
        Some(("", fraction)) => digits(fraction),
        Some((whole, fraction)) => digits(whole) && (fraction.is_empty() || digits(fraction)),
        None => digits(mantissa),
    };
    mantissa_is_good && exponent.is_none_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_may_be_octal_hexadecimal_binary_or_have_underscores() {
        for (text, value) in [
            ("060", 48),
            ("0o10", 8),
            ("010", 8),
            ("0x1F", 31),
            ("0b11", 3),
            ("1_000", 1000),
            ("-5", -5),
            ("+1", 1),
            ("0", 0),
            ("-0x10", -16),
        ] {
            assert_eq!(plain(text), Scalar::Int(value), "{text}");
        }
    }

    #[test]
    fn yes_and_no_are_booleans_and_the_empty_text_is_null() {
        for text in ["yes", "On", "y", "TRUE"] {
            assert_eq!(plain(text), Scalar::Bool(true), "{text}");
        }
        for text in ["no", "Off", "n", "false"] {
            assert_eq!(plain(text), Scalar::Bool(false), "{text}");
        }
        for text in ["", "~", "null"] {
            assert_eq!(plain(text), Scalar::Null, "{text}");
        }
    }

    #[test]
    fn a_float_is_one_in_any_notation() {
        for (text, value) in [("12e3", 12000.0), ("30.0", 30.0), (".5", 0.5), ("08", 8.0), ("1.", 1.0)] {
            assert_eq!(plain(text), Scalar::Float(value), "{text}");
        }
    }

    #[test]
    fn dates_times_units_and_words_stay_text() {
        for text in [
            "2024-01-01",
            "1:30",
            "30s",
            "1.2.3",
            "-",
            "+",
            ".",
            "0x",
            "0b2",
            "nope",
            "-a",
            "1e",
            "e3",
            "100m",
            "7e12345",
            "1e400",
            "-1e400",
        ] {
            assert_eq!(plain(text), Scalar::String, "{text}");
        }
    }

    #[test]
    fn json_knows_no_octal_and_no_yes() {
        assert_eq!(json("90.0"), Scalar::Float(90.0));
        assert_eq!(json("yes"), Scalar::String);
        assert_eq!(json("12"), Scalar::Int(12));
    }
}
