//! What is said of programs and images in hooks.

use super::Checker;
use crate::config::Change;
use crate::config::file::Hooks;
use crate::kubernetes::image::Reference;
use crate::programs;
use crate::yaml::path::FieldPath;

impl Checker<'_> {
    /// Programs of which the user knows how long they take, and images without a shell.
    pub(super) fn hooks(&mut self, path: &FieldPath, hooks: &Hooks) -> Vec<(FieldPath, Change)> {
        let mut changes = Vec::new();
        if let Some(commands) = &hooks.instant_commands {
            let path = path.key("instantCommands");
            self.words(&path, commands, not_to_be_set);
            changes.push((path, Change::InstantCommands(commands.iter().cloned().collect())));
        }
        if let Some(commands) = &hooks.waiting_commands {
            let path = path.key("waitingCommands");
            for (name, seconds) in commands {
                let path = path.key(name.clone());
                if let Some(reason) = not_to_be_set(name) {
                    self.wrong.push((self.key_start(&path), format!("`{name}` {reason}")));
                }
                if hooks.instant_commands.as_ref().is_some_and(|instant| instant.contains(name)) {
                    let reason = "is in instantCommands as well; keep it in one of them";
                    self.wrong.push((self.key_start(&path), format!("`{name}` {reason}")));
                }
                self.seconds(&path, *seconds);
            }
            changes.push((path, Change::WaitingCommands(commands.clone())));
        }
        if let Some(images) = &hooks.shell_less_images {
            let path = path.key("shellLessImages");
            self.words(&path, images, |image| {
                let reference = Reference::split(image);
                (reference.tag.is_some() || reference.digest.is_some()).then(|| {
                    format!("names one image; name the repository alone: `{}`", reference.repository)
                })
            });
            changes.push((path, Change::ShellLessImages(images.clone())));
        }
        changes
    }
}

/// Programs whose time the tool reads from their arguments, or that are shells.
fn not_to_be_set(name: &str) -> Option<String> {
    if name.contains(char::is_whitespace) {
        return Some("holds a blank; name the program alone, without its arguments".to_owned());
    }
    let program = programs::find(programs::base_name(name));
    let is_read = program.is_some_and(programs::is_understood);
    is_read.then(|| "is understood from its arguments; remove it".to_owned())
}
