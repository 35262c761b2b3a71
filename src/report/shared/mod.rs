//! What several formats share: how a place, a line, a count and a colour are written.

pub mod guard;
pub mod json;
pub mod line;
pub mod look;
pub mod palette;
pub mod presentation;
pub mod root;
pub mod rule_page;
pub mod spot;
pub mod summary;
