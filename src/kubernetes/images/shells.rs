//! Images without a shell, and what `/bin/sh` is in others (facts I4, I10, I11, B28 and P10).

use super::matching::Repositories::{Any, Below, Exactly, Official, Starting, Under, Word};
use super::matching::{Releases, Tags};
use super::row::{Facet, Known, Row};

const DISTROLESS: &str = "distroless images hold no shell and no sleep, unless the tag says debug";
const CHAINGUARD: &str = "this Chainguard image holds no shell and no sleep, unless the tag ends in -dev";
const PAUSE: &str = "the pause image holds nothing but the pause program";
const CSI: &str = "this CSI sidecar is built on distroless, which holds no shell and no tools";
const SQL_PROXY: &str = "the proxy is built on distroless, which holds no shell and no sleep; the tags -alpine, -bookworm \
                         and -bullseye hold them";
const LINKERD: &str = "linkerd's proxy has been built on distroless since 2.11: it holds no shell, and of the tools only /bin/sleep";

/// The domains of Google's registry.
const GCR: &[&str] = &["gcr.io", "us.gcr.io", "eu.gcr.io", "asia.gcr.io"];

/// Tags of the SQL proxies that are built on a system.
const SYSTEMS: &[&str] = &["alpine", "buster", "bullseye", "bookworm"];

pub(super) const TABLE: &[Row] = &[
    Row {
        repositories: Word("distroless"),
        tags: Tags { without_words: &["debug", "busybox", "dev"], ..Tags::ALL },
        known: &[Known {
            facet: Facet::NoShell { has: &[], reason: DISTROLESS },
            evidence: &[
                "GoogleContainerTools/distroless README",
                "istio.io, Harden Docker Container Images (tags *-distroless)",
            ],
        }],
    },
    Row {
        // Others, such as node, hold one because their programs need it (chainguard-images/images#1969).
        repositories: Below("cgr.dev", &["static", "glibc-dynamic", "nginx", "php", "python"]),
        tags: Tags { without_words: &["dev"], ..Tags::ALL },
        known: &[Known {
            facet: Facet::NoShell { has: &[], reason: CHAINGUARD },
            evidence: &[
                "edu.chainguard.dev, Chainguard's Container Variants, and Tips for migrating (nginx)",
            ],
        }],
    },
    Row {
        // The pause image, and the mirrors that carry it under another name.
        repositories: Exactly(&[
            "registry.k8s.io/pause",
            "k8s.gcr.io/pause",
            "gcr.io/google_containers/pause",
            "gcr.io/google-containers/pause",
            "registry.aliyuncs.com/google_containers/pause",
            "registry.cn-hangzhou.aliyuncs.com/google_containers/pause",
            "mcr.microsoft.com/oss/kubernetes/pause",
            "rancher/mirrored-pause",
            "docker.io/rancher/mirrored-pause",
        ]),
        tags: Tags::ALL,
        known: &[
            Known {
                facet: Facet::Pause,
                evidence: &["kubernetes/kubernetes build/pause/linux/pause.c (waits for signals)"],
            },
            Known {
                facet: Facet::NoShell { has: &[], reason: PAUSE },
                evidence: &["kubernetes/kubernetes build/pause/Dockerfile (FROM scratch)"],
            },
        ],
    },
    Row {
        // Of the repositories below it others hold a driver with its tools, such as hostpathplugin.
        repositories: Under(
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
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::NoShell { has: &[], reason: CSI },
            evidence: &[
                "Dockerfile of each in kubernetes-csi/* (FROM gcr.io/distroless/static)",
                "vast-data/vast-csi#24",
            ],
        }],
    },
    Row {
        repositories: Exactly(&["quay.io/k8scsi/csi-node-driver-registrar"]),
        tags: Tags::of(Releases::Since((1, 1))),
        known: &[Known {
            facet: Facet::NoShell { has: &[], reason: CSI },
            evidence: &["purestorage/helm-charts#178 (no /bin/sh from v1.1.0 on)"],
        }],
    },
    Row {
        repositories: Under(GCR, &["cloudsql-docker/gce-proxy"]),
        tags: Tags { without_words: SYSTEMS, ..Tags::of(Releases::Since((1, 16))) },
        known: &[Known {
            facet: Facet::NoShell { has: &[], reason: SQL_PROXY },
            evidence: &["GoogleCloudPlatform/cloud-sql-proxy#317 (since 1.16), #415 (the other tags)"],
        }],
    },
    Row {
        repositories: Under(GCR, &["cloud-sql-connectors/cloud-sql-proxy"]),
        tags: Tags { without_words: SYSTEMS, ..Tags::ALL },
        known: &[Known {
            facet: Facet::NoShell { has: &[], reason: SQL_PROXY },
            evidence: &["GoogleCloudPlatform/cloud-sql-proxy README, Container Images"],
        }],
    },
    Row {
        repositories: Exactly(&["cr.l5d.io/linkerd/proxy", "ghcr.io/linkerd/proxy"]),
        tags: Tags::of(Releases::SinceOrEdge((2, 11), (21, 8))),
        known: &[Known {
            facet: Facet::NoShell { has: &["sleep"], reason: LINKERD },
            evidence: &["linkerd/linkerd2#6228, #6723 (no /bin/bash), #6734 (/bin/sleep is put in)"],
        }],
    },
    Row {
        repositories: Official(&["alpine", "busybox"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Sh("ash"),
            evidence: &[
                "alpinelinux/docker-alpine (/bin/sh is busybox)",
                "docker-library/busybox (/bin/sh is busybox)",
            ],
        }],
    },
    Row {
        // Images on Alpine say so in their tags.
        repositories: Any,
        tags: Tags { with: "alpine", ..Tags::ALL },
        known: &[Known {
            facet: Facet::Sh("ash"),
            evidence: &["alpinelinux/docker-alpine (/bin/sh is busybox)"],
        }],
    },
    Row {
        repositories: Official(&[
            "fedora",
            "centos",
            "rockylinux",
            "almalinux",
            "amazonlinux",
            "oraclelinux",
        ]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Sh("bash"),
            evidence: &["docker-library/official-images (Red Hat's systems)"],
        }],
    },
    Row {
        repositories: Starting(&[
            "registry.access.redhat.com/ubi",
            "registry.redhat.io/ubi",
            "quay.io/centos/centos",
            "quay.io/fedora/fedora",
        ]),
        tags: Tags::ALL,
        known: &[Known { facet: Facet::Sh("bash"), evidence: &["https://catalog.redhat.com"] }],
    },
    Row {
        // Built on Debian unless the tag says otherwise. Ubuntu's dash was not measured, and is not among them.
        repositories: Official(&[
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
        ]),
        tags: Tags { without: &["alpine", "windowsservercore", "nanoserver", "ubi"], ..Tags::ALL },
        known: &[Known {
            facet: Facet::Sh("dash"),
            evidence: &["https://github.com/docker-library/official-images/tree/master/library"],
        }],
    },
];
