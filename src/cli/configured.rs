//! Joins what the configuration says with what the flags say.

use std::io;

use super::args::Lint;
use super::args_config::{ConfigArgs, ShowConfig};
use super::args_output::Output;
use super::args_timeline::ShowTimeline;
use super::choices::ListFormat;
use super::output;
use super::streams::Streams;
use crate::cli::exit::Exit;
use crate::config::show::{self, Effective};
use crate::config::{self, Entry, schema};
use crate::finding::{Report, Severity, Trouble};
use crate::lint::{Input, Options};
use crate::manifest::kinds::Kinds;
use crate::project::exclude::{self, Exclude};
use crate::project::sourced::{SetBy, Sourced};
use crate::report;
use crate::report::shared::json;
use crate::report::shared::look::Look;
use crate::text::escape;

/// A run with everything the configuration has a say in.
pub(super) struct Configured {
    pub(super) options: Options,
    pub(super) fail_on: Option<Severity>,
    /// For `--verbose`.
    pub(super) notes: Vec<String>,
}

/// Reads the configuration and lets the flags beat it.
pub(super) fn configure(lint: &Lint) -> Result<Configured, Vec<Trouble>> {
    let effective = effective(&lint.config, lint.judgement.entries(), lint.judgement.fail_on())?;
    Ok(configured(lint.options(), effective, &lint.config))
}

/// The options of a timeline.
pub(super) fn configure_timeline(show: &ShowTimeline) -> Result<Options, Vec<Trouble>> {
    let effective = effective(&show.config, show.cluster.entries(), None)?;
    Ok(configured(show.input.options(), effective, &show.config).options)
}

/// The options with what the configuration says.
fn configured(mut options: Options, effective: Effective, args: &ConfigArgs) -> Configured {
    options.settings = effective.settings();
    // Nobody can mend what fails a run and is not shown.
    options.settings.advice = effective.fail_on.value == Some(Severity::Info);
    options.exclude = exclude(&effective, args.force_exclude);
    let Effective { config, flags, fail_on, .. } = effective;
    options.overrides = config.overrides.with_flags(flags);
    options.kinds = Kinds::new(config.kinds.into_iter().map(|kind| kind.value).collect());
    let context = config.context.into_iter();
    options.context.extend(context.map(|path| Input::Path { path: path.value, recursive: true }));
    let read = config.file.map(|file| format!("{file}: read as the configuration"));
    let notes = read.into_iter().chain(config.notes).collect();
    Configured { options, fail_on: fail_on.value, notes }
}

/// What holds by the configuration, and by flags that say otherwise.
fn effective(
    args: &ConfigArgs,
    flags: Vec<Entry>,
    fail_on: Option<Option<Severity>>,
) -> Result<Effective, Vec<Trouble>> {
    let config = match &args.config {
        _ if args.no_config => config::Config::default(),
        Some(path) => config::load_from(path)?,
        None => config::load()?,
    };
    let by_flag = fail_on.map(|value| Sourced { value, set_by: SetBy::Flag("--fail-on") });
    let default = Sourced { value: Some(Severity::Warning), set_by: SetBy::Default };
    let fail_on = by_flag.or_else(|| config.fail_on.clone()).unwrap_or(default);
    let overrides = config.overrides.clone().with_flags(flags.clone());
    Ok(Effective {
        config: config::Config { overrides, ..config },
        flags,
        fail_on,
        excluded_by_flags: exclude::of_flag(&args.exclude, "--exclude"),
    })
}

fn exclude(effective: &Effective, force: bool) -> Exclude {
    Exclude::new(vec![effective.config.exclude.clone(), effective.excluded_by_flags.clone()], force)
}

/// Nothing is linted by settings that may be wrong; the report says why in every format.
pub(super) fn refuse(
    trouble: Vec<Trouble>,
    lint: &Lint,
    outputs: &[Output],
    look: &Look,
    streams: &mut Streams<'_>,
    exit: &mut Exit,
) -> io::Result<()> {
    *exit = Exit::Trouble;
    let report = Report { trouble, ..Report::default() };
    // The report is worth more than the word about it.
    let _ = writeln!(streams.err, "{NOT_LINTED}");
    // Its closing line would count what was not looked for.
    output::write(&report, lint, outputs, true, look, streams, exit)
}

const NOT_LINTED: &str = "error: nothing was linted, because the configuration cannot be used as it is; mend it, or \
    lint without it: --no-config";

/// `kubectl lifecycle config`.
pub(super) fn show(
    args: &ShowConfig,
    look: &Look,
    streams: &mut Streams<'_>,
    exit: &mut Exit,
) -> io::Result<()> {
    if args.schema {
        return json::to_writer(&schema::schema(), streams.out);
    }
    let judgement = &args.judgement;
    let effective = match effective(&args.config, judgement.entries(), judgement.fail_on()) {
        Ok(effective) => effective,
        Err(trouble) => {
            *exit = Exit::Trouble;
            return trouble.iter().try_for_each(|one| writeln!(streams.err, "error: {}", line(one)));
        }
    };
    let rows = show::rows(&effective, args.file.as_deref());
    let file = args.file.as_deref().map(|file| file.to_string_lossy());
    let exclude = exclude(&effective, args.config.force_exclude);
    let excluded = args.file.as_deref().and_then(|file| Some(exclude.named(exclude.excluding(file, &[])?)));
    let shown = report::config::Shown {
        config: effective.config.file.as_deref(),
        file: file.as_deref(),
        excluded,
        rows: &rows,
    };
    match args.output {
        ListFormat::Human => report::config::human(&shown, look, streams.out),
        ListFormat::Json => report::config::json(&shown, streams.out),
    }
}

/// `file:line:column: message`
pub(super) fn line(trouble: &Trouble) -> String {
    let mut place = trouble.file.clone();
    for number in [trouble.line, trouble.column].into_iter().flatten() {
        place.push_str(&format!(":{number}"));
    }
    escape::line(&format!("{place}: {}", trouble.message)).into()
}
