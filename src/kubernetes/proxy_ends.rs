//! How a proxy beside the work of a Job comes to its end: the words by which somebody tells it.

/// Words that stand where a proxy is told to end, in small letters, and who understands them.
const WORDS: &[(&str, &str)] = &[
    // An address of Istio's agent and of Envoy's, and an option of Google's proxies that opens theirs.
    ("quitquitquit", "https://istio.io/latest/docs/reference/commands/pilot-agent/"),
    ("4191/shutdown", "https://linkerd.io/2/tasks/graceful-shutdown/"),
    ("v1.0/shutdown", "https://docs.dapr.io/reference/api/shutdown_api/"),
    // Programs around the work that tell the proxy when it has ended.
    ("linkerd-await", "https://github.com/linkerd/linkerd-await"),
    ("scuttle", "https://github.com/redboxllc/scuttle"),
    ("istio_quit_api", "https://github.com/redboxllc/scuttle"),
    ("envoy_admin_api", "https://github.com/redboxllc/scuttle"),
    // Annotations by which an injector makes a native sidecar of it.
    ("nativesidecar", "https://istio.io/latest/docs/reference/config/annotations/"),
    ("native-sidecar", "https://linkerd.io/2/reference/proxy-configuration/"),
];

/// The text tells a proxy to end, or says that it is told.
pub(crate) fn speaks_of_it(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    WORDS.iter().any(|(word, _)| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_or_a_setting_tells_a_proxy_to_end() {
        for text in [
            "/app/migrate; curl -fsS -X POST http://localhost:15020/quitquitquit",
            "--quitquitquit",
            "CSQL_PROXY_QUITQUITQUIT",
            "curl -X POST localhost:4191/shutdown",
            "curl -X POST localhost:3500/v1.0/shutdown",
            "sidecar.istio.io/nativeSidecar",
            "config.beta.linkerd.io/proxy-enable-native-sidecar",
        ] {
            assert!(speaks_of_it(text), "{text}");
        }
        assert!(!speaks_of_it("--port=5432"));
    }

    #[test]
    fn every_word_is_in_small_letters_and_has_its_source() {
        for (word, source) in WORDS {
            assert_eq!(*word, word.to_ascii_lowercase());
            assert!(source.starts_with("https://"), "{word}");
        }
    }
}
