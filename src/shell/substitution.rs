//! What `$( … )` gives where its output is not known: some of it is the same at each run, some is new.

use super::script::{CommandKind, List};
use super::value::Value;
use crate::programs::{self, Prints};

/// A value that stands for the output; equal commands are taken to give equal values.
pub(super) fn named(list: &List) -> Value {
    let mut words = Vec::new();
    let mut names = Vec::new();
    for statement in list {
        for pipeline in std::iter::once(&statement.first).chain(statement.rest.iter().map(|(_, p)| p)) {
            for (at, command) in pipeline.commands.iter().enumerate() {
                let CommandKind::Simple(simple) = &command.kind else {
                    return Value::unknown("(…)").and_dynamic(true);
                };
                names.push((at, simple.name().unwrap_or_default()));
                words
                    .extend(simple.words.iter().map(|word| word.literal().unwrap_or_else(|| "_".to_owned())));
            }
        }
    }
    let prints = |name: &str| programs::find(name).map_or(Prints::Something, |program| program.prints);
    let is_same = |(at, name): &(usize, String)| match prints(name) {
        Prints::Same => true,
        Prints::Filtered => *at > 0,
        _ => false,
    };
    let fresh = names.iter().any(|(_, name)| prints(name) == Prints::Fresh);
    let dynamic = !fresh && !names.iter().all(is_same);
    Value { fresh, ..Value::unknown(&words.join(" ")).and_dynamic(dynamic) }
}
