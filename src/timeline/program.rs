//! What the program of a container does on the stop signal: what is given of it, and what its command tells.

use super::conditions::Conditions;
use super::given::{OnSignal, Program};
use super::script::own_command;
use crate::manifest::{Container, Workload};
use crate::set::Set;
use crate::shell::first_process::{Hears, hears};

/// The program of a container. What is given of it counts only where the signal reaches it: a shell that
/// waits for its program passes nothing on (facts I2, I4 and N12).
pub(super) fn program(
    set: &Set,
    workload: &Workload,
    container: &Container,
    conditions: &Conditions<'_>,
) -> Program {
    let given = conditions.given.programs.get(container.name()).cloned().unwrap_or_default();
    let pod = workload.pod_spec();
    let shares = pod.share_process_namespace == Some(true) || pod.host_pid == Some(true);
    let on_signal = match own_command(set, workload, container).map(|command| hears(&command, shares)) {
        None | Some(Hears::Program) => given.on_signal,
        Some(Hears::Nobody) => OnSignal::Ignores,
        Some(Hears::Dies) => OnSignal::EndsAfter(0.0),
        Some(Hears::Maybe) => match given.on_signal {
            OnSignal::Ignores => OnSignal::Ignores,
            OnSignal::Unknown | OnSignal::EndsAfter(_) => OnSignal::Unknown,
        },
    };
    Program { on_signal, ..given }
}
