//! Images known to hold neither a shell nor `sleep` (facts I10, I11, B28).

use std::borrow::Cow;

use super::image::Reference;
use crate::text::wildcard;

/// Where the images come from, which of them have a shell after all, and why.
struct ShellLess {
    /// The repository: what it starts with, or what its path ends with one name before the end.
    matches: Matches,
    /// Tags that hold one of these parts have a shell.
    tags_with_shell: &'static [&'static str],
    /// Images (last part of the path) that have a shell whatever the tag.
    images_with_shell: &'static [&'static str],
    reason: &'static str,
}

enum Matches {
    /// `<this>/<name>`, or a deeper path below it.
    Below(&'static str),
    /// Any registry's `…/<this>/<name>`: mirrors keep the last two parts.
    Parent(&'static str),
    /// One of these repositories.
    OneOf(&'static [&'static str]),
}

const DISTROLESS: &str = "distroless images hold no shell and no sleep, unless the tag says debug";
const CHAINGUARD: &str = "Chainguard images hold no shell and no sleep, unless the tag ends in -dev";
const PAUSE: &str = "the pause image holds nothing but the pause program";

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
        matches: Matches::Parent("distroless"),
        tags_with_shell: &["debug"],
        images_with_shell: &[],
        reason: DISTROLESS,
    },
    ShellLess {
        matches: Matches::Below("cgr.dev"),
        tags_with_shell: &["-dev"],
        // Images whose purpose is to hold a shell, or that are a base to build on.
        images_with_shell: &[
            "bash",
            "busybox",
            "wolfi-base",
            "chainguard-base",
            "alpine-base",
            "git",
            "sdk",
            "zsh",
            "powershell",
        ],
        reason: CHAINGUARD,
    },
    ShellLess {
        matches: Matches::OneOf(PAUSES),
        tags_with_shell: &[],
        images_with_shell: &[],
        reason: PAUSE,
    },
];

/// It is the pause image, which listens on nothing.
pub(crate) fn is_pause(image: &str) -> bool {
    PAUSES.contains(&Reference::split(image).repository)
}

/// Why the image has no shell and no `sleep`; `None` when it has, or when nobody knows. `further` are the
/// user's patterns of repositories whose images hold none.
pub(crate) fn has_no_shell(image: &str, further: &[String]) -> Option<Cow<'static, str>> {
    let reference = Reference::split(image);
    if let Some(pattern) = further.iter().find(|pattern| wildcard::matches(pattern, reference.repository)) {
        return Some(format!("the configuration says of `{pattern}` that it holds no shell").into());
    }
    known(reference).map(Cow::Borrowed)
}

fn known(reference: Reference<'_>) -> Option<&'static str> {
    let Reference { repository, tag, .. } = reference;
    let row = TABLE.iter().find(|row| row.matches.repository(repository))?;
    let name = repository.rsplit('/').next().unwrap_or(repository);
    let by_tag = tag.is_some_and(|tag| row.tags_with_shell.iter().any(|part| tag.contains(part)));
    (!by_tag && !row.images_with_shell.contains(&name)).then_some(row.reason)
}

impl Matches {
    fn repository(&self, repository: &str) -> bool {
        match self {
            Self::Below(start) => repository.strip_prefix(start).is_some_and(|rest| rest.starts_with('/')),
            Self::Parent(parent) => repository.rsplit('/').nth(1) == Some(parent),
            Self::OneOf(repositories) => repositories.contains(&repository),
        }
    }
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
            ("cgr.dev/chainguard/nginx", Some(CHAINGUARD)),
            ("cgr.dev/chainguard/python:latest", Some(CHAINGUARD)),
            ("cgr.dev/chainguard/python:latest-dev", None),
            ("cgr.dev/acme.example/node:22", Some(CHAINGUARD)),
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
    fn the_user_knows_more_images_without_a_shell() {
        let further = vec!["registry.example.com/base/*".to_owned()];
        let of = |image| has_no_shell(image, &further).map(Cow::into_owned);
        assert!(of("registry.example.com/base/shop:1").is_some_and(|reason| reason.contains("base/*")));
        assert_eq!(of("registry.example.com/shop:1"), None);
        assert_eq!(of("gcr.io/distroless/static").as_deref(), Some(DISTROLESS));
    }
}
