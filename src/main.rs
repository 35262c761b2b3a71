//! The `kubectl-lifecycle` executable, which kubectl runs as `kubectl lifecycle`.

use std::process::ExitCode;

fn main() -> ExitCode {
    kubectl_lifecycle::cli::main().into()
}
