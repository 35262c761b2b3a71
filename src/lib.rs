//! `kubectl lifecycle`: lints Kubernetes manifests for lifecycle faults, statically.
//!
//! The library is what the command is made of: name what to lint in [`lint::Options`], and get a
//! [`finding::Report`] of every fault with its place, its reason and its mend. [`rules`] says what can be
//! found, and [`timeline`] when things happen to the Pods of each workload.
//!
//! ```
//! use kubectl_lifecycle::finding::Severity;
//! use kubectl_lifecycle::lint::{Input, Options, lint};
//!
//! let mut options = Options::of([Input::path("k8s/02-prestop-hook.yaml")]);
//! options.settings.strict = true;
//! let report = lint(&options);
//!
//! let finding = report
//!     .findings
//!     .iter()
//!     .find(|finding| finding.severity == Severity::Error)
//!     .expect("a hook that outlives its Pod");
//! let source = report.source(finding.place.source).expect("the file it stands in");
//! assert_eq!(finding.rule, "prestop-exceeds-grace-period");
//! assert_eq!(source.slice(finding.place.span), "45");
//! assert_eq!(source.position(finding.place.span.start).line, 48);
//! ```
//!
//! The modules stand in the order in which a manifest flows through them; each imports only from those
//! before it, and `ARCHITECTURE.md` says what each is for.

mod text;

mod yaml;

mod edit;

mod kubernetes;

mod manifest;

pub mod finding;

mod set;

mod programs;

mod shell;

mod hook;

pub mod timeline;

mod project;

pub mod rules;

mod suppress;

mod config;

pub mod lint;

mod report;

#[doc(hidden)]
pub mod cli;

/// For the benchmarks of this package: writes a report as JSON, as `-o json` does.
#[doc(hidden)]
pub use report::json::write as write_json;
