//! `job-never-ends`: a container of a Job runs on when the work is done, so the Job is never complete.

use strum::{IntoStaticStr, VariantNames};

use super::jobs::{Job, Run, runs};
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Content;
use crate::finding::Severity;
use crate::finding::words::listed;
use crate::kubernetes::features::{SIDECARS, Support};
use crate::kubernetes::images::{self, Proxy};
use crate::kubernetes::proxy_ends;
use crate::manifest::place::Located;
use crate::manifest::{Container, ContainerKind, Workload};
use crate::programs::{self, Kind, Program, base_name};
use crate::shell::invocation::{self, Invocation};
use crate::shell::{Arg, Step};
use crate::timeline::{HookScript, own_command};
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "job-never-ends",
    aliases: &[],
    group: Group::Job,
    severities: &[Severity::Error, Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: false,
    summary: "A container of a Job never ends, so the Job is never complete.",
    reason: "A Pod of a Job has succeeded when all of its containers have ended with status 0. One that runs for ever, such as a proxy beside the work, keeps the Pod running when the work has long been done: the Job is never complete, what waits for it waits for ever, and its resources stay taken. A CronJob starts the next one beside it, or, where that is forbidden, never again.",
    options: None,
    facts: &["D10", "H17", "P6"],
    docs: &[
        Link {
            title: "Jobs with sidecar containers",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#jobs-with-sidecar-containers",
        },
        Link {
            title: "Job termination and cleanup",
            url: "https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup",
        },
    ],
    page: page!("job-never-ends"),
    verdicts: Cause::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    for (container, cause, place) in endless(subject) {
        let Some(job) = Job::of(subject) else { return };
        let (severity, label) = match cause {
            Cause::Script | Cause::Pause => (Severity::Error, "never ends".to_owned()),
            Cause::EndsByFailing => (Severity::Error, "ends only by failing".to_owned()),
            Cause::Proxy { .. } => (Severity::Warning, "nothing tells it to end".to_owned()),
        };
        let works = others(subject, job.workload, container);
        let runs_on = RunsOn { workload: job.workload, container, cause, works, is_cron: job.cron.is_some() };
        seen.push(Seen::new(severity, place, runs_on).container(container).label(label));
    }
}

/// The rule reports the object: how long its work takes is not asked.
pub(super) fn reports(subject: &Subject<'_>) -> bool {
    !endless(subject).is_empty()
}

/// The containers that run on.
fn endless<'s>(subject: &'s Subject<'s>) -> Vec<(&'s Container, Cause, Located)> {
    let Some(job) = Job::working(subject).filter(|job| !job.is_ended_early()) else { return Vec::new() };
    let workload = job.workload;
    // Another container, or a process of the node, may end it.
    if workload.shares_processes() {
        return Vec::new();
    }
    let scripts = runs(subject, workload)
        .into_iter()
        .filter(|run| run.container.kind == ContainerKind::Container && run.never_succeeds());
    let cause_of = |run: &Run<'_>| if run.never_ends() { Cause::Script } else { Cause::EndsByFailing };
    let mut endless: Vec<_> = scripts.map(|run| (run.container, cause_of(&run), run.place)).collect();
    let mains = || workload.containers.iter().filter(|one| one.kind == ContainerKind::Container);
    let pauses = mains()
        .filter(|one| one.spec.command.is_none() && one.spec.image.as_deref().is_some_and(images::is_pause));
    endless.extend(pauses.map(|one| (one, Cause::Pause, subject.place(&one.path.key("image")))));
    let own = &subject.settings.knowledge.images;
    let proxy_of = |image: &str| images::proxy(image, own);
    let is_work = |one: &Container| one.spec.image.as_deref().is_some_and(|image| proxy_of(image).is_none());
    if mains().any(is_work) && !is_told_to_end(subject, workload) {
        let proxies = mains().filter_map(|one| {
            let proxy = proxy_of(one.spec.image.as_deref()?);
            let proxy = proxy.filter(|proxy| runs_itself(subject, workload, one, proxy))?;
            Some((one, Cause::Proxy { proxy }, subject.place(&one.path.key("image"))))
        });
        endless.extend(proxies);
    }
    endless
}

/// It starts what its image is for: by itself, or by a script that does nothing else of weight and waits for it.
fn runs_itself(subject: &Subject<'_>, workload: &Workload, container: &Container, proxy: &Proxy) -> bool {
    // It says something, and ends: `--version`, `envoy --mode validate`.
    const ENDING: [&str; 5] = ["--help", "--hot-restart-version", "--version", "validate", "version"];
    let words = container.spec.command.iter().chain(&container.spec.args).flatten();
    if words.into_iter().any(|word| ENDING.iter().any(|ending| word.split('=').next_back() == Some(ending))) {
        return false;
    }
    let is_given = container.spec.command.as_ref().is_some_and(|command| !command.is_empty());
    if !is_given {
        return true;
    }
    let Some(command) = own_command(subject.set, workload, container) else { return false };
    let is_proxy = |name: &str| proxy.programs.contains(&base_name(name));
    match invocation::resolve(&command) {
        Invocation::Program { argument } => command.get(argument).is_some_and(|name| is_proxy(name)),
        Invocation::Script { .. } => {
            let script = HookScript::of_container(subject.set, subject.source, workload, container, &command);
            let trace = script.trace(&subject.settings.knowledge);
            let runs_proxy = |step: &Step| step.args.first().and_then(Arg::known).is_some_and(is_proxy);
            let is_aside = |step: &Step| step.is_empty || step.program.is_some_and(is_helper_or_word);
            // `timeout` ends it.
            trace.own.longest.seconds().is_none()
                && !trace.steps.iter().any(|step| step.background)
                && trace.steps.iter().any(runs_proxy)
                && trace.steps.iter().all(|step| runs_proxy(step) || is_aside(step))
        }
        _ => false,
    }
}

/// It comes to an end by itself, and is no server.
fn is_helper_or_word(program: &Program) -> bool {
    program.kind == Kind::Word || programs::is_helper(program)
}

/// Something in the Pod tells its proxies to end: a call that the work makes, or a setting.
fn is_told_to_end(subject: &Subject<'_>, workload: &Workload) -> bool {
    let texts = workload.containers.iter().flat_map(|one| {
        let words = one.spec.command.iter().chain(&one.spec.args).flatten().map(String::as_str);
        let names = one.env().iter().map(|variable| variable.name.as_str());
        let values = one.env().iter().filter_map(|variable| variable.value.as_deref());
        words.chain(names).chain(values)
    });
    let mounted = workload.pod_spec().volumes.iter().flatten().filter_map(|volume| {
        let map = subject.set.config_map(workload, &volume.config_map.as_ref()?.name)?;
        Some(map.item.strings(&FieldPath::of("data")))
    });
    let template = workload.kind.template_path();
    let annotations = workload.object.strings(&template.dotted("metadata.annotations"));
    texts.into_iter().any(proxy_ends::speaks_of_it)
        || mounted.flat_map(|data| data.into_values()).any(|text| proxy_ends::speaks_of_it(&text))
        || annotations
            .iter()
            .any(|(key, value)| proxy_ends::speaks_of_it(key) || proxy_ends::speaks_of_it(value))
}

/// The other containers that the Job is for, as they are called, and how many they are.
fn others(subject: &Subject<'_>, workload: &Workload, container: &Container) -> Option<(String, usize)> {
    let own = &subject.settings.knowledge.images;
    let is_work = |image: &str| images::proxy(image, own).is_none() && !images::is_pause(image);
    let others = workload.containers.iter().filter(|one| {
        one.kind == ContainerKind::Container
            && one.path != container.path
            && one.spec.image.as_deref().is_none_or(is_work)
    });
    let names: Vec<_> = others.map(|one| format!("`{}`", one.name())).collect();
    let count = names.len();
    Some((listed(names.into_iter())?, count))
}

/// Why a container runs on.
#[derive(Debug, Clone, PartialEq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Cause {
    /// Its script never ends.
    Script,
    /// Its script runs on for ever, or fails.
    EndsByFailing,
    /// Its image does nothing but wait.
    Pause,
    /// It is a proxy, and nothing tells it to end.
    Proxy { proxy: &'static Proxy },
}

/// A container of a Job that runs on (fact D10).
struct RunsOn<'s> {
    workload: &'s Workload,
    container: &'s Container,
    cause: Cause,
    /// The containers beside it.
    works: Option<(String, usize)>,
    is_cron: bool,
}

impl Verdict for RunsOn<'_> {
    fn name(&self) -> &'static str {
        (&self.cause).into()
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let name = self.container.name();
        let job = if self.is_cron {
            "no Job of this CronJob is ever complete"
        } else {
            "the Job is never complete"
        };
        let again = match self.is_cron {
            true => {
                " Each start leaves another one running, or is skipped where `concurrencyPolicy` forbids that."
            }
            false => "",
        };
        match &self.cause {
            Cause::Script => Words::new(
                format!("container `{name}` never ends, so {job}"),
                format!(
                    "A Job is complete when all containers of its Pod have ended with status 0, and the command of `{name}` runs \
                     until something stops it.{again}"
                ),
            ),
            Cause::EndsByFailing => Words::new(
                format!("container `{name}` ends only by failing, so {job}"),
                format!(
                    "A Job is complete when all containers of its Pod have ended with status 0. Each way through the command of \
                     `{name}` either runs on until something stops it, or ends by failing.{again}"
                ),
            ),
            Cause::Pause => Words::new(
                format!("container `{name}` never ends, so {job}"),
                format!(
                    "A Job is complete when all containers of its Pod have ended with status 0, and the image of `{name}` does nothing but \
                     wait until it is stopped.{again}"
                ),
            ),
            Cause::Proxy { proxy } => {
                let (work, have) = match &self.works {
                    Some((works, count)) if *count > 1 => (works.as_str(), "have"),
                    Some((work, _)) => (work.as_str(), "has"),
                    None => ("the work", "has"),
                };
                Words::new(
                    format!("nothing tells `{name}` that the work is done, so {job}"),
                    format!(
                        "`{name}` is {}, which runs until it is stopped, and a Job is complete when all containers of its Pod have \
                         ended. When {work} {have} ended, it keeps the Pod running.{again}",
                        proxy.name
                    ),
                )
            }
        }
    }

    fn mend(&self, subject: &Subject<'_>) -> Mend {
        const TELL: &str = "or let the work tell it to end as its last step (`/quitquitquit`, `/shutdown`)";
        let has_sidecars = subject.settings.support_in_all(&SIDECARS) == Support::Works;
        match &self.cause {
            Cause::Script | Cause::EndsByFailing if self.works.is_some() && has_sidecars => self.sidecar(
                "If it serves the others, make it a sidecar, which is stopped when they have ended: move it, with all that it has, to \
                 the init containers. If it is the work, let its command end.",
            ),
            Cause::Pause => Mend::prose(
                "Leave the container out: the kubelet starts a pause container of its own for each Pod.",
            ),
            Cause::Script | Cause::EndsByFailing => Mend::prose(
                "Let the command end with status 0 when its work is done. `activeDeadlineSeconds` ends what hangs, as a failure.",
            ),
            Cause::Proxy { .. } if has_sidecars => self.sidecar(format!(
                "Make it a sidecar, which is stopped when the work is done: move it, with all that it has, to the init containers; \
                 {TELL}."
            )),
            Cause::Proxy { .. } => Mend::prose(format!(
                "Make it a sidecar where the cluster has them (Kubernetes 1.29 and later); {TELL}."
            )),
        }
    }
}

impl RunsOn<'_> {
    /// The container as a sidecar, by what it needs at the least.
    fn sidecar(&self, text: impl Into<String>) -> Mend {
        let inits = self.workload.pod_spec_path.key("initContainers");
        let (name, image) = (self.container.name(), self.container.spec.image.as_deref());
        let is_init = |one: &Container| one.path.parent().as_ref() == Some(&inits);
        if self.workload.containers.iter().any(is_init) {
            let image = image.map(|image| format!("    image: {image}\n")).unwrap_or_default();
            return Mend::prose(text)
                .yaml(format!("initContainers:\n  - name: {name}\n{image}    restartPolicy: Always"));
        }
        let word = |text: &str| Content::Text(text.to_owned());
        let words = |words: &Option<Vec<String>>| words.clone().map(Content::Words);
        let fields = [
            ("name", Some(word(name))),
            ("image", image.map(word)),
            ("restartPolicy", Some(word("Always"))),
            ("command", words(&self.container.spec.command)),
            ("args", words(&self.container.spec.args)),
        ];
        let sidecar = fields.into_iter().filter_map(|(key, content)| Some((key, content?))).collect();
        Mend::example(text, inits, Content::Items(vec![Content::Fields(sidecar)]))
    }
}
