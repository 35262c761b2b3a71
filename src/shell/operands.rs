//! Commands that cannot work with the operands that they are given.

use super::calls::Call;
use super::machine::Machine;
use super::status::Status;
use super::trace::Flaw;
use crate::programs::{self, Form, Program, SecondRun, Target};

impl Machine<'_> {
    /// It fails for want of operands, or because it would make the same thing twice.
    pub(super) fn lacks_operands(&mut self, program: &'static Program, call: Call) -> Option<Status> {
        const ASKS: &[&str] = &["--help", "--version"];
        let (given, name) = (call.given(), programs::base_name(call.text(0)?));
        let is_told = |options| given.has(options, program.values);
        if given.is_open() || !call.args.iter().all(|arg| arg.exact) || is_told(ASKS) {
            return None;
        }
        let operands = given.operands(program.values);
        let reason = match operands.len() < program.least_operands && !is_told(program.instead) {
            true if operands.is_empty() => format!("`{name}` without an operand fails at once"),
            true => format!("`{name}` fails with a single operand"),
            false => {
                let makes = |row: &&SecondRun| row.target == Target::Makes && row.form == Form::Always;
                let row = program.second.iter().find(makes).filter(|row| !given.has(row.safe, row.values))?;
                let mut names: Vec<&str> = operands.iter().map(|arg| arg.known()).collect::<Option<_>>()?;
                names.sort_unstable();
                let twice = names.windows(2).find(|pair| pair.first() == pair.last())?.first()?;
                format!("`{twice}` stands there twice, and {}", row.reason)
            }
        };
        Some(self.faulty(Flaw::Operands, Status::FAILURE, call.whole.clone(), reason))
    }
}
