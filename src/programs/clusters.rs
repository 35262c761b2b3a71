//! Kubernetes and containers from inside one.

use super::program::*;
use super::row::*;

const KUBECTL_VALUES: &[&str] = &[
    "-n",
    "--namespace",
    "--context",
    "--kubeconfig",
    "--cluster",
    "--user",
    "-s",
    "--server",
    "--token",
    "-f",
    "--filename",
    "-o",
    "--output",
    "-k",
    "--kustomize",
    "-l",
    "--selector",
];

const KUBECTL: &[&str] = &["kubectl", "oc", "k3s-kubectl"];

const KUBECTL_UNDO: &[Undo] = &[Undo { names: KUBECTL, form: Form::Verb(&["delete"]), same: Same::Any }];

const KUBECTL_APPLY: &str = "{cmd} --dry-run=client -o yaml | {0} apply -f -";

const HELM_VALUES: &[&str] = &["-n", "--namespace", "-f", "--values", "--set", "--version", "--kube-context"];

const DOCKER: &[&str] = &["docker", "podman", "nerdctl"];

const DOCKER_UNDO: &[Undo] = &[Undo { names: DOCKER, form: Form::Verb(&["rm"]), same: Same::Any }];

const CREATE: SecondRun = SecondRun {
    form: Form::Verb(&["create"]),
    values: KUBECTL_VALUES,
    safe: &["--dry-run"],
    reason: "`create` fails when the object exists",
    mend: KUBECTL_APPLY,
    undo: KUBECTL_UNDO,
    ..SECOND
};

const RUN: SecondRun = SecondRun {
    form: Form::Verb(&["run"]),
    safe: &["--dry-run", "--rm"],
    reason: "`run` fails when the Pod exists",
    ..CREATE
};

const EXPOSE: SecondRun =
    SecondRun { form: Form::Verb(&["expose"]), reason: "`expose` fails when the Service exists", ..CREATE };

const NEW_PROJECT: SecondRun = SecondRun {
    form: Form::Verb(&["new-project"]),
    reason: "`oc new-project` fails when the project exists",
    ..SECOND
};

const KUBECTL_AGAIN: &[SecondRun] = &[CREATE, RUN, EXPOSE];
const OC_AGAIN: &[SecondRun] = &[CREATE, RUN, EXPOSE, NEW_PROJECT];

const HELM_AGAIN: &[SecondRun] = &[SecondRun {
    form: Form::Verb(&["install"]),
    values: HELM_VALUES,
    safe: &["--dry-run", "--generate-name", "-g", "--replace"],
    reason: "`helm install` fails when the release exists",
    mend: "{install=>upgrade --install}",
    undo: &[Undo { names: &["helm"], form: Form::Verb(&["uninstall"]), same: Same::Any }],
    ..SECOND
}];

const DOCKER_AGAIN: &[SecondRun] = &[
    SecondRun {
        form: Form::Verb(&["run"]),
        values: &["--name", "-v", "-e", "-p"],
        with: &["--name"],
        safe: &["--rm", "--replace"],
        reason: "`run --name` fails when a container of that name exists",
        mend: "{cmd} || true",
        undo: DOCKER_UNDO,
        ..SECOND
    },
    SecondRun {
        form: Form::Verb(&["network", "create"]),
        values: &["-d", "--driver", "--subnet"],
        reason: "`network create` fails when the network exists",
        ..SECOND
    },
];

/// One row a program.
pub(super) const PROGRAMS: &[Program] = &[
    product(&["kubectl"]).asks(Asks::ApiServer).says(Says::Failure).second(KUBECTL_AGAIN),
    product(&["k3s-kubectl"]).asks(Asks::ApiServer).second(KUBECTL_AGAIN),
    product(&["oc"]).asks(Asks::ApiServer).second(OC_AGAIN),
    product(&["helm"]).asks(Asks::ApiServer).second(HELM_AGAIN),
    product(&["docker", "podman", "nerdctl"]).second(DOCKER_AGAIN),
];
