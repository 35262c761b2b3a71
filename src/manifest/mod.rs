//! From a file's tree to objects and workloads.

pub(crate) mod container;
pub(crate) mod fragment;
pub(crate) mod id;
pub(crate) mod kinds;
pub(crate) mod object;
pub(crate) mod place;
pub(crate) mod scheduling;
pub(crate) mod spec;
pub(crate) mod strategy;
pub(crate) mod typed;
pub(crate) mod workload;

pub(crate) use container::{Container, ContainerKind};
pub(crate) use object::Object;
pub(crate) use workload::Workload;
