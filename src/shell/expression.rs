//! The grammar of `$(( … ))`: C's, without arrays.

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expression {
    Literal(i64),
    Variable(String),
    Unary(Unary, Box<Expression>),
    Binary(Binary, Box<Expression>, Box<Expression>),
    /// `a ? b : c`
    Conditional(Box<Expression>, Box<Expression>, Box<Expression>),
    /// `x = a`, or `x += a` with its operator.
    Assignment(String, Option<Binary>, Box<Expression>),
    /// `x++` and its like; `before` when the operator stands in front, so that the new value counts.
    Step {
        name: String,
        by: i64,
        before: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unary {
    Plus,
    Minus,
    LogicalNot,
    BitwiseNot,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binary {
    Comma,
    LogicalOr,
    LogicalAnd,
    BitwiseOr,
    BitwiseXor,
    BitwiseAnd,
    Equals,
    NotEquals,
    LessThan,
    GreaterThan,
    LessThanOrEqual,
    GreaterThanOrEqual,
    ShiftLeft,
    ShiftRight,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
}

/// How tightly the operators bind that are not in the table.
const COMMA: u8 = 1;
const ASSIGNMENT: u8 = 2;
const CONDITIONAL: u8 = 3;
const POWER: u8 = 14;

/// The operators with how tightly they bind; of two that begin alike the longer one stands first.
const BINARY: [(&str, Binary, u8); 20] = [
    ("||", Binary::LogicalOr, 4),
    ("&&", Binary::LogicalAnd, 5),
    ("==", Binary::Equals, 9),
    ("!=", Binary::NotEquals, 9),
    ("<<", Binary::ShiftLeft, 11),
    (">>", Binary::ShiftRight, 11),
    ("<=", Binary::LessThanOrEqual, 10),
    (">=", Binary::GreaterThanOrEqual, 10),
    ("**", Binary::Power, POWER),
    (",", Binary::Comma, COMMA),
    ("|", Binary::BitwiseOr, 6),
    ("^", Binary::BitwiseXor, 7),
    ("&", Binary::BitwiseAnd, 8),
    ("<", Binary::LessThan, 10),
    (">", Binary::GreaterThan, 10),
    ("+", Binary::Add, 12),
    ("-", Binary::Subtract, 12),
    ("*", Binary::Multiply, 13),
    ("/", Binary::Divide, 13),
    ("%", Binary::Modulo, 13),
];

const ASSIGNMENTS: [(&str, Option<Binary>); 11] = [
    ("<<=", Some(Binary::ShiftLeft)),
    (">>=", Some(Binary::ShiftRight)),
    ("*=", Some(Binary::Multiply)),
    ("/=", Some(Binary::Divide)),
    ("%=", Some(Binary::Modulo)),
    ("+=", Some(Binary::Add)),
    ("-=", Some(Binary::Subtract)),
    ("&=", Some(Binary::BitwiseAnd)),
    ("|=", Some(Binary::BitwiseOr)),
    ("^=", Some(Binary::BitwiseXor)),
    ("=", None),
];

/// Reads an expression; one that is blank is 0. It recurses as deep as the expression nests, so the
/// caller bounds the length.
pub(super) fn parse(text: &str) -> Option<Expression> {
    let mut reader = Reader { rest: text.trim() };
    if reader.rest.is_empty() {
        return Some(Expression::Literal(0));
    }
    let expression = reader.expression(COMMA)?;
    reader.rest.is_empty().then_some(expression)
}

/// Reads from the front of what is left; no blanks stand there.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn take(&mut self, text: &str) -> bool {
        let behind = self.rest.strip_prefix(text);
        if let Some(behind) = behind {
            self.rest = behind.trim_start();
        }
        behind.is_some()
    }

    /// Goes past the longest text of such characters.
    fn run(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !belongs(c)).unwrap_or(self.rest.len());
        let (found, behind) = self.rest.split_at(end);
        self.rest = behind;
        found
    }

    /// An expression whose operators bind at least so tightly.
    fn expression(&mut self, least: u8) -> Option<Expression> {
        let mut left = self.operand(least)?;
        loop {
            if least <= CONDITIONAL && self.take("?") {
                let yes = self.expression(COMMA)?;
                if !self.take(":") {
                    return None;
                }
                let no = self.expression(CONDITIONAL)?;
                left = Expression::Conditional(Box::new(left), Box::new(yes), Box::new(no));
                continue;
            }
            let found = BINARY.iter().find(|(sign, ..)| self.rest.starts_with(sign));
            let Some((sign, operator, binds)) = found.filter(|(.., binds)| *binds >= least) else {
                return Some(left);
            };
            self.take(sign);
            // Only a power has its like on the right.
            let right = self.expression(if *binds == POWER { POWER } else { binds + 1 })?;
            left = Expression::Binary(*operator, Box::new(left), Box::new(right));
        }
    }

    fn operand(&mut self, least: u8) -> Option<Expression> {
        if let Some((by, sign)) = self.step() {
            self.take(sign);
            return Some(Expression::Step { name: self.name()?, by, before: true });
        }
        let unary =
            [("+", Unary::Plus), ("-", Unary::Minus), ("!", Unary::LogicalNot), ("~", Unary::BitwiseNot)];
        if let Some((_, operator)) = unary.into_iter().find(|(sign, _)| self.take(sign)) {
            return Some(Expression::Unary(operator, Box::new(self.operand(POWER)?)));
        }
        if self.take("(") {
            let inner = self.expression(COMMA)?;
            return self.take(")").then_some(inner);
        }
        if self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            return self.number().map(Expression::Literal);
        }
        let name = self.name()?;
        if let Some((by, sign)) = self.step() {
            self.take(sign);
            return Some(Expression::Step { name, by, before: false });
        }
        let assigns = least <= ASSIGNMENT && !self.rest.starts_with("==");
        match ASSIGNMENTS.into_iter().find(|(sign, _)| assigns && self.take(sign)) {
            Some((_, operator)) => {
                let value = self.expression(ASSIGNMENT)?;
                Some(Expression::Assignment(name, operator, Box::new(value)))
            }
            None => Some(Expression::Variable(name)),
        }
    }

    fn step(&self) -> Option<(i64, &'static str)> {
        [(1, "++"), (-1, "--")].into_iter().find(|(_, sign)| self.rest.starts_with(sign))
    }

    fn name(&mut self) -> Option<String> {
        let name = self.run(|c| c.is_ascii_alphanumeric() || c == '_');
        self.rest = self.rest.trim_start();
        let valid = !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit());
        valid.then(|| name.to_owned())
    }

    /// A number: decimal, octal, hexadecimal, or `base#digits`.
    fn number(&mut self) -> Option<i64> {
        let digits = self.run(|c| c.is_ascii_alphanumeric());
        let number = match self.rest.strip_prefix('#') {
            Some(behind) => {
                self.rest = behind;
                in_base(
                    self.run(|c| c.is_ascii_alphanumeric() || matches!(c, '@' | '_')),
                    digits.parse().ok()?,
                )
            }
            None => match digits.strip_prefix("0x").or(digits.strip_prefix("0X")) {
                Some(digits) => i64::from_str_radix(digits, 16).ok(),
                None if digits.starts_with('0') => i64::from_str_radix(digits, 8).ok(),
                // The largest one is the smallest one's without its sign.
                None => digits.parse().ok().map(u64::cast_signed),
            },
        };
        self.rest = self.rest.trim_start();
        number
    }
}

/// The digits of a base up to 64: `0-9`, `a-z`, `A-Z`, `@`, `_`; up to 36 the case is all one.
fn in_base(digits: &str, base: i64) -> Option<i64> {
    if !(2..=64).contains(&base) || digits.is_empty() {
        return None;
    }
    let mut number = 0_i64;
    for c in digits.chars() {
        let digit = match c {
            '@' => 62,
            '_' => 63,
            'A'..='Z' if base > 36 => i64::from(u32::from(c) - u32::from('A')) + 36,
            _ => i64::from(c.to_digit(36)?),
        };
        if digit >= base {
            return None;
        }
        number = number.checked_mul(base)?.checked_add(digit)?;
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::super::arithmetic::{Variables, evaluate};

    /// `a` is 5, everything else unknown.
    struct Five;

    impl Variables for Five {
        fn cannot_compute(&mut self) {}

        fn get(&self, name: &str) -> Option<String> {
            (name == "a").then(|| "5".to_owned())
        }

        fn set(&mut self, _: &str, _: Option<i64>) {}
    }

    fn value(text: &str) -> Option<i64> {
        evaluate(text, &mut Five)
    }

    #[test]
    fn operators_bind_as_in_bash() {
        for (text, expected) in [
            ("1 + 2 * 3", 7),
            ("(1 + 2) * 3", 9),
            ("2 ** 3 ** 2", 512),
            ("-2 ** 2", 4),
            ("10 - 3 - 2", 5),
            ("7 / 2 % 2", 1),
            ("1 << 2 + 1", 8),
            ("6 & 3 == 3", 0),
            ("1 | 2 ^ 3 & 1", 3),
            ("0 || 2 && 3", 1),
            ("1 ? 0 ? 4 : 5 : 6", 5),
            ("1, 2, 3", 3),
            ("!a + 1", 1),
            ("~a", -6),
            ("1--2", 3),
            ("a++ + 1", 6),
            ("++a", 6),
            ("b = c = 4", 4),
            ("a += 2, 9", 9),
            ("a<=5", 1),
            ("a==5&&a!=4", 1),
        ] {
            assert_eq!(value(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn numbers_have_bases() {
        for (text, expected) in
            [("010", 8), ("0x1f", 31), ("2#101", 5), ("16#Ff", 255), ("64#_", 63), (" ", 0)]
        {
            assert_eq!(value(text), Some(expected), "{text}");
        }
        for text in ["08", "0x", "2#2", "65#1", "99999999999999999999"] {
            assert_eq!(value(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_or_not_known_has_no_value() {
        for text in
            ["1 +", "(1", "1)", "1 2", "a b", "b", "1 ? 2", "3 = 4", "a[1]", "1 / 0", "é", "++1", "a++b"]
        {
            assert_eq!(value(text), None, "{text}");
        }
    }
}
