//! Shell scripts: parsed into a model of our own, and run on what is known about values, once for
//! everybody who asks.

mod address;
mod answers;
mod arithmetic;
mod braces;
mod by_table;
mod calls;
mod compounds;
mod expression;
mod fate;
mod first_line;
pub(crate) mod first_process;
mod given;
mod guard;
pub(crate) mod interpreters;
pub(crate) mod invocation;
pub(crate) mod kept_signal;
mod knowledge;
mod line;
mod lists;
mod loops;
mod machine;
mod operands;
mod output;
pub(crate) mod parse;
mod pattern;
mod rules;
pub(crate) mod script;
mod shells;
mod signals;
mod state;
mod status;
mod substitution;
mod test;
mod time;
mod trace;
#[cfg(test)]
pub(crate) mod traced;
#[cfg(test)]
mod truth;
mod value;
mod words;

pub(crate) use address::Address;
pub(crate) use calls::program_of;
pub(crate) use given::Given;
pub(crate) use guard::Guard;
pub use knowledge::Knowledge;
pub(crate) use line::trace;
pub(crate) use script::RedirectionKind;
pub(crate) use signals::Sent;
pub(crate) use time::{Longest, Time};
#[cfg(test)]
pub(crate) use trace::Env;
pub(crate) use trace::{
    Arg, CommandLine, Failure, Flaw, LastTest, Reach, Redirect, Step, TextRef, Trace, Unanswered, Wait, Words,
};
pub(crate) use value::{Value, tidy};
