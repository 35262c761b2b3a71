//! `$(NAME)` in a probe: what the kubelet makes of it.
//!
//! It looks into the `env` of the container alone, and there at `value`: a variable with a `valueFrom` is replaced by
//! nothing, and what is not in the list stays as it is (`ExpandContainerCommandOnlyStatic` in
//! `pkg/kubelet/container/helpers.go`).

use std::ops::Range;

use crate::manifest::Container;
use crate::shell::invocation::{self, Invocation};

/// A variable as it is written.
pub(super) struct Reference<'t> {
    pub name: &'t str,
    /// All of it, in bytes of the text.
    pub at: Range<usize>,
}

/// A variable that the kubelet does not fill in with a value.
pub(super) struct Left {
    /// Which item of the command.
    pub argument: usize,
    /// In bytes of the item.
    pub at: Range<usize>,
    pub name: String,
    /// It is in `env`, and replaced by nothing.
    pub is_there: bool,
}

/// Every `$(NAME)` of a text that is not escaped by another `$`.
pub(super) fn references(text: &str) -> impl Iterator<Item = Reference<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + text.get(from..)?.find('$')?;
            let rest = text.get(at + 1..)?;
            if rest.starts_with('$') {
                from = at + 2;
                continue;
            }
            let inner = rest.strip_prefix('(').and_then(|inner| inner.split_once(')'));
            match inner.filter(|(name, _)| is_name(name)) {
                Some((name, _)) => {
                    from = at + "$(".len() + name.len() + ")".len();
                    return Some(Reference { name, at: at..from });
                }
                None => from = at + 1,
            }
        }
    })
}

/// What a shell takes for the name of a variable, and templates and programs of a shell are rarely called: in
/// capital letters.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// The command as the kubelet runs it, and the variables that have no value in it. What a shell runs may be meant as a
/// command of it, unless `env` has a variable of the name.
pub(super) fn expanded(command: &[String], container: &Container) -> (Vec<String>, Vec<Left>) {
    let is_script = matches!(invocation::resolve(command), Invocation::Script { .. });
    let mut left = Vec::new();
    let words = command.iter().enumerate().map(|(argument, word)| {
        let mut text = String::new();
        let mut from = 0;
        for Reference { name, at } in references(word) {
            let variable = container.env().iter().rev().find(|one| one.name == name);
            text.push_str(&unescaped(word.get(from..at.start)));
            match variable {
                Some(variable) => text.push_str(variable.value.as_deref().unwrap_or_default()),
                None => text.push_str(word.get(at.clone()).unwrap_or_default()),
            }
            let is_there = variable.is_some_and(|variable| variable.value_from.is_some());
            if is_there || (variable.is_none() && !is_script) {
                left.push(Left { argument, at: at.clone(), name: name.to_owned(), is_there });
            }
            from = at.end;
        }
        text.push_str(&unescaped(word.get(from..)));
        text
    });
    (words.collect(), left)
}

/// Two `$` stand for one.
fn unescaped(text: Option<&str>) -> String {
    text.unwrap_or_default().replace("$$", "$")
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::api::core::v1 as core;

    use crate::manifest::ContainerKind;
    use crate::yaml::path::FieldPath;

    fn container() -> Container {
        let plain =
            core::EnvVar { name: "PORT".to_owned(), value: Some("8080".to_owned()), value_from: None };
        let taken = core::EnvVar {
            name: "TOKEN".to_owned(),
            value: None,
            value_from: Some(core::EnvVarSource::default()),
        };
        let spec = core::Container { env: Some(vec![plain, taken]), ..core::Container::default() };
        Container { kind: ContainerKind::Container, path: FieldPath::root(), spec }
    }

    fn run(command: &[&str]) -> (Vec<String>, Vec<(usize, String, bool)>) {
        let command: Vec<String> = command.iter().map(|&word| word.to_owned()).collect();
        let (words, left) = expanded(&command, &container());
        (words, left.into_iter().map(|one| (one.argument, one.name, one.is_there)).collect())
    }

    #[test]
    fn only_a_plain_value_of_env_is_put_in() {
        let (words, left) = run(&["check", "localhost:$(PORT)", "$(TOKEN)", "$(HOST_IP)"]);
        assert_eq!(words, ["check", "localhost:8080", "", "$(HOST_IP)"]);
        assert_eq!(left, [(2, "TOKEN".to_owned(), true), (3, "HOST_IP".to_owned(), false)]);
    }

    #[test]
    fn what_is_escaped_or_no_variable_is_left_alone() {
        let (words, left) = run(&["check", "$$(TOKEN)", "$(date +%s)", "$(hostname)", "$TOKEN", "$("]);
        assert_eq!(words, ["check", "$(TOKEN)", "$(date +%s)", "$(hostname)", "$TOKEN", "$("]);
        assert_eq!(left, []);
    }

    #[test]
    fn a_shell_may_mean_a_command() {
        let (words, left) = run(&["sh", "-c", "check $(CHECK) $(PORT) $(TOKEN)"]);
        assert_eq!(words, ["sh", "-c", "check $(CHECK) 8080 "]);
        assert_eq!(left, [(2, "TOKEN".to_owned(), true)]);
    }
}
