//! What the configuration says of images.

use super::Checker;
use crate::config::file::KnownImage;
use crate::config::words::{GRACEFUL, SHELLS, SIGNALS};
use crate::kubernetes::image::Reference;
use crate::kubernetes::images::{OwnImage, OwnShell, OwnSignals};
use crate::yaml::Kind;
use crate::yaml::path::FieldPath;

impl Checker<'_> {
    /// The images of which more is known than their repositories, in the order written.
    pub(super) fn images(&mut self, entries: &[KnownImage]) -> Vec<OwnImage> {
        let mut found = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let at = FieldPath::of("images").index(index);
            if self.tree.root().at(&at).is_none_or(|node| node.kind() != Kind::Mapping) {
                continue;
            }
            let is_named = self.repositories(&at, &entry.repositories);
            let image = OwnImage {
                repositories: entry.repositories.clone(),
                shell: entry.shell.as_ref().and_then(|written| {
                    let words = SHELLS.map(|(word, _)| word);
                    let of =
                        |word: &str| SHELLS.iter().find(|(name, _)| *name == word).map(|(_, shell)| *shell);
                    self.one_of(&at.key("shell"), &written.0, &words, of)
                }),
                signals: self.signals(&at, entry),
                data: entry.data_directories.clone(),
                is_proxy: entry.proxy == Some(true),
                keeps_accepting: entry.keeps_accepting,
            };
            self.words(&at.key("dataDirectories"), &entry.data_directories, |directory| {
                (!directory.starts_with('/'))
                    .then(|| "is no directory from the root, such as `/var/lib/shop`".to_owned())
            });
            if let Some(seconds) = entry.keeps_accepting {
                self.seconds(&at.key("keepsAccepting"), seconds);
            }
            let says_nothing = self.tree.root().at(&at).is_some_and(|node| node.entries().count() == 1);
            if is_named && says_nothing {
                let reason = format!(
                    "nothing is said of `{}`; say what it is like, such as `shell: none`",
                    entry.repositories
                );
                self.refuse(&at, reason);
            }
            found.push(image);
        }
        found
    }

    fn repositories(&mut self, at: &FieldPath, pattern: &str) -> bool {
        let path = at.key("repositories");
        let reference = Reference::split(pattern);
        match self.tree.root().at(&path) {
            None => self
                .refuse(at, "an entry without `repositories`; it says of which images it speaks".to_owned()),
            Some(_) if !self.is_text(&path) => {}
            Some(_) if pattern.is_empty() => {
                self.refuse(
                    &path,
                    "`repositories` is empty; write it like `registry.example.com/base/*`".to_owned(),
                );
            }
            Some(_) if reference.tag.is_some() || reference.digest.is_some() => self.refuse(
                &path,
                format!("`{pattern}` names one image; name the repository alone: `{}`", reference.repository),
            ),
            Some(_) => return true,
        }
        false
    }

    /// Both sorts of signals, or neither.
    fn signals(&mut self, at: &FieldPath, entry: &KnownImage) -> Option<OwnSignals> {
        let path = at.key("fastSignals");
        let mut fast = Vec::new();
        for (index, written) in entry.fast_signals.iter().enumerate() {
            fast.extend(self.one_of(&path.index(index), written, &SIGNALS, signal));
        }
        let graceful = entry
            .graceful_signal
            .as_ref()
            .and_then(|written| self.one_of(&at.key("gracefulSignal"), &written.0, &SIGNALS, signal));
        match (graceful, entry.fast_signals.is_empty(), &entry.graceful_signal) {
            (_, false, None) => {
                let reason = format!(
                    "`fastSignals` needs `gracefulSignal`, on which the program finishes what it is doing, such as `{GRACEFUL}`"
                );
                self.refuse(&path, reason);
                None
            }
            (_, true, Some(_)) => {
                let reason =
                    "`gracefulSignal` needs `fastSignals`, on which the program ends at once".to_owned();
                self.refuse(&at.key("gracefulSignal"), reason);
                None
            }
            (Some(graceful), false, _) if fast.contains(&graceful) => {
                let reason =
                    "`gracefulSignal` is among `fastSignals` as well; keep it in one of them".to_owned();
                self.refuse(&at.key("gracefulSignal"), reason);
                None
            }
            (Some(graceful), false, _) => Some(OwnSignals { fast, graceful }),
            _ => None,
        }
    }
}

/// A signal without `SIG`.
fn signal(word: &str) -> Option<&'static str> {
    SIGNALS.iter().find(|known| **known == word)?.strip_prefix("SIG")
}

/// What `shell` is called in the file.
pub(crate) fn shell_word(shell: OwnShell) -> &'static str {
    SHELLS.iter().find(|(_, known)| *known == shell).map_or("none", |(word, _)| word)
}
