//! Charts as SVG: readable on light and dark backgrounds, by people who see no colours, and by those who
//! have the picture read to them. Nothing in it is run or fetched.
//!
//! `layout` places everything, `bars` parts what is certain from what is possible, `flags` places the words that
//! hang below a bar, and the template writes it down; whatever a manifest says is escaped there.

mod bars;
pub(crate) mod colors;
mod flags;
mod layout;
mod shape;
#[cfg(test)]
mod tests;
mod text;

use std::fmt;

use askama::Template;

use crate::finding::Chart;
use colors::{BACK, Color, DIM, FILLS, GRID, SHADE, TEXT};
use layout::Drawing;
use shape::Form;

/// Above, below and between several charts of one document, in pixels.
const GAP: f64 = 12.0;

/// A whole document of charts, one below the other.
#[derive(Template)]
#[template(path = "charts.svg", escape = "html")]
struct Document<'a> {
    width: f64,
    height: f64,
    title: String,
    style: String,
    placed: Vec<Placed<'a>>,
}

/// A drawing, and how far down it stands.
struct Placed<'a> {
    y: f64,
    element: Element<'a>,
}

/// One chart as an element.
#[derive(Template)]
#[template(path = "chart.svg", escape = "html")]
struct Element<'a> {
    drawing: &'a Drawing,
}

/// A document of its own, with its style sheet: for files, and for pages that show it as an image.
pub(crate) fn document(charts: &[Chart]) -> Result<String, fmt::Error> {
    let drawings: Vec<Drawing> = charts.iter().map(Drawing::of).collect();
    let mut height = 0.0;
    let mut placed = Vec::new();
    for drawing in &drawings {
        placed.push(Placed { y: height, element: Element { drawing } });
        height += drawing.height + GAP;
    }
    let titles: Vec<&str> = drawings.iter().map(|drawing| drawing.title.as_str()).collect();
    let title = if titles.is_empty() { "nothing to draw".to_owned() } else { titles.join("; ") };
    // Of nothing one sees nothing, and not a picture that is broken.
    let height = (height - GAP).max(1.0);
    let style = style_sheet();
    Document { width: layout::WIDTH, height, title, style, placed }.render().map_err(|_| fmt::Error)
}

/// An element for a page that has the style sheet.
pub(crate) fn element(chart: &Chart) -> Result<String, fmt::Error> {
    Element { drawing: &Drawing::of(chart) }.render().map_err(|_| fmt::Error)
}

/// The style sheet of every chart, for light and for dark; on paper it is light.
pub(crate) fn style_sheet() -> String {
    let light = rules(|color| color.light);
    let dark = rules(|color| color.dark);
    format!("{STYLE}{light}@media screen and (prefers-color-scheme:dark){{\n{dark}}}\n")
}

/// What does not depend on the background.
const STYLE: &str = "\
.chart text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,\"DejaVu Sans Mono\",monospace;white-space:pre}
.chart .title{font:600 15px system-ui,-apple-system,\"Segoe UI\",Helvetica,Arial,sans-serif}
.chart .small{font-size:12px}
.chart .strong{font-weight:600}
.chart .end{text-anchor:end}
.chart .mid{text-anchor:middle}
.chart line,.chart .open{fill:none}
.chart .dash{stroke-dasharray:3 2}
.chart .beam{stroke-width:2}
";

/// The colours: of text, of full and shaded bars, and of lines.
fn rules(of: impl Fn(Color) -> &'static str) -> String {
    let (back, text, dim, grid) = (of(BACK), of(TEXT), of(DIM), of(GRID));
    let mut sheet = format!(
        ".chart .halo{{stroke:{back};stroke-width:3px;stroke-linejoin:round;paint-order:stroke}}\n\
         .chart .back,.chart .on{{fill:{back}}}\n.chart .text{{fill:{text}}}\n.chart .dim{{fill:{dim}}}\n\
         .chart .grid{{stroke:{grid}}}\n.chart .lead{{stroke:{dim}}}\n"
    );
    for color in FILLS {
        let (name, hex) = (color.name, of(color));
        sheet.push_str(&format!(
            ".chart .{name}{{fill:{hex};stroke:{hex}}}\n.chart .{name}.shade{{fill-opacity:{SHADE}}}\n\
             .chart .{name}.hollow{{fill:{back}}}\n"
        ));
    }
    sheet
}

/// The attributes of a form, for the template.
impl Drawing {
    fn forms(&self) -> impl Iterator<Item = (&str, Option<&str>, &Form)> {
        self.shapes.iter().map(|shape| (shape.class.as_str(), shape.title.as_deref(), &shape.form))
    }
}
