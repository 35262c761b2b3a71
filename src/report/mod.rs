//! What the user sees: the report for people, the report for machines, and the rule pages.

pub mod config;
pub mod escape;
pub mod human;
pub mod json;
pub mod look;
pub mod markdown;
pub mod rules;

#[cfg(test)]
mod fixture;
