//! Programs about time, processes and the machine, and those that run others.

use super::program::*;
use super::row::*;

/// One row a program.
pub(super) const PROGRAMS: &[Program] = &[
    tool(&["date"]).rule(Rule::Date).says(Says::Failure).prints(Prints::Same).makes_no_files(),
    tool(&["hostname"]).instant().says(Says::Failure).prints(Prints::Same).makes_no_files(),
    tool(&["id"]).instant().says(Says::Failure).prints(Prints::Same).makes_no_files(),
    tool(&["logname"]).instant(),
    tool(&["logger"]).instant().makes_no_files(),
    tool(&["nproc"]).instant().prints(Prints::Same),
    tool(&["printenv"]).instant().says(Says::Failure).prints(Prints::Same).makes_no_files(),
    tool(&["ps"]).instant().makes_no_files(),
    tool(&["tty"]).instant(),
    tool(&["uname"]).instant().prints(Prints::Same).makes_no_files(),
    tool(&["uptime"]).instant(),
    tool(&["who"]).instant(),
    tool(&["whoami"]).instant().says(Says::Failure).prints(Prints::Same).makes_no_files(),
    tool(&["sysctl"]).instant().makes_no_files(),
    tool(&["arch"]).prints(Prints::Same),
    tool(&["getconf"]).prints(Prints::Same),
    tool(&["free"]).makes_no_files(),
    tool(&["which"]).runs(Runs::Answers).says(Says::Nothing).makes_no_files(),
    tool(&["lsof"]).runs(Runs::Answers),
    tool(&["getent"]).runs(Runs::Answers).says(Says::Failure).makes_no_files(),
    tool(&["pgrep"])
        .strays(Strays::OperatorsRefused)
        .runs(Runs::Answers)
        .says(Says::Failure)
        .makes_no_files(),
    tool(&["pidof"]).runs(Runs::Answers).says(Says::Failure).makes_no_files(),
    tool(&["pkill"]).strays(Strays::OperatorsRefused).rule(Rule::KillByName).makes_no_files(),
    tool(&["killall"]).strays(Strays::OperatorsRefused).rule(Rule::KillByName).makes_no_files(),
    tool(&["killall5"]).rule(Rule::KillByName),
    tool(&["renice"]).instant(),
    tool(&["sleep"]).rule(Rule::Sleep).says(Says::Nothing).prints(Prints::Nothing).makes_no_files(),
    tool(&["usleep"]).rule(Rule::Usleep),
    tool(&["timeout"]).rule(Rule::Timeout).says(Says::Failure),
    tool(&["yes"]).rule(Rule::Endless),
    // procps sets a handler for SIGTERM (gitlab.com/procps-ng/procps, watch.c), and so does pause
    // (github.com/kubernetes/kubernetes, build/pause/linux/pause.c).
    tool(&["watch"]).rule(Rule::Endless).ends_on_signal(),
    product(&["pause"]).rule(Rule::Endless).ends_on_signal(),
    tool(&["env"])
        .runs(Runs::Wraps(Wrapper { values: &["-u", "--unset", "-C", "--chdir"], assignments: true }))
        .says(Says::Failure)
        .prints(Prints::Same)
        .makes_no_files(),
    tool(&["nice"]).runs(Runs::Wraps(Wrapper { values: &["-n", "--adjustment"], assignments: false })),
    tool(&["ionice"]).runs(Runs::Wraps(Wrapper { values: &["-c", "-n"], assignments: false })),
    tool(&["nohup"]).runs(Runs::Wraps(Wrapper { values: &[], assignments: false })),
    tool(&["setsid"]).runs(Runs::Wraps(Wrapper { values: &[], assignments: false })),
    tool(&["stdbuf"]).runs(Runs::Wraps(Wrapper { values: &["-i", "-o", "-e"], assignments: false })),
    tool(&["time"]).runs(Runs::Wraps(Wrapper { values: &[], assignments: false })),
    tool(&["busybox"]).runs(Runs::Wraps(Wrapper { values: &[], assignments: false })),
    product(&["tini"]).runs(Runs::Wraps(Wrapper { values: &["-p", "-e"], assignments: false })),
    product(&["dumb-init"]).runs(Runs::Wraps(Wrapper { values: &["-r", "--rewrite"], assignments: false })),
    // They work beside a server, and none of them is one.
    tool(&["cron", "crond", "anacron", "logrotate", "rsyslogd", "syslogd"]),
    tool(&["service"]).makes_no_files().uses(&[stops_and_waits(&["*", "stop"], Manner::Graceful)]),
    tool(&["systemctl"]).makes_no_files().uses(&[stops_and_waits(&["stop"], Manner::Graceful)]),
    product(&["supervisorctl"])
        .makes_no_files()
        .uses(&[stops_and_waits(&["stop"], Manner::Graceful), stops(&["shutdown"], Manner::Graceful)]),
    tool(&["apt-get"]).says(Says::Failure),
    tool(&["apk"]).says(Says::Failure),
];
