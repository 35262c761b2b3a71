//! Kubernetes itself: its versions, and references to images.

pub(crate) mod image;
pub(crate) mod images;
pub(crate) mod version;
