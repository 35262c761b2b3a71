//! What a stream looks like that holds no Kubernetes object: somebody piped an error, a table or nothing
//! into the linter, and must not take the silence for praise.

/// The most characters that are shown of a line.
const MOST_SHOWN: usize = 160;

/// What programs say first when they fail: kubectl, Helm, kustomize, git, curl, shells, Go, Python.
const FAILURES: [&str; 14] = [
    "error:",
    "error from server",
    "error ",
    "unable to connect to the server",
    "the connection to the server",
    "you must be logged in to the server",
    "fatal:",
    "curl:",
    "bash:",
    "sh:",
    "zsh:",
    "panic:",
    "usage:",
    "traceback (most recent call last)",
];

/// A stream that was read whole and holds no object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Nothing<'a> {
    /// The stream.
    pub(crate) text: &'a str,
    /// The message of a `Status` object in it.
    pub(crate) status: Option<&'a str>,
    /// Why the first document of it is no object.
    pub(crate) reason: Option<&'a str>,
    /// A document of it could not be read, and that is told anyway.
    pub(crate) has_trouble: bool,
    /// The user said that there may be nothing.
    pub(crate) is_allowed: bool,
}

/// What is to be told.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// Nothing, or nothing besides what is told already.
    No,
    /// This says it, and whatever was said of single documents says less.
    Instead(String),
}

/// What is said of a stream that holds no object.
pub(crate) fn tell(nothing: &Nothing<'_>) -> Told {
    let Nothing { text, status, reason, has_trouble, is_allowed } = *nothing;
    if let Some(message) = status {
        let said = if message.is_empty() { String::new() } else { format!(" \"{}\"", shown(message)) };
        return Told::Instead(format!(
            "is a Status object, with which an API server answers instead of what was asked for:{said}; mend the \
             request"
        ));
    }
    let text = text.trim_start_matches('\u{feff}').trim();
    if is_blank(text) && is_allowed {
        return Told::No;
    }
    match looks(text) {
        Some(NO_RESOURCES) if is_allowed => Told::No,
        Some(told) => Told::Instead(told.replace("{line}", &shown(first_line(text)))),
        None if has_trouble => Told::No,
        None => Told::Instead(format!(
            "holds nothing to judge: {}; pass manifests, as `kubectl kustomize`, `helm template` or \
             `kubectl get -o yaml` write them",
            reason.unwrap_or("no Kubernetes object")
        )),
    }
}

const NO_RESOURCES: &str = "holds no Kubernetes object: it says \"{line}\", so kubectl found nothing; check the \
    namespace and the kinds that were asked for, or pass --allow-empty if there may be none";

/// What the text is by its looks; `{line}` stands for its first line.
fn looks(text: &str) -> Option<&'static str> {
    let first = first_line(text);
    let small = first.to_lowercase();
    if is_blank(text) {
        Some(if text.is_empty() {
            "is empty: what should have written manifests into it wrote nothing; look for its errors, or pass \
             --allow-empty if there may be none"
        } else {
            "holds nothing but comments and separators; look at what should have written manifests into it, or \
             pass --allow-empty if there may be none"
        })
    } else if small.starts_with("no resources found") {
        Some(NO_RESOURCES)
    } else if is_failure(&small) || is_log(first) {
        Some(
            "holds no Kubernetes object: it looks like the error of a program that failed, \"{line}\"; mend that \
             first",
        )
    } else if small.starts_with("<!doctype") || small.starts_with("<html") {
        Some(
            "holds no Kubernetes object: it looks like a web page; check the address that it was fetched from",
        )
    } else if is_table(first) {
        Some(
            "holds no Kubernetes object: it looks like the table that `kubectl get` writes for people; add \
             `-o yaml` to that command",
        )
    } else if text.lines().all(is_name) {
        Some(
            "holds no Kubernetes object: it looks like the names that `kubectl get -o name` writes; write \
             `-o yaml` there",
        )
    } else if is_description(text) {
        Some(
            "holds no Kubernetes object: it looks like what `kubectl describe` writes for people; pass what \
             `kubectl get -o yaml` writes",
        )
    } else {
        None
    }
}

/// No line of it gives a value.
fn is_blank(text: &str) -> bool {
    text.lines().map(str::trim).all(|line| {
        line.is_empty()
            || line.starts_with('#')
            || line.starts_with("---")
            || matches!(line, "..." | "null" | "~")
    })
}

fn first_line(text: &str) -> &str {
    text.lines().map(str::trim).find(|line| !line.is_empty() && *line != "---").unwrap_or_default()
}

fn is_failure(small: &str) -> bool {
    FAILURES.iter().any(|start| small.starts_with(start))
}

/// A line of klog's: `E1126 12:00:00.000000    7500 memcache.go:265] ...`.
fn is_log(line: &str) -> bool {
    let mut bytes = line.bytes();
    let is_head = bytes.next().is_some_and(|byte| b"EWF".contains(&byte))
        && bytes.by_ref().take(4).filter(u8::is_ascii_digit).count() == 4;
    is_head && line.contains(".go:")
}

/// `NAME   READY   CPU(cores)`: two titles or more, all in capitals.
fn is_table(line: &str) -> bool {
    let without_unit = |word: &str| word.split('(').next().unwrap_or_default().to_owned();
    let is_title =
        |word: &str| without_unit(word).chars().all(|c| c.is_ascii_uppercase() || "-/%".contains(c));
    let words: Vec<&str> = line.split_whitespace().collect();
    words.len() > 1 && words.iter().all(|word| is_title(word)) && words.iter().any(|word| word.len() > 1)
}

/// `deployment.apps/web`.
fn is_name(line: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || ".-_:".contains(c))
    };
    line.split_once('/').is_some_and(|(kind, name)| is_word(kind) && is_word(name))
}

/// `Name:  web` and, soon after, its labels.
fn is_description(text: &str) -> bool {
    let mut lines = text.lines();
    lines.next().is_some_and(|line| line.starts_with("Name:"))
        && lines.take(8).any(|line| line.starts_with("Labels:") || line.starts_with("Namespace:"))
}

/// The beginning of a text.
fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(MOST_SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Told {
        tell(&Nothing {
            text,
            status: None,
            reason: Some("plain text"),
            has_trouble: false,
            is_allowed: false,
        })
    }

    #[test]
    fn what_people_pipe_by_mistake_is_known_by_its_looks() {
        for (text, words) in [
            ("", "is empty"),
            ("\u{feff}\n\n", "is empty"),
            ("---\n# Source: a.yaml\n---\n", "nothing but comments"),
            ("No resources found in shop namespace.\n", "\"No resources found in shop namespace.\""),
            (
                "NAME    READY   STATUS    RESTARTS   AGE\nweb-0   1/1     Running   0          3d\n",
                "the table",
            ),
            ("NAMESPACE   NAME\nshop        web\n", "the table"),
            ("NAME   CPU(cores)   MEMORY(bytes)\nweb    1m           5Mi\n", "the table"),
            ("error: the server doesn't have a resource type \"dep\"\n", "\"error: the server doesn't"),
            ("Error from server (NotFound): deployments.apps \"web\" not found\n", "program that failed"),
            ("Error: chart \"web\" not found\n", "program that failed"),
            ("The connection to the server localhost:8080 was refused\n", "program that failed"),
            ("E1126 12:00:00.000000    7500 memcache.go:265] couldn't get\n", "program that failed"),
            ("bash: line 1: kubectl: command not found\n", "program that failed"),
            ("<!DOCTYPE html>\n<html></html>\n", "a web page"),
            ("deployment.apps/web\nservice/web\n", "-o name"),
            ("Name:  web\nNamespace:  shop\nLabels:  app=web\n", "kubectl describe"),
            ("replicas: 1\n", "holds nothing to judge: plain text; pass manifests"),
        ] {
            let Told::Instead(told) = told(text) else { unreachable!("{text}") };
            assert!(told.contains(words), "{text}\n{told}");
        }
    }

    #[test]
    fn what_may_be_empty_is_not_told_and_an_error_is() {
        let allowed =
            |text| tell(&Nothing { text, status: None, reason: None, has_trouble: false, is_allowed: true });
        for text in ["", "---\n", "No resources found in default namespace.\n"] {
            assert_eq!(allowed(text), Told::No, "{text}");
        }
        assert_ne!(allowed("error: no\n"), Told::No);
        assert_ne!(allowed("a: 1\n"), Told::No);
    }

    #[test]
    fn a_document_that_could_not_be_read_is_told_once() {
        let broken =
            |text| tell(&Nothing { text, status: None, reason: None, has_trouble: true, is_allowed: false });
        assert_eq!(broken("kind: [\n"), Told::No);
        assert_ne!(broken("Unable to connect to the server: dial tcp: lookup a: no such host\n"), Told::No);
    }

    #[test]
    fn a_long_line_is_shown_by_its_beginning() {
        let Told::Instead(told) = told(&format!("error: {}\n", "ä".repeat(1000))) else { unreachable!() };
        assert!(told.chars().count() < 300 && told.contains('…'), "{told}");
    }
}
