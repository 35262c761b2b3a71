//! The manual pages, written from the definition of the command line.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use clap::Command;
use clap_mangen::Man;

/// Writes the page of the whole tool.
pub(super) fn page(root: Command, out: &mut dyn Write) -> io::Result<()> {
    let page = pages(root)?.into_iter().next().map(|page| page.text).unwrap_or_default();
    out.write_all(&page)
}

/// Writes all pages into a directory, which is made if it does not exist.
pub(super) fn directory(root: Command, directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    pages(root)?.iter().try_for_each(|page| fs::write(directory.join(&page.file), &page.text))
}

/// A manual page.
struct ManPage {
    file: String,
    text: Vec<u8>,
}

/// The tool's page and one for each subcommand, that of the tool first.
fn pages(mut root: Command) -> io::Result<Vec<ManPage>> {
    root.build();
    let name = root.get_name().to_owned();
    let mut pages = vec![render(&name, &root)?];
    for subcommand in root.get_subcommands().filter(|subcommand| !subcommand.is_hide_set()) {
        pages.push(render(&format!("{name}-{}", subcommand.get_name()), subcommand)?);
    }
    Ok(pages)
}

fn render(name: &str, command: &Command) -> io::Result<ManPage> {
    // The name of a page has no blanks; what is typed has, and stands in the synopsis.
    let man = Man::new(command.clone().display_name(name.to_owned())).title(name).manual("kubectl lifecycle");
    let mut text = Vec::new();
    man.render(&mut text)?;
    Ok(ManPage { file: format!("{name}.1"), text })
}
