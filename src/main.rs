//! The `kubectl-lifecycle` executable, which kubectl runs as `kubectl lifecycle`.

use std::process::ExitCode;

use kubectl_lifecycle::cli::Streams;

fn main() -> ExitCode {
    Streams::of_process().into()
}
