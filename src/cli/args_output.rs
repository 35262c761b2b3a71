//! `-o`: which formats are written, and where to.

use crate::text::nearest;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Args, Command, Error};

use crate::report::format::{FORMATS, Format};

/// The flags about the report.
#[derive(Debug, Args)]
pub(super) struct OutputArgs {
    /// Write the report in a format, to standard output or to FILE; may be repeated [default: human]
    ///
    /// `human` is written to standard output as well when all formats go to files. A file is replaced as a
    /// whole, but for the one that GITHUB_STEP_SUMMARY names, which is added to.
    #[arg(
        short = 'o',
        long = "output",
        value_name = "FORMAT[=FILE]",
        value_parser = OutputParser,
        help_heading = "Output"
    )]
    outputs: Vec<Output>,

    /// Tell each finding whole where there are more than 30 and no format is asked for
    #[arg(long, help_heading = "Output")]
    full: bool,

    /// Count findings by rule, file, object and namespace instead of telling them; JSON holds the counts as well
    #[arg(long, help_heading = "Output")]
    pub(super) statistics: bool,

    /// List what is suppressed, with the reasons
    #[arg(long, help_heading = "Output")]
    pub(super) show_suppressed: bool,
}

/// A format and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Output {
    pub(super) format: Format,
    /// `None` is standard output.
    pub(super) file: Option<PathBuf>,
}

impl OutputArgs {
    /// One of the formats tells fixes; the one for a terminal does, and is written where no other is.
    pub(super) fn wants_fixes(&self) -> bool {
        const FORMATS: [Format; 5] =
            [Format::Human, Format::Json, Format::Sarif, Format::Gitlab, Format::Markdown];
        self.outputs.iter().any(|output| FORMATS.contains(&output.format))
            || self.outputs.iter().all(|output| output.file.is_some())
    }

    /// Nobody asked for the format of standard output, or for all of each finding.
    pub(super) fn may_be_brief(&self) -> bool {
        !self.full && self.outputs.iter().all(|output| output.file.is_some())
    }

    /// The outputs in the order given, one of which goes to standard output. `command` words the error.
    pub(super) fn plan(&self, command: Command) -> Result<Vec<Output>, Error> {
        let mut plan: Vec<Output> = Vec::new();
        for output in &self.outputs {
            let place = output.file.as_deref().map(same);
            let taken = plan.iter().find(|other| other.file.as_deref().map(same) == place);
            if let Some(other) = taken {
                return Err(clash(command, other, output));
            }
            plan.push(output.clone());
        }
        if plan.iter().all(|output| output.file.is_some()) {
            plan.push(Output { format: Format::Human, file: None });
        }
        Ok(plan)
    }
}

/// One spelling for all paths of a file, as far as they can be told without creating it.
fn same(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

/// Two formats in one place would be neither.
fn clash(mut command: Command, first: &Output, second: &Output) -> Error {
    let (a, b) = (name(first.format), name(second.format));
    let message = match &second.file {
        Some(file) => {
            format!("{a} and {b} would both be written to {}; give each a file of its own", file.display())
        }
        None => format!(
            "{a} and {b} would both go to standard output; write one of them to a file, as in `-o {b}=FILE`"
        ),
    };
    command.build();
    match command.find_subcommand_mut("lint") {
        Some(lint) => lint.error(ErrorKind::ArgumentConflict, message),
        None => command.error(ErrorKind::ArgumentConflict, message),
    }
}

fn name(format: Format) -> &'static str {
    FORMATS.iter().find(|(known, ..)| *known == format).map_or("", |(_, name, _)| name)
}

/// Reads `FORMAT[=FILE]`.
#[derive(Debug, Clone, Copy)]
struct OutputParser;

impl TypedValueParser for OutputParser {
    type Value = Output;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<Output, Error> {
        let (format, file) = split(value);
        let Some(known) = Format::find(&format) else { return Err(unknown(command, arg, &format)) };
        match file {
            None => Ok(Output { format: known, file: None }),
            Some(file) if file.is_empty() => Err(invalid(command, arg, value, "names no file after `=`")),
            Some(file) if file == "-" => Ok(Output { format: known, file: None }),
            Some(file) => Ok(Output { format: known, file: Some(file.into()) }),
        }
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(FORMATS.iter().map(|(_, name, about)| PossibleValue::new(*name).help(*about))))
    }
}

/// The format, and the file after the first `=`, which need not be Unicode.
fn split(value: &OsStr) -> (String, Option<std::ffi::OsString>) {
    let bytes = value.as_encoded_bytes();
    let Some(at) = bytes.iter().position(|byte| *byte == b'=') else {
        return (value.to_string_lossy().into_owned(), None);
    };
    let format = String::from_utf8_lossy(bytes.get(..at).unwrap_or_default()).into_owned();
    let text = value.to_string_lossy();
    // What stands before the `=` is ASCII in every format's name, so characters and bytes agree there;
    // a path that is no Unicode is taken from the value itself.
    let file = match value.to_str() {
        Some(text) => text.get(at + 1..).unwrap_or_default().into(),
        None => raw(value, at + 1).unwrap_or_else(|| text.get(at + 1..).unwrap_or_default().into()),
    };
    (format, Some(file))
}

#[cfg(unix)]
fn raw(value: &OsStr, from: usize) -> Option<std::ffi::OsString> {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    Some(std::ffi::OsString::from_vec(value.as_bytes().get(from..)?.to_vec()))
}

#[cfg(not(unix))]
fn raw(_: &OsStr, _: usize) -> Option<std::ffi::OsString> {
    None
}

fn invalid(command: &Command, arg: Option<&Arg>, value: &OsStr, why: &str) -> Error {
    let arg = arg.map(ToString::to_string).unwrap_or_default();
    let message =
        format!("`{}` for `{arg}` {why}; write it like `-o sarif=out.sarif`", value.to_string_lossy());
    command.clone().error(ErrorKind::ValueValidation, message)
}

/// Says which formats there are, and which one may be meant.
fn unknown(command: &Command, arg: Option<&Arg>, format: &str) -> Error {
    let names: Vec<String> = FORMATS.iter().map(|(_, name, _)| (*name).to_owned()).collect();
    let mut error = Error::new(ErrorKind::InvalidValue).with_cmd(command);
    if let Some(arg) = arg {
        error.insert(ContextKind::InvalidArg, ContextValue::String(arg.to_string()));
    }
    error.insert(ContextKind::InvalidValue, ContextValue::String(format.to_owned()));
    if let Some(near) = nearest::of(format, FORMATS.iter().map(|(_, name, _)| *name)) {
        error.insert(ContextKind::SuggestedValue, ContextValue::String(near.to_owned()));
    }
    error.insert(ContextKind::ValidValue, ContextValue::Strings(names));
    error
}
