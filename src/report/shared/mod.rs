//! What several formats share: how a place, a line, a count and a colour are written.

pub(crate) mod chart;
pub(crate) mod diff;
pub(crate) mod fixes;
pub(crate) mod guard;
pub(crate) mod json;
pub(crate) mod line;
pub(crate) mod look;
pub(crate) mod markdown;
pub(crate) mod page;
pub(crate) mod palette;
pub(crate) mod presentation;
pub(crate) mod root;
pub(crate) mod rule_page;
pub(crate) mod spot;
pub(crate) mod statistics;
pub(crate) mod subject;
pub(crate) mod summary;
pub(crate) mod svg;
