//! What the API server rejects in a pod template, or in a Pod: `ValidatePodTemplateSpec`, `ValidatePodSpec` and
//! `ValidatePodCreate` in pkg/apis/core/validation.

use super::fault::Fault;
use super::faults::{Faults, Refuser};
use super::field::Field;
use super::{container, env, handler, metadata, mounts, pod_spec, ports, probe, restart, versions};
use crate::manifest::Workload;
use crate::manifest::kinds::{Nature, Schema};

pub(super) fn faults<'s>(workload: &'s Workload, faults: &mut Faults<'_, 's>) {
    let schema = workload.kind.schema;
    // What is missing and what is misspelt is filled in by the platform, or is for it to say.
    let is_plain = workload.kind.nature != Nature::Managed;
    no_template(workload, faults);
    let spec = Field::of(faults.object(), &workload.pod_spec_path);
    if is_plain {
        // A Pod has those of the object.
        if schema != Schema::Pod {
            metadata::faults(&workload.kind.template_path().key("metadata"), faults);
        }
        restart::of_pods(workload, &spec, faults);
        restart::deadline(schema, &spec, faults);
    }
    faults.refuser = refuser(workload, faults);
    if is_plain {
        mounts::volumes(&spec, faults);
        containers(workload, &spec, faults);
        pod_spec::faults(&spec, schema, faults);
        ports::of_host(workload, spec.key("hostNetwork").is_true(), faults);
    }
    for container in &workload.containers {
        let faults = &mut faults.of(container);
        let subject = faults.subject;
        container::faults(subject, container, faults);
        handler::faults(subject, container, faults);
        probe::faults(subject, container, faults);
        if is_plain {
            let field = Field::of(faults.object(), &container.path);
            container::fields(container, &field, faults);
            ports::faults(&field, faults);
            env::faults(&field, &spec, faults);
            mounts::faults(container, &field, &spec, faults);
            restart::rules(&field, faults);
        }
    }
    faults.refuser = Refuser::Object;
}

/// Who looks at the template: the API server, or nobody before Pods are made of it.
fn refuser(workload: &Workload, faults: &Faults<'_, '_>) -> Refuser {
    const OF_API_SERVERS: [&str; 5] = ["", "apps", "batch", "extensions", "apps.openshift.io"];
    let group = workload.kind.group.split('/').next().unwrap_or_default();
    let is_checked = match workload.kind.schema {
        Schema::StatefulSet => versions::TEMPLATE_OF_STATEFUL_SET.holds(faults.subject),
        _ => OF_API_SERVERS.contains(&group),
    };
    if is_checked { Refuser::Object } else { Refuser::EachPod }
}

fn no_template<'s>(workload: &'s Workload, faults: &mut Faults<'_, 's>) {
    let subject = faults.subject;
    let is_there = subject.object.at(&workload.kind.template_path()).is_some();
    // One under another name is reported as that.
    if !workload.is_fragment && !is_there && subject.problems.is_empty() {
        // A ReplicationController keeps a pointer to its template, and the server asks for that; others have an empty one.
        let path = match workload.kind.schema {
            Schema::ReplicationController => workload.kind.template_path(),
            _ => workload.pod_spec_path.key("containers"),
        };
        faults.add(path, Fault::NoTemplate);
    }
}

/// The list of containers, and their names (fact K49).
fn containers<'s>(workload: &'s Workload, spec: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    let list = spec.key("containers");
    // A patch of labels and annotations has no spec at all.
    let has_template = match workload.kind.schema {
        Schema::Pod => true,
        _ => faults.object().at(&workload.pod_spec_path).is_some(),
    };
    // A patch of a Job may name an init container alone; nobody writes an empty list to add to one.
    let is_whole = match workload.kind.schema {
        Schema::Job | Schema::CronJob => spec.key("restartPolicy").is_set(),
        Schema::Template => workload.kind.needs_selector,
        _ => true,
    };
    if has_template && (list.is_set() || is_whole) {
        faults.required(&list, "A Pod without a container has nothing to run.");
    }
    let (init, ephemeral) = (spec.key("initContainers"), spec.key("ephemeralContainers"));
    let containers: Vec<_> = list.items().chain(init.items()).chain(ephemeral.items()).collect();
    let names: Vec<_> = containers.iter().map(|container| container.key("name")).collect();
    faults.unique(names, "container called", "A container is known by its name, an init container as well.");
    for container in ephemeral.items() {
        let target = container.key("targetContainerName");
        let Some(name) = target.text().filter(|name| !name.is_empty()) else { continue };
        let is_there = list.items().chain(init.items()).any(|one| {
            let own = one.key("name");
            own.text() == Some(name) || (own.is_set() && own.text().is_none())
        });
        if !is_there {
            faults.add(target.path(), Fault::NoContainer { name, why: "The API server says: Not found. An ephemeral container can only look into another container of the Pod." });
        }
    }
}
