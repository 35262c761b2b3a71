//! The one entry of the library: from what is named in [`Options`] to a [`Report`].

mod assemble;
mod base;
mod caused;
mod fix;
mod hooks;
mod joins;
mod judge;
mod known;
pub(crate) mod meter;
mod options;
mod owned;
mod project;
mod realms;
mod rendered;
mod run;
mod timelines;
mod versions;

use crate::finding::Report;
pub use crate::kubernetes::version::{KubernetesVersion, VersionError};
pub use crate::kubernetes::versions::{KubernetesVersions, VersionsError};
pub use crate::project::input::{ChartValues, Input};
pub use crate::rules::settings::{Level, Settings};
pub use crate::shell::Knowledge;
use crate::timeline::Given;
pub use fix::{Fixed, FixedFile, Fixes, fixed};
pub use options::Options;
pub use project::Project;
use run::Run;
pub use timelines::{Timelines, Without};

/// Lints everything the options name. What cannot be read or is not linted is part of the report;
/// the same input gives the same report on any number of threads.
pub fn lint(options: &Options) -> Report {
    on_threads(options, || Run::of(&Project::once(options)).lint())
}

/// When things happen to the Pods of every workload that [`lint`] would judge. What the manifests do not
/// say, `given` can. What cannot be read is left out, and named.
pub fn timelines(options: &Options, given: &Given) -> Timelines {
    on_threads(options, || Timelines::of(&Run::of(&Project::once(options)), given))
}

impl Project {
    /// What [`lint`] reports of it.
    pub fn lint(&self) -> Report {
        on_threads(&self.options, || Run::of(self).lint())
    }

    /// What [`timelines`] tells of it.
    pub fn timelines(&self, given: &Given) -> Timelines {
        on_threads(&self.options, || Timelines::of(&Run::of(self), given))
    }
}

fn on_threads<T: Send>(options: &Options, run: impl FnOnce() -> T + Send) -> T {
    let pool =
        options.threads.and_then(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().ok());
    match pool {
        Some(pool) => pool.install(run),
        None => run(),
    }
}

/// A panic is our bug; it costs one file, never the findings in the others.
fn guarded<T>(run: impl FnOnce() -> T) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).ok()
}
