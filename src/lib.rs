//! `kubectl lifecycle`: lints Kubernetes manifests for lifecycle faults, statically.
//!
//! The modules stand in the order in which a manifest flows through them; nothing flows back up.

pub mod version;

pub mod source;

pub mod path;

pub mod hook;

pub mod finding;

pub mod rules;

pub mod lint;

pub mod report;

pub mod exit;

pub mod explain;

pub mod cli;
