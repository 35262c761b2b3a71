//! One call of a program, by its plain name.

use crate::shell::{Arg, Given, Step, Value};
use crate::text::Span;

/// A command: its plain name and its arguments.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call<'s> {
    /// The name without folders and without `.sh`, `.exe`.
    pub(super) name: &'s str,
    /// It was called by a path of its own (`/app/setup`, `./x.sh`).
    pub(super) own_path: bool,
    /// Where the name stands.
    pub(super) span: Span,
    /// The arguments.
    pub(super) args: &'s [Arg],
}

/// Where a container image keeps the tools that everyone knows.
fn is_tool_folder(folder: &str) -> bool {
    folder.split('/').next_back().is_some_and(|last| matches!(last, "bin" | "sbin"))
}

impl<'s> Call<'s> {
    /// The call that a step is; `None` when its name is not known.
    pub(super) fn of(step: &'s Step) -> Option<Self> {
        let (first, args) = step.args.split_first()?;
        let written = first.known()?;
        let (folder, name) = written.rsplit_once('/').unwrap_or(("/bin", written));
        let name = name.strip_suffix(".sh").or_else(|| name.strip_suffix(".exe")).unwrap_or(name);
        Some(Self { name, own_path: !is_tool_folder(folder), span: first.span, args })
    }

    fn given(&self) -> Given<'s> {
        Given(self.args)
    }

    /// Some word may hold options that are not known.
    pub(super) fn is_open(&self) -> bool {
        self.given().is_open()
    }

    /// One of these options stands among the arguments; `values` are the options that take a value.
    pub(super) fn has(&self, options: &[&str], values: &[&str]) -> bool {
        self.given().has(options, values)
    }

    /// The values given to these options.
    pub(super) fn values_of(&self, options: &[&str], values: &[&str]) -> Vec<Value> {
        self.given().values_of(options, values)
    }

    /// The arguments that are neither options nor their values.
    pub(super) fn operands(&self, values: &[&str]) -> Vec<&'s Arg> {
        self.given().operands(values)
    }
}
