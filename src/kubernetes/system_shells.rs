//! What `/bin/sh` is in images: shells differ in what becomes of a signal (facts I4 and P10).

use super::image::Reference;

/// Which shell an image calls `sh`, by the name of that shell; `None` where nobody knows. Of the official images those
/// are listed that are built on Debian, where `sh` is dash, and those on Red Hat's systems, where it is bash; images
/// on Alpine say so in their tags, and there it is that of busybox. Ubuntu's dash was not measured, and
/// is not among them.
pub(crate) fn of(image: &str) -> Option<&'static str> {
    let Reference { repository, tag, .. } = Reference::split(image);
    let tag = tag.unwrap_or_default();
    let official = ["docker.io/library/", "docker.io/", "library/"];
    let name = official.iter().find_map(|start| repository.strip_prefix(start)).unwrap_or(repository);
    match name {
        "alpine" | "busybox" => Some("ash"),
        "fedora" | "centos" | "rockylinux" | "almalinux" | "amazonlinux" | "oraclelinux" => Some("bash"),
        _ if RED_HAT.iter().any(|start| repository.starts_with(start)) => Some("bash"),
        _ if tag.contains("alpine") => Some("ash"),
        _ if ON_DEBIAN.contains(&name) && !OTHER_VARIANTS.iter().any(|part| tag.contains(part)) => {
            Some("dash")
        }
        _ => None,
    }
}

/// Official images whose tags are built on Debian unless they say otherwise
/// (<https://github.com/docker-library/official-images/tree/master/library>).
const ON_DEBIAN: &[&str] = &[
    "buildpack-deps",
    "debian",
    "golang",
    "haproxy",
    "httpd",
    "memcached",
    "nginx",
    "node",
    "perl",
    "php",
    "postgres",
    "pypy",
    "python",
    "redis",
    "ruby",
    "rust",
    "wordpress",
];

/// What stands in tags of theirs that are built on something else.
const OTHER_VARIANTS: &[&str] = &["windowsservercore", "nanoserver", "ubi"];

/// Where Red Hat's base images are (<https://catalog.redhat.com>).
const RED_HAT: &[&str] = &[
    "registry.access.redhat.com/ubi",
    "registry.redhat.io/ubi",
    "quay.io/centos/centos",
    "quay.io/fedora/fedora",
];

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn sh_is_another_shell_in_another_image() {
        for (image, shell) in [
            ("python:3.12", Some("dash")),
            ("python:3.12-slim-bookworm", Some("dash")),
            ("docker.io/library/node:22", Some("dash")),
            ("node:22-alpine", Some("ash")),
            ("registry.example.com/shop/web:2.4.1-alpine3.20", Some("ash")),
            ("alpine:3.20", Some("ash")),
            ("busybox", Some("ash")),
            ("registry.access.redhat.com/ubi9/ubi:9.4", Some("bash")),
            ("fedora:41", Some("bash")),
            ("ubuntu:24.04", None),
            ("registry.example.com/python:3.12", None),
            ("shop/python:3.12", None),
        ] {
            assert_eq!(of(image), shell, "{image}");
        }
    }
}
