//! Registries and catalogues that no longer serve what they did (fact F9).

use super::matching::Repositories::{Exactly, Starting, StartingBut};
use super::matching::Tags;
use super::row::{Facet, Instead, Known, Pull, Row, Withdrawn};

/// The catalogue of Bitnami, under the names of Docker Hub.
const BITNAMI: &[&str] =
    &["bitnami/", "docker.io/bitnami/", "index.docker.io/bitnami/", "registry-1.docker.io/bitnami/"];

/// What the names of Google's Container Registry begin with where it stands on one continent.
const REGIONS: &[&str] = &["us.", "eu.", "asia."];

/// What the registry of Kubernetes holds today.
const fn copied(from: &'static str) -> Option<Instead> {
    Some(Instead { from, to: "registry.k8s.io/", regions: REGIONS, has_all: false })
}

/// The registry of Kubernetes under its old name and its new one.
const MOVED_REGISTRY: Instead =
    Instead { from: "k8s.gcr.io/", to: "registry.k8s.io/", regions: &[], has_all: true };

const GOOGLE_CONTAINERS: Withdrawn = Withdrawn {
    what: "the first registry of Kubernetes",
    pull: Pull::StillServed,
    instead: None,
    story: "Nothing has been published there since July 2020, when it was frozen: what it still serves gets no fixes, and \
            nobody promises that it stays. Its images were copied to what is registry.k8s.io today.",
};

pub(super) const TABLE: &[Row] = &[
    Row {
        repositories: Starting(&["k8s.gcr.io/"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Withdrawn(Withdrawn {
                what: "the old registry of Kubernetes",
                pull: Pull::StillServed,
                instead: Some(MOVED_REGISTRY),
                story: "It has been frozen since April 2023: no image of a newer release is there. Pulls are led to \
                        registry.k8s.io, for as long as that redirect is kept.",
            }),
            evidence: &[
                "https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/",
                "https://kubernetes.io/blog/2023/03/10/image-registry-redirect/",
            ],
        }],
    },
    Row {
        repositories: Starting(&[
            "gcr.io/google_containers/",
            "us.gcr.io/google_containers/",
            "eu.gcr.io/google_containers/",
            "asia.gcr.io/google_containers/",
        ]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Withdrawn(Withdrawn {
                instead: copied("gcr.io/google_containers/"),
                ..GOOGLE_CONTAINERS
            }),
            evidence: &["kubernetes/k8s.io k8s.gcr.io/Vanity-Domain-Flip.md", "kubernetes/release#270"],
        }],
    },
    Row {
        repositories: Starting(&[
            "gcr.io/google-containers/",
            "us.gcr.io/google-containers/",
            "eu.gcr.io/google-containers/",
            "asia.gcr.io/google-containers/",
        ]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Withdrawn(Withdrawn {
                instead: copied("gcr.io/google-containers/"),
                ..GOOGLE_CONTAINERS
            }),
            evidence: &["kubernetes/k8s.io k8s.gcr.io/Vanity-Domain-Flip.md", "kubernetes/release#270"],
        }],
    },
    Row {
        repositories: Starting(&[
            "gcr.io/k8s-artifacts-prod/",
            "us.gcr.io/k8s-artifacts-prod/",
            "eu.gcr.io/k8s-artifacts-prod/",
            "asia.gcr.io/k8s-artifacts-prod/",
        ]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Withdrawn(Withdrawn {
                what: "the store of the old registry of Kubernetes",
                pull: Pull::StillServed,
                instead: copied("gcr.io/k8s-artifacts-prod/"),
                story: "It is what k8s.gcr.io led to, which has been frozen since April 2023: what it still serves gets no fixes, \
                        and nobody promises that it stays. Its images were copied to registry.k8s.io.",
            }),
            evidence: &[
                "kubernetes/release#270 (k8s.gcr.io moves to gcr.io/k8s-artifacts-prod)",
                "https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/",
            ],
        }],
    },
    Row {
        repositories: Exactly(&["gcr.io/kubebuilder/kube-rbac-proxy"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Withdrawn(Withdrawn {
                what: "a registry that was shut down",
                pull: Pull::Fails,
                instead: Some(Instead {
                    from: "gcr.io/kubebuilder/",
                    to: "registry.k8s.io/kubebuilder/",
                    regions: &[],
                    has_all: true,
                }),
                story: "Kubebuilder gave it up with Google's Container Registry, which was shut down in March 2025.",
            }),
            evidence: &[
                "kubernetes-sigs/kubebuilder discussion #3907",
                "kubernetes/k8s.io#6690 (served from registry.k8s.io/kubebuilder)",
            ],
        }],
    },
    Row {
        // These projects went on as before; what is pulled by its digest may have stayed.
        repositories: StartingBut(
            BITNAMI,
            &["minideb", "sealed-secrets-controller", "sealed-secrets-kubeseal"],
        ),
        tags: Tags { without_words: &["", "latest"], by_tag_alone: true, ..Tags::ALL },
        known: &[Known {
            facet: Facet::Withdrawn(Withdrawn {
                what: "Bitnami's free catalogue",
                pull: Pull::Fails,
                instead: Some(Instead {
                    from: "bitnami/",
                    to: "bitnamilegacy/",
                    regions: &[],
                    has_all: true,
                }),
                story: "Since August 2025 it holds `latest` alone. All tags with a version were moved to `bitnamilegacy`, \
                        which gets no updates.",
            }),
            evidence: &["bitnami/containers#83267", "bitnami/charts#35164", "bitnami/sealed-secrets#1785"],
        }],
    },
];
