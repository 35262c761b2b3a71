//! Why a document cannot be read, and whose fault that is.

/// Why a text is no tree; `at` is a byte of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BuildError {
    Syntax {
        at: usize,
        message: String,
    },
    /// A `#` with nothing between it and what is before it.
    GluedComment {
        at: usize,
    },
    TooDeep {
        at: usize,
    },
    TooManyAliases {
        at: usize,
    },
    TooLong {
        at: usize,
    },
}

/// Why a document has no tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DocumentError {
    /// It is not YAML.
    #[error("is not valid YAML: {message}; mend it here, kubectl cannot read this document either")]
    Syntax {
        /// The byte where the parser gave up.
        at: usize,
        /// What the parser says.
        message: String,
    },
    /// Something follows the dashes of a separator.
    #[error(
        "the document separator `---` is followed by `{text}`, which kubectl refuses; put it on the next line"
    )]
    Separator {
        /// The byte where it begins.
        at: usize,
        /// What follows.
        text: String,
    },
    /// A `%YAML` or `%TAG` directive.
    #[error("kubectl refuses YAML directives such as `%YAML`; remove the line")]
    Directive {
        /// The byte where it begins.
        at: usize,
    },
    /// A template that is to be rendered first.
    #[error("{reason}")]
    Template {
        /// The byte where the template's mark is.
        at: usize,
        /// What it looks like, and the next step.
        reason: String,
    },
    /// Nested beyond every manifest.
    #[error("is nested more deeply than any manifest, so it was not read; leave it out")]
    TooDeep {
        /// The byte where it got too deep.
        at: usize,
    },
    /// Aliases that stand for aliases, many times over.
    #[error(
        "its aliases stand for more than two million values, so it was not read; write them out, or leave it out"
    )]
    TooManyAliases {
        /// The byte where they begin.
        at: usize,
    },
    /// Longer than a tree can count.
    #[error("holds more than four billion bytes or values, so it was not read; split it, or leave it out")]
    TooLong {
        /// The byte where it begins.
        at: usize,
    },
}

impl DocumentError {
    /// The byte of the source it is about.
    pub(crate) fn at(&self) -> usize {
        match self {
            Self::Syntax { at, .. }
            | Self::Separator { at, .. }
            | Self::Directive { at }
            | Self::Template { at, .. }
            | Self::TooDeep { at }
            | Self::TooManyAliases { at }
            | Self::TooLong { at } => *at,
        }
    }
}
