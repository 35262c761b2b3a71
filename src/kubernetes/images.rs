//! What is known of images: which hold no shell and none of the usual tools (facts I10, I11, B28).

use std::borrow::Cow;

use super::image::Reference;
use crate::text::wildcard;

/// Some images without a shell, and what shows it.
struct ShellLess {
    /// Their repositories.
    matches: Matches,
    /// The first release without a shell; of older ones, and of tags that name no release, nothing is known.
    since: Option<Since>,
    /// Tags that hold one of these words have a shell.
    tags_with_shell: &'static [&'static str],
    /// Programs that they have all the same.
    has: &'static [&'static str],
    /// What they are, as a clause.
    reason: &'static str,
    /// What shows it: documentation, a Dockerfile, or an issue in which somebody looked.
    #[cfg_attr(not(test), expect(dead_code, reason = "it is there to be read"))]
    evidence: &'static str,
}

enum Matches {
    /// `…/distroless/<name>`, `<name>-distroless`, or a tag with that word.
    Word(&'static str),
    /// A last part below a registry, whatever stands between.
    Below(&'static str, &'static [&'static str]),
    /// Repositories of which these are the first parts and those the last.
    Under(&'static [&'static str], &'static [&'static str]),
    /// One of these repositories.
    OneOf(&'static [&'static str]),
}

/// The first release without a shell.
enum Since {
    /// By its two leading numbers.
    Release(u32, u32),
    /// The same, and for tags that begin with `edge-`, of which the numbers are year and month.
    ReleaseOrEdge((u32, u32), (u32, u32)),
}

const DISTROLESS: &str = "distroless images hold no shell and no sleep, unless the tag says debug";
const CHAINGUARD: &str = "this Chainguard image holds no shell and no sleep, unless the tag ends in -dev";
const PAUSE: &str = "the pause image holds nothing but the pause program";
const CSI: &str = "this CSI sidecar is built on distroless, which holds no shell and no tools";
const SQL_PROXY: &str = "the proxy is built on distroless, which holds no shell and no sleep; the tags -alpine, -bookworm \
                         and -bullseye hold them";
const LINKERD: &str = "linkerd's proxy has been built on distroless since 2.11: it holds no shell, and of the tools only /bin/sleep";

/// The pause image, and the mirrors that carry it under another name.
const PAUSES: &[&str] = &[
    "registry.k8s.io/pause",
    "k8s.gcr.io/pause",
    "gcr.io/google_containers/pause",
    "gcr.io/google-containers/pause",
    "registry.aliyuncs.com/google_containers/pause",
    "registry.cn-hangzhou.aliyuncs.com/google_containers/pause",
    "mcr.microsoft.com/oss/kubernetes/pause",
    "rancher/mirrored-pause",
    "docker.io/rancher/mirrored-pause",
];

const TABLE: &[ShellLess] = &[
    ShellLess {
        matches: Matches::Word("distroless"),
        since: None,
        tags_with_shell: &["debug", "busybox", "dev"],
        has: &[],
        reason: DISTROLESS,
        evidence: "GoogleContainerTools/distroless README; istio.io, Harden Docker Container Images (tags *-distroless)",
    },
    ShellLess {
        // Others, such as node, hold one because their programs need it (chainguard-images/images#1969).
        matches: Matches::Below("cgr.dev", &["static", "glibc-dynamic", "nginx", "php", "python"]),
        since: None,
        tags_with_shell: &["dev"],
        has: &[],
        reason: CHAINGUARD,
        evidence: "edu.chainguard.dev, Chainguard's Container Variants, and Tips for migrating (nginx)",
    },
    ShellLess {
        matches: Matches::OneOf(PAUSES),
        since: None,
        tags_with_shell: &[],
        has: &[],
        reason: PAUSE,
        evidence: "kubernetes/kubernetes build/pause/Dockerfile (FROM scratch)",
    },
    ShellLess {
        // Of the repositories below it others hold a driver with its tools, such as hostpathplugin.
        matches: Matches::Under(
            &["registry.k8s.io/sig-storage", "k8s.gcr.io/sig-storage"],
            &[
                "csi-attacher",
                "csi-external-health-monitor-controller",
                "csi-node-driver-registrar",
                "csi-provisioner",
                "csi-resizer",
                "csi-snapshotter",
                "livenessprobe",
                "snapshot-controller",
            ],
        ),
        since: None,
        tags_with_shell: &[],
        has: &[],
        reason: CSI,
        evidence: "Dockerfile of each in kubernetes-csi/* (FROM gcr.io/distroless/static); vast-data/vast-csi#24",
    },
    ShellLess {
        matches: Matches::OneOf(&["quay.io/k8scsi/csi-node-driver-registrar"]),
        since: Some(Since::Release(1, 1)),
        tags_with_shell: &[],
        has: &[],
        reason: CSI,
        evidence: "purestorage/helm-charts#178 (no /bin/sh from v1.1.0 on)",
    },
    ShellLess {
        matches: Matches::Under(
            &["gcr.io", "us.gcr.io", "eu.gcr.io", "asia.gcr.io"],
            &["cloudsql-docker/gce-proxy"],
        ),
        since: Some(Since::Release(1, 16)),
        tags_with_shell: &["alpine", "buster", "bullseye", "bookworm"],
        has: &[],
        reason: SQL_PROXY,
        evidence: "GoogleCloudPlatform/cloud-sql-proxy#317 (since 1.16), #415 (the other tags)",
    },
    ShellLess {
        matches: Matches::Under(
            &["gcr.io", "us.gcr.io", "eu.gcr.io", "asia.gcr.io"],
            &["cloud-sql-connectors/cloud-sql-proxy"],
        ),
        since: None,
        tags_with_shell: &["alpine", "buster", "bullseye", "bookworm"],
        has: &[],
        reason: SQL_PROXY,
        evidence: "GoogleCloudPlatform/cloud-sql-proxy README, Container Images",
    },
    ShellLess {
        matches: Matches::OneOf(&["cr.l5d.io/linkerd/proxy", "ghcr.io/linkerd/proxy"]),
        since: Some(Since::ReleaseOrEdge((2, 11), (21, 8))),
        tags_with_shell: &[],
        has: &["sleep"],
        reason: LINKERD,
        evidence: "linkerd/linkerd2#6228, #6723 (no /bin/bash), #6734 (/bin/sleep is put in)",
    },
];

/// It is the pause image, which listens on nothing.
pub(crate) fn is_pause(image: &str) -> bool {
    PAUSES.contains(&Reference::split(image).repository)
}

/// Words that an injector replaces by the image it was told, with all that its template has: probes, ports, hooks
/// (istio.io/latest/docs/setup/additional-setup/gateway).
const INJECTED: &[&str] = &["auto"];

/// It is no image, but a place for a container that is put there when the Pod is made.
pub(crate) fn is_injected(image: &str) -> bool {
    INJECTED.contains(&image)
}

/// Why the image has no shell; `None` when it has one, or when nobody knows. `further` are the user's patterns
/// of repositories whose images hold none.
pub(crate) fn has_no_shell(image: &str, further: &[String]) -> Option<Cow<'static, str>> {
    lacks(image, "sh", further)
}

/// Why the image lacks a usual program, given by its name without a directory; `None` when it has it, or when
/// nobody knows.
pub(crate) fn lacks(image: &str, program: &str, further: &[String]) -> Option<Cow<'static, str>> {
    let reference = Reference::split(image);
    if let Some(pattern) = further.iter().find(|pattern| wildcard::matches(pattern, reference.repository)) {
        return Some(format!("the configuration says of `{pattern}` that it holds no shell").into());
    }
    let row = TABLE.iter().find(|row| row.speaks_of(reference))?;
    (!row.has.contains(&program)).then_some(Cow::Borrowed(row.reason))
}

impl ShellLess {
    fn speaks_of(&self, reference: Reference<'_>) -> bool {
        let tag = reference.tag.unwrap_or_default();
        let has_shell = words(tag).any(|word| self.tags_with_shell.contains(&word));
        !has_shell
            && self.matches.speak_of(reference)
            && self.since.as_ref().is_none_or(|since| since.is_reached(tag))
    }
}

impl Matches {
    fn speak_of(&self, reference: Reference<'_>) -> bool {
        let Reference { repository, tag, .. } = reference;
        let (parents, name) = repository.rsplit_once('/').unwrap_or(("", repository));
        match self {
            Self::Word(word) => {
                // An image of that word alone may be what builds the others.
                let is_named = name != *word && words(name).any(|part| part == *word);
                let is_tool = words(name).any(|part| matches!(part, "debug" | "dev" | "builder" | "build"));
                let is_below = parents.rsplit('/').next() == Some(*word);
                let is_tagged = tag.is_some_and(|tag| words(tag).any(|part| part == *word));
                !is_tool && (is_below || is_named || is_tagged)
            }
            Self::Below(registry, names) => {
                parents.strip_prefix(registry).is_some_and(|rest| rest.starts_with('/'))
                    && names.contains(&name)
            }
            Self::Under(starts, names) => starts.iter().any(|start| {
                let rest = repository.strip_prefix(start).and_then(|rest| rest.strip_prefix('/'));
                rest.is_some_and(|rest| names.contains(&rest))
            }),
            Self::OneOf(repositories) => repositories.contains(&repository),
        }
    }
}

impl Since {
    fn is_reached(&self, tag: &str) -> bool {
        let (first, tag) = match (self, tag.strip_prefix("edge-")) {
            (Self::ReleaseOrEdge(_, edge), Some(tag)) => (edge, tag),
            (Self::ReleaseOrEdge(first, _), None) => (first, tag.strip_prefix("stable-").unwrap_or(tag)),
            (Self::Release(major, minor), _) => (&(*major, *minor), tag),
        };
        let mut numbers = tag.trim_start_matches('v').split(['.', '-']).map(str::parse::<u32>);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= *first,
            _ => false,
        }
    }
}

/// The words of a tag, or of a part of a path.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(['-', '_', '.'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_without_a_shell_are_told_from_those_with_one() {
        for (image, expected) in [
            ("gcr.io/distroless/static", Some(DISTROLESS)),
            ("gcr.io/distroless/java17-debian12:nonroot", Some(DISTROLESS)),
            ("gcr.io/distroless/base:debug", None),
            ("gcr.io/distroless/base:debug-nonroot", None),
            ("gcr.io/distroless/base:debug@sha256:0123", None),
            ("gcr.io/distroless/base@sha256:0123", Some(DISTROLESS)),
            ("corp.example:5000/mirror/distroless/nodejs20:latest", Some(DISTROLESS)),
            ("corp.example/distroless", None),
            ("envoyproxy/envoy-distroless:v1.31.0", Some(DISTROLESS)),
            ("docker.io/istio/proxyv2:1.22.0-distroless", Some(DISTROLESS)),
            ("docker.io/istio/proxyv2:1.22.0", None),
            ("corp.example/distroless-builder:1", None),
            ("cgr.dev/chainguard/nginx", Some(CHAINGUARD)),
            ("cgr.dev/chainguard/python:latest", Some(CHAINGUARD)),
            ("cgr.dev/chainguard/python:latest-dev", None),
            ("cgr.dev/acme.example/python:3.12", Some(CHAINGUARD)),
            ("cgr.dev/chainguard/node:22", None),
            ("registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.10.0", Some(CSI)),
            ("registry.k8s.io/sig-storage/hostpathplugin:v1.9.0", None),
            ("quay.io/k8scsi/csi-node-driver-registrar:v1.1.0", Some(CSI)),
            ("quay.io/k8scsi/csi-node-driver-registrar:v1.0.2", None),
            ("gcr.io/cloudsql-docker/gce-proxy:1.33.1", Some(SQL_PROXY)),
            ("gcr.io/cloudsql-docker/gce-proxy:1.15", None),
            ("gcr.io/cloudsql-docker/gce-proxy:1.33.1-alpine", None),
            ("gcr.io/cloudsql-docker/gce-proxy@sha256:0123", None),
            ("eu.gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.11.0", Some(SQL_PROXY)),
            ("gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.11.0-bookworm", None),
            ("cr.l5d.io/linkerd/proxy:edge-21.8.1", Some(LINKERD)),
            ("cr.l5d.io/linkerd/proxy:edge-21.6.5", None),
            ("cr.l5d.io/linkerd/proxy:stable-2.14.10", Some(LINKERD)),
            ("cr.l5d.io/linkerd/proxy:stable-2.10.2", None),
            ("cgr.dev/chainguard/bash", None),
            ("cgr.dev/chainguard/wolfi-base", None),
            ("registry.k8s.io/pause:3.9", Some(PAUSE)),
            ("rancher/mirrored-pause:3.6", Some(PAUSE)),
            ("nginx:1.27", None),
            ("acme/pause:1", None),
        ] {
            assert_eq!(has_no_shell(image, &[]).as_deref(), expected, "{image}");
        }
    }

    #[test]
    fn an_image_without_a_shell_may_have_a_tool() {
        let proxy = "cr.l5d.io/linkerd/proxy:stable-2.14.10";
        assert_eq!(lacks(proxy, "bash", &[]).as_deref(), Some(LINKERD));
        assert_eq!(lacks(proxy, "sleep", &[]), None);
        assert_eq!(lacks("gcr.io/distroless/static", "sleep", &[]).as_deref(), Some(DISTROLESS));
    }

    #[test]
    fn every_row_says_what_shows_it() {
        assert!(TABLE.iter().all(|row| !row.evidence.is_empty() && !row.reason.is_empty()));
    }

    #[test]
    fn the_user_knows_more_images_without_a_shell() {
        let further = vec!["registry.example.com/base/*".to_owned()];
        let of = |image| has_no_shell(image, &further).map(Cow::into_owned);
        assert!(of("registry.example.com/base/shop:1").is_some_and(|reason| reason.contains("base/*")));
        assert_eq!(of("registry.example.com/shop:1"), None);
        assert_eq!(of("gcr.io/distroless/static").as_deref(), Some(DISTROLESS));
    }
}
