//! Servers: those that take the usual stop signal, or another one, for an order to drop what they are doing (facts I7
//! and I8), and those that go on accepting requests for some time after it.

use super::matching::Repositories::Ending;
use super::matching::Tags;
use super::row::{Facet, Known, Lingers, Row, Server};

const REQUESTS: &str = "requests that are being answered are cut off";

pub(super) const TABLE: &[Row] = &[
    Row {
        repositories: Ending(&["nginx", "nginx-unprivileged"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Signals(Server {
                program: Some("nginx"),
                fast: &["TERM", "INT"],
                graceful: "QUIT",
                loses: REQUESTS,
            }),
            evidence: &[
                "https://nginx.org/en/docs/control.html",
                "nginx/docker-nginx Dockerfile-debian.template (STOPSIGNAL SIGQUIT)",
            ],
        }],
    },
    Row {
        repositories: Ending(&["httpd"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Signals(Server {
                program: Some("httpd"),
                fast: &["TERM"],
                graceful: "WINCH",
                loses: REQUESTS,
            }),
            evidence: &[
                "https://httpd.apache.org/docs/2.4/stopping.html",
                "docker-library/repo-info repos/httpd/remote (STOPSIGNAL SIGWINCH)",
            ],
        }],
    },
    Row {
        repositories: Ending(&["haproxy", "haproxy-alpine", "haproxy-debian"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Signals(Server {
                program: Some("haproxy"),
                fast: &["TERM"],
                graceful: "USR1",
                loses: REQUESTS,
            }),
            evidence: &[
                "https://docs.haproxy.org/3.0/management.html#4",
                "docker-library/haproxy Dockerfile.template (STOPSIGNAL SIGUSR1)",
            ],
        }],
    },
    Row {
        repositories: Ending(&["php"]),
        tags: Tags { with: "fpm", ..Tags::ALL },
        known: &[Known {
            facet: Facet::Signals(Server {
                program: Some("php-fpm"),
                fast: &["TERM", "INT"],
                graceful: "QUIT",
                loses: REQUESTS,
            }),
            evidence: &[
                "https://github.com/php/php-src/blob/master/sapi/fpm/php-fpm.8.in",
                "docker-library/php Dockerfile-linux.template (STOPSIGNAL SIGQUIT)",
            ],
        }],
    },
    Row {
        repositories: Ending(&["postgres"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Signals(Server {
                program: Some("postgres"),
                fast: &["QUIT"],
                graceful: "INT",
                loses: "its clients are cut off, and the next start has to recover from the log",
            }),
            evidence: &[
                "https://www.postgresql.org/docs/current/server-shutdown.html",
                "docker-library/postgres Dockerfile-debian.template (STOPSIGNAL SIGINT)",
            ],
        }],
    },
    Row {
        repositories: Ending(&["coredns"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Lingers(Lingers::File {
                option: "-conf",
                default: "/etc/coredns/Corefile",
                setting: "lameduck",
            }),
            evidence: &["https://coredns.io/plugins/health/"],
        }],
    },
    Row {
        repositories: Ending(&["traefik"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Lingers(Lingers::Arguments { setting: "requestacceptgracetimeout" }),
            evidence: &["https://doc.traefik.io/traefik/routing/entrypoints/#lifecycle"],
        }],
    },
    Row {
        repositories: Ending(&["controller", "controller-chroot", "nginx-ingress-controller"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Lingers(Lingers::Arguments { setting: "shutdown-grace-period" }),
            evidence: &["https://kubernetes.github.io/ingress-nginx/user-guide/cli-arguments/"],
        }],
    },
    Row {
        repositories: Ending(&["serving/cmd/activator"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Lingers(Lingers::Always(45.0)),
            evidence: &["https://pkg.go.dev/knative.dev/pkg/network#pkg-constants"],
        }],
    },
];
