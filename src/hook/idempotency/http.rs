//! Whether curl or wget sends an HTTP POST.

use super::args::Call;

/// Options of curl that take a value and matter for finding the URL or the method.
const CURL_VALUES: &[&str] = &[
    "-X",
    "--request",
    "-d",
    "--data",
    "--data-raw",
    "--data-binary",
    "--data-urlencode",
    "--data-ascii",
    "-F",
    "--form",
    "--form-string",
    "--json",
    "-H",
    "--header",
    "-o",
    "--output",
    "-u",
    "--user",
    "-A",
    "--user-agent",
    "-b",
    "--cookie",
    "-c",
    "--cookie-jar",
    "-e",
    "--referer",
    "-m",
    "--max-time",
    "--connect-timeout",
    "--retry",
    "--retry-delay",
    "--retry-max-time",
    "-w",
    "--write-out",
    "-T",
    "--upload-file",
    "--cacert",
    "-E",
    "--cert",
    "--key",
    "-x",
    "--proxy",
    "--unix-socket",
    "--resolve",
    "-D",
    "--dump-header",
    "-K",
    "--config",
    "-r",
    "--range",
    "-C",
    "-y",
    "-Y",
    "-z",
    "-t",
    "-Q",
    "-P",
];

/// Options of curl that make the request a POST.
const CURL_POST: &[&str] = &[
    "-d",
    "--data",
    "--data-raw",
    "--data-binary",
    "--data-urlencode",
    "--data-ascii",
    "-F",
    "--form",
    "--form-string",
    "--json",
];

/// Options of curl that make it something else, whatever it sends.
const CURL_NOT_POST: &[&str] = &["-G", "--get", "-I", "--head"];

const WGET_VALUES: &[&str] = &[
    "-O",
    "--output-document",
    "-P",
    "-o",
    "-T",
    "-t",
    "--header",
    "--method",
    "--post-data",
    "--post-file",
];

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
pub(super) fn posts(call: &Call) -> bool {
    let (values, post) =
        if call.name == "wget" { (WGET_VALUES, wget(call)) } else { (CURL_VALUES, curl(call)) };
    post && !call.is_open() && !call.operands(values).iter().any(|arg| repeatable(&arg.value.text))
}

fn curl(call: &Call) -> bool {
    match call.values_of(&["-X", "--request"], CURL_VALUES).last() {
        Some(method) => method.known().is_some_and(|method| method.eq_ignore_ascii_case("POST")),
        None => call.has(CURL_POST, CURL_VALUES) && !call.has(CURL_NOT_POST, CURL_VALUES),
    }
}

fn wget(call: &Call) -> bool {
    match call.values_of(&["--method"], WGET_VALUES).last() {
        Some(method) => method.known().is_some_and(|method| method.eq_ignore_ascii_case("POST")),
        None => call.has(&["--post-data", "--post-file"], WGET_VALUES),
    }
}

fn repeatable(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    path.rsplit('/').next().is_some_and(|last| REPEATABLE.contains(&last))
}

/// The file a download is written to, when it is named.
pub(super) fn download(call: &Call) -> Option<super::place::Value> {
    let (options, values): (&[&str], _) = if call.name == "wget" {
        (&["-O", "--output-document"], WGET_VALUES)
    } else {
        (&["-o", "--output"], CURL_VALUES)
    };
    call.values_of(options, values).pop()
}
