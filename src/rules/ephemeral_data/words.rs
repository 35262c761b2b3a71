//! How it is said that data goes, and what keeps it.

use super::{Again, How, Loss};
use crate::edit::{Content, Operation};
use crate::rules::subject::Subject;
use crate::rules::verdict::{Mend, Verdict, Words};

impl Loss<'_> {
    /// The directory, in a sentence.
    fn place(&self) -> String {
        self.directory.as_deref().map_or_else(|| "its directory".to_owned(), str::to_owned)
    }

    /// What becomes of it where nobody else has it, and where somebody does.
    fn again(&self) -> String {
        match self.again {
            Again::No => String::new(),
            Again::Cache => {
                " Of a mere cache that is what one wants; sessions, queues and locks are lost.".to_owned()
            }
            Again::Others(count) => format!(
                " The other of the {count} Pods still have it, and it is copied from them each time; what all of them lose \
                 at once is lost."
            ),
        }
    }

    fn mount_words(&self) -> (&str, &str) {
        self.mount.as_ref().map_or(("", ""), |mount| (mount.name, mount.path))
    }
}

impl Verdict for Loss<'_> {
    fn name(&self) -> &'static str {
        self.how.into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        let (container, name, place) = (self.container.name(), self.name, self.place());
        let (volume, at) = self.mount_words();
        // The user's word is about a container, whose name is all that is known of what it holds.
        let data = if name == container { "its data".to_owned() } else { format!("the data of {name}") };
        let goes = match self.volume {
            Some(volume) if self.how != How::AboveImageVolume => {
                format!(" The VOLUME {volume} of the image is a directory of the one container, too.")
            }
            _ => String::new(),
        };
        let unread = match self.how {
            How::Layer => subject.unread("a patch elsewhere may add the volume"),
            How::EmptyDir => subject.unread("a patch elsewhere may put another volume in its place"),
            _ => String::new(),
        };
        let again = self.again();
        let default = match self.mount.as_ref().is_some_and(|mount| !mount.has_source) {
            true => "A volume that names no source is an emptyDir. ",
            false => "",
        };
        let (message, why) = match self.how {
            How::Layer => (
                match &self.directory {
                    Some(place) => {
                        format!("`{container}` keeps {data} in {place}, where no volume is mounted")
                    }
                    None => format!("`{container}` keeps {data} on nothing that outlives its Pod"),
                },
                match &self.directory {
                    None => format!(
                        "None of the volumes of the container outlives its Pod: wherever the directory is, each new Pod begins \
                         with it empty, after a rollout, a drain or the loss of a node.{again}{unread}"
                    ),
                    Some(_) => format!(
                        "That is the container's own layer, which goes with the container: each restart begins with {place} empty, \
                     after a crash, a failed liveness probe, a new image.{goes}{again}{unread}"
                    ),
                },
            ),
            How::EmptyDir => (
                format!("`{container}` keeps {data} in {place}, on the emptyDir `{volume}`"),
                format!(
                    "{default}An emptyDir outlives a restart of the container, and is deleted with the Pod: after a rollout, a drain, \
                     an eviction or the loss of the node, {place} is empty.{again}{unread}"
                ),
            ),
            How::EphemeralVolume => (
                format!("`{container}` keeps {data} in {place}, on the ephemeral volume `{volume}`"),
                format!(
                    "Its claim belongs to the Pod and is deleted with it: after a rollout, a drain or an eviction, {place} is \
                     empty.{again}"
                ),
            ),
            How::AboveImageVolume => {
                let covered = self.volume.unwrap_or_default();
                (
                    format!(
                        "the volume `{volume}` at {at} holds none of {data}: the VOLUME of the image covers it"
                    ),
                    format!(
                        "The image declares VOLUME {covered}. containerd mounts a directory of the one container there, over what \
                         the Pod mounts at {at}, and removes it with the container: each restart begins with {place} empty. \
                         CRI-O only makes a directory there, which hides this until the runtime is another.{again}"
                    ),
                )
            }
            How::Elsewhere => (
                format!(
                    "the volume `{volume}` at {at} holds none of {data}, which `{container}` keeps in {place}"
                ),
                format!(
                    "No volume is mounted at {place}, so it lies on the container's own layer, and each restart begins with it \
                     empty.{goes}{again}"
                ),
            ),
            How::OldPlace => {
                let covered = self.volume.unwrap_or_default();
                (
                    format!(
                        "`{container}` does not start with a volume at {at}: {name} keeps its data in {place} since 18"
                    ),
                    format!(
                        "The images of {name} moved their data with release 18, and their VOLUME to {covered}. While anything is \
                         mounted at {at} their entrypoint ends with an error, so that nobody takes an empty database for the old \
                         one."
                    ),
                )
            }
        };
        Words::new(message, why)
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        let mounts = self.container.path.key("volumeMounts");
        let wanted = self.volume.or(self.directory.as_deref());
        match (self.how, &self.mount, wanted) {
            (How::AboveImageVolume, Some(_), Some(wanted)) => Mend::guess(
                format!(
                    "Mount the volume exactly at {wanted}; what was at its root is in that directory then."
                ),
                vec![Operation::set(self.path.clone(), Content::Text(wanted.to_owned()))],
            ),
            (How::OldPlace, Some(_), Some(wanted)) => Mend::guess(
                format!(
                    "Mount the volume at {wanted}. One that holds the data of an older release has to go through pg_upgrade first."
                ),
                vec![Operation::set(self.path.clone(), Content::Text(wanted.to_owned()))],
            ),
            (How::Elsewhere, Some(_), Some(wanted)) => Mend::example(
                format!(
                    "Mount the volume at {wanted}, or tell the program to keep its data where the volume is."
                ),
                self.path.clone(),
                Content::Text(wanted.to_owned()),
            ),
            (How::EmptyDir | How::EphemeralVolume, Some(mount), _) => {
                let text = "Put a claim in its place, which outlives the Pod; in a StatefulSet a claim template, so that each Pod \
                            has its own.";
                let claim = mount.volume.map(|index| {
                    let volume = self.workload.pod_spec_path.key("volumes").index(index);
                    Operation::set(
                        volume.dotted("persistentVolumeClaim.claimName"),
                        Content::Text(format!("{}-data", self.container.name())),
                    )
                });
                Mend::guess(text, claim.into_iter().collect()).by_hand()
            }
            (_, _, Some(wanted)) => {
                let text = "Mount a claim there, which outlives the Pod; in a StatefulSet by a claim template, so that each Pod \
                            has its own.";
                let fields = vec![
                    ("name", Content::Text("data".to_owned())),
                    ("mountPath", Content::Text(wanted.to_owned())),
                ];
                let is_free = self.container.volume_mounts().is_empty();
                let mount =
                    is_free.then(|| Operation::set(mounts, Content::Items(vec![Content::Fields(fields)])));
                Mend::guess(text, mount.into_iter().collect()).by_hand()
            }
            _ => Mend::prose(
                "Mount a claim, and tell the program to keep its data there; in a StatefulSet by a claim template, so that each \
                 Pod has its own.",
            ),
        }
    }
}
