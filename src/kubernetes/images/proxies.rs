//! Proxies that the other containers of a Pod send their own traffic through.

use super::matching::Repositories::Ending;
use super::matching::Tags;
use super::row::{Facet, Known, Proxy, Row};

pub(super) const TABLE: &[Row] = &[
    Row {
        repositories: Ending(&["cloud-sql-connectors/cloud-sql-proxy", "cloudsql-docker/gce-proxy"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Proxy(Proxy {
                name: "the Cloud SQL Auth Proxy",
                programs: &["cloud-sql-proxy", "cloud_sql_proxy"],
                options: &["term_timeout", "max-sigterm-delay", "min-sigterm-delay"],
                variables: &["CSQL_PROXY_MAX_SIGTERM_DELAY", "CSQL_PROXY_MIN_SIGTERM_DELAY"],
                annotations: &[],
            }),
            evidence: &[
                "https://github.com/GoogleCloudPlatform/cloud-sql-proxy/blob/main/docs/cmd/cloud-sql-proxy.md",
            ],
        }],
    },
    Row {
        repositories: Ending(&["alloydb-connectors/alloydb-auth-proxy"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Proxy(Proxy {
                name: "the AlloyDB Auth Proxy",
                programs: &["alloydb-auth-proxy"],
                options: &["max-sigterm-delay"],
                variables: &["ALLOYDB_PROXY_MAX_SIGTERM_DELAY"],
                annotations: &[],
            }),
            evidence: &["https://github.com/GoogleCloudPlatform/alloydb-auth-proxy"],
        }],
    },
    Row {
        repositories: Ending(&["istio/proxyv2", "istio-release/proxyv2"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Proxy(Proxy {
                name: "the proxy of Istio",
                programs: &["pilot-agent", "envoy"],
                options: &[],
                variables: &["EXIT_ON_ZERO_ACTIVE_CONNECTIONS", "TERMINATION_DRAIN_DURATION_SECONDS"],
                annotations: &["proxy.istio.io/config"],
            }),
            evidence: &["https://istio.io/latest/docs/reference/commands/pilot-agent/"],
        }],
    },
    Row {
        repositories: Ending(&["linkerd/proxy"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Proxy(Proxy {
                name: "the proxy of Linkerd",
                programs: &["linkerd2-proxy", "linkerd2-proxy-identity"],
                options: &[],
                variables: &[],
                annotations: &[
                    "config.alpha.linkerd.io/proxy-wait-before-exit-seconds",
                    "config.linkerd.io/proxy-wait-before-exit-seconds",
                ],
            }),
            evidence: &["https://linkerd.io/2/tasks/graceful-shutdown/"],
        }],
    },
];
