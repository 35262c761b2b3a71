//! `kubectl lifecycle`: lints Kubernetes manifests for lifecycle faults, statically.
//!
//! The modules stand in the order in which a manifest flows through them; nothing flows back up.

pub mod cli;
pub mod config;
pub mod finding;
pub mod hook;
pub mod kubernetes;
pub mod lint;
pub mod manifest;
pub mod project;
pub mod report;
pub mod rules;
pub mod set;
pub mod shell;
pub mod suppress;
pub mod text;
pub mod timeline;
pub mod yaml;
