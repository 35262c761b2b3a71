//! `git-repo-volume`: a volume that the kubelet clones, or no longer does.

use k8s_openapi::api::core::v1 as core;
use strum::{IntoStaticStr, VariantNames};

use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Content;
use crate::finding::Severity;
use crate::kubernetes::features::{GIT_REPO, Support};
use crate::manifest::kinds::Nature;
use crate::text::placeholder;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "git-repo-volume",
    aliases: &[],
    group: Group::Data,
    severities: &[Severity::Error, Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: false,
    summary: "A gitRepo volume, which kubelets from Kubernetes 1.33 on do not mount.",
    reason: "A gitRepo volume has the kubelet itself run git, as root and on the node. It is deprecated since 1.11, and was a way from a repository to the node (CVE-2024-10220), so from 1.33 on its driver is off, and from 1.36 on nobody can put it on again. The API server still takes the manifest. The Pod is made, scheduled, and stays in ContainerCreating for ever: the event FailedMount says that the git-repo volume plugin has been disabled.",
    options: None,
    facts: &["J4"],
    docs: &[
        Link { title: "gitRepo", url: "https://kubernetes.io/docs/concepts/storage/volumes/#gitrepo" },
        Link {
            title: "Feature gates",
            url: "https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/",
        },
    ],
    page: page!("git-repo-volume"),
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = subject.workload.filter(|one| one.kind.nature != Nature::Managed) else { return };
    let how = match subject.settings.support(&GIT_REPO) {
        Support::Works => How::Mounted,
        Support::Unknown | Support::Refused | Support::Dropped => How::Off,
    };
    let severity = match how {
        How::Off => Severity::Error,
        How::Mounted => Severity::Warning,
    };
    for (index, volume) in workload.pod_spec().volumes.iter().flatten().enumerate() {
        let path = workload.pod_spec_path.key("volumes").index(index).key("gitRepo");
        // A volume of the wrong shape is read as an empty one.
        if volume.git_repo.is_some() && subject.object.at(&path).is_some() {
            seen.push(Seen::new(severity, subject.key_place(&path), GitRepo { volume, how }));
        }
    }
}

/// A volume of a repository.
struct GitRepo<'s> {
    volume: &'s core::Volume,
    how: How,
}

/// What the version makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// The driver is off.
    Off,
    /// It is cloned, for now.
    Mounted,
}

impl Verdict for GitRepo<'_> {
    fn name(&self) -> &'static str {
        self.how.into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        let (name, version) = (&self.volume.name, subject.settings.kubernetes_version);
        let gate = GIT_REPO.gate;
        let is_set = subject.settings.feature_gates.contains_key(gate) && GIT_REPO.can_be_set(version);
        match self.how {
            How::Off => {
                let off = match (is_set, GIT_REPO.can_be_set(version)) {
                    (true, _) => "is set to off".to_owned(),
                    (false, true) => format!("is off by default in Kubernetes {version}"),
                    (false, false) => format!("is off in Kubernetes {version}, and nobody can set it"),
                };
                Words::new(
                    format!("no kubelet of Kubernetes {version} mounts the gitRepo volume `{name}`"),
                    format!(
                        "The feature gate {gate} {off}. The Pod is made and stays in ContainerCreating: the mount fails each \
                         time it is tried, with \"git-repo volume plugin has been disabled\"."
                    ),
                )
            }
            How::Mounted => {
                let until = match is_set {
                    true => format!(
                        "Only the feature gate {gate} makes the kubelet mount it, and from Kubernetes 1.36 on nobody can set \
                         that"
                    ),
                    false => "From Kubernetes 1.33 on no kubelet mounts it by default".to_owned(),
                };
                Words::new(
                    format!(
                        "the gitRepo volume `{name}` is mounted by Kubernetes {version}, and not by those to come"
                    ),
                    format!(
                        "{until}: after the upgrade each new Pod stays in ContainerCreating. Until then the kubelet runs git \
                         as root on the node, and a repository can have it run more (CVE-2024-10220)."
                    ),
                )
            }
        }
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        let text = |text: &str| Content::Text(text.to_owned());
        let words = |words: &[&str]| Content::Words(words.iter().map(|&word| word.to_owned()).collect());
        let Some(git) = &self.volume.git_repo else { return Mend::prose("Clone it in an init container.") };
        let directory = git.directory.as_deref().filter(|directory| !directory.is_empty());
        let mut clone = vec!["git", "clone", "--", git.repository.as_str()];
        clone.extend(directory);
        // The kubelet clones into the volume, and then checks the revision out.
        let revision = git.revision.as_deref().filter(|revision| !revision.is_empty());
        let script = revision.and_then(|revision| checked_out(&clone, revision));
        let command = match &script {
            Some(script) => words(&["sh", "-c", script]),
            None => words(&clone),
        };
        let mount = vec![("name", text(&self.volume.name)), ("mountPath", text("/repository"))];
        let container = vec![
            ("name", text("clone")),
            ("image", text("alpine/git:2.45.2")),
            ("workingDir", text("/repository")),
            ("command", command),
            ("volumeMounts", Content::Items(vec![Content::Fields(mount)])),
        ];
        let volume = vec![("name", text(&self.volume.name)), ("emptyDir", Content::Fields(Vec::new()))];
        let what_else = match (revision, &script) {
            (Some(revision), None) => format!(" Then it has to check out `{revision}`."),
            _ => String::new(),
        };
        Mend::prose(format!(
            "Make the volume an emptyDir, and clone the repository into it in an init container, with an image that holds \
             git.{what_else}"
        ))
        .fields(&[
            ("initContainers", Content::Items(vec![Content::Fields(container)])),
            ("volumes", Content::Items(vec![Content::Fields(volume)])),
        ])
    }
}

/// The same with a revision checked out, as a script; `None` where that would need quotes.
fn checked_out(clone: &[&str], revision: &str) -> Option<String> {
    let is_plain = |word: &&str| {
        !word.is_empty()
            && !placeholder::hides(word)
            && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:@+=,".contains(c))
    };
    let directory = match clone {
        [_, _, _, _, directory] => (*directory).to_owned(),
        // What git calls it by itself.
        [.., repository] => {
            let last = repository.trim_end_matches('/').rsplit(['/', ':']).next()?;
            last.strip_suffix(".git").unwrap_or(last).to_owned()
        }
        [] => return None,
    };
    let all_plain = clone.iter().chain([&revision, &directory.as_str()]).all(is_plain);
    all_plain.then(|| format!("{} && git -C {directory} checkout {revision}", clone.join(" ")))
}
