//! What a hook really does: the script it runs, how long that takes, and whether it can run twice.

pub mod commands;
pub mod duration;
pub mod idempotency;
pub mod interpreters;
pub mod invocation;
mod knowledge;
#[cfg(test)]
mod real_shell;
pub mod time;

pub use duration::{Duration, Env, Failure, HookCommand, Part, TextRef, Words, duration};
pub use interpreters::Dialect;
pub use invocation::{Invocation, resolve, script_path};
pub use knowledge::Knowledge;
pub use time::{Longest, Time};
