//! Whatever stands in a file, a run ends, says something, and does not panic.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kubectl_lifecycle::lint::{Input, Options, lint};
use kubectl_lifecycle::text::source::Source;
use kubectl_lifecycle::yaml::path::FieldPath;
use kubectl_lifecycle::yaml::{Node, documents};
use proptest::prelude::*;

fn fixtures() -> Vec<String> {
    fn collect(directory: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found);
            } else {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata"), &mut found);
    found.sort();
    found.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect()
}

/// Lints a text from a file, and tells whether a rule or the reading of it panicked.
fn ends_without_a_bug(text: &[u8]) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.yaml");
    std::fs::write(&path, text).unwrap();
    let mut options = Options {
        inputs: vec![Input::Path { path, recursive: true }],
        threads: Some(1),
        ..Options::default()
    };
    options.settings.strict = true;
    let report = lint(&options);
    assert!(report.trouble.iter().all(|trouble| !trouble.message.contains("bug")), "{:?}", report.trouble);
    let mut sink = std::io::sink();
    kubectl_lifecycle::report::json::write(&report, &mut sink).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_manifest_with_a_piece_cut_or_copied_is_read_or_refused(
        which in any::<prop::sample::Index>(),
        from in any::<prop::sample::Index>(),
        length in 0usize..40,
        to in any::<prop::sample::Index>(),
        insert in "[\\[\\]{}:,&*!|>'\"%@`#\\-? \n\ta-c0-9\\\\]{0,6}",
    ) {
        let fixtures = fixtures();
        let text: Vec<char> = which.get(&fixtures).chars().collect();
        prop_assume!(!text.is_empty());
        let start = from.index(text.len());
        let end = (start + length).min(text.len());
        let piece = text[start..end].to_vec();
        let mut mutated: Vec<char> = text[..start].iter().chain(&text[end..]).copied().collect();
        let at = to.index(mutated.len() + 1);
        mutated.splice(at..at, insert.chars().chain(piece));
        ends_without_a_bug(mutated.iter().collect::<String>().as_bytes());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        ends_without_a_bug(&bytes);
    }

    #[test]
    fn words_of_a_scalar_are_found_in_the_file_in_every_style(
        words in prop::collection::vec("[a-zA-Z0-9é'\"$/=|&;<>.-]{1,8}", 1..8),
        style in 0usize..5,
        which in any::<prop::sample::Index>(),
    ) {
        let text = words.join(" ");
        let yaml = match style {
            0 => format!("a: '{}'\n", text.replace('\'', "''")),
            1 => format!("a: \"{}\"\n", text.replace('\\', "\\\\").replace('"', "\\\"").replace('é', "\\u00e9")),
            2 => format!("a: |\n  {}\n", words.join("\n  ")),
            3 => format!("a: >-\n    {}\n", words.join("\n    ")),
            _ => format!("a: '{}'\n", words.join("\n\n   ").replace('\'', "''")),
        };
        let source = Source::new("a.yaml", yaml);
        let documents = documents(&source, false);
        let tree = documents[0].content.as_ref().unwrap();
        let node: Node<'_> = tree.root().at(&FieldPath::of("a")).unwrap();
        let decoded = node.as_str().unwrap();
        let index = which.index(words.len());
        let start = words[..index].iter().map(|word| word.len() + 1).sum::<usize>();
        let range = start..start + words[index].len();
        prop_assert_eq!(&decoded[range.clone()], words[index].as_str());
        let written = source.slice(node.source_span(range));
        let read = match style {
            0 | 4 => written.replace("''", "'"),
            1 => written.replace("\\u00e9", "é").replace("\\\"", "\"").replace("\\\\", "\\"),
            _ => written.to_owned(),
        };
        prop_assert_eq!(read, words[index].as_str());
    }
}

#[test]
fn bombs_end_in_a_second() {
    let mut aliases = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..40 {
        let before = format!("*a{}, ", level - 1).repeat(9);
        aliases.push_str(&format!("a{level}: &a{level} [{before}]\n"));
    }
    let indented: String = (0..10_000).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    let script = format!(
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    image: a:1\n    lifecycle: {{postStart: {{exec: {{command: [sh, -c, '{}']}}}}}}\n",
        "$(".repeat(10_000)
    );
    for bomb in [aliases, "[".repeat(10_000), "{a: ".repeat(10_000), "- ".repeat(10_000), indented, script] {
        let start = Instant::now();
        ends_without_a_bug(bomb.as_bytes());
        // A second in a release build; tests run without optimisation, several at a time.
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}
