//! Whatever stands in a file, a run ends, says something, and does not panic.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kubectl_lifecycle::lint::{Input, Options, lint};
use proptest::prelude::*;

use crate::tool::{Tool, entries, repository};

fn fixtures() -> Vec<String> {
    fn collect(directory: &Path, found: &mut Vec<PathBuf>) {
        for path in entries(directory) {
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_none_or(|extension| extension != "snap") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    collect(&repository("testdata"), &mut found);
    found.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect()
}

/// Lints a text from a file, and tells whether a rule or the reading of it panicked.
fn ends_without_a_bug(text: &[u8]) {
    let here = Tool::new();
    let path = here.at("a.yaml");
    std::fs::write(&path, text).unwrap();
    let mut options = Options::of([Input::path(path)]);
    options.threads = Some(1);
    options.settings.strict = true;
    let report = lint(&options);
    assert!(report.trouble.iter().all(|trouble| !trouble.message.contains("bug")), "{:?}", report.trouble);
    for finding in &report.findings {
        let places = finding.related.iter().map(|related| &related.place).chain([&finding.place]);
        for place in places {
            let source = report.source(place.source).unwrap();
            assert!(source.position(place.span.start) <= source.position(place.span.end));
            source.slice(place.span);
        }
    }
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
