//! Programs on files.

use super::program::*;
use super::row::*;

const KEYTOOL_UNDO: &[Undo] =
    &[Undo { names: &["keytool"], form: Form::Option(&["-delete"]), same: Same::Any }];

const KEYTOOL_VALUES: &[&str] = &["-file", "-alias", "-keystore", "-storepass", "-keypass", "-dname"];

/// Options of `git` and `git clone` that take a value.
pub(crate) const GIT_VALUES: &[&str] = &[
    "-C",
    "-c",
    "-b",
    "--branch",
    "--depth",
    "-o",
    "--origin",
    "--config",
    "-j",
    "--jobs",
    "--filter",
    "--reference",
    "--shallow-since",
    "--template",
    "-u",
    "--upload-pack",
    "--separate-git-dir",
];

const LN_AGAIN: &[SecondRun] = &[SecondRun {
    values: &["-t", "--target-directory", "-S", "--suffix"],
    safe: &["-f", "--force", "-b", "--backup"],
    target: Target::Links,
    reason: "`ln` without `-f` fails when the name exists, or puts a second link inside the directory it points to",
    mend: "{0} -fn {args}",
    mend_is_safe: true,
    ..SECOND
}];

const MKDIR_AGAIN: &[SecondRun] = &[SecondRun {
    values: &["-m", "--mode"],
    safe: &["-p", "--parents"],
    target: Target::Makes,
    reason: "`mkdir` fails when the directory exists",
    mend: "{0} -p {args}",
    mend_is_safe: true,
    ..SECOND
}];

const MKFIFO_AGAIN: &[SecondRun] = &[SecondRun {
    values: &["-m", "--mode"],
    target: Target::Makes,
    reason: "it fails when the file exists",
    mend: "[ -e {path} ] || {cmd}",
    mend_is_safe: true,
    ..SECOND
}];

const MV_AGAIN: &[SecondRun] = &[SecondRun {
    values: &["-t", "--target-directory", "-S", "--suffix"],
    target: Target::Moves,
    reason: "`mv` fails because the first run has already moved the file away",
    mend: "[ ! -e {path} ] || {cmd}",
    ..SECOND
}];

const RM_AGAIN: &[SecondRun] = &[SecondRun {
    safe: &["-f", "--force"],
    target: Target::Takes,
    reason: "`rm` without `-f` fails when the file is already gone",
    mend: "{0} -f {args}",
    mend_is_safe: true,
    ..SECOND
}];

const RMDIR_AGAIN: &[SecondRun] = &[SecondRun {
    safe: &["--ignore-fail-on-non-empty"],
    target: Target::Takes,
    reason: "it fails when the name is already gone",
    mend: "[ ! -e {path} ] || {cmd}",
    ..SECOND
}];

const TEE_AGAIN: &[SecondRun] = &[SecondRun {
    form: Form::Option(&["-a", "--append"]),
    target: Target::Appends,
    harm: Harm::AddsUp,
    reason: "`tee -a` adds the same text again at each run",
    mend: "{-a=>}",
    ..SECOND
}];

const GIT_AGAIN: &[SecondRun] = &[SecondRun {
    form: Form::Verb(&["clone"]),
    values: GIT_VALUES,
    target: Target::Clones,
    reason: "`git clone` fails when the directory exists and is not empty",
    mend: "[ -e {path}/.git ] || {cmd}",
    ..SECOND
}];

const KEYTOOL_AGAIN: &[SecondRun] = &[SecondRun {
    form: Form::Option(&["-importcert", "-import", "-genkeypair", "-genkey", "-importpass", "-genseckey"]),
    values: KEYTOOL_VALUES,
    target: Target::File("-keystore"),
    reason: "`keytool` fails when the alias exists",
    mend: "{cmd} || true",
    undo: KEYTOOL_UNDO,
    ..SECOND
}];

/// One row a program.
pub(super) const PROGRAMS: &[Program] = &[
    tool(&["basename"]).needs(1, &[]).instant().prints(Prints::Same).makes_no_files(),
    tool(&["chgrp"]).needs(1, &["--reference"]).strays(Strays::Refused).instant().makes_no_files(),
    tool(&["chmod"])
        .needs(1, &["--reference"])
        .strays(Strays::Refused)
        .instant()
        .says(Says::Failure)
        .prints(Prints::Nothing)
        .makes_no_files(),
    tool(&["chown"])
        .needs(1, &["--reference"])
        .strays(Strays::Refused)
        .instant()
        .says(Says::Failure)
        .prints(Prints::Nothing)
        .makes_no_files(),
    tool(&["cp"])
        .needs(2, &["-t", "--target-directory"])
        .strays(Strays::RefusedBeforeLast)
        .files(OnFiles::Copies)
        .says(Says::Failure)
        .prints(Prints::Nothing)
        .values(&["-t", "--target-directory", "-S", "--suffix"]),
    tool(&["df"]).instant().makes_no_files(),
    tool(&["du"]).makes_no_files(),
    tool(&["dirname"]).needs(1, &[]).instant().prints(Prints::Same).makes_no_files(),
    tool(&["find"]).files(OnFiles::Finds).makes_no_files(),
    tool(&["install"]).files(OnFiles::Copies).instant().values(&[
        "-m",
        "--mode",
        "-o",
        "--owner",
        "-g",
        "--group",
        "-t",
        "--target-directory",
        "-S",
    ]),
    tool(&["ln"])
        .needs(1, &["-t", "--target-directory"])
        .files(OnFiles::Makes)
        .instant()
        .prints(Prints::Nothing)
        .makes_no_files()
        .values(&["-t", "--target-directory", "-S", "--suffix"])
        .second(LN_AGAIN),
    tool(&["link"]).second(LN_AGAIN),
    tool(&["ls"]).strays(Strays::Refused).instant().says(Says::Failure).prints(Prints::Data).makes_no_files(),
    tool(&["mkdir"])
        .needs(1, &[])
        .files(OnFiles::Makes)
        .instant()
        .prints(Prints::Nothing)
        .makes_no_files()
        .values(&["-m", "--mode"])
        .second(MKDIR_AGAIN),
    tool(&["mkfifo"])
        .needs(1, &[])
        .files(OnFiles::Makes)
        .instant()
        .values(&["-m", "--mode"])
        .second(MKFIFO_AGAIN),
    tool(&["mknod"]).instant().second(MKFIFO_AGAIN),
    tool(&["mktemp"]).instant().prints(Prints::Fresh),
    tool(&["mv"])
        .needs(2, &["-t", "--target-directory"])
        .strays(Strays::RefusedBeforeLast)
        .files(OnFiles::Moves)
        .instant()
        .prints(Prints::Nothing)
        .makes_no_files()
        .values(&["-t", "--target-directory", "-S", "--suffix"])
        .second(MV_AGAIN),
    tool(&["readlink"]).needs(1, &[]).instant().makes_no_files(),
    tool(&["realpath"]).instant().makes_no_files(),
    tool(&["rm"])
        .needs(1, &["-f", "--force"])
        .strays(Strays::Refused)
        .files(OnFiles::Removes)
        .instant()
        .prints(Prints::Nothing)
        .makes_no_files()
        .second(RM_AGAIN),
    tool(&["rmdir"])
        .needs(1, &[])
        .strays(Strays::Refused)
        .files(OnFiles::Removes)
        .instant()
        .makes_no_files()
        .second(RMDIR_AGAIN),
    tool(&["unlink"])
        .needs(1, &[])
        .strays(Strays::Refused)
        .files(OnFiles::Removes)
        .instant()
        .second(RMDIR_AGAIN),
    tool(&["stat"])
        .needs(1, &[])
        .strays(Strays::Refused)
        .instant()
        .says(Says::Failure)
        .prints(Prints::Data)
        .makes_no_files(),
    tool(&["sync"]).instant().makes_no_files(),
    tool(&["touch"])
        .needs(1, &[])
        .files(OnFiles::Makes)
        .instant()
        .says(Says::Failure)
        .prints(Prints::Nothing)
        .values(&["-r", "--reference", "-d", "--date", "-t"]),
    tool(&["truncate"]).needs(1, &[]).files(OnFiles::Makes).instant().values(&[
        "-s",
        "--size",
        "-r",
        "--reference",
    ]),
    tool(&["mountpoint"]).runs(Runs::Answers).says(Says::Failure),
    tool(&["mount"]).makes_no_files(),
    tool(&["umount"]).makes_no_files(),
    product(&["rsync"]).files(OnFiles::Copies).values(&["-e", "--rsh", "--exclude", "--include"]),
    tool(&["tee"]).files(OnFiles::Tees).runs(Runs::Reads).second(TEE_AGAIN),
    product(&["git"]).files(OnFiles::Clones).second(GIT_AGAIN),
    product(&["keytool"]).second(KEYTOOL_AGAIN),
    tool(&["shred"]).files(OnFiles::Removes),
    tool(&["tar"]).values(&["-C", "-d", "--directory", "-f"]).files(OnFiles::Unpacks),
    tool(&["unzip"]).values(&["-C", "-d", "--directory", "-f"]).files(OnFiles::Unpacks),
];
