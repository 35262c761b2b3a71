//! `kubectl lifecycle`: lints Kubernetes manifests for lifecycle faults, statically.
//!
//! The modules stand in the order in which a manifest flows through them; nothing flows back up.

pub mod finding;
pub mod hook;
pub mod path;
pub mod source;
