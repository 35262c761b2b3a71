//! What is said of images, and that each word of it has something behind it.

use super::*;

fn no_shell(image: &str) -> Option<String> {
    has_no_shell(image, &Own::NONE).map(Cow::into_owned)
}

#[test]
fn every_facet_says_what_shows_it() {
    let known = TABLES.iter().copied().flatten().flat_map(|row| row.known);
    let mut facets = 0;
    for one in known {
        assert!(
            !one.evidence.is_empty() && one.evidence.iter().all(|evidence| evidence.len() > 8),
            "{one:?}"
        );
        facets += 1;
    }
    assert!(facets > 50, "{facets}");
}

#[test]
fn images_without_a_shell_are_told_from_those_with_one() {
    for (image, expected) in [
        ("gcr.io/distroless/static", "distroless"),
        ("gcr.io/distroless/java17-debian12:nonroot", "distroless"),
        ("gcr.io/distroless/base:debug", ""),
        ("gcr.io/distroless/base:debug-nonroot", ""),
        ("gcr.io/distroless/base:debug@sha256:0123", ""),
        ("gcr.io/distroless/base@sha256:0123", "distroless"),
        ("corp.example:5000/mirror/distroless/nodejs20:latest", "distroless"),
        ("corp.example/distroless", ""),
        ("envoyproxy/envoy-distroless:v1.31.0", "distroless"),
        ("docker.io/istio/proxyv2:1.22.0-distroless", "distroless"),
        ("docker.io/istio/proxyv2:1.22.0", ""),
        ("corp.example/distroless-builder:1", ""),
        ("cgr.dev/chainguard/nginx", "Chainguard"),
        ("cgr.dev/chainguard/python:latest", "Chainguard"),
        ("cgr.dev/chainguard/python:latest-dev", ""),
        ("cgr.dev/acme.example/python:3.12", "Chainguard"),
        ("cgr.dev/chainguard/node:22", ""),
        ("registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.10.0", "CSI sidecar"),
        ("registry.k8s.io/sig-storage/hostpathplugin:v1.9.0", ""),
        ("quay.io/k8scsi/csi-node-driver-registrar:v1.1.0", "CSI sidecar"),
        ("quay.io/k8scsi/csi-node-driver-registrar:v1.0.2", ""),
        ("gcr.io/cloudsql-docker/gce-proxy:1.33.1", "the proxy"),
        ("gcr.io/cloudsql-docker/gce-proxy:1.15", ""),
        ("gcr.io/cloudsql-docker/gce-proxy:1.33.1-alpine", ""),
        ("gcr.io/cloudsql-docker/gce-proxy@sha256:0123", ""),
        ("eu.gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.11.0", "the proxy"),
        ("gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.11.0-bookworm", ""),
        ("cr.l5d.io/linkerd/proxy:edge-21.8.1", "linkerd"),
        ("cr.l5d.io/linkerd/proxy:edge-21.6.5", ""),
        ("cr.l5d.io/linkerd/proxy:stable-2.14.10", "linkerd"),
        ("cr.l5d.io/linkerd/proxy:stable-2.10.2", ""),
        ("cgr.dev/chainguard/bash", ""),
        ("cgr.dev/chainguard/wolfi-base", ""),
        ("registry.k8s.io/pause:3.9", "pause"),
        ("rancher/mirrored-pause:3.6", "pause"),
        ("nginx:1.27", ""),
        ("acme/pause:1", ""),
    ] {
        let told = no_shell(image);
        assert_eq!(told.is_some(), !expected.is_empty(), "{image}");
        assert!(told.is_none_or(|reason| reason.contains(expected)), "{image}");
    }
}

#[test]
fn an_image_without_a_shell_may_have_a_tool() {
    let proxy = "cr.l5d.io/linkerd/proxy:stable-2.14.10";
    assert!(lacks(proxy, "bash", &Own::NONE).is_some());
    assert_eq!(lacks(proxy, "sleep", &Own::NONE), None);
    assert!(lacks("gcr.io/distroless/static", "sleep", &Own::NONE).is_some());
}

#[test]
fn sh_is_another_shell_in_another_image() {
    for (image, shell) in [
        ("python:3.12", Some("dash")),
        ("python:3.12-slim-bookworm", Some("dash")),
        ("docker.io/library/node:22", Some("dash")),
        ("public.ecr.aws/docker/library/node:22", Some("dash")),
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
        assert_eq!(sh(image, &Own::NONE), shell, "{image}");
    }
}

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
        ("docker.io/rockylinux/rockylinux:9", Some("/bin/bash")),
        ("registry.example.com/busybox:1.36", None),
        ("acme/ubuntu:1", None),
        ("alpine/git", None),
        ("nginx:1.27", None),
        ("${IMAGE}", None),
    ] {
        assert_eq!(base(image).map(|base| base.shell), shell, "{image}");
    }
}

#[test]
fn a_signal_is_fast_to_some_servers_and_not_to_others() {
    let graceful = |image, signal| ended_by(image, signal, &Own::NONE).map(|(server, _)| server.graceful);
    for (image, signal, expected) in [
        ("nginx:1.27", "TERM", Some("QUIT")),
        ("docker.io/library/nginx:1.27", "INT", Some("QUIT")),
        ("nginxinc/nginx-unprivileged", "TERM", Some("QUIT")),
        ("nginx:1.27", "QUIT", None),
        ("nginx/nginx-ingress:3.6", "TERM", None),
        ("nginx-exporter:1", "TERM", None),
        ("httpd:2.4", "TERM", Some("WINCH")),
        ("haproxy:3.0", "TERM", Some("USR1")),
        ("php:8.3-fpm-alpine", "TERM", Some("QUIT")),
        ("php:8.3-apache", "TERM", None),
        ("php", "TERM", None),
        ("postgres:17", "TERM", None),
        ("postgres:17", "QUIT", Some("INT")),
        ("registry.example.com/shop/web:1", "TERM", None),
    ] {
        assert_eq!(graceful(image, signal), expected, "{image} {signal}");
    }
}

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
        assert_eq!(proxy(image, &Own::NONE).map(|proxy| proxy.name), name, "{image}");
    }
}

#[test]
fn where_an_image_keeps_its_data_depends_on_its_release() {
    for (image, directory) in [
        ("postgres", Some("/var/lib/postgresql/18/docker")),
        ("postgres:18-alpine", Some("/var/lib/postgresql/18/docker")),
        ("postgres:17.5", Some("/var/lib/postgresql/data")),
        ("docker.io/library/postgres:9.6", Some("/var/lib/postgresql/data")),
        ("postgis/postgis:16-3.4", Some("/var/lib/postgresql/data")),
        ("postgis/postgis:18-3.6", Some("/var/lib/postgresql/18/docker")),
        ("timescale/timescaledb:latest-pg17", Some("/var/lib/postgresql/data")),
        ("pgvector/pgvector:0.8.0-pg17", Some("/var/lib/postgresql/data")),
        ("pgvector/pgvector:pg18", Some("/var/lib/postgresql/18/docker")),
        ("postgres:bookworm", None),
        ("postgres@sha256:0123", None),
        ("registry.example.com/postgres:17", None),
        ("influxdb:1.8", Some("/var/lib/influxdb")),
        ("influxdb:2.7", Some("/var/lib/influxdb2")),
        ("influxdb", None),
        ("mysql:8.4", Some("/var/lib/mysql")),
        ("docker.elastic.co/elasticsearch/elasticsearch:8.15.0", Some("/usr/share/elasticsearch/data")),
    ] {
        let found = match kept(image, &Own::NONE) {
            Some(Kept::Known(data)) => data.directory,
            _ => None,
        };
        assert_eq!(found, directory, "{image}");
    }
}

#[test]
fn a_withdrawn_image_is_told_from_one_that_is_served() {
    for (image, is_withdrawn) in [
        ("k8s.gcr.io/pause:3.5", true),
        ("registry.k8s.io/pause:3.9", false),
        ("gcr.io/google_containers/echoserver:1.4", true),
        ("gcr.io/google-samples/hello-app:1.0", false),
        ("gcr.io/kubebuilder/kube-rbac-proxy:v0.13.1", true),
        ("quay.io/brancz/kube-rbac-proxy:v0.13.1", false),
        ("bitnami/redis:7.2", true),
        ("docker.io/bitnami/redis:7.2", true),
        ("bitnami/redis", false),
        ("bitnami/redis:latest", false),
        ("bitnami/redis@sha256:0123", false),
        ("bitnami/redis:7.2@sha256:0123", false),
        ("bitnamilegacy/redis:7.2", false),
        ("registry.example.com/bitnami/redis:7.2", false),
        ("bitnami/minideb:bookworm", false),
        ("bitnami/sealed-secrets-controller:0.31.0", false),
    ] {
        assert_eq!(withdrawn(image).is_some(), is_withdrawn, "{image}");
    }
}

#[test]
fn the_user_knows_more_images() {
    let own = Own {
        shell_less: vec!["registry.example.com/base/*".to_owned()],
        images: vec![
            OwnImage {
                repositories: "registry.example.com/db/*".to_owned(),
                shell: Some(OwnShell::Called("dash")),
                signals: Some(OwnSignals { fast: vec!["TERM"], graceful: "INT" }),
                data: vec!["/data".to_owned()],
                is_proxy: false,
                keeps_accepting: Some(5.0),
            },
            OwnImage {
                repositories: "registry.example.com/*".to_owned(),
                shell: Some(OwnShell::None),
                is_proxy: true,
                ..OwnImage::default()
            },
        ],
    };
    let of = |image| has_no_shell(image, &own).map(Cow::into_owned);
    assert!(of("registry.example.com/base/shop:1").is_some_and(|reason| reason.contains("base/*")));
    assert!(of("registry.example.com/shop:1").is_some());
    assert_eq!(of("registry.example.com/db/shop:1"), None);
    assert_eq!(of("other.example.com/shop:1"), None);
    assert_eq!(sh("registry.example.com/db/shop:1", &own), Some("dash"));
    assert_eq!(sh("node:22", &own), Some("dash"));
    let ended = ended_by("registry.example.com/db/shop:1", "TERM", &own);
    assert_eq!(ended.map(|(server, signal)| (server.graceful, signal)), Some(("INT", "TERM")));
    assert_eq!(ended_by("registry.example.com/db/shop:1", "INT", &own), None);
    assert!(proxy("registry.example.com/proxy:1", &own).is_some());
    assert_eq!(kept("registry.example.com/db/shop:1", &own), Some(Kept::Own(&["/data".to_owned()])));
    assert_eq!(lingers("registry.example.com/db/shop:1", &own).len(), 1);
}
