//! Images that are there to build on: where nothing else is said they start a shell, which ends at once when it has
//! nothing to read. Read in the Dockerfiles that are named; official ones are described in
//! `docker-library/official-images`.

use super::matching::Repositories::{Exactly, Official};
use super::matching::{Repositories, Tags};
use super::row::{Base, Facet, Known, Row};

const fn base(repositories: Repositories, known: &'static [Known]) -> Row {
    Row { repositories, tags: Tags::ALL, known }
}

/// It has no ENTRYPOINT.
const fn starts(shell: &'static str) -> Facet {
    Facet::Base(Base { shell, runs_args: true })
}

pub(super) const TABLE: &[Row] = &[
    base(
        Official(&["busybox"]),
        &[Known { facet: starts("sh"), evidence: &["docker-library/busybox Dockerfile.template (CMD sh)"] }],
    ),
    base(
        Official(&["alpine"]),
        &[Known { facet: starts("/bin/sh"), evidence: &["alpinelinux/docker-alpine (CMD /bin/sh)"] }],
    ),
    base(
        Official(&["debian"]),
        &[Known { facet: starts("bash"), evidence: &["debuerreotype/docker-debian-artifacts (CMD bash)"] }],
    ),
    base(
        Official(&["ubuntu"]),
        &[Known {
            facet: starts("/bin/bash"),
            evidence: &["Canonical's ubuntu-cloud-images, branches oci-*"],
        }],
    ),
    base(
        Official(&["centos"]),
        &[Known { facet: starts("/bin/bash"), evidence: &["CentOS/sig-cloud-instance-images"] }],
    ),
    base(
        Exactly(&["quay.io/centos/centos"]),
        &[Known { facet: starts("/bin/bash"), evidence: &["CentOS/sig-cloud-instance-images"] }],
    ),
    base(
        Official(&["fedora"]),
        &[Known { facet: starts("/bin/bash"), evidence: &["fedora-cloud/docker-brew-fedora"] }],
    ),
    base(
        Official(&["rockylinux"]),
        &[Known { facet: starts("/bin/bash"), evidence: &["rocky-linux/sig-cloud-instance-images"] }],
    ),
    base(
        Repositories::Hub(&["rockylinux/rockylinux"]),
        &[Known { facet: starts("/bin/bash"), evidence: &["rocky-linux/sig-cloud-instance-images"] }],
    ),
    base(
        Official(&["almalinux"]),
        &[Known { facet: starts("/bin/bash"), evidence: &["AlmaLinux/container-images"] }],
    ),
    base(
        Official(&["oraclelinux"]),
        &[Known { facet: starts("/bin/bash"), evidence: &["oracle/container-images"] }],
    ),
    base(
        Official(&["amazonlinux"]),
        &[Known { facet: starts("/bin/bash"), evidence: &["amazonlinux/container-images"] }],
    ),
    base(
        Exactly(&["public.ecr.aws/amazonlinux/amazonlinux"]),
        &[Known { facet: starts("/bin/bash"), evidence: &["amazonlinux/container-images"] }],
    ),
    base(
        Official(&["archlinux"]),
        &[Known { facet: starts("/usr/bin/bash"), evidence: &["archlinux/archlinux-docker"] }],
    ),
    base(
        Official(&["buildpack-deps"]),
        &[Known {
            facet: starts("bash"),
            evidence: &["docker-library/buildpack-deps, which adds to debian and ubuntu"],
        }],
    ),
    base(
        Official(&["bash"]),
        &[Known {
            // An ENTRYPOINT runs the words behind it.
            facet: Facet::Base(Base { shell: "bash", runs_args: false }),
            evidence: &["tianon/docker-bash (ENTRYPOINT docker-entrypoint.sh, CMD bash)"],
        }],
    ),
];
