//! The arguments, as clap reads them.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

use super::args_baseline::BaselineArgs;
use super::args_config::{ConfigArgs, JudgementArgs, ShowConfig};
use super::args_context::SinceArgs;
use super::args_fix::FixArgs;
use super::args_input::InputArgs;
use super::args_output::{Output, OutputArgs};
use super::args_timeline::{self, ShowTimeline};
use super::choices::ListFormat;
use crate::lint::{Input, Options};
use crate::report;
use crate::report::shared::look::ColorChoice;

const EXAMPLES: &str = "\
Examples:
  kubectl lifecycle lint k8s/                   Lint a directory tree
  kubectl lifecycle lint -f deploy.yaml         Lint one file
  kustomize build . | kubectl lifecycle lint -  Lint what a tool renders
  kubectl lifecycle timeline k8s/               Draw what happens when
  kubectl lifecycle explain latest-tag          Read the page of a rule";

const LINT_EXAMPLES: &str = "\
Examples:
  kubectl lifecycle lint                        Lint the current directory
  kubectl lifecycle lint k8s/ web.yaml          Lint directories and files
  kubectl lifecycle lint -f k8s/ -R             The same, as kubectl writes it
  kubectl lifecycle lint -k k8s/overlays/prod   Lint what kustomize builds
  kubectl lifecycle lint --helm charts/web      Lint what Helm renders
  kubectl lifecycle lint -o json k8s/           Write JSON for other programs
  kubectl lifecycle lint -o sarif=out.sarif     Also write a file
  kubectl lifecycle lint --changed-since main   Report what a branch adds
  kubectl lifecycle lint --fail-on error k8s/   Let warnings pass

A directory given as PATH is read with all below it; with -f it is read as
kubectl reads it, and needs -R for what is below.

Exit status:
  0  no findings at or above --fail-on
  1  findings at or above --fail-on
  2  bad usage, or input that could not be read; wins over 1";

const COMPLETION_HELP: &str = "\
The scripts for shells complete the words after `kubectl-lifecycle`, the
plugin's own executable. For `kubectl lifecycle`, kubectl asks a program named
kubectl_complete-lifecycle on PATH: `completion kubectl` writes it.

Examples:
  source <(kubectl lifecycle completion bash)
  kubectl lifecycle completion fish | source
  kubectl lifecycle completion kubectl >~/.local/bin/kubectl_complete-lifecycle
  chmod +x ~/.local/bin/kubectl_complete-lifecycle";

const MAN_EXAMPLES: &str = "\
Examples:
  kubectl lifecycle man | man -l -
  kubectl lifecycle man ~/.local/share/man/man1";

/// Finds lifecycle faults in Kubernetes manifests: hooks, probes and grace periods
///
/// Reads manifests from files, directories or standard input, without a cluster, and tells what goes
/// wrong in a rollout, a restart or a drain: what, where, why, and how to mend it.
#[derive(Debug, Parser)]
#[command(
    name = "kubectl-lifecycle",
    bin_name = "kubectl lifecycle",
    display_name = "kubectl lifecycle",
    version,
    after_help = EXAMPLES,
    disable_help_subcommand = true
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,

    /// When to write in color
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        default_value_t,
        help_heading = "Global options",
        display_order = 100
    )]
    pub(super) color: ColorChoice,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Lint manifests
    #[command(after_help = LINT_EXAMPLES)]
    Lint(Box<Lint>),
    /// Show what happens when a Pod starts, stops and is replaced
    #[command(after_help = args_timeline::EXAMPLES)]
    Timeline(Box<ShowTimeline>),
    /// Show the page of a rule: what it reports, why, and how to mend it
    #[command(after_help = "Examples:\n  kubectl lifecycle explain missing-prestop-sleep")]
    Explain {
        /// The rule's name, as it stands in brackets in a finding
        rule: String,
    },
    /// List all rules
    #[command(after_help = "Examples:\n  kubectl lifecycle rules\n  kubectl lifecycle rules -o json")]
    Rules {
        /// The format
        #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
        output: ListFormat,
    },
    /// Show the effective settings and where each comes from
    #[command(after_help = super::args_config::EXAMPLES)]
    Config(Box<ShowConfig>),
    /// Write a completion script for a shell, or for kubectl
    #[command(after_help = COMPLETION_HELP)]
    Completion {
        /// Who completes
        #[arg(value_enum, value_name = "SHELL")]
        completer: Completer,
    },
    /// Write the manual page
    #[command(after_help = MAN_EXAMPLES)]
    Man {
        /// Write the pages of all commands into this directory
        #[arg(value_name = "DIRECTORY", value_hint = ValueHint::DirPath)]
        directory: Option<PathBuf>,
    },
}

/// What `completion` can write for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Completer {
    /// GNU bash
    Bash,
    /// Elvish
    Elvish,
    /// Fish
    Fish,
    /// kubectl's own completion, in every shell that kubectl completes in
    Kubectl,
    /// PowerShell
    Powershell,
    /// Z shell
    Zsh,
}

impl Completer {
    /// The shell; `None` for kubectl, which is none.
    pub(super) fn shell(self) -> Option<Shell> {
        match self {
            Self::Bash => Some(Shell::Bash),
            Self::Elvish => Some(Shell::Elvish),
            Self::Fish => Some(Shell::Fish),
            Self::Kubectl => None,
            Self::Powershell => Some(Shell::PowerShell),
            Self::Zsh => Some(Shell::Zsh),
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Lint {
    #[command(flatten)]
    pub(super) input: InputArgs,

    #[command(flatten)]
    pub(super) scope: SinceArgs,

    #[command(flatten)]
    pub(super) fixes: FixArgs,

    #[command(flatten)]
    pub(super) baseline: BaselineArgs,

    #[command(flatten)]
    pub(super) judgement: JudgementArgs,

    #[command(flatten)]
    pub(super) config: ConfigArgs,

    #[command(flatten)]
    pub(super) output: OutputArgs,

    /// Write only findings and what could not be read: no skipped files, no closing line
    #[arg(short, long, help_heading = "Output")]
    pub(super) quiet: bool,

    /// Also write what was read, joined and not judged, what each hook was read to do, and when things happen
    /// to each workload, to standard error
    #[arg(short, long, conflicts_with = "quiet", help_heading = "Output")]
    pub(super) verbose: bool,
}

impl Lint {
    /// The options for [`crate::lint::lint`], without what the configuration has a say in.
    pub(super) fn options(&self) -> Options {
        Options { explain_joins: self.verbose, fixes: self.output.wants_fixes(), ..self.input.options() }
    }

    /// A person waits for the report; one who types the manifest does not.
    pub(super) fn wants_progress(&self, outputs: &[Output]) -> bool {
        let is_typed = || self.input.inputs().contains(&Input::Stdin) && std::io::stdin().is_terminal();
        let is_read = outputs.iter().any(|output| output.format == report::format::Format::Human);
        !self.quiet && is_read && !is_typed()
    }
}
