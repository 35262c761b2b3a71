//! Silencing one thing, and only that: comments and annotations, read from the text once more where
//! it may hold any, and applied to what the rules found.

pub(crate) mod annotation;
mod apply;
mod attempt;
pub(crate) mod baseline;
mod collect;
pub(crate) mod comment;
mod cover;
mod intervals;
mod invalid;
mod site;
mod unused;

pub(crate) use apply::{Outcome, Run, SilencedFile, apply};
