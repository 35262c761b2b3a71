//! The value of `$(( … ))`.

use super::expression::{Binary, Expression, Unary, parse};

/// Longer expressions are not evaluated.
const LONGEST: usize = 200;
/// Nor are more deeply nested ones.
const DEEPEST: usize = 6;

/// Reads and writes variables by name; `None` is an unknown value.
pub(super) trait Variables {
    fn get(&self, name: &str) -> Option<String>;
    fn set(&mut self, name: &str, value: Option<i64>);
    /// There is no such number: a division by zero.
    fn cannot_compute(&mut self);
}

/// The value; `None` when it is not known, or the expression is wrong.
pub(super) fn evaluate(text: &str, variables: &mut dyn Variables) -> Option<i64> {
    let depth = text.chars().filter(|c| matches!(c, '(' | '?' | '!' | '~')).count();
    if text.len() > LONGEST || depth > DEEPEST || text.contains('[') {
        return None;
    }
    let plain = without_dollars(text)?;
    value(&parse(&plain)?, variables)
}

/// `$i` and `${i}` are what `i` is here; anything else behind a dollar is not followed.
fn without_dollars(text: &str) -> Option<String> {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        result.push_str(before);
        let (name, behind) = match after.strip_prefix('{') {
            Some(braced) => braced.split_once('}')?,
            None => {
                let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
                after.split_at_checked(end)?
            }
        };
        let valid = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !valid {
            return None;
        }
        result.push_str(name);
        rest = behind;
    }
    result.push_str(rest);
    (!result.contains(['`', '"', '\''])).then_some(result)
}

fn value(expression: &Expression, variables: &mut dyn Variables) -> Option<i64> {
    match expression {
        Expression::Literal(number) => Some(*number),
        Expression::Variable(name) => read(name, variables),
        Expression::Unary(operator, inner) => {
            let inner = value(inner, variables)?;
            match operator {
                Unary::Plus => Some(inner),
                Unary::Minus => inner.checked_neg(),
                Unary::BitwiseNot => Some(!inner),
                Unary::LogicalNot => Some(i64::from(inner == 0)),
            }
        }
        Expression::Binary(Binary::LogicalAnd, left, right) => match value(left, variables)? {
            0 => Some(0),
            _ => value(right, variables).map(|right| i64::from(right != 0)),
        },
        Expression::Binary(Binary::LogicalOr, left, right) => match value(left, variables)? {
            0 => value(right, variables).map(|right| i64::from(right != 0)),
            _ => Some(1),
        },
        Expression::Binary(operator, left, right) => {
            let (left, right) = (value(left, variables), value(right, variables));
            computed(*operator, left?, right?, variables)
        }
        Expression::Conditional(condition, yes, no) => {
            let chosen = if value(condition, variables)? != 0 { yes } else { no };
            value(chosen, variables)
        }
        Expression::Assignment(name, None, inner) => {
            let inner = value(inner, variables);
            write(name, inner, variables)
        }
        Expression::Assignment(name, Some(operator), inner) => {
            let (left, right) = (read(name, variables), value(inner, variables));
            let result =
                left.zip(right).and_then(|(left, right)| computed(*operator, left, right, variables));
            write(name, result, variables)
        }
        Expression::Step { name, by, before } => {
            let old = read(name, variables);
            let new = old.and_then(|old| old.checked_add(*by));
            write(name, new, variables);
            if *before { new } else { old }
        }
    }
}

fn read(name: &str, variables: &dyn Variables) -> Option<i64> {
    let text = variables.get(name)?;
    let text = text.trim();
    if text.is_empty() { Some(0) } else { text.parse().ok() }
}

fn write(name: &str, value: Option<i64>, variables: &mut dyn Variables) -> Option<i64> {
    variables.set(name, value);
    value
}

fn computed(operator: Binary, left: i64, right: i64, variables: &mut dyn Variables) -> Option<i64> {
    if right == 0 && matches!(operator, Binary::Divide | Binary::Modulo) {
        variables.cannot_compute();
    }
    binary(operator, left, right)
}

fn binary(operator: Binary, left: i64, right: i64) -> Option<i64> {
    let truth = |holds: bool| Some(i64::from(holds));
    let shift = || u32::try_from(right).ok();
    match operator {
        Binary::Power => left.checked_pow(shift()?),
        Binary::Multiply => left.checked_mul(right),
        Binary::Divide => left.checked_div(right),
        Binary::Modulo => left.checked_rem(right),
        Binary::Comma => Some(right),
        Binary::Add => left.checked_add(right),
        Binary::Subtract => left.checked_sub(right),
        Binary::ShiftLeft => left.checked_shl(shift()?),
        Binary::ShiftRight => left.checked_shr(shift()?),
        Binary::LessThan => truth(left < right),
        Binary::LessThanOrEqual => truth(left <= right),
        Binary::GreaterThan => truth(left > right),
        Binary::GreaterThanOrEqual => truth(left >= right),
        Binary::Equals => truth(left == right),
        Binary::NotEquals => truth(left != right),
        Binary::BitwiseAnd => Some(left & right),
        Binary::BitwiseXor => Some(left ^ right),
        Binary::BitwiseOr => Some(left | right),
        Binary::LogicalAnd => truth(left != 0 && right != 0),
        Binary::LogicalOr => truth(left != 0 || right != 0),
    }
}
