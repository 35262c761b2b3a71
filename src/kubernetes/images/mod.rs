//! What is known of images: one table, one row some repositories, each facet with what shows it. The rows stand in the
//! files of their fields; here are the questions.
//!
//! What the user knows besides, [`Own`], is asked first.

mod bases;
mod databases;
mod matching;
mod own;
mod proxies;
mod row;
mod servers;
mod shells;
mod stores;
#[cfg(test)]
mod tests;
mod withdrawn;

use std::borrow::Cow;

use super::image::Reference;
pub(crate) use own::{Own, OwnImage, OwnShell, OwnSignals};
pub(crate) use row::{Base, Data, Instead, Lingers, Proxy, Pull, Server, Withdrawn, Worth};
use row::{Facet, Row};

/// All rows; of several that speak of one facet of an image the first counts.
const TABLES: &[&[Row]] = &[
    shells::TABLE,
    bases::TABLE,
    servers::TABLE,
    proxies::TABLE,
    databases::TABLE,
    stores::TABLE,
    withdrawn::TABLE,
];

/// The rows that speak of an image.
fn rows(reference: Reference<'_>) -> impl Iterator<Item = &'static Row> {
    TABLES
        .iter()
        .copied()
        .flatten()
        .filter(move |row| row.repositories.match_of(reference) && row.tags.match_of(reference))
}

/// A facet of an image.
fn facet<T>(image: &str, pick: impl Fn(&'static Facet) -> Option<T>) -> Option<T> {
    rows(Reference::split(image)).flat_map(|row| row.known).find_map(|known| pick(&known.facet))
}

/// It is the pause image, which listens on nothing.
pub(crate) fn is_pause(image: &str) -> bool {
    facet(image, |facet| matches!(facet, Facet::Pause).then_some(())).is_some()
}

/// Words that an injector replaces by the image it was told, with all that its template has: probes, ports, hooks
/// (istio.io/latest/docs/setup/additional-setup/gateway).
const INJECTED: &[&str] = &["auto"];

/// It is no image, but a place for a container that is put there when the Pod is made; or a sentence in capitals that
/// says who fills it in: `FILLED BY THE OPERATOR`.
pub(crate) fn is_injected(image: &str) -> bool {
    let words = image.split_whitespace().count();
    let is_shouted = words > 1 && image.chars().all(|c| c.is_ascii_uppercase() || c == ' ' || c == '_');
    INJECTED.contains(&image) || is_shouted
}

/// Why the image has no shell; `None` when it has one, or when nobody knows.
pub(crate) fn has_no_shell(image: &str, own: &Own) -> Option<Cow<'static, str>> {
    lacks(image, "sh", own)
}

/// Why the image lacks a usual program, given by its name without a directory; `None` when it has it, or when
/// nobody knows.
pub(crate) fn lacks(image: &str, program: &str, own: &Own) -> Option<Cow<'static, str>> {
    let repository = Reference::split(image).repository;
    if let Some(pattern) = own.shell_less(repository) {
        return Some(format!("the configuration says of `{pattern}` that it holds no shell").into());
    }
    if own.of(repository).any(|image| image.shell.is_some()) {
        return None;
    }
    let (has, reason) = facet(image, |facet| match facet {
        Facet::NoShell { has, reason } => Some((has, *reason)),
        _ => None,
    })?;
    (!has.contains(&program)).then_some(Cow::Borrowed(reason))
}

/// Which shell an image calls `sh`, by the name of that shell; `None` where nobody knows, or it has none.
pub(crate) fn sh(image: &str, own: &Own) -> Option<&'static str> {
    let said = own.of(Reference::split(image).repository).find_map(|image| image.shell);
    match said {
        Some(OwnShell::None) => None,
        Some(OwnShell::Called(name)) => Some(name),
        None => facet(image, |facet| match facet {
            Facet::Sh(name) => Some(*name),
            _ => None,
        }),
    }
}

/// What an image that is there to build on starts; `None` of one that is none, or that nobody knows.
pub(crate) fn base(image: &str) -> Option<Base> {
    facet(image, |facet| match facet {
        Facet::Base(base) => Some(*base),
        _ => None,
    })
}

/// What ending at once costs a server of which only the configuration tells.
const LOSES: &str = "what it is doing is cut off";

/// The server of an image that ends at once on a signal, with that signal, which is named without `SIG`.
pub(crate) fn ended_by(image: &str, signal: &str, own: &Own) -> Option<(Server, &'static str)> {
    let said = own.of(Reference::split(image).repository).find_map(|image| image.signals.as_ref());
    if let Some(signals) = said {
        let server = Server { program: None, fast: &[], graceful: signals.graceful, loses: LOSES };
        return Some((server, signals.fast.iter().find(|fast| **fast == signal)?));
    }
    let server = facet(image, |facet| match facet {
        Facet::Signals(server) => Some(*server),
        _ => None,
    })?;
    Some((server, server.fast.iter().find(|fast| **fast == signal)?))
}

/// A proxy of which only the configuration tells.
static OWN_PROXY: Proxy = Proxy { name: "the proxy", is_way_out: true, ..Proxy::PLAIN };

/// The proxy that an image is.
pub(crate) fn proxy(image: &str, own: &Own) -> Option<&'static Proxy> {
    if own.of(Reference::split(image).repository).any(|image| image.is_proxy) {
        return Some(&OWN_PROXY);
    }
    facet(image, |facet| match facet {
        Facet::Proxy(proxy) => Some(proxy),
        _ => None,
    })
}

/// The ways in which servers of an image are told to go on accepting requests after the stop signal.
pub(crate) fn lingers(image: &str, own: &Own) -> Vec<Lingers> {
    let reference = Reference::split(image);
    let said = own.of(reference.repository).find_map(|image| image.keeps_accepting);
    if let Some(seconds) = said {
        return vec![Lingers::Always(seconds)];
    }
    let of_row = |known: &'static row::Known| match known.facet {
        Facet::Lingers(lingers) => Some(lingers),
        _ => None,
    };
    rows(reference).flat_map(|row| row.known).filter_map(of_row).collect()
}

/// What an image keeps, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept<'o> {
    /// By the table.
    Known(&'static Data),
    /// In these directories, by the user's word.
    Own(&'o [String]),
}

/// What an image keeps; `None` of one that keeps nothing, or that nobody knows, such as by a tag that leaves open which
/// of several releases it is.
pub(crate) fn kept<'o>(image: &str, own: &'o Own) -> Option<Kept<'o>> {
    let said = own.of(Reference::split(image).repository).find(|image| !image.data.is_empty());
    if let Some(image) = said {
        return Some(Kept::Own(&image.data));
    }
    facet(image, |facet| match facet {
        Facet::Data(data) => Some(Kept::Known(data)),
        _ => None,
    })
}

/// The tag of an image names a release, or begins as one does.
pub(crate) fn names_release(image: &str) -> bool {
    Reference::split(image).tag.is_some_and(matching::names_release)
}

/// What became of the registry or the catalogue that an image is from.
pub(crate) fn withdrawn(image: &str) -> Option<&'static Withdrawn> {
    facet(image, |facet| match facet {
        Facet::Withdrawn(withdrawn) => Some(withdrawn),
        _ => None,
    })
}
