//! The tool as its users meet it. Everything here goes through the executable or through what the
//! library makes public; what needs more is tested beside what it tests, in `src/`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod programs;
mod repository;
mod tool;

mod advice;
mod api_server;
mod baseline;
mod changes;
mod command_line;
mod completion;
mod configuration;
mod configuration_documents;
#[cfg(unix)]
mod docs_commands;
mod documents;
mod drawings;
mod fixing;
mod fixtures;
mod hostile;
mod ignored;
mod kubelet;
mod live;
mod meant;
mod nothing_judged;
mod observed;
mod outputs;
mod overrides;
mod partial;
mod pictures;
#[cfg(unix)]
mod progress;
mod project;
mod reading;
mod release;
mod rendering;
mod rooms;
mod streams;
mod suppressions;
mod timeline;
mod timeline_pages;
mod verbose;
mod versions;
mod yaml;
