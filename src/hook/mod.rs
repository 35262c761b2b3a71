//! What a hook really does: the script it runs, how long that takes, and whether it can run twice.

pub mod commands;
pub mod duration;
pub mod idempotency;
pub mod images;
pub mod invocation;
pub mod parse;
#[cfg(test)]
mod real_shell;
pub mod script;
pub mod time;

pub use duration::{Duration, Env, Failure, HookCommand, Part, TextRef, Words, duration};
pub use images::image_has_no_shell;
pub use invocation::{Dialect, Invocation, resolve, script_path};
pub use time::{Longest, Time};
