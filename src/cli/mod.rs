//! The command line. Everywhere the tool is called what its users type: `kubectl lifecycle`.

mod args;
mod args_baseline;
mod args_config;
mod args_context;
mod args_fix;
mod args_input;
mod args_left_out;
mod args_output;
mod args_render;
mod args_stdin;
mod args_timeline;
mod baseline;
mod choices;
mod complete;
mod configured;
mod exit;
mod explain;
mod files;
mod fix;
mod man;
mod meant;
mod output;
mod progress;
mod run;
mod streams;
mod timeline;
mod values;

pub use run::{main, run};
pub use streams::Streams;

#[cfg(test)]
mod tests;
