//! What the user knows of images, beyond what the table knows.

use crate::text::wildcard;

/// What the configuration says of images.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Own {
    /// Repositories of images that hold no shell; `*` stands for any characters.
    pub shell_less: Vec<String>,
    /// Images of which more is said. Of several that match, the first that says something of what is asked counts.
    pub images: Vec<OwnImage>,
}

/// What the configuration says of the images of some repositories.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OwnImage {
    /// Their repositories; `*` stands for any characters.
    pub repositories: String,
    /// What they call `sh`.
    pub shell: Option<OwnShell>,
    /// The signals on which they end at once, and the one on which they finish what they are doing; without `SIG`.
    pub signals: Option<OwnSignals>,
    /// The directories in which they keep data that nobody else has.
    pub data: Vec<String>,
    /// The other containers of a Pod send their own traffic through them.
    pub is_proxy: bool,
    /// For how many seconds after the stop signal they go on accepting requests.
    pub keeps_accepting: Option<f64>,
}

/// What an image calls `sh`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnShell {
    /// It holds no shell, and no `sleep`.
    None,
    /// The shell of this name.
    Called(&'static str),
}

/// How a server takes signals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSignals {
    /// Those on which it ends at once.
    pub fast: Vec<&'static str>,
    /// The one on which it finishes what it is doing.
    pub graceful: &'static str,
}

impl Own {
    /// Without a configuration.
    pub const NONE: Self = Self { shell_less: Vec::new(), images: Vec::new() };

    /// The pattern by which an image of a repository is said to hold no shell.
    pub(super) fn shell_less(&self, repository: &str) -> Option<&str> {
        let listed = self.shell_less.iter().find(|pattern| wildcard::matches(pattern, repository));
        let said = || {
            let shell = |image: &OwnImage| image.shell;
            let image = self.of(repository).find(|image| shell(image).is_some())?;
            (shell(image) == Some(OwnShell::None)).then_some(&image.repositories)
        };
        listed.or_else(said).map(String::as_str)
    }

    /// What is said of the images of a repository.
    pub(super) fn of(&self, repository: &str) -> impl Iterator<Item = &OwnImage> {
        self.images.iter().filter(move |image| wildcard::matches(&image.repositories, repository))
    }
}
