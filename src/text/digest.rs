//! Texts as short digits, for programs that compare runs.

use hmac_sha256::Hash;

/// 32 hexadecimal digits of a text.
pub(crate) fn of(text: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| DIGITS.get(usize::from(half)).copied().map_or('0', char::from);
    let digest = Hash::hash(text.as_bytes());
    digest.iter().take(16).flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
