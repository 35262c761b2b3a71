//! The command line. Everywhere the tool is called what its users type: `kubectl lifecycle`.

mod args;
mod complete;
mod man;
mod run;
mod values;

pub use run::{Streams, main, run};

#[cfg(test)]
mod tests;
