//! Measures a lint run over a directory: `cargo run --release --example corpus_bench -- DIR [THREADS] [ROUNDS]`.
//!
//! Prints, for the fastest of the rounds, the seconds of linting and of writing JSON, and what that
//! makes in documents and megabytes a second.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use kubectl_lifecycle::lint::{Input, Options, lint};
use kubectl_lifecycle::write_json;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(directory) = arguments.next().map(PathBuf::from) else {
        eprintln!("usage: corpus_bench DIR [THREADS] [ROUNDS]");
        return ExitCode::from(2);
    };
    let threads = arguments.next().and_then(|threads| threads.parse().ok()).unwrap_or(1);
    let rounds: usize = arguments.next().and_then(|rounds| rounds.parse().ok()).unwrap_or(5);
    let mut options = Options::of([Input::path(directory)]);
    options.threads = Some(threads);
    let mut best = (Duration::MAX, Duration::MAX);
    let mut counts = (0, 0, 0);
    for _ in 0..rounds.max(1) {
        let start = Instant::now();
        let report = lint(&options);
        let linted = start.elapsed();
        let mut sink = std::io::sink();
        if write_json(&report, &mut sink).and_then(|()| sink.flush()).is_err() {
            return ExitCode::FAILURE;
        }
        let written = start.elapsed() - linted;
        best = (best.0.min(linted), best.1.min(written));
        let bytes: usize = report.sources.iter().map(|source| source.text().len()).sum();
        counts = (report.summary.documents, bytes, report.findings.len());
    }
    let (documents, bytes, findings) = counts;
    let seconds = best.0.as_secs_f64();
    println!(
        "{documents} documents, {:.1} MB, {findings} findings, {threads} threads: lint {seconds:.3} s ({:.0} documents/s, {:.1} MB/s), json {:.3} s",
        bytes as f64 / 1e6,
        documents as f64 / seconds,
        bytes as f64 / 1e6 / seconds,
        best.1.as_secs_f64(),
    );
    ExitCode::SUCCESS
}
