//! Servers that take the usual stop signal, or another one, for an order to drop what they are doing, and what
//! they want to be sent instead (facts I7 and I8).

use super::image::Reference;

/// A server, and how it takes signals.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Server {
    /// What its program is called.
    pub program: &'static str,
    /// The last part of the repositories of its images.
    images: &'static [&'static str],
    /// What the tag of such an image holds.
    tag: Option<&'static str>,
    /// Signals, without `SIG`, on which it ends at once.
    fast: &'static [&'static str],
    /// The signal, without `SIG`, on which it finishes what it is doing.
    pub graceful: &'static str,
    /// What ending at once costs, as a clause.
    pub loses: &'static str,
    /// Its documentation.
    source: &'static str,
}

const REQUESTS: &str = "requests that are being answered are cut off";

const SERVERS: &[Server] = &[
    Server {
        program: "nginx",
        images: &["nginx", "nginx-unprivileged"],
        tag: None,
        fast: &["TERM", "INT"],
        graceful: "QUIT",
        loses: REQUESTS,
        source: "https://nginx.org/en/docs/control.html",
    },
    Server {
        program: "httpd",
        images: &["httpd"],
        tag: None,
        fast: &["TERM"],
        graceful: "WINCH",
        loses: REQUESTS,
        source: "https://httpd.apache.org/docs/2.4/stopping.html",
    },
    Server {
        program: "haproxy",
        images: &["haproxy", "haproxy-alpine", "haproxy-debian"],
        tag: None,
        fast: &["TERM"],
        graceful: "USR1",
        loses: REQUESTS,
        source: "https://docs.haproxy.org/3.0/management.html#4",
    },
    Server {
        program: "php-fpm",
        images: &["php"],
        tag: Some("fpm"),
        fast: &["TERM", "INT"],
        graceful: "QUIT",
        loses: REQUESTS,
        source: "https://github.com/php/php-src/blob/master/sapi/fpm/php-fpm.8.in",
    },
    Server {
        program: "postgres",
        images: &["postgres"],
        tag: None,
        fast: &["QUIT"],
        graceful: "INT",
        loses: "its clients are cut off, and the next start has to recover from the log",
        source: "https://www.postgresql.org/docs/current/server-shutdown.html",
    },
];

/// The server of an image that ends at once on a signal, with that signal, which is named without `SIG`.
pub(crate) fn ended_by(image: &str, signal: &str) -> Option<(&'static Server, &'static str)> {
    let Reference { repository, tag, .. } = Reference::split(image);
    let name = repository.rsplit('/').next().unwrap_or(repository);
    let is_of = |server: &&Server| {
        server.images.contains(&name)
            && server.tag.is_none_or(|part| tag.is_some_and(|tag| tag.contains(part)))
    };
    let server = SERVERS.iter().find(is_of)?;
    Some((server, server.fast.iter().find(|fast| **fast == signal)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_is_fast_to_some_servers_and_not_to_others() {
        let graceful = |image, signal| ended_by(image, signal).map(|(server, _)| server.graceful);
        for (image, signal, expected) in [
            ("nginx:1.27", "TERM", Some("QUIT")),
            ("docker.io/library/nginx:1.27", "INT", Some("QUIT")),
            ("nginxinc/nginx-unprivileged", "TERM", Some("QUIT")),
            ("nginx:1.27", "QUIT", None),
            ("nginx/nginx-ingress:3.6", "TERM", None),
            ("nginx-exporter:1", "TERM", None),
            ("httpd:2.4", "TERM", Some("WINCH")),
            ("haproxy:3.0", "TERM", Some("USR1")),
            ("php:8.3-fpm-alpine", "TERM", Some("QUIT")),
            ("php:8.3-apache", "TERM", None),
            ("php", "TERM", None),
            ("postgres:17", "TERM", None),
            ("postgres:17", "QUIT", Some("INT")),
            ("registry.example.com/shop/web:1", "TERM", None),
        ] {
            assert_eq!(graceful(image, signal), expected, "{image} {signal}");
        }
    }
}
