//! Silencing one thing, and only that: comments and annotations, read from the text once more where
//! it may hold any, and applied to what the rules found.

pub mod annotation;
mod apply;
mod attempt;
pub mod baseline;
mod collect;
pub mod comment;
mod cover;
mod intervals;
mod invalid;
mod site;
mod unused;

pub use apply::{File, Outcome, Run, apply};
