//! What is read: the flags that every command shares which reads manifests.

use std::path::PathBuf;

use clap::Args;

use super::args_left_out::LeftOutArgs;
use super::args_render::Render;
use super::args_stdin::Stdin;
use super::values;
use crate::lint::{Input, Options};

/// What is read, and how.
#[derive(Debug, Args)]
pub(super) struct InputArgs {
    /// Files and directories (with all below them); `-` is standard input [default: .]
    #[arg(value_name = "PATH", display_order = 0, value_parser = values::local_path, help_heading = "Input")]
    paths: Vec<PathBuf>,

    /// A file, a directory, or `-`, as kubectl takes it; may be repeated
    #[arg(short, long = "filename", value_name = "FILE", value_parser = values::local_path, help_heading = "Input")]
    filenames: Vec<PathBuf>,

    /// Read directories given with -f with all below them
    #[arg(short = 'R', long, help_heading = "Input")]
    recursive: bool,

    /// Also know about the manifests in PATH, without looking at them for their own sake; may be repeated
    ///
    /// A Service there is joined with the workloads that it selects here.
    #[arg(long, value_name = "PATH", value_parser = values::local_path, help_heading = "Input")]
    with: Vec<PathBuf>,

    #[command(flatten)]
    stdin: Stdin,

    #[command(flatten)]
    left_out: LeftOutArgs,

    #[command(flatten)]
    render: Render,

    /// Do not read files larger than this, in MiB; standard input may be 16 times as large
    #[arg(long, value_name = "MIB", value_parser = values::mebibytes, default_value = "64", help_heading = "Input")]
    max_file_size: u64,

    /// How many files to read at once [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), help_heading = "Input")]
    threads: Option<u16>,
}

impl InputArgs {
    /// The options about what is read, without what the configuration has a say in.
    pub(super) fn options(&self) -> Options {
        Options {
            inputs: self.inputs(),
            context: self.with.iter().map(|path| values::input(path.clone(), true)).collect(),
            allow_empty: self.left_out.allow_empty,
            read_ignored: self.left_out.no_ignore,
            max_file_size: self.max_file_size,
            threads: self.threads.map(usize::from),
            stdin_filename: self.stdin.stdin_filename.clone(),
            rendered: self.render.rendered(),
            render_timeout: self.render.timeout(),
            ..Options::default()
        }
    }

    /// What is wrong with the arguments taken together.
    pub(super) fn misuse(&self) -> Option<&'static str> {
        self.stdin.misuse(&self.inputs())
    }

    /// The inputs in the order given, each once; the current directory if there are none.
    pub(super) fn inputs(&self) -> Vec<Input> {
        let paths = self.paths.iter().map(|path| values::input(path.clone(), true));
        let filenames = self.filenames.iter().map(|path| values::input(path.clone(), self.recursive));
        let mut inputs: Vec<Input> = Vec::new();
        for input in paths.chain(filenames).chain(self.render.inputs()) {
            if !inputs.contains(&input) {
                inputs.push(input);
            }
        }
        if inputs.is_empty() {
            inputs.push(Input::Path { path: PathBuf::from("."), recursive: true });
        }
        inputs
    }
}
