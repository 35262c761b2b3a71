//! The pictures of the README: what the tool prints on a terminal, as the terminal shows it, and what it draws.
//! `UPDATE_DOCS=1 cargo test --test integration pictures` writes them.

use anstyle_svg::Term;

use crate::tool::{Run, hold, repository};

/// The colours of a terminal with a dark background that can be read there: black, red, green, yellow, blue,
/// magenta, cyan and white, then the bright ones.
const COLORS: [(u8, u8, u8); 16] = [
    (72, 79, 88),
    (255, 123, 114),
    (63, 185, 80),
    (210, 153, 34),
    (88, 166, 255),
    (188, 140, 255),
    (57, 197, 207),
    (177, 186, 196),
    (110, 118, 129),
    (255, 161, 152),
    (86, 211, 100),
    (227, 179, 65),
    (121, 192, 255),
    (210, 168, 255),
    (86, 212, 221),
    (240, 246, 252),
];

/// The output of a command as a terminal with a dark background shows it, behind the command.
fn on_terminal(arguments: &[&str]) -> String {
    let ran = Run::tool(&repository("")).args(arguments).args(&["--color", "always"]).end();
    let shown = format!("$ kubectl lifecycle {}\n{}", arguments.join(" "), ran.out.trim_end());
    let colors = COLORS.map(|(r, g, b)| anstyle_svg_color(r, g, b));
    let term = Term::new()
        .palette(anstyle_svg::Palette(colors))
        .fg_color(anstyle_svg_color(230, 237, 243).into())
        .bg_color(anstyle_svg_color(13, 17, 23).into())
        .padding_px(16);
    term.render_svg(&shown)
}
