//! No line is wider than the terminal, but for what would be useless in parts: text to paste, and single words such
//! as an address or the name of a file.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use super::*;
use crate::lint::{Input, Options, lint};
use crate::report::fixture;
use crate::rules::settings::Settings;
use crate::text::{escape, wrap};

/// The texts to paste of all findings, a line each.
fn pasted(report: &Report) -> BTreeSet<String> {
    let snippets = report.findings.iter().flat_map(|finding| &finding.help.snippets);
    snippets
        .flat_map(|snippet| snippet.text.lines().map(|line| escape::block(line).trim().to_owned()))
        .collect()
}

/// A line of an edit that comes, a command, or a line of a text.
fn is_to_paste(line: &str, pasted: &BTreeSet<String>) -> bool {
    let line = line.trim();
    let is_new = line.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(" + ");
    is_new || line.starts_with("more: kubectl lifecycle explain ") || pasted.contains(line)
}

/// The line is one word beside its frame: code in backticks is one.
fn is_word(line: &str) -> bool {
    let text = line.trim_start_matches([' ', '│', '╭', '▸', '|', '-', '>']);
    // The row of a table begins with a count.
    let text = text.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
    let outside_of_code = text.split('`').step_by(2);
    outside_of_code.collect::<Vec<_>>().concat().split_whitespace().count() <= 1 && !text.contains("` ")
}

#[test]
fn no_line_of_any_fixture_is_wider_than_the_terminal() {
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata");
    let mut folders: Vec<_> =
        std::fs::read_dir(fixtures).unwrap().map(|folder| folder.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    let (mut found, mut fixed) = (0, 0);
    for (at, folder) in folders.iter().enumerate() {
        let settings = Settings { strict: true, ..Settings::default() };
        let name = folder.to_string_lossy().into_owned();
        let options = Options { settings, fixes: true, ..Options::of([Input::path(&name)]) };
        let report = lint(&options);
        found += report.findings.len();
        fixed += report.findings.iter().filter(|finding| finding.fix.is_some()).count();
        is_narrow(report, at);
    }
    assert!(found > 300 && fixed > 100, "{found} {fixed}");
}

/// Each finding of a report at some of the widths: drawing all at each takes too long for a test.
fn is_narrow(mut report: Report, at: usize) {
    // A reader's paths are shorter than those of the machine that runs this.
    let short = |source: &crate::text::Source| {
        let name = source.name().rsplit('/').next().unwrap_or_default().to_owned();
        crate::text::Source::new(name, source.shared_text())
    };
    report.sources = report.sources.iter().map(short).collect();
    (report.skipped, report.trouble, report.hints) = Default::default();
    let pasted = pasted(&report);
    let all = std::mem::take(&mut report.findings);
    for width in (40..=120).skip(at % 4).step_by(4) {
        report.findings = all.iter().skip(width / 4 % 4).step_by(4).cloned().collect();
        for (unicode, may_be_brief, statistics) in
            [(width % 8 < 4, false, false), (true, true, false), (true, false, true)]
        {
            let look = Look { width, unicode, ..Look::PIPE };
            let how = Presentation { may_be_brief, statistics, ..fixture::how(look) };
            let mut out = Vec::new();
            write(&report, &how, &mut out).unwrap();
            let text = String::from_utf8(out).unwrap();
            let is_fine =
                |line: &str| wrap::width(line) <= width || is_word(line) || is_to_paste(line, &pasted);
            let wide: Vec<&str> = text.lines().filter(|line| !is_fine(line)).take(5).collect();
            assert!(wide.is_empty(), "at {width}:\n{}", wide.join("\n"));
        }
    }
}
