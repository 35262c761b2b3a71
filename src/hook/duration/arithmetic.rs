//! `$(( … ))`, read by the shell parser's own grammar.

use std::panic::catch_unwind;

use brush_parser::ast::{
    ArithmeticExpr as Expr, ArithmeticTarget as Target, BinaryOperator as Binary,
    UnaryAssignmentOperator as Step, UnaryOperator as Unary,
};

/// Longer expressions are not evaluated.
const LONGEST: usize = 200;
/// Nor are more deeply nested ones.
const DEEPEST: usize = 6;

/// Reads and writes variables by name; `None` is an unknown value.
pub(super) trait Variables {
    fn get(&self, name: &str) -> Option<String>;
    fn set(&mut self, name: &str, value: Option<i64>);
}

/// The value; `None` when it is not known, or the expression is wrong.
pub(super) fn evaluate(text: &str, variables: &mut dyn Variables) -> Option<i64> {
    let depth = text.chars().filter(|c| matches!(c, '(' | '?' | '!' | '~')).count();
    if text.len() > LONGEST || depth > DEEPEST || text.contains('[') {
        return None;
    }
    let plain = without_dollars(text)?;
    let expression = catch_unwind(|| brush_parser::arithmetic::parse(&plain)).ok()?.ok()?;
    value(&expression, variables)
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

fn value(expression: &Expr, variables: &mut dyn Variables) -> Option<i64> {
    match expression {
        Expr::Literal(number) => Some(*number),
        Expr::Reference(target) => read(target, variables),
        Expr::UnaryOp(operator, inner) => {
            let inner = value(inner, variables)?;
            match operator {
                Unary::UnaryPlus => Some(inner),
                Unary::UnaryMinus => inner.checked_neg(),
                Unary::BitwiseNot => Some(!inner),
                Unary::LogicalNot => Some(i64::from(inner == 0)),
            }
        }
        Expr::BinaryOp(Binary::LogicalAnd, left, right) => match value(left, variables)? {
            0 => Some(0),
            _ => value(right, variables).map(|right| i64::from(right != 0)),
        },
        Expr::BinaryOp(Binary::LogicalOr, left, right) => match value(left, variables)? {
            0 => value(right, variables).map(|right| i64::from(right != 0)),
            _ => Some(1),
        },
        Expr::BinaryOp(operator, left, right) => {
            let (left, right) = (value(left, variables), value(right, variables));
            binary(operator, left?, right?)
        }
        Expr::Conditional(condition, yes, no) => {
            let chosen = if value(condition, variables)? != 0 { yes } else { no };
            value(chosen, variables)
        }
        Expr::Assignment(target, inner) => {
            let inner = value(inner, variables);
            write(target, inner, variables)
        }
        Expr::BinaryAssignment(operator, target, inner) => {
            let (left, right) = (read(target, variables), value(inner, variables));
            let result = left.zip(right).and_then(|(left, right)| binary(operator, left, right));
            write(target, result, variables)
        }
        Expr::UnaryAssignment(step, target) => {
            let before = read(target, variables);
            let up = matches!(step, Step::PrefixIncrement | Step::PostfixIncrement);
            let after = before.and_then(|before| before.checked_add(if up { 1 } else { -1 }));
            write(target, after, variables);
            if matches!(step, Step::PrefixIncrement | Step::PrefixDecrement) { after } else { before }
        }
    }
}

fn read(target: &Target, variables: &dyn Variables) -> Option<i64> {
    let Target::Variable(name) = target else { return None };
    let text = variables.get(name)?;
    let text = text.trim();
    if text.is_empty() { Some(0) } else { text.parse().ok() }
}

fn write(target: &Target, value: Option<i64>, variables: &mut dyn Variables) -> Option<i64> {
    if let Target::Variable(name) = target {
        variables.set(name, value);
    }
    value
}

fn binary(operator: &Binary, left: i64, right: i64) -> Option<i64> {
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
        Binary::LessThanOrEqualTo => truth(left <= right),
        Binary::GreaterThan => truth(left > right),
        Binary::GreaterThanOrEqualTo => truth(left >= right),
        Binary::Equals => truth(left == right),
        Binary::NotEquals => truth(left != right),
        Binary::BitwiseAnd => Some(left & right),
        Binary::BitwiseXor => Some(left ^ right),
        Binary::BitwiseOr => Some(left | right),
        Binary::LogicalAnd => truth(left != 0 && right != 0),
        Binary::LogicalOr => truth(left != 0 || right != 0),
    }
}
