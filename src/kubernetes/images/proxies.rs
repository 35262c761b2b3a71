//! Proxies beside the other containers of a Pod: those that these send their own traffic through, and others that serve
//! until they are stopped.

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
                is_way_out: true,
                programs: &["cloud-sql-proxy", "cloud_sql_proxy"],
                options: &["term_timeout", "max-sigterm-delay", "min-sigterm-delay"],
                variables: &["CSQL_PROXY_MAX_SIGTERM_DELAY", "CSQL_PROXY_MIN_SIGTERM_DELAY"],
                ..Proxy::PLAIN
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
                is_way_out: true,
                programs: &["alloydb-auth-proxy"],
                options: &["max-sigterm-delay"],
                variables: &["ALLOYDB_PROXY_MAX_SIGTERM_DELAY"],
                ..Proxy::PLAIN
            }),
            evidence: &["https://github.com/GoogleCloudPlatform/alloydb-auth-proxy"],
        }],
    },
    Row {
        repositories: Ending(&["istio/proxyv2", "istio-release/proxyv2", "asm/proxyv2"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Proxy(Proxy {
                name: "the proxy of Istio",
                is_way_out: true,
                programs: &["pilot-agent", "envoy"],
                variables: &["EXIT_ON_ZERO_ACTIVE_CONNECTIONS", "TERMINATION_DRAIN_DURATION_SECONDS"],
                annotations: &["proxy.istio.io/config"],
                ..Proxy::PLAIN
            }),
            evidence: &[
                "https://istio.io/latest/docs/reference/commands/pilot-agent/",
                "https://cloud.google.com/service-mesh/docs/supported-features (gcr.io/gke-release/asm/proxyv2)",
            ],
        }],
    },
    Row {
        repositories: Ending(&["linkerd/proxy"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Proxy(Proxy {
                name: "the proxy of Linkerd",
                is_way_out: true,
                programs: &["linkerd2-proxy", "linkerd2-proxy-identity"],
                annotations: &[
                    "config.alpha.linkerd.io/proxy-wait-before-exit-seconds",
                    "config.linkerd.io/proxy-wait-before-exit-seconds",
                ],
                ..Proxy::PLAIN
            }),
            evidence: &["https://linkerd.io/2/tasks/graceful-shutdown/"],
        }],
    },
    Row {
        repositories: Ending(&[
            "envoyproxy/envoy",
            "envoyproxy/envoy-alpine",
            "envoyproxy/envoy-distroless",
            "appmesh/aws-appmesh-envoy",
        ]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Proxy(Proxy { name: "Envoy", programs: &["envoy"], ..Proxy::PLAIN }),
            evidence: &[
                "https://www.envoyproxy.io/docs/envoy/latest/operations/admin (POST /quitquitquit)",
                "https://docs.aws.amazon.com/app-mesh/latest/userguide/envoy.html",
            ],
        }],
    },
    Row {
        repositories: Ending(&["daprio/daprd", "dapr/daprd"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Proxy(Proxy { name: "the sidecar of Dapr", programs: &["daprd"], ..Proxy::PLAIN }),
            evidence: &["https://docs.dapr.io/operations/hosting/kubernetes/kubernetes-job/"],
        }],
    },
    Row {
        repositories: Ending(&["oauth2-proxy/oauth2-proxy"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Proxy(Proxy { name: "OAuth2 Proxy", programs: &["oauth2-proxy"], ..Proxy::PLAIN }),
            evidence: &["oauth2-proxy/oauth2-proxy Dockerfile (ENTRYPOINT)"],
        }],
    },
];
