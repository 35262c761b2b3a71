//! Kubernetes itself: its versions and features, its kubelets and control planes, and references to images, and
//! what is known of them.

pub(crate) mod behaviour;
pub(crate) mod control_plane;
pub(crate) mod features;
mod gates;
pub(crate) mod image;
pub(crate) mod images;
pub(crate) mod kubelet;
pub(crate) mod names;
pub(crate) mod protocols;
pub(crate) mod proxy_ends;
pub(crate) mod schedule;
pub(crate) mod shares;
pub(crate) mod version;
pub(crate) mod versions;
