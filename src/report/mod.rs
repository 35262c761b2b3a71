//! What the user sees: the report in its formats, and the rule pages.

pub(crate) mod concise;
pub(crate) mod config;
pub(crate) mod format;
pub(crate) mod github;
pub(crate) mod gitlab;
pub(crate) mod html;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod markdown;
pub(crate) mod rules;
pub(crate) mod sarif;
pub(crate) mod shared;
pub(crate) mod timeline;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod hostile;
