//! What options accept, with errors that say how to write it.

use crate::project::exclude;
use std::path::PathBuf;

use crate::config;
use crate::lint::Input;
use crate::rules::settings::Level;
use crate::rules::{self, Choice};

/// The longest delay that makes sense, in seconds: a day.
const LONGEST_DELAY: f64 = 86_400.0;
/// Bytes in a MiB.
const MIB: u64 = 1024 * 1024;

/// Reads seconds: `5`, `5s`, `7.5`.
pub(super) fn seconds(text: &str) -> Result<f64, String> {
    let digits = text.strip_suffix('s').unwrap_or(text);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match digits.parse::<f64>() {
        Ok(seconds) if plain && seconds <= LONGEST_DELAY => Ok(seconds),
        _ => Err("not a number of seconds from 0 to 86400; write it like `5`, `5s` or `7.5`".to_owned()),
    }
}

/// Reads whole MiB, and gives bytes.
pub(super) fn mebibytes(text: &str) -> Result<u64, String> {
    match text.parse::<u64>() {
        Ok(size @ 1..=4096) => Ok(size * MIB),
        _ => Err("not a whole number of MiB from 1 to 4096".to_owned()),
    }
}

/// Reads a path, and refuses what kubectl would fetch: this tool reads no network.
pub(super) fn local_path(text: &str) -> Result<PathBuf, String> {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("http" | "https") => {
            Err("only local files are read; fetch it first, and pass it on standard input: \
             `curl -fsSL <URL> | kubectl lifecycle lint -`"
                .to_owned())
        }
        _ if text.is_empty() => Err("an empty path; write `.` for the current directory".to_owned()),
        _ => Ok(PathBuf::from(text)),
    }
}

/// The input that a path stands for; `-` is standard input.
pub(super) fn input(path: PathBuf, recursive: bool) -> Input {
    if path.as_os_str() == "-" { Input::Stdin } else { Input::Path { path, recursive } }
}

/// Reads `latest-tag=off` or `stop=error`.
pub(super) fn rule_level(text: &str) -> Result<(Choice, Level), String> {
    let (name, word) = text.split_once('=').ok_or("write it like `latest-tag=off` or `latest-tag=error`")?;
    let Some(choice) = Choice::of(name) else {
        let all = || "`kubectl lifecycle rules` lists the rules".to_owned();
        let hint = rules::meant(name).unwrap_or_else(all);
        return Err(format!("there is no rule or group `{name}`; {hint}"));
    };
    match config::level(word) {
        Some(level) => Ok((choice, level)),
        None => Err(format!("`{word}` is no level; write one of: {}", config::LEVELS.join(", "))),
    }
}

/// Reads a glob for `--exclude`.
pub(super) fn glob(text: &str) -> Result<String, String> {
    exclude::check(text).map(|()| text.to_owned())
}
