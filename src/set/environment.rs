//! The environment of a container, as far as the manifests of the set tell it.

use std::collections::BTreeMap;

use super::Set;
use crate::manifest::{Container, Workload};
use crate::yaml::path::FieldPath;

/// Variables by name; `None` is a variable that exists but whose value is not known.
pub(crate) type Environment = BTreeMap<String, Option<String>>;

/// Reads a container's `env` in the order written, as the kubelet does: `$(NAME)` stands for a
/// variable defined before, `$$` for a dollar sign, and a reference to nothing stays as it is.
pub(crate) fn environment(set: &Set, workload: &Workload, container: &Container) -> Environment {
    let mut known = Environment::new();
    let has_imports = container.spec.env_from.as_ref().is_some_and(|imports| !imports.is_empty());
    for variable in container.env() {
        let value = match (&variable.value, &variable.value_from) {
            (Some(text), _) => expand(text, &known, has_imports),
            (None, None) => Some(String::new()),
            (None, Some(source)) => source.config_map_key_ref.as_ref().and_then(|reference| {
                let map = set.config_map(workload, &reference.name)?;
                let path = FieldPath::of("data").key(reference.key.clone());
                map.item.at(&path)?.as_str().map(str::to_owned)
            }),
        };
        known.insert(variable.name.clone(), value);
    }
    known
}

/// An item of a container's `command` or `args` as the kubelet expands it (fact B5); `None` where it
/// depends on a variable that is not known.
pub(crate) fn expanded(text: &str, known: &Environment, container: &Container) -> Option<String> {
    let has_imports = container.spec.env_from.as_ref().is_some_and(|imports| !imports.is_empty());
    expand(text, known, has_imports)
}

/// `None` when the value depends on a variable that is not known.
fn expand(text: &str, known: &Environment, has_imports: bool) -> Option<String> {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        expanded.push_str(rest.get(..at)?);
        let after = rest.get(at + 1..)?;
        if let Some(after) = after.strip_prefix('$') {
            expanded.push('$');
            rest = after;
        } else if let Some((name, after)) = after.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
            match known.get(name) {
                Some(value) => expanded.push_str(value.as_deref()?),
                None if has_imports => return None,
                None => expanded.push_str(&format!("$({name})")),
            }
            rest = after;
        } else {
            expanded.push('$');
            rest = after;
        }
    }
    expanded.push_str(rest);
    Some(expanded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Environment {
        Environment::from([("A".to_owned(), Some("5".to_owned())), ("B".to_owned(), None)])
    }

    #[test]
    fn a_reference_stands_for_a_variable_defined_before() {
        assert_eq!(expand("$(A)0s", &known(), false).as_deref(), Some("50s"));
        assert_eq!(expand("$(B)", &known(), false), None);
    }

    #[test]
    fn a_reference_to_nothing_stays_and_a_doubled_dollar_is_one() {
        assert_eq!(expand("$(C) $$(A) $A", &known(), false).as_deref(), Some("$(C) $(A) $A"));
        assert_eq!(expand("$(C)", &known(), true), None);
    }
}
