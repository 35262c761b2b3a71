//! Proxies that the other containers of a Pod send their own traffic through.

use super::image::Reference;

/// A proxy, and how it is told to stop later.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Proxy {
    /// What it is called, in a sentence.
    pub name: &'static str,
    /// The last parts of the repositories of its images.
    images: &'static [&'static str],
    /// Options of its own that make it wait for those who use it, without leading hyphens.
    pub options: &'static [&'static str],
    /// Variables that do.
    pub variables: &'static [&'static str],
    /// Annotations of the Pod that do, or hold such a setting.
    pub annotations: &'static [&'static str],
    /// Its documentation.
    source: &'static str,
}

const PROXIES: &[Proxy] = &[
    Proxy {
        name: "the Cloud SQL Auth Proxy",
        images: &["cloud-sql-connectors/cloud-sql-proxy", "cloudsql-docker/gce-proxy"],
        options: &["term_timeout", "max-sigterm-delay", "min-sigterm-delay"],
        variables: &["CSQL_PROXY_MAX_SIGTERM_DELAY", "CSQL_PROXY_MIN_SIGTERM_DELAY"],
        annotations: &[],
        source: "https://github.com/GoogleCloudPlatform/cloud-sql-proxy/blob/main/docs/cmd/cloud-sql-proxy.md",
    },
    Proxy {
        name: "the AlloyDB Auth Proxy",
        images: &["alloydb-connectors/alloydb-auth-proxy"],
        options: &["max-sigterm-delay"],
        variables: &["ALLOYDB_PROXY_MAX_SIGTERM_DELAY"],
        annotations: &[],
        source: "https://github.com/GoogleCloudPlatform/alloydb-auth-proxy",
    },
    Proxy {
        name: "the proxy of Istio",
        images: &["istio/proxyv2", "istio-release/proxyv2"],
        options: &[],
        variables: &["EXIT_ON_ZERO_ACTIVE_CONNECTIONS", "TERMINATION_DRAIN_DURATION_SECONDS"],
        annotations: &["proxy.istio.io/config"],
        source: "https://istio.io/latest/docs/reference/commands/pilot-agent/",
    },
    Proxy {
        name: "the proxy of Linkerd",
        images: &["linkerd/proxy"],
        options: &[],
        variables: &[],
        annotations: &[
            "config.alpha.linkerd.io/proxy-wait-before-exit-seconds",
            "config.linkerd.io/proxy-wait-before-exit-seconds",
        ],
        source: "https://linkerd.io/2/tasks/graceful-shutdown/",
    },
];

/// The proxy that an image is.
pub(crate) fn of(image: &str) -> Option<&'static Proxy> {
    let repository = Reference::split(image).repository;
    let is_it = |image: &&str| {
        repository.strip_suffix(image).is_some_and(|before| before.is_empty() || before.ends_with('/'))
    };
    PROXIES.iter().find(|proxy| proxy.images.iter().any(is_it))
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn a_proxy_is_known_by_its_image() {
        for (image, name) in [
            ("gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.8.0-alpine", Some("the Cloud SQL Auth Proxy")),
            ("gcr.io/cloudsql-docker/gce-proxy:1.33.1", Some("the Cloud SQL Auth Proxy")),
            ("docker.io/istio/proxyv2:1.26.0", Some("the proxy of Istio")),
            ("cr.l5d.io/linkerd/proxy:edge-25.5.1", Some("the proxy of Linkerd")),
            ("registry.example.com/proxy:1", None),
            ("notlinkerd/proxy:1", None),
        ] {
            assert_eq!(of(image).map(|proxy| proxy.name), name, "{image}");
        }
    }
}
