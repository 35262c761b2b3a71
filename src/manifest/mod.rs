//! From a file's tree to objects and workloads.

pub mod container;
mod fragment;
pub mod id;
pub mod kinds;
pub mod object;
pub mod place;
pub mod typed;
pub mod workload;

pub use container::{Container, ContainerKind};
pub use object::Object;
pub use workload::Workload;
