//! Users and groups.

use super::program::*;
use super::row::*;

/// useradd, groupadd and their Debian and busybox kin.
const ACCOUNT_VALUES: &[&str] = &[
    "-u",
    "--uid",
    "-g",
    "--gid",
    "-G",
    "--groups",
    "-d",
    "--home-dir",
    "--home",
    "-h",
    "-s",
    "--shell",
    "-c",
    "--comment",
    "--gecos",
    "-p",
    "--password",
    "-k",
    "--skel",
    "-K",
    "--ingroup",
    "-e",
    "-f",
    "-b",
];

/// As [`ACCOUNT_VALUES`], without `-f`, which takes no value here.
const ACCOUNT_VALUES_OF_GROUPS: &[&str] = &["-g", "--gid", "-K", "-p", "--password"];

const USERADD_AGAIN: &[SecondRun] = &[SecondRun {
    values: ACCOUNT_VALUES,
    target: Target::Accounts,
    reason: "it fails when the user exists",
    mend: "id -u {name} >/dev/null 2>&1 || {cmd}",
    mend_is_safe: true,
    undo: &[Undo { names: &["userdel", "deluser"], form: Form::Always, same: Same::Last }],
    ..SECOND
}];

const GROUPADD_AGAIN: &[SecondRun] = &[SecondRun {
    values: ACCOUNT_VALUES_OF_GROUPS,
    safe: &["-f", "--force"],
    target: Target::Accounts,
    reason: "it fails when the group exists",
    mend: "getent group {name} >/dev/null || {cmd}",
    mend_is_safe: true,
    undo: &[Undo { names: &["groupdel", "delgroup"], form: Form::Always, same: Same::Last }],
    ..SECOND
}];

/// One row a program.
pub(super) const PROGRAMS: &[Program] = &[
    tool(&["useradd", "adduser"]).makes_no_files().second(USERADD_AGAIN),
    tool(&["usermod"]).makes_no_files(),
    tool(&["groupadd", "addgroup"]).makes_no_files().second(GROUPADD_AGAIN),
];
