//! What was probably meant by arguments that are refused: the words that other tools, kubectl first, have for
//! something that is written otherwise here.

use std::ffi::OsString;
use std::path::Path;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error};

use crate::project::input;
use crate::project::render::quoted;

/// How the tool is called, wherever it says so.
const TOOL: &str = "kubectl lifecycle";

/// What other tools call `lint`.
const LINT_WORDS: [&str; 6] = ["check", "validate", "scan", "test", "run", "analyze"];
/// How kubectl is told where to look.
const CLUSTER_FLAGS: [&str; 8] =
    ["-n", "--namespace", "-A", "--all-namespaces", "-l", "--selector", "--kubeconfig", "--cluster"];
/// How other linters are told which rules to use.
const RULE_FLAGS: [&str; 9] =
    ["--select", "--only", "--rules", "--enable", "--disable", "--ignore", "--skip", "--include", "--checks"];
/// How other tools are told what to write.
const FORMAT_FLAGS: [&str; 3] = ["--format", "--output-format", "--reporter"];

/// The refusal, with what was probably meant where that can be told.
pub(super) fn explained(mut error: Error, arguments: &[OsString], root: &Command) -> Error {
    let words: Vec<String> =
        arguments.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let tips = match error.kind() {
        ErrorKind::InvalidSubcommand => command(&words, root).into_iter().collect(),
        ErrorKind::UnknownArgument => flag(&error, &words, root),
        _ => Vec::new(),
    };
    if tips.is_empty() {
        return error;
    }
    for kind in [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedCommand] {
        error.remove(kind);
    }
    let tips = tips.into_iter().map(StyledStr::from).collect();
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
    error
}

/// For a word that is no command.
fn command(words: &[String], root: &Command) -> Option<String> {
    let at = first_word(words)?;
    let (word, rest) = (words.get(at)?.as_str(), words.get(at + 1..).unwrap_or_default());
    let whole =
        |words: &[String]| words.iter().map(|word| format!(" {}", quoted_word(word))).collect::<String>();
    let is_path =
        || word.contains('/') || input::is_manifest_name(Path::new(word)) || Path::new(word).exists();
    let meant = match word {
        "help" => match rest.iter().find(|word| is_command(word, root)) {
            Some(command) => format!("{TOOL} {command} --help"),
            None => format!("{TOOL} --help"),
        },
        "version" => format!("{TOOL} --version"),
        "list" | "list-rules" => format!("{TOOL} rules"),
        word if LINT_WORDS.contains(&word) => format!("{TOOL} lint{}", whole(rest)),
        _ if is_path() => format!("{TOOL} lint{}", whole(words)),
        _ => return None,
    };
    Some(format!("did you mean `{meant}`?"))
}

/// For a flag that the command does not have.
fn flag(error: &Error, words: &[String], root: &Command) -> Vec<String> {
    let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg) else { return Vec::new() };
    let flag = flag.split('=').next().unwrap_or_default();
    let is_inside = first_word(words).and_then(|at| words.get(at)).is_some_and(|word| is_command(word, root));
    let of_kubectl = |given: &str| {
        format!(
            "no cluster is asked here; kubectl does that: \
             `kubectl get deploy,sts,ds,cronjob,svc {given} -o yaml | {TOOL} lint -`"
        )
    };
    if flag == "--context" {
        return vec![
            "write --with PATH for manifests that are only to be known about".to_owned(),
            format!("--context means a context of the kubeconfig, and {}", of_kubectl(&given(flag, words))),
        ];
    }
    let tip = if CLUSTER_FLAGS.contains(&flag) {
        of_kubectl(&given(flag, words))
    } else if RULE_FLAGS.contains(&flag) {
        format!(
            "--rule RULE=LEVEL chooses rules and groups of them: `--rule latest-tag=off`, `--rule stop=error`; \
             `{TOOL} rules` lists them"
        )
    } else if FORMAT_FLAGS.contains(&flag) {
        "-o FORMAT chooses what is written, `-o FORMAT=FILE` into a file".to_owned()
    } else if is_inside && matches!(flag, "--version" | "-V") {
        format!("did you mean `{TOOL} --version`?")
    } else if !is_inside && belongs_to_lint(flag, root) {
        let words: Vec<String> = words.iter().map(|word| quoted_word(word)).collect();
        format!("did you mean `{TOOL} lint {}`?", words.join(" "))
    } else {
        return Vec::new();
    };
    vec![tip]
}

/// The flag with its value, as it was given.
fn given(flag: &str, words: &[String]) -> String {
    const WITHOUT_VALUE: [&str; 2] = ["-A", "--all-namespaces"];
    let at = words.iter().position(|word| word.starts_with(flag));
    let written = at.and_then(|at| words.get(at)).map_or(flag, String::as_str);
    let value = at.and_then(|at| words.get(at + 1)).filter(|word| !word.starts_with('-'));
    match value {
        Some(value) if written == flag && !WITHOUT_VALUE.contains(&flag) => {
            format!("{flag} {}", quoted(value))
        }
        _ => quoted_word(written),
    }
}

/// Where the first word stands that is neither a flag nor the value of the one that every command has.
fn first_word(words: &[String]) -> Option<usize> {
    let is_value =
        |at: usize| at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(|word| word == "--color");
    let mut numbered = words.iter().enumerate();
    numbered.find(|(at, word)| (!word.starts_with('-') || *word == "-") && !is_value(*at)).map(|(at, _)| at)
}

fn is_command(word: &str, root: &Command) -> bool {
    root.get_subcommands().any(|command| command.get_name() == word)
}

fn belongs_to_lint(flag: &str, root: &Command) -> bool {
    let lint = root.get_subcommands().find(|command| command.get_name() == "lint");
    let mut arguments = lint.into_iter().flat_map(Command::get_arguments);
    arguments.any(|argument| match flag.strip_prefix("--") {
        Some(long) => argument.get_long() == Some(long),
        None => argument.get_short().is_some_and(|short| flag == format!("-{short}")),
    })
}

/// A word for a shell; a flag stays one.
fn quoted_word(word: &str) -> String {
    let is_plain_flag =
        word.starts_with('-') && quoted(word.trim_start_matches('-')) == word.trim_start_matches('-');
    if is_plain_flag || word.trim_start_matches('-').is_empty() { word.to_owned() } else { quoted(word) }
}
