//! The rooms of `src/` and the order they stand in: each imports only from those before it.

use std::collections::BTreeSet;
use std::path::Path;

use crate::tool::{entries, repository};

/// From the text of a manifest to the command line. What is lower in the list may import what is higher.
const ROOMS: [&str; 18] = [
    "text",
    "yaml",
    "edit",
    "kubernetes",
    "manifest",
    "finding",
    "set",
    "programs",
    "shell",
    "hook",
    "timeline",
    "project",
    "rules",
    "suppress",
    "config",
    "lint",
    "report",
    "cli",
];

#[test]
fn a_room_imports_only_from_those_before_it() {
    let wrong: Vec<String> = modules()
        .iter()
        .flat_map(|module| module.imports().into_iter().map(move |import| (module, import)))
        .filter(|(module, import)| order(&import[0]) > order(module.room()))
        .map(|(module, import)| format!("src/{} imports crate::{}", module.file, import.join("::")))
        .collect();
    assert!(wrong.is_empty(), "imports against the order of the rooms:\n{}", wrong.join("\n"));
}

/// A format may be dropped, or written anew, without a look at the others.
#[test]
fn a_format_of_the_report_imports_no_other() {
    const FOR_ALL: [&str; 3] = ["shared", "format", "fixture"];
    let mut wrong = Vec::new();
    for module in modules().iter().filter(|module| module.room() == "report") {
        let Some(own) = module.path.get(1).filter(|own| *own != "format" && *own != "hostile") else {
            continue;
        };
        for import in module.imports().iter().filter(|import| import[0] == "report") {
            let other = import.get(1).map_or("report", String::as_str);
            if other != own.as_str() && !FOR_ALL.contains(&other) {
                wrong.push(format!("src/{} imports crate::{}", module.file, import.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "formats that import each other:\n{}", wrong.join("\n"));
}

#[test]
fn the_rooms_are_those_of_the_library_in_its_order_and_that_of_the_architecture() {
    let library = std::fs::read_to_string(repository("src/lib.rs")).unwrap();
    let declared: Vec<&str> = library
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ").or_else(|| line.strip_prefix("mod ")))
        .map(|name| name.trim_end_matches(';'))
        .collect();
    assert_eq!(declared, ROOMS);
    let architecture = std::fs::read_to_string(repository("ARCHITECTURE.md")).unwrap();
    let described: Vec<&str> = architecture
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("/` |").map(|(name, _)| name))
        .collect();
    assert_eq!(described, ROOMS);
}

#[test]
fn an_import_is_seen_however_it_is_written() {
    let path = ["report", "human"].map(str::to_owned).to_vec();
    let text = "
        //! crate::not::this
        use crate::{cli, yaml::{Node, tree::{self, Tree}}};
        use super::super::lint::Options;
        use std::io;
        fn f() -> crate::set::Set { let _ = \"crate::nor::this\"; let _ = '\"'; super::json::write(); self::g() }
    ";
    let module = Module { file: String::new(), path, text: text.to_owned() };
    let seen: BTreeSet<String> = module.imports().iter().map(|import| import.join("::")).collect();
    let expected = [
        "cli",
        "lint::Options",
        "report::human::g",
        "report::json::write",
        "set::Set",
        "yaml::Node",
        "yaml::tree",
        "yaml::tree::Tree",
    ];
    assert_eq!(seen, expected.map(str::to_owned).into());
}

/// A module of the library.
struct Module {
    /// Below `src/`.
    file: String,
    /// `report::human::tests` as words.
    path: Vec<String>,
    text: String,
}

fn modules() -> Vec<Module> {
    fn collect(directory: &Path, source: &Path, found: &mut Vec<Module>) {
        for path in entries(directory) {
            if path.is_dir() {
                collect(&path, source, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let file = path.strip_prefix(source).unwrap().to_str().unwrap().replace('\\', "/");
                let name = file.trim_end_matches(".rs").trim_end_matches("/mod");
                let words: Vec<String> = name.split('/').map(str::to_owned).collect();
                let text = std::fs::read_to_string(&path).unwrap();
                let (own, tests) = text.split_once("\n#[cfg(test)]\nmod tests {").unwrap_or((&text, ""));
                let inside = words.iter().cloned().chain(["tests".to_owned()]).collect();
                found.push(Module { file: file.clone(), path: words, text: own.to_owned() });
                found.push(Module { file, path: inside, text: tests.to_owned() });
            }
        }
    }
    let source = repository("src");
    let mut found = Vec::new();
    collect(&source, &source, &mut found);
    found.retain(|module| module.file != "lib.rs" && module.file != "main.rs");
    assert!(found.len() > 100, "only {} modules were found", found.len());
    found
}

fn order(room: &str) -> usize {
    ROOMS.iter().position(|known| *known == room).unwrap_or_else(|| panic!("`{room}` is no room of the list"))
}

impl Module {
    fn room(&self) -> &str {
        &self.path[0]
    }

    /// Every path into the crate, from its root.
    fn imports(&self) -> Vec<Vec<String>> {
        let tokens = tokens(&self.text);
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let is_start = matches!(tokens[at].as_str(), "crate" | "super" | "self")
                && tokens.get(at + 1).is_some_and(|next| next == "::")
                && (at == 0 || tokens[at - 1] != "::");
            if is_start { self.read(&tokens, &mut at, Vec::new(), &mut found) } else { at += 1 }
        }
        found.retain(|path| !path.is_empty());
        found
    }

    /// Reads the path that begins here behind `prefix`, with the braces it may end in.
    fn read(&self, tokens: &[String], at: &mut usize, prefix: Vec<String>, found: &mut Vec<Vec<String>>) {
        let mut path = prefix;
        let mut is_relative = path.is_empty();
        while let Some(word) = tokens.get(*at) {
            match word.as_str() {
                "crate" if is_relative => is_relative = false,
                "self" if is_relative => {
                    path = self.path.clone();
                    is_relative = false;
                }
                "self" => {}
                "super" => {
                    if is_relative {
                        path = self.path.clone();
                        is_relative = false;
                    }
                    path.pop();
                }
                "{" => {
                    *at += 1;
                    while tokens.get(*at).is_some_and(|word| word != "}") {
                        match tokens[*at].as_str() {
                            "," => *at += 1,
                            _ => self.read(tokens, at, path.clone(), found),
                        }
                    }
                    *at += 1;
                    return;
                }
                name => path.push(name.to_owned()),
            }
            *at += 1;
            match tokens.get(*at).map(String::as_str) {
                Some("::") => *at += 1,
                Some("as") => {
                    *at += 2;
                    break;
                }
                _ => break,
            }
        }
        found.push(path);
    }
}

/// Names and marks of a Rust text; comments and literals left out.
fn tokens(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(end) = literal(rest) {
            end
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            found.push(rest[..end].to_owned());
            end
        } else if rest.starts_with("::") {
            found.push("::".to_owned());
            2
        } else {
            if !first.is_whitespace() {
                found.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    found
}

/// The bytes of the string or character that the text begins with.
fn literal(text: &str) -> Option<usize> {
    if let Some(raw) = text.strip_prefix('r') {
        let marks = raw.len() - raw.trim_start_matches('#').len();
        let inside = raw[marks..].strip_prefix('"')?;
        let end = format!("\"{}", "#".repeat(marks));
        return Some(1 + marks + 1 + inside.find(&end)? + end.len());
    }
    let quote = text.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            // A lifetime has no second quote.
            c if quote == '\'' && at > 1 && c != '\'' && !text.starts_with("'\\") => return None,
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}
