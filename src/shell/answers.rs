//! What the success and the failure of a command say about the world, and so about a second run.

use super::guard::{Answer, Guard};
use super::state::State;
use super::status::Status;
use super::test;
use super::value::Value;
use crate::programs::{Prints, Program, Says};

/// Tests of `[` that look at a file.
const FILE_TESTS: &[&str] =
    &["-e", "-f", "-d", "-s", "-L", "-h", "-r", "-w", "-x", "-S", "-p", "-b", "-c", "-O", "-G", "-N", "-a"];

/// The state behind `[ … ]` or `[[ … ]]`, of which these are the words inside.
pub(super) fn tested(state: State, words: &[Value]) -> State {
    let known: Vec<Option<String>> = words.iter().map(|word| word.known().map(str::to_owned)).collect();
    let status = Status::answer(test::answer(&known));
    let directory = state.directory.clone();
    let state = state.ended(status);
    if status.success().is_some() {
        return state;
    }
    let answer = Answer { yes: test_says(words, true, &directory), no: test_says(words, false, &directory) };
    State { answer, ..state }
}

/// What holds when a test succeeds, or fails.
fn test_says(values: &[Value], truth: bool, directory: &str) -> Vec<Guard> {
    let joins = |texts: &[&str]| values.iter().any(|value| texts.contains(&value.text.as_str()));
    let binary_and = values.len() > 3 && joins(&["-a", "&&"]);
    let binary_or = values.len() > 3 && joins(&["-o", "||"]);
    let mixed = binary_and && binary_or;
    if mixed || joins(&["(", ")"]) || (binary_and && !truth) || (binary_or && truth) {
        return vec![Guard::Asked];
    }
    let separators: &[&str] = if binary_and { &["-a", "&&"] } else { &["-o", "||"] };
    if !(binary_and || binary_or) {
        return primary_says(values, truth, directory);
    }
    values
        .split(|value| separators.contains(&value.text.as_str()))
        .flat_map(|part| primary_says(part, truth, directory))
        .collect()
}

fn primary_says(values: &[Value], truth: bool, directory: &str) -> Vec<Guard> {
    match values {
        [not, rest @ ..] if not.text == "!" => primary_says(rest, !truth, directory),
        [test, path] if FILE_TESTS.contains(&test.text.as_str()) => {
            let path = path.path(directory);
            vec![if truth { Guard::Present(path) } else { Guard::Absent(path) }]
        }
        values if values.iter().any(|value| value.dynamic) => vec![Guard::Asked],
        _ => Vec::new(),
    }
}

/// What a command says, known or not. In `a && b` an unknown `a` is a step that is expected to succeed;
/// in `if a` it is a question.
pub(super) fn of_program(program: Option<&Program>, is_question: bool) -> Answer {
    let says = program.map_or(Says::Both, |program| program.says);
    let yes = match says {
        Says::Nothing | Says::Failure => Vec::new(),
        Says::Both if !is_question => Vec::new(),
        Says::Success | Says::Both => vec![Guard::Asked],
    };
    let no = match says {
        Says::Nothing => Vec::new(),
        Says::Failure | Says::Success | Says::Both => vec![Guard::Asked],
    };
    Answer { yes, no }
}

/// What a pipeline says by its last program: nothing new, where filters read what is the same at each run.
pub(super) fn piped(programs: &[Option<&Program>], is_dynamic: bool) -> Answer {
    let Some((first, filters)) = programs.split_first() else { return Answer::default() };
    let is_filtered = filters.iter().all(|program| {
        program.is_some_and(|program| program.prints == Prints::Filtered || program.says == Says::Success)
    });
    let prints_same = first.is_some_and(|program| program.prints == Prints::Same);
    let is_expected = first.is_some_and(|program| {
        matches!(program.says, Says::Nothing | Says::Failure) && program.prints != Prints::Data
    });
    let says = |is_steady: bool| match is_steady && is_filtered && !is_dynamic {
        true => Vec::new(),
        false => vec![Guard::Asked],
    };
    Answer { yes: says(prints_same || is_expected), no: says(prints_same) }
}
