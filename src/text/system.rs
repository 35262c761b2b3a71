//! Errors of the operating system in words. Its own end in a number that nobody knows by heart, and differ from
//! system to system.

use std::io::{Error, ErrorKind};

/// What went wrong, to follow on a colon.
pub(crate) fn words(error: &Error) -> String {
    let words = match error.kind() {
        ErrorKind::NotFound => "not found",
        ErrorKind::PermissionDenied => "permission denied",
        ErrorKind::IsADirectory => "it is a directory",
        ErrorKind::NotADirectory => "a part of its path is a file, and no directory",
        ErrorKind::InvalidFilename => "the system takes no such name",
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only",
        ErrorKind::StorageFull => "no space is left",
        ErrorKind::QuotaExceeded => "the quota is used up",
        ErrorKind::OutOfMemory => "the memory does not suffice",
        ErrorKind::InvalidData => "it is no text in UTF-8",
        ErrorKind::BrokenPipe => "nobody reads it any more",
        ErrorKind::TimedOut => "it took too long",
        ErrorKind::ExecutableFileBusy => "the program is being written",
        _ => return without_number(&error.to_string()),
    };
    words.to_owned()
}

/// Why a path cannot be read, and what to do.
pub(crate) fn unreadable(error: &Error) -> String {
    let next_step = match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename => "check the path",
        ErrorKind::PermissionDenied => "check who may read it, and the directories above it",
        ErrorKind::IsADirectory => "name a file in it",
        _ => "check the path and its permissions",
    };
    format!("cannot be read: {}; {next_step}", words(error))
}

/// `Too many levels of symbolic links (os error 40)`, without the number.
fn without_number(text: &str) -> String {
    let (text, _) = text.split_once(" (os error ").unwrap_or((text, ""));
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_of_the_system_is_shown() {
        for number in 1..140 {
            let error = Error::from_raw_os_error(number);
            for text in [words(&error), unreadable(&error)] {
                assert!(!text.contains("os error"), "{number}: {text}");
            }
        }
    }

    #[test]
    fn what_happens_often_is_said_in_words_with_the_next_step() {
        let said = |kind: ErrorKind| unreadable(&Error::from(kind));
        assert_eq!(said(ErrorKind::NotFound), "cannot be read: not found; check the path");
        assert_eq!(said(ErrorKind::IsADirectory), "cannot be read: it is a directory; name a file in it");
        assert_eq!(
            said(ErrorKind::PermissionDenied),
            "cannot be read: permission denied; check who may read it, and the directories above it"
        );
    }
}
