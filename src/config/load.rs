//! From the configuration file to its tree.

use std::path::{Path, PathBuf};

use super::find::OTHER_NAME;
use super::{Config, check, find};
use crate::finding::Trouble;
use crate::project::exclude::Base;
use crate::project::input::CONFIGURATION as FILE_NAME;
use crate::project::input::{Content, File, Role};
use crate::text::Source;
use crate::yaml::{self, DocumentError};

/// A configuration is a page of text; what is larger is none.
const MAX_SIZE: u64 = 4 * 1024 * 1024;

/// The configuration of the working directory; empty when there is no file.
///
/// # Errors
/// Everything that is wrong in the file, in its order.
pub(crate) fn load() -> Result<Config, Vec<Trouble>> {
    let found = std::env::current_dir().ok().and_then(|directory| find(&directory));
    match found {
        None => Ok(Config::default()),
        Some(path) if path.ends_with(OTHER_NAME) => Err(vec![Trouble {
            file: display(&path),
            line: None,
            column: None,
            message: format!("is not read, because the configuration is called `{FILE_NAME}`; rename it"),
        }]),
        Some(path) => load_from(&path),
    }
}

/// The configuration in a file.
///
/// # Errors
/// Everything that is wrong in the file, in its order; or that it cannot be read.
pub(crate) fn load_from(path: &Path) -> Result<Config, Vec<Trouble>> {
    let file = File { name: display(path), content: Content::Path(path.to_owned()), role: Role::Context };
    let source = file.read(MAX_SIZE).map_err(|trouble| vec![trouble])?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = parent.map_or_else(|| PathBuf::from("."), Path::to_owned);
    read(&source, &directory)
}

fn display(path: &Path) -> String {
    let name = path.to_string_lossy();
    name.strip_prefix("./").unwrap_or(&name).replace('\\', "/")
}

/// The configuration in a text whose paths are relative to `directory`.
fn read(source: &Source, directory: &Path) -> Result<Config, Vec<Trouble>> {
    let mut documents = yaml::documents(source, false).into_iter();
    let Some(first) = documents.next() else {
        return Ok(Config { file: Some(source.name().to_owned()), ..Config::default() });
    };
    let mut wrong = Vec::new();
    let config = match &first.content {
        Ok(tree) => check::config(source, tree, directory, &Base::new(directory), &mut wrong),
        Err(error) => {
            wrong.push((error.at(), not_yaml(error)));
            None
        }
    };
    if let Some(second) = documents.next() {
        let at = second.content.as_ref().map_or(second.span.start, |tree| tree.root().head_span().start);
        let message = "begins a second document here; a configuration is one document, so join them";
        wrong.push((at, message.to_owned()));
    }
    wrong.sort();
    wrong.dedup();
    match config.filter(|_| wrong.is_empty()) {
        Some(config) => Ok(config),
        None => Err(wrong.into_iter().map(|(at, message)| trouble(source, at, message)).collect()),
    }
}

fn trouble(source: &Source, at: usize, message: String) -> Trouble {
    let position = source.position(at);
    let (line, column) = (Some(position.line), Some(position.column));
    Trouble { file: source.name().to_owned(), line, column, message }
}

/// The reader of manifests, in words for a file that kubectl never reads.
fn not_yaml(error: &DocumentError) -> String {
    match error {
        DocumentError::Syntax { message, .. } => format!("is not valid YAML: {message}; mend it here"),
        DocumentError::Separator { text, .. } => {
            format!("has `{text}` behind the `---`; put it on the next line")
        }
        DocumentError::Directive { .. } => {
            "has a YAML directive, which is not read here; remove the line".to_owned()
        }
        DocumentError::Template { .. } => {
            "has a template here, and is read as it is; write the value itself".to_owned()
        }
        DocumentError::TooDeep { .. } => "is nested too deeply to be read; no setting is".to_owned(),
        DocumentError::TooManyAliases { .. } => {
            "has aliases that stand for millions of values, so it was not read; write them out".to_owned()
        }
        DocumentError::TooLong { .. } => "is too long to be read".to_owned(),
    }
}
