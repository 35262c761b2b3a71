//! Shell scripts: parsed into a model of our own.

pub mod parse;
pub mod script;
