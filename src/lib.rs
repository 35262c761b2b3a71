//! `kubectl lifecycle`: lints Kubernetes manifests for lifecycle faults, statically.
//!
//! The modules stand in the order in which a manifest flows through them; nothing flows back up.

pub mod cleanup;
pub mod cli;
pub mod exit;
pub mod explain;

pub mod baseline;
pub mod changes;
pub mod config;
pub mod lint;

pub mod input;
pub mod render;
pub mod source;
pub mod yaml;

pub mod image;
pub mod manifest;
pub mod path;
pub mod set;

pub mod hook;
pub mod timeline;

pub mod finding;
pub mod identity;
pub mod rules;
pub mod settings;
pub mod suppress;
pub mod version;

pub mod report;
