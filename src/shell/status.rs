//! How a command ended, as far as that is known.

/// An exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Status {
    /// 0 or not; `None` when it can be either.
    success: Option<bool>,
    /// The number, when it is known.
    code: Option<u8>,
    /// Why it is not 0, by the number of the reason that was noted; `None` where nothing is at fault.
    cause: Option<usize>,
}

impl Status {
    /// 0.
    pub(crate) const SUCCESS: Self = Self::code(0);
    /// Some other number.
    pub(crate) const FAILURE: Self = Self { success: Some(false), code: None, cause: None };
    /// Any number.
    pub(crate) const UNKNOWN: Self = Self { success: None, code: None, cause: None };
    /// What a shell says of a command that it does not find.
    pub(crate) const NOT_FOUND: Self = Self::code(127);

    /// This number.
    pub(crate) const fn code(code: u8) -> Self {
        Self { success: Some(code == 0), code: Some(code), cause: None }
    }

    /// The status of an answer.
    pub(super) fn answer(success: Option<bool>) -> Self {
        match success {
            Some(true) => Self::SUCCESS,
            Some(false) => Self::code(1),
            None => Self::UNKNOWN,
        }
    }

    /// The same, for a reason that was noted.
    pub(super) fn because(self, cause: Option<usize>) -> Self {
        Self { cause, ..self }
    }

    /// The number of the reason why it is not 0.
    pub(super) fn cause(self) -> Option<usize> {
        self.cause.filter(|_| self.success == Some(false))
    }

    /// 0 or not; `None` when it can be either.
    pub(crate) fn success(self) -> Option<bool> {
        self.success
    }

    /// The number, when it is known.
    pub(crate) fn number(self) -> Option<u8> {
        self.code
    }

    /// The status of a `!` in front.
    pub(super) fn negated(self) -> Self {
        Self::answer(self.success.map(|success| !success))
    }

    /// Either of the two.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            success: self.success.filter(|success| other.success == Some(*success)),
            code: self.code.filter(|code| other.code == Some(*code)),
            cause: self.cause.or(other.cause),
        }
    }
}
