//! What the user sees: the report in its formats, and the rule pages.

pub mod concise;
pub mod config;
pub mod escape;
pub mod format;
pub mod github;
pub mod gitlab;
pub mod guard;
pub mod human;
pub mod json;
pub mod junit;
pub mod look;
pub mod markdown;
pub mod page;
pub mod root;
pub mod rules;
pub mod sarif;
pub mod spot;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod hostile;
