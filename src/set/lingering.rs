//! Servers that go on accepting requests for some time after the stop signal, because they are told to.

use super::Set;
use super::environment::{environment, expanded};
use super::mounted::{self, Mounted};
use crate::kubernetes::image::Reference;
use crate::manifest::{Container, Workload};

/// A server and where it is told so.
struct Server {
    /// The last part of its images' repositories, or the last parts.
    images: &'static [&'static str],
    /// The words before the time; empty where nothing is said.
    setting: &'static str,
    told: Told,
    /// Its documentation. It is not shown: it says why the row is here.
    #[expect(dead_code, reason = "where the row comes from")]
    source: &'static str,
}

/// Where a server is told how long.
#[derive(Clone, Copy)]
enum Told {
    /// In its arguments: `--setting=15s`; letters count in any case.
    Arguments,
    /// In the file that an option names: `setting 5s`.
    File { option: &'static str, default: &'static str },
    /// It does so by itself for so many seconds.
    Always(f64),
}

const SERVERS: &[Server] = &[
    Server {
        images: &["coredns"],
        setting: "lameduck",
        told: Told::File { option: "-conf", default: "/etc/coredns/Corefile" },
        source: "https://coredns.io/plugins/health/",
    },
    Server {
        images: &["traefik"],
        setting: "requestacceptgracetimeout",
        told: Told::Arguments,
        source: "https://doc.traefik.io/traefik/routing/entrypoints/#lifecycle",
    },
    Server {
        images: &["controller", "controller-chroot", "nginx-ingress-controller"],
        setting: "shutdown-grace-period",
        told: Told::Arguments,
        source: "https://kubernetes.github.io/ingress-nginx/user-guide/cli-arguments/",
    },
    Server {
        images: &["serving/cmd/activator"],
        setting: "",
        told: Told::Always(45.0),
        source: "https://pkg.go.dev/knative.dev/pkg/network#pkg-constants",
    },
];

impl Set {
    /// For how many seconds after the stop signal a container surely still accepts requests.
    pub(crate) fn lingers(&self, workload: &Workload, container: &Container) -> f64 {
        let image = container.spec.image.as_deref().and_then(Reference::parse);
        let Some(repository) = image.map(|image| image.repository) else { return 0.0 };
        let is_it = |image: &&str| {
            repository.strip_suffix(image).is_some_and(|before| before.is_empty() || before.ends_with('/'))
        };
        let told = SERVERS.iter().filter(|server| server.images.iter().any(is_it));
        told.filter_map(|server| self.told(server, workload, container)).fold(0.0, f64::max)
    }

    fn told(&self, server: &Server, workload: &Workload, container: &Container) -> Option<f64> {
        let known = environment(self, workload, container);
        let words = container.spec.command.iter().chain(&container.spec.args).flatten();
        let words: Vec<String> = words.filter_map(|word| expanded(word, &known, container)).collect();
        match server.told {
            Told::Always(seconds) => Some(seconds),
            Told::Arguments => words.iter().enumerate().find_map(|(at, word)| {
                let word = word.to_ascii_lowercase();
                match word.split_once('=') {
                    Some((option, value)) => option.ends_with(server.setting).then(|| seconds(value))?,
                    None => word.ends_with(server.setting).then(|| seconds(words.get(at + 1)?))?,
                }
            }),
            Told::File { option, default } => {
                let at = words.iter().position(|word| word == option);
                let path = at.and_then(|at| words.get(at + 1)).map_or(default, String::as_str);
                let Mounted::File(file) = mounted::resolve(self, workload, container, path) else {
                    return None;
                };
                let lines = file.text.lines().map(str::trim);
                let values =
                    lines.filter_map(|line| line.strip_prefix(server.setting)?.split_whitespace().next());
                values.filter_map(seconds).reduce(f64::min)
            }
        }
    }
}

/// `5s`, `1m`, `15`, `500ms`, as Go writes durations; a bare number is seconds.
fn seconds(text: &str) -> Option<f64> {
    let text = text.trim().trim_matches('"');
    let number = |digits: &str| digits.parse::<u32>().ok().map(f64::from);
    match text.strip_suffix("ms") {
        Some(digits) => Some(number(digits)? / 1000.0),
        None => match (text.strip_suffix('s'), text.strip_suffix('m')) {
            (Some(digits), _) => number(digits),
            (_, Some(digits)) => Some(number(digits)? * 60.0),
            _ => number(text),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_go_writes_it() {
        for (text, value) in [
            ("5s", Some(5.0)),
            ("1m", Some(60.0)),
            ("500ms", Some(0.5)),
            ("15", Some(15.0)),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(seconds(text), value, "{text}");
        }
    }
}
