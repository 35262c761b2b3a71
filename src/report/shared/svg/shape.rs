//! What a drawing is made of, and the forms of the marks.

use std::fmt;

use crate::finding::Instant;

/// Something drawn.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shape {
    /// Its classes in the style sheet.
    pub(super) class: String,
    /// What is shown when it is pointed at.
    pub(super) title: Option<String>,
    /// What it is.
    pub(super) form: Form,
}

/// The form of something drawn, in pixels.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Form {
    /// A box.
    Rect { x: Px, y: Px, width: Px, height: Px },
    /// A straight line.
    Line { x1: Px, y1: Px, x2: Px, y2: Px },
    /// The value of `d`.
    Path(String),
    /// Words on their base line.
    Text { x: Px, y: Px, text: String },
}

/// A length with one decimal at most, so that it is written alike everywhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Px(pub(super) f64);

impl fmt::Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rounded = (self.0 * 10.0).round() / 10.0;
        // Negative zero is a zero.
        write!(f, "{}", if rounded == 0.0 { 0.0 } else { rounded })
    }
}

impl Shape {
    /// A box.
    pub(super) fn rect(class: &str, x: f64, y: f64, width: f64, height: f64) -> Self {
        let form = Form::Rect { x: Px(x), y: Px(y), width: Px(width), height: Px(height) };
        Self { class: class.to_owned(), title: None, form }
    }

    /// A straight line.
    pub(super) fn line(class: &str, from: (f64, f64), to: (f64, f64)) -> Self {
        let form = Form::Line { x1: Px(from.0), y1: Px(from.1), x2: Px(to.0), y2: Px(to.1) };
        Self { class: class.to_owned(), title: None, form }
    }

    /// Words.
    pub(super) fn text(class: &str, x: f64, y: f64, text: impl Into<String>) -> Self {
        let form = Form::Text { x: Px(x), y: Px(y), text: text.into() };
        Self { class: class.to_owned(), title: None, form }
    }

    /// A path.
    pub(super) fn path(class: &str, d: String) -> Self {
        Self { class: class.to_owned(), title: None, form: Form::Path(d) }
    }

    /// With words for who points at it.
    #[must_use]
    pub(super) fn titled(self, title: impl Into<String>) -> Self {
        Self { title: Some(title.into()), ..self }
    }
}

/// The form that tells what a mark is, of half a size `r` around a centre; closed, or made of lines.
pub(super) fn of_instant(instant: Instant, x: f64, y: f64, r: f64) -> String {
    let at = |dx: f64, dy: f64| format!("{} {}", Px(x + dx * r), Px(y + dy * r));
    let closed = |points: &[(f64, f64)]| {
        let points: Vec<String> = points.iter().map(|(dx, dy)| at(*dx, *dy)).collect();
        format!("M{}Z", points.join("L"))
    };
    match instant {
        Instant::Begins => closed(&[(-0.8, -1.0), (1.0, 0.0), (-0.8, 1.0)]),
        Instant::Ends => closed(&[(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)]),
        Instant::Probe => {
            let r = Px(r);
            format!(
                "M{}a{r} {r} 0 1 1 0 {}a{r} {r} 0 1 1 0 -{}Z",
                at(0.0, -1.0),
                Px(r.0 * 2.0),
                Px(r.0 * 2.0)
            )
        }
        Instant::Ready => {
            closed(&[(-1.0, 0.1), (-0.6, -0.3), (-0.2, 0.2), (0.7, -0.9), (1.0, -0.5), (-0.2, 0.9)])
        }
        Instant::Signal => closed(&[(-1.0, -0.8), (1.0, -0.8), (0.0, 1.0)]),
        Instant::Kill => closed(&[
            (-1.0, -0.7),
            (-0.7, -1.0),
            (0.0, -0.3),
            (0.7, -1.0),
            (1.0, -0.7),
            (0.3, 0.0),
            (1.0, 0.7),
            (0.7, 1.0),
            (0.0, 0.3),
            (-0.7, 1.0),
            (-1.0, 0.7),
            (-0.3, 0.0),
        ]),
        Instant::Deleted => closed(&[(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)]),
        Instant::Deadline => closed(&[(-0.9, -1.0), (0.9, -1.0), (-0.9, 1.0), (0.9, 1.0)]),
    }
}

/// Lines from the lower left to the upper right over a box.
pub(super) fn hatched(from: f64, to: f64, top: f64, height: f64) -> String {
    let mut d = String::new();
    let mut x = from + 4.0;
    while x < to {
        let run = (to - x).min(height / 2.0);
        d.push_str(&format!(
            "M{} {}L{} {}",
            Px(x),
            Px(top + height),
            Px(x + run),
            Px(top + height - 2.0 * run)
        ));
        x += 8.0;
    }
    d
}
