//! What a hook really does: the script it runs, how long that takes, and whether it can run twice.

pub mod idempotency;
pub mod parse;
pub mod script;
