//! What a hook really does: folds over the trace of its script.

pub(crate) mod abrupt;
pub(crate) mod duration;
pub(crate) mod exit;
pub(crate) mod idempotency;
pub(crate) mod idle;
pub(crate) mod network;
pub(crate) mod output;
pub(crate) mod read_only;
#[cfg(test)]
mod real_shell;
#[cfg(test)]
mod speed;
pub(crate) mod stop;

pub(crate) use abrupt::Abrupt;
pub(crate) use duration::Duration;
pub(crate) use exit::Exit;
pub(crate) use network::{Server, asked, asked_by, asks_once, servers};
pub(crate) use stop::{Signal, Stop, signals};
