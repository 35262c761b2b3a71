//! Sentences about fixes: which there are, which were made, and why some were not.

use super::summary::plural;
use crate::finding::{FixesMade, Report};

/// Which findings can be mended by one command; empty where none can, and where that was done.
pub(crate) fn can(report: &Report) -> String {
    let fixes = report.findings.iter().filter_map(|finding| finding.fix.as_ref());
    let (safe, guesses): (Vec<_>, Vec<_>) =
        fixes.filter(|fix| !report.unwritten.contains(&fix.source)).partition(|fix| fix.is_safe);
    match (safe.len(), guesses.len()) {
        _ if report.fixes_made.is_some() => String::new(),
        (0, 0) => String::new(),
        (0, guesses) => format!("--fix --unsafe-fixes mends {guesses}"),
        (safe, 0) => format!("--fix mends {safe}"),
        (safe, guesses) => format!("--fix mends {safe}, --unsafe-fixes {guesses} more"),
    }
}

/// What was done, in sentences.
pub(crate) fn made(made: &FixesMade) -> String {
    let files = plural(made.files.len(), "file");
    let done = match made.files.values().sum::<usize>() {
        0 => "No fixes were made.".to_owned(),
        fixes => format!("Made {} in {files}.", plural_of_fix(fixes)),
    };
    let unwritten = match made.unwritten.len() {
        0 => String::new(),
        some => format!(" {} could not be written.", plural(some, "file")),
    };
    with_left(done + &unwritten, made)
}

/// What would be done, in sentences.
pub(crate) fn would(made: &FixesMade) -> String {
    let files = plural(made.files.len(), "file");
    let done = match made.files.values().sum::<usize>() {
        0 => "No fixes to make.".to_owned(),
        fixes => format!("Would make {} in {files}.", plural_of_fix(fixes)),
    };
    with_left(done, made)
}

fn with_left(done: String, made: &FixesMade) -> String {
    let FixesMade { files, left, .. } = made;
    let more = if files.is_empty() { "" } else { " more" };
    let left = [
        (
            left.guesses,
            "holds a guess: --unsafe-fixes makes it as well",
            "hold a guess: --unsafe-fixes makes them as well",
        ),
        (
            left.rendered,
            "is about rendered text: change the patch, template or value that it comes from",
            "are about rendered text: change the patches, templates or values that they come from",
        ),
        (
            left.links,
            "is for a file behind a symbolic link: name the file that it leads to",
            "are for files behind symbolic links: name the files that they lead to",
        ),
        (
            left.harmful,
            "was left, as it would bring another finding",
            "were left, as they would bring other findings",
        ),
    ];
    let left = left.iter().filter(|(count, ..)| *count > 0).map(|(count, one, some)| {
        let verb = if *count == 1 { one } else { some };
        format!(" {count}{more} {verb}.")
    });
    std::iter::once(done).chain(left).collect()
}

fn plural_of_fix(count: usize) -> String {
    if count == 1 { "1 fix".to_owned() } else { format!("{count} fixes") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::FixesLeft;

    #[test]
    fn each_kind_of_fix_that_was_left_has_its_sentence() {
        let files = [("a.yaml".to_owned(), 2), ("b.yaml".to_owned(), 1)].into();
        let left = FixesLeft { guesses: 1, rendered: 2, links: 1, harmful: 3 };
        let done = FixesMade { files, left, unwritten: ["c.yaml".to_owned()].into() };
        assert_eq!(
            made(&done),
            "Made 3 fixes in 2 files. 1 file could not be written. 1 more holds a guess: --unsafe-fixes makes it as well. 2 more are about rendered text: \
             change the patches, templates or values that they come from. 1 more is for a file behind a symbolic link: name \
             the file that it leads to. 3 more were left, as they would bring other findings."
        );
        let none =
            FixesMade { left: FixesLeft { guesses: 2, ..FixesLeft::default() }, ..FixesMade::default() };
        assert_eq!(would(&none), "No fixes to make. 2 hold a guess: --unsafe-fixes makes them as well.");
        assert_eq!(would(&FixesMade::default()), "No fixes to make.");
        assert_eq!(made(&FixesMade::default()), "No fixes were made.");
    }
}
