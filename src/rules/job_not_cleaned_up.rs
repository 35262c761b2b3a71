//! `job-not-cleaned-up`: a Job stays when it is done.

use super::jobs::Job;
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::{Content, Operation};
use crate::finding::Severity;
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "job-not-cleaned-up",
    aliases: &[],
    group: Group::Job,
    severities: &[Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A Job and its Pods stay for ever when the work is done.",
    reason: "A Job that has finished is kept with its Pods, so that somebody can look at its logs, and nothing removes it but somebody who deletes it. Finished Jobs add up, and each new run of the same Job needs another name, as its Pod template cannot be changed. ttlSecondsAfterFinished removes it so long after its end.",
    options: None,
    facts: &["H17"],
    docs: &[
        Link {
            title: "Clean up finished Jobs automatically",
            url: "https://kubernetes.io/docs/concepts/workloads/controllers/job/#clean-up-finished-jobs-automatically",
        },
        Link {
            title: "Cleanup for finished Jobs",
            url: "https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/#cleanup-for-finished-jobs",
        },
    ],
    page: page!("job-not-cleaned-up"),
    verdicts: &["kept"],
    check: Check::Object(check),
};

/// The field.
const FIELD: &str = "ttlSecondsAfterFinished";

/// What is proposed, in seconds: a day.
const PROPOSED: i64 = 86_400;

/// Annotations by which a tool makes a hook of a Job, which it deletes by rules of its own.
const HOOKS: [&str; 2] = ["helm.sh/hook", "argocd.argoproj.io/hook"];

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    // A CronJob keeps a few of its Jobs and deletes the others.
    let Some(job) = Job::of(subject).filter(|job| job.cron.is_none() && !job.has(FIELD)) else { return };
    let annotations = FieldPath::of("metadata.annotations");
    let is_hook = HOOKS.iter().any(|hook| subject.object.at(&annotations.key(*hook)).is_some());
    // What has an owner goes with it.
    let has_owner = subject.object.at(&FieldPath::of("metadata.ownerReferences")).is_some();
    // One under another name is reported as that.
    if subject.object.is_live()
        || is_copy(subject)
        || is_hook
        || has_owner
        || subject.misspelt(&job.path.key(FIELD)).is_some()
    {
        return;
    }
    let place = subject.key_place(&job.path);
    let label = "stays when it is done".to_owned();
    seen.push(Seen::new(RULE.severity(), place, Kept { path: job.path }).label(label));
}

/// It is what a controller has made, written down without its owner: its name ends in the number that a CronJob gives
/// (minutes since 1970, and seconds in old versions), and the status or the labels of the controller are there.
fn is_copy(subject: &Subject<'_>) -> bool {
    const SHORTEST: usize = 8;
    const LABELS: [&str; 2] = ["controller-uid", "batch.kubernetes.io/controller-uid"];
    let number = subject.object.id.name.rsplit('-').next().unwrap_or_default();
    let is_numbered = number.len() >= SHORTEST && number.bytes().all(|byte| byte.is_ascii_digit());
    let labels = ["metadata.labels", "spec.template.metadata.labels", "spec.selector.matchLabels"];
    let has = |path: &FieldPath| subject.object.at(path).is_some();
    let is_labelled =
        || labels.iter().any(|of| LABELS.iter().any(|label| has(&FieldPath::of(of).key(*label))));
    is_numbered && (has(&FieldPath::of("status")) || is_labelled())
}

/// A Job that is kept when it is done (fact H17).
struct Kept {
    path: FieldPath,
}

impl Verdict for Kept {
    fn name(&self) -> &'static str {
        "kept"
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        // One that is created under a new name each time is never applied again.
        let is_named_anew = subject.object.at(&FieldPath::of("metadata.generateName")).is_some();
        let again = match is_named_anew {
            true => "Each time it is created another one stays.",
            false => {
                "Applying it again with another image fails, as the Pod template of a Job cannot be changed."
            }
        };
        Words::new(
            format!("nothing{} removes the Job and its Pods when the work is done", subject.here()),
            format!(
                "Without `ttlSecondsAfterFinished` a finished Job stays until somebody deletes it, with the Pods and their logs. {again}"
            ),
        )
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        Mend::guess(
            "Let it go when nobody needs its logs any more, as here after a day. Mind a tool that applies the manifests again and again \
             (Argo CD, Flux): it makes the Job anew when it is gone, and so runs it again; there, make it a hook of that tool.",
            vec![Operation::set(self.path.key(FIELD), Content::Int(PROPOSED))],
        )
    }
}
