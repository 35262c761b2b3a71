//! What the user knows of programs and images, beyond what the tool knows.

use std::collections::{BTreeMap, BTreeSet};

use crate::kubernetes::images::Own;

/// What the configuration says of programs and images.
#[derive(Debug, Clone, PartialEq)]
pub struct Knowledge {
    /// Programs that return at once, by name, besides those that are known to.
    pub instant_commands: BTreeSet<String>,
    /// Programs that take at least so many seconds, by name.
    pub waiting_commands: BTreeMap<String, f64>,
    /// What images are like, besides those that are known.
    pub images: Own,
}

impl Knowledge {
    /// What is known without a configuration.
    pub const NONE: Self =
        Self { instant_commands: BTreeSet::new(), waiting_commands: BTreeMap::new(), images: Own::NONE };

    /// The least seconds that a program takes, by the user's word: 0 for one that returns at once. A
    /// name without a directory stands for the program in any directory.
    pub fn least_seconds(&self, program: &str) -> Option<f64> {
        let base = program.rsplit('/').next().unwrap_or(program);
        [program, base].into_iter().find_map(|name| {
            let instant = || self.instant_commands.contains(name).then_some(0.0);
            self.waiting_commands.get(name).copied().or_else(instant)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_known_by_its_name_in_any_directory_or_by_its_path() {
        let knowledge = Knowledge {
            instant_commands: BTreeSet::from(["deregister".to_owned(), "/opt/notify".to_owned()]),
            waiting_commands: BTreeMap::from([("drain".to_owned(), 10.0)]),
            ..Knowledge::NONE
        };
        assert_eq!(knowledge.least_seconds("/app/bin/deregister"), Some(0.0));
        assert_eq!(knowledge.least_seconds("drain"), Some(10.0));
        assert_eq!(knowledge.least_seconds("/opt/notify"), Some(0.0));
        assert_eq!(knowledge.least_seconds("notify"), None);
    }
}
