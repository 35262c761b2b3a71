//! What a run reads: the files named, what is rendered, and what is loaded from them.

pub(crate) mod changes;
pub(crate) mod cleanup;
pub(crate) mod exclude;
mod ignored;
pub(crate) mod input;
pub(crate) mod load;
mod nothing;
pub(crate) mod render;
pub(crate) mod sourced;
