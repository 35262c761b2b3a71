//! The catalogue of programs: what is known of each stands in one row, and nowhere else.
//!
//! Data only. To teach the tool a program is to add a row to the file of its field.

mod accounts;
mod clusters;
mod databases;
mod directories;
mod files;
mod filters;
mod interpreters;
mod network;
mod program;
mod row;
mod second_run;
mod servers;
mod shell_words;
mod stores;
mod system;

use std::collections::HashMap;
use std::sync::LazyLock;

pub(crate) use files::GIT_VALUES;
pub(crate) use network::{NO_ANSWER, STOPPING_PATHS};
pub(crate) use program::*;
pub(crate) use row::{ONCE, SECOND};

/// The files of the catalogue.
const FIELDS: [&[Program]; 12] = [
    shell_words::PROGRAMS,
    files::PROGRAMS,
    filters::PROGRAMS,
    system::PROGRAMS,
    network::PROGRAMS,
    accounts::PROGRAMS,
    interpreters::PROGRAMS,
    servers::PROGRAMS,
    databases::PROGRAMS,
    directories::PROGRAMS,
    stores::PROGRAMS,
    clusters::PROGRAMS,
];

/// Every program.
pub(crate) fn all() -> impl Iterator<Item = &'static Program> {
    FIELDS.into_iter().flatten()
}

/// The program of a name without a directory.
pub(crate) fn find(name: &str) -> Option<&'static Program> {
    static BY_NAME: LazyLock<HashMap<&'static str, &'static Program>> = LazyLock::new(|| {
        all().flat_map(|program| program.names.iter().map(move |name| (*name, program))).collect()
    });
    BY_NAME.get(name).copied()
}

/// What a command of this name may undo, each with what it is that it undoes.
pub(crate) fn undone_by(name: &str) -> &'static [(&'static SecondRun, &'static Undo)] {
    type Undone = HashMap<&'static str, Vec<(&'static SecondRun, &'static Undo)>>;
    static BY_NAME: LazyLock<Undone> = LazyLock::new(|| {
        let mut by_name = Undone::new();
        for second in all().flat_map(|program| program.second) {
            for undo in second.undo {
                for name in undo.names {
                    by_name.entry(name).or_default().push((second, undo));
                }
            }
        }
        by_name
    });
    BY_NAME.get(name).map_or(&[], Vec::as_slice)
}

/// The last part of a program's path.
pub(crate) fn base_name(program: &str) -> &str {
    program.rsplit(['/', '\\']).next().unwrap_or(program)
}

/// It is one of the small programs that an image with a shell has.
pub(crate) fn is_usual(program: &Program) -> bool {
    program.kind != Kind::Product && !matches!(program.runs, Runs::Interpreter { .. })
}

/// How long it takes is read from its arguments, so nobody else can say it.
pub(crate) fn is_understood(program: &Program) -> bool {
    let is_timed = matches!(program.runs, Runs::Rule(Rule::Sleep | Rule::Usleep | Rule::Timeout));
    let is_followed = matches!(program.runs, Runs::Shell(_) | Runs::Wraps(_));
    program.kind == Kind::Word || is_timed || is_followed
}

/// It may run beside a server, and is none: neither a product nor what runs somebody's program.
pub(crate) fn is_helper(program: &Program) -> bool {
    program.kind == Kind::Tool && !matches!(program.runs, Runs::Interpreter { .. } | Runs::Shell(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_stands_in_one_row() {
        let mut names: Vec<&str> = all().flat_map(|program| program.names).copied().collect();
        names.sort_unstable();
        let twice: Vec<&str> =
            names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        assert!(twice.is_empty(), "{twice:?} stand in two rows");
        assert!(names.contains(&"sleep") && names.len() > 200, "{} names", names.len());
    }

    #[test]
    fn a_program_is_named_without_its_directory() {
        for program in all() {
            for name in program.names {
                assert!(!name.is_empty() && !name.contains('/'), "{name}");
                assert!(find(name).is_some_and(|found| std::ptr::eq(found, program)), "{name}");
            }
        }
        assert_eq!(base_name("/usr/local/openresty/bin/openresty"), "openresty");
        assert_eq!(base_name(r"C:\Windows\System32\cmd.exe"), "cmd.exe");
    }
}
