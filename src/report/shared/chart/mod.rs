//! Charts drawn with characters.
//!
//! What goes on at each run is a bar of its phase's character, what may go on is shaded, and what happens is a
//! sign: filled where it happens at each run at a known moment, hollow else. Nothing is told by colour alone.

mod canvas;
pub(crate) mod json;
mod labels;
mod signs;
mod strip;
mod text;

pub(crate) use strip::strip;
pub(crate) use text::draw;

#[cfg(test)]
mod tests;
