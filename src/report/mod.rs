//! What the user sees: the report in its formats, and the rule pages.

pub mod concise;
pub mod config;
pub mod format;
pub mod github;
pub mod gitlab;
pub mod human;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod rules;
pub mod sarif;
pub mod shared;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod hostile;
