//! `ephemeral-data`: a database keeps its data where nothing keeps it.

mod directory;
mod mounts;
mod started;
mod words;

use std::borrow::Cow;

use strum::{IntoStaticStr, VariantNames};

use super::subject::Subject;
use super::verdict::Seen;
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::finding::{Related, Severity};
use crate::kubernetes::images::{self, Data, Kept, Worth};
use crate::manifest::{Container, Workload, place};
use crate::set::replicas::Replicas;
use crate::yaml::path::FieldPath;
use directory::Directory;
use mounts::{Lies, Mount, Mounts};
use started::Started;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "ephemeral-data",
    aliases: &[],
    group: Group::Data,
    severities: &[Severity::Error, Severity::Warning, Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A database, broker or store keeps its data where a restart or a new Pod begins empty.",
    reason: "A container's own layer goes with the container: a crash, a failed liveness probe or a new image is enough. An emptyDir goes with the Pod: a rollout, a drain or a lost node is enough. The data is gone without an error, and the program begins with an empty directory as on its first day.",
    options: None,
    facts: &["J1"],
    docs: &[
        Link { title: "Volumes", url: "https://kubernetes.io/docs/concepts/storage/volumes/" },
        Link {
            title: "Persistent Volumes",
            url: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/",
        },
    ],
    page: page!("ephemeral-data"),
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

/// So many Pods of what copies its data from one to another have it even when one begins empty.
const ENOUGH: i64 = 3;

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = subject.workload.filter(|workload| is_to_last(subject, workload)) else { return };
    for container in workload.containers.iter().filter(|container| container.kind.is_long_running()) {
        let Some(image) = container.spec.image.as_deref() else { continue };
        let losses = match images::kept(image, &subject.settings.knowledge.images) {
            Some(Kept::Known(data)) => Loss::of(subject, workload, container, data).into_iter().collect(),
            Some(Kept::Own(directories)) => Loss::of_own(subject, workload, container, directories),
            None => Vec::new(),
        };
        for loss in losses {
            let place = subject.place(&loss.path);
            let (severity, related, label) = (loss.severity(), loss.related(subject), loss.label());
            seen.push(Seen::new(severity, place, loss).container(container).related(related).label(label));
        }
    }
}

/// Its Pods run until something stops them, and what they hold is meant to stay: no patch, none of 0 replicas, no test
/// that Helm runs once.
fn is_to_last(subject: &Subject<'_>, workload: &Workload) -> bool {
    let hooks = workload.object.strings(&FieldPath::of("metadata.annotations"));
    let is_test = hooks.get("helm.sh/hook").is_some_and(|hook| hook.contains("test"));
    workload.is_long_running()
        && !workload.is_fragment
        && !workload.is_windows()
        && !is_test
        && subject.set.replicas(workload) != Replicas::Fixed(0)
}

/// Data that nothing keeps.
struct Loss<'s> {
    workload: &'s Workload,
    container: &'s Container,
    /// What keeps it, in a sentence.
    name: &'s str,
    /// Where; `None` where more than the manifest decides.
    directory: Option<Cow<'s, str>>,
    /// The VOLUME of the image there or above.
    volume: Option<&'static str>,
    how: How,
    /// The volume that it is about, and where it is mounted.
    mount: Option<Mount<'s>>,
    /// What is underlined.
    path: FieldPath,
    /// It can be had again.
    again: Again,
    /// The tag names a release.
    is_release: bool,
}

/// Why nothing keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// It lies on no volume.
    Layer,
    /// It lies on an emptyDir.
    EmptyDir,
    /// It lies on a volume whose claim goes with the Pod.
    EphemeralVolume,
    /// A volume is mounted above the VOLUME of the image, which covers it there.
    AboveImageVolume,
    /// A volume is mounted, but not there.
    Elsewhere,
    /// A volume is mounted where the data of older releases was, with which the image does not start.
    OldPlace,
}

/// Where lost data can be had again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Again {
    /// Nowhere.
    No,
    /// It is a cache.
    Cache,
    /// From so many other Pods, or at least.
    Others(i64),
}

impl<'s> Loss<'s> {
    fn of(
        subject: &'s Subject<'s>,
        workload: &'s Workload,
        container: &'s Container,
        data: &'static Data,
    ) -> Option<Self> {
        let started = Started::of(subject, workload, container, data)?;
        let again = match data.worth {
            Worth::Data => Again::No,
            Worth::Cache { kept_with, .. } if started.says_any(kept_with) => Again::No,
            Worth::Cache { dropped_with, .. } if started.says_any(dropped_with) => return None,
            Worth::Cache { .. } => Again::Cache,
            Worth::Replicated => match subject.set.replicas(workload) {
                Replicas::Fixed(count) | Replicas::Autoscaled { min: count, .. } if count >= ENOUGH => {
                    Again::Others(count)
                }
                _ => Again::No,
            },
        };
        // A cache that is told more elsewhere may hold nothing worth keeping.
        if again == Again::Cache && started.names_settings(data.files) {
            return None;
        }
        let directory = match Directory::of(subject, workload, container, data, &started) {
            Directory::At(directory) => Some(directory),
            Directory::Unknown => None,
            Directory::Nowhere => return None,
        };
        let volume = data.volume.filter(|volume| {
            directory.as_deref().is_some_and(|directory| mounts::is_below(directory, volume))
        });
        let mounts = Mounts::of(workload, container);
        let (how, mount) = lies(&mounts, directory.as_deref(), volume, data.refuses)?;
        Some(Self {
            workload,
            container,
            name: data.name,
            directory,
            volume,
            how,
            path: path_of(container, mount.as_ref()),
            mount,
            again,
            is_release: container.spec.image.as_deref().is_some_and(images::names_release),
        })
    }

    /// By the user's word: each directory is looked at.
    fn of_own(
        subject: &'s Subject<'s>,
        workload: &'s Workload,
        container: &'s Container,
        directories: &'s [String],
    ) -> Vec<Self> {
        if timeline_only_waits(subject, workload, container) {
            return Vec::new();
        }
        let mounts = Mounts::of(workload, container);
        let found = directories.iter().filter_map(|directory| {
            let (how, mount) = match mounts.at(directory) {
                Lies::Kept => return None,
                Lies::OnLayer if mounts.has_below(directory) => return None,
                Lies::OnLayer => (How::Layer, None),
                Lies::OnEmptyDir(mount) => (How::EmptyDir, Some(mount)),
                Lies::OnEphemeral(mount) => (How::EphemeralVolume, Some(mount)),
            };
            Some(Self {
                workload,
                container,
                name: container.name(),
                directory: Some(Cow::Borrowed(directory)),
                volume: None,
                how,
                path: path_of(container, mount.as_ref()),
                mount,
                again: Again::No,
                is_release: false,
            })
        });
        found.collect()
    }

    fn severity(&self) -> Severity {
        match (self.how, self.again) {
            (How::OldPlace, _) if self.is_release => Severity::Error,
            (How::OldPlace, _) | (_, Again::No) => Severity::Warning,
            (_, Again::Cache | Again::Others(_)) => Severity::Info,
        }
    }

    /// Where the volume is defined that loses it.
    fn related(&self, subject: &Subject<'_>) -> Option<Related> {
        let mount = self.mount.as_ref()?;
        let index = mount.volume?;
        let path = self.workload.pod_spec_path.key("volumes").index(index);
        let words = match self.how {
            How::EmptyDir if !mount.has_source => "no source, so an emptyDir, which goes with the Pod",
            How::EmptyDir => "the emptyDir, which goes with the Pod",
            How::EphemeralVolume => "the claim that goes with the Pod",
            _ => "the volume that none of the data is on",
        };
        Some(place::related(subject.source, subject.object, &path, words))
    }

    /// A few words about what is underlined.
    fn label(&self) -> Option<String> {
        Some(match self.how {
            How::Layer => return None,
            How::EmptyDir | How::EphemeralVolume => "goes with the Pod".to_owned(),
            How::AboveImageVolume => format!("covered at {}", self.volume?),
            How::Elsewhere => format!("not {}", self.directory.as_deref()?),
            How::OldPlace => "the place of older releases".to_owned(),
        })
    }
}

/// Its own command does nothing but wait: somebody works in it by hand.
fn timeline_only_waits(subject: &Subject<'_>, workload: &Workload, container: &Container) -> bool {
    let knowledge = &subject.settings.knowledge;
    crate::timeline::only_waits(subject.set, subject.source, workload, container, knowledge)
}

/// Why nothing keeps what lies in a directory; `None` where something does, or may.
fn lies<'s>(
    mounts: &Mounts<'s>,
    directory: Option<&str>,
    volume: Option<&str>,
    refuses: Option<&str>,
) -> Option<(How, Option<Mount<'s>>)> {
    let Some(directory) = directory else {
        // Wherever it lies, it lies on nothing that stays.
        return (!mounts.any_kept()).then_some((How::Layer, None));
    };
    if let Some(mount) = refuses.and_then(|place| mounts.exactly(place))
        && !mounts::is_below(directory, mount.path)
    {
        return Some((How::OldPlace, Some(mount)));
    }
    // What stays is there for something: settings that were not read may have moved the data to it.
    let astray = || match mounts.kept() {
        None => Some((How::Layer, None)),
        Some(_) if mounts.has_below(directory) || mounts.has_settings() => None,
        Some(mount) => Some((How::Elsewhere, Some(mount))),
    };
    let is_covered = |mount: &Mount<'_>| {
        volume.is_some_and(|volume| mounts::is_below(volume, mount.path) && mount.path != volume)
    };
    match mounts.covering(directory) {
        Some(mount) if is_covered(&mount) => match mount.is_kept() {
            true if mounts.has_below(directory) => None,
            true => Some((How::AboveImageVolume, Some(mount))),
            false => astray(),
        },
        _ => match mounts.at(directory) {
            Lies::Kept => None,
            _ if mounts.has_below(directory) => None,
            Lies::OnEmptyDir(mount) => Some((How::EmptyDir, Some(mount))),
            Lies::OnEphemeral(mount) => Some((How::EphemeralVolume, Some(mount))),
            Lies::OnLayer => astray(),
        },
    }
}

/// What is underlined: where the volume is mounted, else the image.
fn path_of(container: &Container, mount: Option<&Mount<'_>>) -> FieldPath {
    match mount {
        Some(mount) => container.path.key("volumeMounts").index(mount.index).key("mountPath"),
        None => container.path.key("image"),
    }
}
