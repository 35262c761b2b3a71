//! Writes what `kubectl get … -A -o yaml` answers on a busy cluster, to measure a run on it:
//!
//! ```sh
//! cargo run --release --example live_cluster -- 5000 yaml > live.yaml
//! kubectl lifecycle lint - < live.yaml
//! ```
//!
//! The number is that of the applications: a Deployment, its ReplicaSets, two Pods and a Service each.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod objects;
mod write;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let count = arguments.next().and_then(|count| count.parse().ok());
    let (Some(count), format) = (count, arguments.next()) else {
        eprintln!("usage: live_cluster COUNT [yaml|json]");
        return ExitCode::from(2);
    };
    let items: Vec<_> = (0..count).flat_map(objects::application).collect();
    match format.as_deref() {
        Some("json") => println!("{}", write::json(&items)),
        _ => print!("{}", write::yaml(&items)),
    }
    ExitCode::SUCCESS
}
