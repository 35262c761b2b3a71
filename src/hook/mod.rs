//! What a hook really does: the script it runs, how long that takes, and whether it can run twice.

pub(crate) mod commands;
pub(crate) mod duration;
pub(crate) mod idempotency;
pub(crate) mod interpreters;
pub(crate) mod invocation;
mod knowledge;
#[cfg(test)]
mod real_shell;
pub(crate) mod time;

pub(crate) use duration::{Duration, Failure, HookCommand, TextRef, Words, duration};
pub(crate) use invocation::{Invocation, resolve, script_path};
pub use knowledge::Knowledge;
pub(crate) use time::Longest;
