//! Traces of command lines that stand in tests.

use std::collections::BTreeMap;

use super::{CommandLine, Knowledge, Trace, trace};

/// What these words do in a container of which nothing is known.
pub(crate) fn words(argv: &[&str]) -> Trace {
    let argv: Vec<String> = argv.iter().map(|&word| word.to_owned()).collect();
    trace(&CommandLine {
        argv: &argv,
        env: &BTreeMap::new(),
        image: None,
        working_dir: None,
        files: &|_| None,
        windows: false,
        shares_processes: false,
        knowledge: &Knowledge::NONE,
        unanswered: None,
    })
}

/// What `sh -c` does with a script.
pub(crate) fn sh(script: &str) -> Trace {
    words(&["sh", "-c", script])
}

/// What `bash -c` does with a script.
pub(crate) fn bash(script: &str) -> Trace {
    words(&["bash", "-c", script])
}
