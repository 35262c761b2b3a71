//! The pictures of the README: what the tool prints on a terminal, as the terminal shows it, and what it draws.
//! `UPDATE_DOCS=1 cargo test --test integration pictures` writes them.

use anstyle::RgbColor;
use anstyle_svg::{Palette, Term};

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

/// What it is written in and on.
const TEXT: RgbColor = RgbColor(230, 237, 243);
const BACK: RgbColor = RgbColor(13, 17, 23);

/// What a command prints as a terminal with a dark background shows it, below the command.
fn on_terminal(arguments: &[&str]) -> String {
    let ran = Run::tool(&repository("")).args(arguments).args(&["--color", "always"]).end();
    let shown = format!("$ kubectl lifecycle {}\n{}", arguments.join(" "), ran.out.trim_end());
    let colors = COLORS.map(|(r, g, b)| RgbColor(r, g, b));
    let term = Term::new().palette(Palette(colors)).fg_color(TEXT.into()).bg_color(BACK.into());
    let drawn = term.render_svg(&shown);
    // A page may show it smaller than it is, and what is dim is to be read all the same.
    let scaled = drawn.replacen("<svg ", &format!("<svg viewBox=\"{}\" ", view(&drawn)), 1);
    let picture = scaled.replace(".dimmed { opacity: 0.4; }", ".dimmed { opacity: 0.65; }");
    assert!(!picture.contains("opacity: 0.4"), "what is dim cannot be read");
    picture
}

/// All that is drawn: `0 0 835 1082`.
fn view(drawn: &str) -> String {
    let length = |name: &str| {
        let (_, rest) = drawn.split_once(&format!(" {name}=\"")).unwrap();
        rest.split_once("px\"").unwrap().0
    };
    format!("0 0 {} {}", length("width"), length("height"))
}

#[test]
fn the_finding_of_the_readme_is_what_a_terminal_shows() {
    hold(&repository("docs/images/finding.svg"), &on_terminal(&["lint", "k8s/02-prestop-hook.yaml"]));
}

#[test]
fn the_timeline_of_the_readme_is_what_the_tool_draws() {
    let arguments = ["timeline", "--show", "stop", "-o", "svg", "k8s/02-prestop-hook.yaml"];
    let drawn = Run::tool(&repository("")).args(&arguments).end().out;
    hold(&repository("docs/images/timeline.svg"), &drawn);
}

#[test]
fn the_readme_says_in_words_what_its_pictures_show() {
    let readme = std::fs::read_to_string(repository("README.md")).unwrap();
    for picture in readme.split("![").skip(1) {
        let (words, rest) = picture.split_once("](").unwrap();
        let (file, _) = rest.split_once(')').unwrap();
        assert!(words.split_whitespace().count() > 5, "{file}: {words}");
        assert!(repository(file).is_file(), "{file}");
    }
}
