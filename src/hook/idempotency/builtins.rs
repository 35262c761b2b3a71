//! Assignments, and the builtins that change what later commands mean.

use super::args::Call;
use super::guard::Guard;
use super::place::Value;
use super::walk::Walk;
use crate::shell::script::Simple;

/// Longest value of a variable that is followed.
const LONGEST_VALUE: usize = 1024;
impl Walk<'_> {
    pub(super) fn assign(&mut self, simple: &Simple) {
        for assignment in &simple.assignments {
            let mut value = match &assignment.value {
                Some(word) => self.scope.value(word),
                None => Value::unknown(&assignment.name),
            };
            if assignment.append {
                value = Value { dynamic: value.dynamic, ..Value::unknown(&assignment.name) };
            }
            if self.guards.contains(&Guard::Asked) {
                value = Value { dynamic: true, ..value };
            }
            if value.text.len() > LONGEST_VALUE {
                value = Value { dynamic: value.dynamic, ..Value::unknown(&assignment.name) };
            }
            self.scope.variables.insert(assignment.name.clone(), value);
        }
    }

    /// Builtins that change what later commands mean.
    pub(super) fn builtin(&mut self, call: &Call) {
        match call.name.as_str() {
            "cd" | "pushd" => {
                let to = call.operands(&[]).first().map(|arg| self.scope.path(&arg.value));
                self.scope.directory = to.unwrap_or_else(|| Value::unknown("~").text);
            }
            "popd" => self.scope.directory = Value::unknown(".").text,
            "set" => self.set(call),
            "export" | "local" | "readonly" | "declare" | "typeset" => {
                for arg in &call.args {
                    if let Some((name, text)) = arg.value.text.split_once('=') {
                        let value = Value { text: text.to_owned(), ..arg.value.clone() };
                        self.scope.variables.insert(name.to_owned(), value);
                    }
                }
            }
            "read" => {
                for arg in call.operands(&["-p", "-t", "-n", "-d", "-u"]) {
                    if let Some(name) = arg.value.known() {
                        self.scope.variables.insert(name.to_owned(), Value::unknown(name));
                    }
                }
            }
            _ => {}
        }
    }

    fn set(&mut self, call: &Call) {
        let mut named = false;
        let mut on = false;
        for arg in &call.args {
            let Some(text) = arg.value.known() else { return };
            if std::mem::take(&mut named) {
                match text {
                    "errexit" => self.errexit = on,
                    "pipefail" => self.pipefail = on,
                    _ => {}
                }
                continue;
            }
            on = text.starts_with('-');
            let Some(letters) = text.strip_prefix(['-', '+']) else { return };
            if letters.contains('e') {
                self.errexit = on;
            }
            named = letters.ends_with('o');
        }
    }
}
