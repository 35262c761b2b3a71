//! Programs that read text and write text.

use super::program::*;
use super::row::*;

const SED_AGAIN: &[SecondRun] = &[SecondRun {
    form: Form::SedInserts,
    values: &["-e", "--expression", "-f", "--file", "-l"],
    target: Target::Edits,
    harm: Harm::AddsUp,
    reason: "`sed -i` inserts the same text again at each run",
    mend: ONCE,
    ..SECOND
}];

/// One row a program.
pub(super) const PROGRAMS: &[Program] = &[
    tool(&["awk"]).runs(Runs::Reads).prints(Prints::Filtered),
    tool(&["gawk", "mawk"]).runs(Runs::Reads),
    tool(&["base64"]).runs(Runs::Reads),
    tool(&["cat"])
        .strays(Strays::Refused)
        .tells(Tells::Input)
        .runs(Runs::Reads)
        .says(Says::Failure)
        .prints(Prints::Data)
        .makes_no_files(),
    tool(&["cut"]).runs(Runs::Reads).prints(Prints::Filtered).makes_no_files(),
    tool(&["fold"]).runs(Runs::Reads),
    tool(&["head"]).runs(Runs::Reads).prints(Prints::Filtered).makes_no_files(),
    tool(&["jq"]).runs(Runs::Reads),
    tool(&["md5sum"]).runs(Runs::Reads),
    tool(&["nl"]).runs(Runs::Reads),
    tool(&["paste"]).runs(Runs::Reads),
    tool(&["rev"]).runs(Runs::Reads).prints(Prints::Filtered),
    tool(&["sed"]).runs(Runs::Reads).prints(Prints::Filtered).makes_no_files().second(SED_AGAIN),
    tool(&["gsed"]).second(SED_AGAIN),
    tool(&["sha256sum"]).runs(Runs::Reads),
    tool(&["sort"]).runs(Runs::Reads).prints(Prints::Filtered).makes_no_files(),
    tool(&["tac"]).runs(Runs::Reads),
    tool(&["tail"]).rule(Rule::Tail).prints(Prints::Filtered).makes_no_files(),
    tool(&["tr"]).runs(Runs::Reads).prints(Prints::Filtered).makes_no_files(),
    tool(&["uniq"]).runs(Runs::Reads).prints(Prints::Filtered).makes_no_files(),
    tool(&["wc"]).runs(Runs::Reads).prints(Prints::Filtered).makes_no_files(),
    tool(&["xxd"]).runs(Runs::Reads),
    tool(&["yq"]).runs(Runs::Reads),
    tool(&["cmp"]).runs(Runs::Answers),
    tool(&["diff"]).runs(Runs::Answers),
    tool(&["grep"])
        .needs(1, &["-e", "-f", "--regexp", "--file"])
        .runs(Runs::Answers)
        .says(Says::Success)
        .prints(Prints::Filtered)
        .makes_no_files(),
    tool(&["egrep"]).runs(Runs::Answers).says(Says::Success).prints(Prints::Filtered).makes_no_files(),
    tool(&["fgrep"]).runs(Runs::Answers).says(Says::Success).prints(Prints::Filtered),
    tool(&["seq"]).tells(Tells::Numbers).instant().prints(Prints::Same).makes_no_files(),
    tool(&["expr"])
        .tells(Tells::Expression)
        .runs(Runs::Answers)
        .says(Says::Nothing)
        .prints(Prints::Same)
        .makes_no_files(),
    tool(&["source-highlight"]).makes_no_files(),
    tool(&["xargs"]).rule(Rule::Xargs).prints(Prints::Filtered),
];
