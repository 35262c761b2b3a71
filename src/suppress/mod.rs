//! Silencing one thing, and only that: comments and annotations, read from the documents of texts that
//! may hold any, and applied to what the rules found.

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

pub(crate) use apply::{Outcome, SilencedFile, apply};
pub(crate) use collect::{Asked, Collected, collect, may_hold_any};
