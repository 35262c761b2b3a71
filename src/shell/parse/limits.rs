//! What is refused although a shell might read it: nothing that is read may exhaust the stack, here
//! or in what looks at the script afterwards.

use super::ParseError;

/// The largest script that is read, in bytes; real hooks stay below a few kilobytes.
const LARGEST: usize = 64 * 1024;
/// How deep commands, substitutions and expansions may nest in each other.
pub(super) const DEEPEST: usize = 40;

/// Refuses what is too large, or what no shell could be given.
pub(super) fn check(text: &str) -> Result<(), ParseError> {
    let refuse = |message: &str| Err(ParseError { at: 0, message: message.to_owned(), broken: false });
    if text.len() > LARGEST {
        return refuse("the script is too large to be read");
    }
    if text.contains('\0') {
        return refuse("the script holds a NUL byte");
    }
    Ok(())
}
