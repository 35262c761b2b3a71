//! Images that are there to build on: where nothing else is said they start a shell, which ends at once when it has
//! nothing to read. Data only; read in the Dockerfiles that are named.

use super::image::Reference;

/// What an image starts where a container gives no `command`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Base {
    /// Its repository, without the registry of Docker Hub.
    repository: &'static str,
    /// The program of its CMD.
    pub shell: &'static str,
    /// It has no ENTRYPOINT: `args` alone are what runs.
    pub runs_args: bool,
}

const fn base(repository: &'static str, shell: &'static str) -> Base {
    Base { repository, shell, runs_args: true }
}

/// One row an image. Official ones are described in `docker-library/official-images`.
const TABLE: &[Base] = &[
    // docker-library/busybox
    base("busybox", "sh"),
    // alpinelinux/docker-alpine
    base("alpine", "/bin/sh"),
    // debuerreotype/docker-debian-artifacts
    base("debian", "bash"),
    // Canonical's ubuntu-cloud-images `oci` branches
    base("ubuntu", "/bin/bash"),
    // CentOS/sig-cloud-instance-images
    base("centos", "/bin/bash"),
    base("quay.io/centos/centos", "/bin/bash"),
    // fedora-cloud/docker-brew-fedora
    base("fedora", "/bin/bash"),
    // rocky-linux/sig-cloud-instance-images
    base("rockylinux", "/bin/bash"),
    base("rockylinux/rockylinux", "/bin/bash"),
    // AlmaLinux/container-images
    base("almalinux", "/bin/bash"),
    // oracle/container-images
    base("oraclelinux", "/bin/bash"),
    // amazonlinux/container-images
    base("amazonlinux", "/bin/bash"),
    base("public.ecr.aws/amazonlinux/amazonlinux", "/bin/bash"),
    // archlinux/archlinux-docker
    base("archlinux", "/usr/bin/bash"),
    // docker-library/buildpack-deps, which adds to debian and ubuntu
    base("buildpack-deps", "bash"),
    // tianon/docker-bash: an ENTRYPOINT runs the words behind it
    Base { runs_args: false, ..base("bash", "bash") },
];

/// Where the images of Docker Hub, and its mirrors of the official ones, are called so as well.
const HUBS: &[&str] = &[
    "docker.io/library/",
    "docker.io/",
    "index.docker.io/library/",
    "index.docker.io/",
    "library/",
    "public.ecr.aws/docker/library/",
    "mirror.gcr.io/library/",
];

/// The row of an image; `None` of one that is no base, or that nobody knows.
pub(crate) fn find(image: &str) -> Option<&'static Base> {
    let repository = Reference::split(image).repository;
    let row = |name: &str| TABLE.iter().find(|row| row.repository == name);
    row(repository).or_else(|| HUBS.iter().find_map(|hub| row(repository.strip_prefix(hub)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_image_is_known_under_all_names_of_its_registry_and_no_other() {
        for (image, shell) in [
            ("busybox", Some("sh")),
            ("busybox:1.36", Some("sh")),
            ("docker.io/library/alpine:3.20", Some("/bin/sh")),
            ("library/debian", Some("bash")),
            ("public.ecr.aws/docker/library/ubuntu:24.04", Some("/bin/bash")),
            ("ubuntu@sha256:0123", Some("/bin/bash")),
            ("quay.io/centos/centos:stream9", Some("/bin/bash")),
            ("registry.example.com/busybox:1.36", None),
            ("acme/ubuntu:1", None),
            ("alpine/git", None),
            ("nginx:1.27", None),
            ("${IMAGE}", None),
        ] {
            assert_eq!(find(image).map(|base| base.shell), shell, "{image}");
        }
    }

    #[test]
    fn no_image_stands_twice() {
        let mut names: Vec<&str> = TABLE.iter().map(|row| row.repository).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
