//! Whether a client sends an HTTP POST, and where it puts the answer.

use super::call::Call;
use crate::programs;
use crate::shell::Value;

/// Last steps of a URL behind which a POST reads, or sets what may be set twice.
const REPEATABLE: &[&str] = &[
    "reload",
    "_search",
    "_count",
    "_refresh",
    "_flush",
    "_reload",
    "refresh",
    "flush",
    "login",
    "token",
    "ping",
    "health",
    "healthz",
    "ready",
    "quit",
    "quitquitquit",
    "shutdown",
    "logging",
    "healthcheck",
    "drain",
    "drain_listeners",
    "fail",
    "ok",
    "pause",
    "resume",
    "stop",
];

/// The call sends a POST that may not be repeated.
pub(super) fn posts(call: &Call<'_>) -> bool {
    let Some((program, http)) = programs::find(call.name).and_then(|found| Some((found, found.http?))) else {
        return false;
    };
    let values = program.values;
    let is_post = match call.values_of(http.method, values).last() {
        Some(method) => method.known().is_some_and(|method| method.eq_ignore_ascii_case("POST")),
        None => call.has(http.post, values) && !call.has(http.other, values),
    };
    is_post && !call.is_open() && !call.operands(values).iter().any(|arg| repeatable(&arg.value.text))
}

fn repeatable(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    path.rsplit('/').next().is_some_and(|last| REPEATABLE.contains(&last))
}

/// The file a download is written to, when it is named.
pub(super) fn download(call: &Call<'_>) -> Option<Value> {
    let program = programs::find(call.name)?;
    call.values_of(program.http?.output, program.values).pop()
}
