//! What a run is asked for.

use std::sync::Arc;
use std::time::Duration;

use super::meter::Meter;
use crate::config::Overrides;
use crate::manifest::kinds::Kinds;
use crate::project::changes::Changes;
use crate::project::exclude::Exclude;
use crate::project::input::{ChartValues, File, Input};
use crate::rules::settings::Settings;
use crate::suppress::baseline::Baseline;

/// What to lint, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The targets, which findings are reported in: files, directories, standard input.
    pub inputs: Vec<Input>,
    /// The context, which is only known about: a Service in it is joined with the workloads it selects.
    pub context: Vec<Input>,
    /// What git says has changed: those of the inputs that did are the targets, and the others only
    /// get the findings that a change causes in them.
    pub(crate) changes: Option<Changes>,
    /// Findings that are known, and not reported.
    pub(crate) baseline: Option<Baseline>,
    /// What rules depend on.
    pub settings: Settings,
    /// What some files are judged by instead.
    pub(crate) overrides: Overrides,
    /// What is not read.
    pub(crate) exclude: Exclude,
    /// What git ignores is read too.
    pub read_ignored: bool,
    /// A directory without manifests, and a stream without objects, are no trouble.
    pub allow_empty: bool,
    /// The kinds that carry a pod template.
    pub(crate) kinds: Kinds,
    /// Larger files are not read, in bytes.
    pub max_file_size: u64,
    /// How many threads work; `None` is one a core.
    pub threads: Option<usize>,
    /// What standard input is called, where it has a name.
    pub stdin_filename: Option<String>,
    /// The report's notes also tell which objects were joined.
    pub explain_joins: bool,
    /// Findings carry their fixes. Each is parsed again before it is given, which takes time.
    pub fixes: bool,
    /// Counts what is done while it is done.
    pub(crate) meter: Meter,
    /// What the inputs hold of overlays and charts is rendered: each overlay that no other one uses, and each chart,
    /// with these values. What belongs to them is not linted for itself.
    pub rendered: Option<ChartValues>,
    /// How long a program may take to render an input.
    pub render_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            inputs: vec![Input::path(".")],
            context: Vec::new(),
            changes: None,
            baseline: None,
            settings: Settings::default(),
            overrides: Overrides::default(),
            exclude: Exclude::default(),
            read_ignored: false,
            allow_empty: false,
            kinds: Kinds::default(),
            max_file_size: 64 * 1024 * 1024,
            threads: None,
            stdin_filename: None,
            explain_joins: false,
            fixes: false,
            meter: Meter::default(),
            rendered: None,
            render_timeout: Duration::from_secs(30),
        }
    }
}

impl Options {
    /// Lints these inputs as the command does without further flags and without a configuration.
    pub fn of(inputs: impl IntoIterator<Item = Input>) -> Self {
        Self { inputs: inputs.into_iter().collect(), ..Self::default() }
    }

    /// Also reads these, only to know about them.
    #[must_use]
    pub fn with_context(mut self, context: impl IntoIterator<Item = Input>) -> Self {
        self.context.extend(context);
        self
    }

    /// Everything there is was named: directories were given whole, and nothing was left aside as context.
    pub(super) fn is_whole(&self) -> bool {
        let is_directory = |input: &Input| matches!(input, Input::Path { path, .. } if path.is_dir());
        self.context.is_empty() && self.changes.is_none() && self.inputs.iter().any(is_directory)
    }

    /// The settings that each file is judged by.
    pub(super) fn settings_for<'f>(&self, files: impl Iterator<Item = &'f File>) -> Vec<Arc<Settings>> {
        self.overrides.settings(&self.settings, files.map(File::path))
    }
}
