//! Kubernetes itself: its versions, and references to images.

pub mod image;
pub mod images;
pub mod version;
