//! What standard input is called.

use clap::Args;

use crate::lint::Input;

/// The options about standard input.
#[derive(Debug, Args)]
pub(super) struct Stdin {
    /// What standard input is called in findings; it then stands for that file, which is not read
    #[arg(long, value_name = "NAME", value_parser = name, help_heading = "Input")]
    pub(super) stdin_filename: Option<String>,
}

impl Stdin {
    /// What is wrong with the name, given the inputs.
    pub(super) fn misuse(&self, inputs: &[Input]) -> Option<&'static str> {
        let is_unused = self.stdin_filename.is_some() && !inputs.contains(&Input::Stdin);
        is_unused.then_some("--stdin-filename names standard input, which is not read; add `-` to read it")
    }
}

fn name(text: &str) -> Result<String, String> {
    match text {
        "" | "-" => Err("not a name; write it like `k8s/web.yaml`".to_owned()),
        _ => Ok(text.to_owned()),
    }
}
