//! Which images a row speaks of: by their repositories, under all names that these have, and by their tags.

use crate::kubernetes::image::Reference;

/// Repositories.
#[derive(Debug)]
pub(super) enum Repositories {
    /// Of these names among the official images of Docker Hub, and of their mirrors.
    Official(&'static [&'static str]),
    /// Of these names at Docker Hub, the owner included.
    Hub(&'static [&'static str]),
    /// Exactly these.
    Exactly(&'static [&'static str]),
    /// Of which these are the last parts, whatever registry and mirror stands before them.
    Ending(&'static [&'static str]),
    /// Which begin so.
    Starting(&'static [&'static str]),
    /// Which begin so, but for these last parts.
    StartingBut(&'static [&'static str], &'static [&'static str]),
    /// Of which these are the first parts and those the last, with nothing between.
    Under(&'static [&'static str], &'static [&'static str]),
    /// A last part below a registry, whatever stands between.
    Below(&'static str, &'static [&'static str]),
    /// `…/distroless/<name>`, `<name>-distroless`, or a tag with that word.
    Word(&'static str),
    /// Every one.
    Any,
}

/// Where the images of Docker Hub are called so as well.
const HUBS: &[&str] = &["docker.io/", "index.docker.io/", "registry-1.docker.io/"];

/// Where its official images are called so as well: `library` is their owner there, and one mirror leaves it out.
const OFFICIAL: &[&str] = &["library/", "mirror.gcr.io/library/", "mirror.gcr.io/"];

/// What stands before their names in a mirror that a registry holds beside others. `library` alone is the project that
/// Harbor has for images of one's own.
const MIRRORED: &str = "/library/";

/// The repository without the registry of Docker Hub.
fn at_hub(repository: &str) -> &str {
    HUBS.iter().find_map(|hub| repository.strip_prefix(hub)).unwrap_or(repository)
}

/// The name of an official image, if it is one: a word without a slash.
fn official(repository: &str) -> Option<&str> {
    let at_hub = at_hub(repository);
    let mirrored = || {
        let (mirror, name) = at_hub.rsplit_once(MIRRORED)?;
        mirror.contains('/').then_some(name)
    };
    let name =
        OFFICIAL.iter().find_map(|start| at_hub.strip_prefix(start)).filter(|name| !name.contains('/'));
    let name = name.or_else(mirrored).unwrap_or(at_hub);
    (!name.contains('/')).then_some(name)
}

impl Repositories {
    pub(super) fn match_of(&self, reference: Reference<'_>) -> bool {
        let Reference { repository, tag, .. } = reference;
        match self {
            Self::Any => true,
            Self::Official(names) => official(repository).is_some_and(|name| names.contains(&name)),
            Self::Hub(names) => names.contains(&at_hub(repository)),
            Self::Exactly(names) => names.contains(&repository),
            Self::Ending(names) => names.iter().any(|name| {
                let before = repository.strip_suffix(name);
                before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
            }),
            Self::Starting(starts) => starts.iter().any(|start| repository.starts_with(start)),
            Self::StartingBut(starts, others) => {
                let mut rests = starts.iter().filter_map(|start| repository.strip_prefix(start));
                rests.any(|rest| !others.contains(&rest))
            }
            Self::Under(starts, names) => starts.iter().any(|start| {
                let rest = repository.strip_prefix(start).and_then(|rest| rest.strip_prefix('/'));
                rest.is_some_and(|rest| names.contains(&rest))
            }),
            Self::Below(registry, names) => {
                let (parents, name) = repository.rsplit_once('/').unwrap_or(("", repository));
                parents.strip_prefix(registry).is_some_and(|rest| rest.starts_with('/'))
                    && names.contains(&name)
            }
            Self::Word(word) => is_called(repository, tag, word),
        }
    }
}

/// An image of that word alone may be what builds the others.
fn is_called(repository: &str, tag: Option<&str>, word: &str) -> bool {
    let (parents, name) = repository.rsplit_once('/').unwrap_or(("", repository));
    let is_named = name != word && words(name).any(|part| part == word);
    let is_tool = words(name).any(|part| matches!(part, "debug" | "dev" | "builder" | "build"));
    let is_below = parents.rsplit('/').next() == Some(word);
    let is_tagged = tag.is_some_and(|tag| words(tag).any(|part| part == word));
    !is_tool && (is_below || is_named || is_tagged)
}

/// Which tags of a repository are meant.
#[derive(Debug)]
pub(super) struct Tags {
    /// The releases; `None` is all, and tags that name none.
    pub releases: Option<Releases>,
    /// What stands somewhere in the tag; empty where nothing has to.
    pub with: &'static str,
    /// What does not.
    pub without: &'static [&'static str],
    /// Words that are not among those of the tag.
    pub without_words: &'static [&'static str],
    /// What is not pulled by a digest.
    pub by_tag_alone: bool,
}

impl Tags {
    /// Every tag, none, and digests.
    pub(super) const ALL: Self =
        Self { releases: None, with: "", without: &[], without_words: &[], by_tag_alone: false };

    /// Releases by their two leading numbers.
    pub(super) const fn of(releases: Releases) -> Self {
        Self { releases: Some(releases), ..Self::ALL }
    }

    pub(super) fn match_of(&self, reference: Reference<'_>) -> bool {
        let tag = reference.tag.unwrap_or_default();
        let is_pulled_by_digest = self.by_tag_alone && reference.digest.is_some();
        let is_another = self.without.iter().any(|part| tag.contains(part))
            || words(tag).any(|word| self.without_words.contains(&word));
        if is_pulled_by_digest || is_another {
            return false;
        }
        tag.contains(self.with) && self.releases.is_none_or(|releases| releases.hold(reference))
    }
}

/// Releases, by their two leading numbers.
#[derive(Debug, Clone, Copy)]
pub(super) enum Releases {
    /// From this on; of tags that name no release nothing is known.
    Since(Release),
    /// The same, and for tags that begin with `edge-`, of which the numbers are year and month.
    SinceOrEdge(Release, Release),
    /// From this on, which is what these tags of no number mean.
    SinceAnd(Release, &'static [&'static str]),
    /// From the first on and before the second.
    Within(Release, Release),
    /// Before this.
    Before(Release),
}

/// The tags of the newest release: none, and the one that is meant then.
pub(super) const LATEST: &[&str] = &["", "latest"];

/// The tag names a release.
pub(super) fn names_release(tag: &str) -> bool {
    named(tag).is_some()
}

/// The two leading numbers of a release.
pub(super) type Release = (u32, u32);

impl Releases {
    fn hold(self, reference: Reference<'_>) -> bool {
        let tag = reference.tag.unwrap_or_default();
        match self {
            Self::Since(first) => full(tag).is_some_and(|release| release >= first),
            Self::SinceOrEdge(first, edge) => match tag.strip_prefix("edge-") {
                Some(tag) => full(tag).is_some_and(|release| release >= edge),
                None => {
                    full(tag.strip_prefix("stable-").unwrap_or(tag)).is_some_and(|release| release >= first)
                }
            },
            Self::SinceAnd(first, newest) => match named(tag) {
                Some(release) => release >= first,
                None => reference.digest.is_none() && newest.contains(&tag),
            },
            Self::Within(first, end) => named(tag).is_some_and(|release| release >= first && release < end),
            Self::Before(first) => named(tag).is_some_and(|release| release < first),
        }
    }
}

/// The release of a tag with two numbers in front: `v1.27.5`.
fn full(tag: &str) -> Option<Release> {
    let mut numbers = tag.trim_start_matches('v').split(['.', '-']).map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => Some((major, minor)),
        _ => None,
    }
}

/// The release that a tag begins with, of which the second number may be missing, or that follows `pg`, as images that
/// add to PostgreSQL write its own: `18`, `18-alpine`, `18beta1`, `0.8.0-pg17`.
fn named(tag: &str) -> Option<Release> {
    let digits = |text: &str| {
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        text.get(..end).and_then(|digits| digits.parse::<u32>().ok())
    };
    if let Some(major) = words(tag).find_map(|word| digits(word.strip_prefix("pg")?)) {
        return Some((major, 0));
    }
    let tag = tag.trim_start_matches('v');
    let major = digits(tag)?;
    let minor = tag.split_once('.').and_then(|(_, rest)| digits(rest)).unwrap_or(0);
    Some((major, minor))
}

/// The words of a tag, or of a part of a path.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(['-', '_', '.'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_official_image_is_known_under_all_names_of_its_registry_and_no_other() {
        for image in [
            "postgres",
            "library/postgres",
            "docker.io/postgres",
            "docker.io/library/postgres",
            "index.docker.io/library/postgres",
            "public.ecr.aws/docker/library/postgres",
            "mirror.gcr.io/library/postgres",
            "harbor.example.com:5000/hub/library/postgres",
        ] {
            assert_eq!(official(image), Some("postgres"), "{image}");
        }
        for image in [
            "bitnami/postgres",
            "registry.example.com/postgres",
            "quay.io/library/postgres",
            "registry.example.com/library/postgres",
            "library/team/postgres",
        ] {
            assert_ne!(official(image), Some("postgres"), "{image}");
        }
    }

    #[test]
    fn a_release_is_read_from_a_tag_as_it_is_written() {
        for (tag, release) in [
            ("18", Some((18, 0))),
            ("18.1", Some((18, 1))),
            ("18-alpine", Some((18, 0))),
            ("18beta1-alpine3.22", Some((18, 0))),
            ("v3.5.9", Some((3, 5))),
            ("16-3.4", Some((16, 0))),
            ("latest-pg17", Some((17, 0))),
            ("0.8.0-pg17", Some((17, 0))),
            ("latest", None),
            ("bookworm", None),
            ("", None),
        ] {
            let found = named(tag);
            assert_eq!(found.map(|(major, _)| major), release.map(|(major, _)| major), "{tag}");
        }
        assert_eq!(full("3.13-alpine"), Some((3, 13)));
        assert_eq!(full("18"), None);
    }

    #[test]
    fn the_newest_release_is_what_latest_and_no_tag_mean() {
        let newest = Releases::SinceAnd((18, 0), LATEST);
        for (image, holds) in [
            ("postgres", true),
            ("postgres:latest", true),
            ("postgres:18", true),
            ("postgres:17", false),
            ("postgres:bookworm", false),
            ("postgres@sha256:0123", false),
            ("postgres:18@sha256:0123", true),
        ] {
            assert_eq!(newest.hold(Reference::split(image)), holds, "{image}");
        }
    }
}
