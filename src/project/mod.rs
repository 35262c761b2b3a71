//! What a run reads: the files named, what is rendered, and what is loaded from them.

pub mod changes;
pub mod cleanup;
pub mod exclude;
pub mod input;
pub mod load;
pub mod render;
pub mod sourced;
