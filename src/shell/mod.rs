//! Shell scripts: parsed into a model of our own.

pub(crate) mod parse;
pub(crate) mod script;
