//! What the program of a container does on the stop signal: what is given of it, and what its command tells.

use super::conditions::Conditions;
use super::given::{OnSignal, Program};
use super::script::own_command;
use crate::manifest::{Container, Workload};
use crate::set::Set;
use crate::shell::first_process::{Hears, hears};

/// The program of a container, and whether the signal reaches it.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) program: Program,
    /// `None` where the image decides what runs.
    pub(super) hears: Option<Hears>,
}

/// Looks at the command of a container. What is given of its program counts only where the signal reaches
/// it: a shell that waits for its program passes nothing on (facts I2, I4 and N12).
pub(super) fn own(set: &Set, workload: &Workload, container: &Container, conditions: &Conditions<'_>) -> Own {
    let given = conditions.given.programs.get(container.name()).cloned().unwrap_or_default();
    let command = own_command(set, workload, container);
    let hears = command.map(|command| hears(&command, workload.shares_processes()));
    let on_signal = match hears {
        None | Some(Hears::Program) => given.on_signal,
        Some(Hears::Nobody) => OnSignal::Ignores,
        Some(Hears::Dies) => OnSignal::EndsAfter(0.0),
        Some(Hears::Maybe) => match given.on_signal {
            OnSignal::Ignores => OnSignal::Ignores,
            OnSignal::Unknown | OnSignal::EndsAfter(_) => OnSignal::Unknown,
        },
    };
    Own { program: Program { on_signal, ..given }, hears }
}
