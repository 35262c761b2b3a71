//! The colours of drawings and pages, each for a light and a dark background.
//!
//! What is drawn in one is told by words or by a shape as well. A test holds the contrast: 4.5 to 1 for text
//! and 3 to 1 for what is no text, as WCAG 2.2 asks for (1.4.3 and 1.4.11).

use crate::finding::{Instant, Phase};

/// A colour on both backgrounds, as `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Color {
    /// What it is called in a style sheet.
    pub(crate) name: &'static str,
    /// On a light background.
    pub(crate) light: &'static str,
    /// On a dark background.
    pub(crate) dark: &'static str,
}

/// How much of a bar's colour covers the background where it is uncertain that the bar is there.
pub(crate) const SHADE: f64 = 0.25;

const fn color(name: &'static str, light: &'static str, dark: &'static str) -> Color {
    Color { name, light, dark }
}

/// What everything stands on.
pub(crate) const BACK: Color = color("back", "#ffffff", "#0d1117");
/// What is to be read.
pub(crate) const TEXT: Color = color("text", "#1f2328", "#e6edf3");
/// What is to be read after the rest.
pub(crate) const DIM: Color = color("dim", "#59636e", "#9198a1");
/// What only guides the eye, and is never needed to understand.
pub(crate) const GRID: Color = color("grid", "#d1d9e0", "#3d444d");

/// What is as it should be.
pub(crate) const GREEN: Color = color("green", "#1a7f37", "#3fb950");
/// What prepares.
pub(crate) const BLUE: Color = color("blue", "#0969da", "#58a6ff");
/// What goes on beside.
pub(crate) const VIOLET: Color = color("violet", "#8250df", "#bc8cff");
/// What comes to its end.
pub(crate) const AMBER: Color = color("amber", "#9a6700", "#d29922");
/// What is lost.
pub(crate) const RED: Color = color("red", "#cf222e", "#ff7b72");
/// What comes from outside.
pub(crate) const TEAL: Color = color("teal", "#1b7c83", "#39c5cf");
/// What is not there yet, or no longer.
pub(crate) const GRAY: Color = color("gray", "#59636e", "#9198a1");

/// All colours of bars and marks.
pub(crate) const FILLS: [Color; 7] = [GREEN, BLUE, VIOLET, AMBER, RED, TEAL, GRAY];

/// The colour of a bar.
pub(super) fn of_phase(phase: Phase) -> Color {
    match phase {
        Phase::Runs => GREEN,
        Phase::PostStart => VIOLET,
        Phase::PreStop => BLUE,
        Phase::Cut => RED,
        Phase::Stops => AMBER,
        Phase::Traffic => TEAL,
        Phase::Pod | Phase::Waits => GRAY,
    }
}

/// The colour of a mark.
pub(super) fn of_instant(instant: Instant) -> Color {
    match instant {
        Instant::Begins | Instant::Ends => GRAY,
        Instant::Probe => BLUE,
        Instant::Ready => GREEN,
        Instant::Signal | Instant::Deadline => AMBER,
        Instant::Kill | Instant::Deleted => RED,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    type Rgb = [f64; 3];

    fn rgb(hex: &str) -> Rgb {
        [1, 3, 5].map(|at| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0)
    }

    /// WCAG's relative luminance.
    fn luminance(color: Rgb) -> f64 {
        let [r, g, b] =
            color.map(|part| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn contrast(a: Rgb, b: Rgb) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn mixed(over: Rgb, under: Rgb) -> Rgb {
        [0, 1, 2].map(|at| over[at] * SHADE + under[at] * (1.0 - SHADE))
    }

    fn on_both(color: Color) -> [(Rgb, Rgb, Rgb); 2] {
        [
            (rgb(color.light), rgb(BACK.light), rgb(TEXT.light)),
            (rgb(color.dark), rgb(BACK.dark), rgb(TEXT.dark)),
        ]
    }

    #[test]
    fn text_can_be_read_on_either_background() {
        for color in [TEXT, DIM] {
            for (ink, back, _) in on_both(color) {
                assert!(contrast(ink, back) >= 4.5, "{}: {:.2}", color.name, contrast(ink, back));
            }
        }
    }

    #[test]
    fn bars_and_marks_stand_out_and_bear_their_words() {
        for color in FILLS {
            for (fill, back, text) in on_both(color) {
                // Words in a full bar have the colour of the background.
                assert!(contrast(fill, back) >= 4.5, "{}: {:.2}", color.name, contrast(fill, back));
                let shaded = contrast(text, mixed(fill, back));
                assert!(shaded >= 4.5, "words on {} where it is shaded: {shaded:.2}", color.name);
            }
        }
    }

    #[test]
    fn the_contrast_is_that_of_wcag() {
        assert!((contrast(rgb("#000000"), rgb("#ffffff")) - 21.0).abs() < 0.01);
        assert!((contrast(rgb("#777777"), rgb("#ffffff")) - 4.48).abs() < 0.01);
    }
}
