//! What a word expands to, as far as it is known, and the path it names.

/// Stands around the name of something whose value is not known, so that `$D/x` equals `$D/x`.
const UNKNOWN: char = '\u{1}';

/// What a word expands to, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Value {
    /// The text; unknown parts stand between two marks.
    pub(crate) text: String,
    /// It comes from looking at the world (`$(ls …)`), so a second run may see another value.
    pub(crate) dynamic: bool,
    /// It is a new name at each run (`$(mktemp -d)`).
    pub(crate) fresh: bool,
    /// It is what the script falls back on when the image sets no variable of the name.
    pub(crate) guessed: bool,
}

impl Value {
    /// A value that is known.
    pub(crate) fn of(text: &str) -> Self {
        Self { text: text.replace(UNKNOWN, " "), ..Self::default() }
    }

    /// A value that is not known; equal names are taken for equal values.
    pub(crate) fn unknown(name: &str) -> Self {
        Self { text: format!("{UNKNOWN}{name}{UNKNOWN}"), ..Self::default() }
    }

    /// The text, when all of it is known.
    pub(crate) fn known(&self) -> Option<&str> {
        (!self.guessed && !self.text.contains(UNKNOWN)).then_some(self.text.as_str())
    }

    /// The text with a placeholder for what is not known, for readers of other languages.
    pub(crate) fn readable(&self) -> String {
        self.text.replace(UNKNOWN, "_")
    }

    /// The text up to the first unknown part, and whether that is all of it.
    pub(crate) fn start(text: &str) -> (&str, bool) {
        let known = text.split(UNKNOWN).next().unwrap_or_default();
        (known, known.len() == text.len())
    }

    /// This text with another behind it.
    pub(super) fn append(&mut self, other: &Self) {
        self.text.push_str(&other.text);
        self.dynamic |= other.dynamic;
        self.fresh |= other.fresh;
        self.guessed |= other.guessed;
    }

    /// The same, but read from the world.
    pub(super) fn and_dynamic(self, dynamic: bool) -> Self {
        Self { dynamic: self.dynamic || dynamic, ..self }
    }

    /// The path it names from a working directory, made absolute and tidy.
    pub(crate) fn path(&self, directory: &str) -> String {
        let text = &self.text;
        if text.starts_with('/') || text.starts_with(UNKNOWN) {
            tidy(text)
        } else {
            tidy(&format!("{directory}/{text}"))
        }
    }
}

/// A path without empty, `.` and `..` steps.
pub(crate) fn tidy(path: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|last| !last.contains(UNKNOWN) && *last != "..") => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    let root = if path.starts_with('/') { "/" } else { "" };
    format!("{root}{}", steps.join("/"))
}
