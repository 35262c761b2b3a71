//! What is known about programs and shell builtins: how they end, and whether that takes time.

/// What a command does with the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Returns at once, and counts as succeeding.
    Instant,
    /// Returns at once; success or failure is its answer.
    Answers,
    /// Returns at once with failure.
    Fails,
    /// Copies its input, so it returns at once unless it reads from a connection.
    Reads,
}

/// A shell runs these itself; there is no such program to execute.
pub(crate) const SHELL_ONLY: &[&str] = &[
    ".", ":", "alias", "bg", "break", "builtin", "case", "continue", "declare", "do", "done", "eval", "exec",
    "exit", "export", "fg", "fi", "for", "function", "if", "let", "local", "readonly", "return", "set",
    "shift", "source", "then", "times", "trap", "typeset", "ulimit", "unset", "until", "wait", "while",
];

const TABLE: &[(Manner, &[&str])] = &[
    // Builtins that change the shell or print.
    (
        Manner::Instant,
        &[
            ":", "alias", "cd", "declare", "disown", "echo", "export", "hash", "jobs", "local", "popd",
            "printf", "pushd", "pwd", "readonly", "shopt", "times", "true", "typeset", "ulimit", "umask",
            "unalias", "unset", "setopt", "builtin",
        ],
    ),
    // Small programs on files, names and the clock.
    (
        Manner::Instant,
        &[
            "basename", "chgrp", "chmod", "chown", "date", "df", "dirname", "env", "hostname", "id",
            "install", "ln", "logname", "logger", "ls", "mkdir", "mkfifo", "mknod", "mktemp", "mv", "nproc",
            "printenv", "ps", "readlink", "realpath", "rm", "rmdir", "seq", "stat", "sync", "touch",
            "truncate", "tty", "uname", "uptime", "who", "whoami", "unlink", "sysctl",
        ],
    ),
    // Filters.
    (
        Manner::Reads,
        &[
            "awk",
            "base64",
            "cat",
            "cut",
            "fold",
            "gawk",
            "head",
            "jq",
            "mawk",
            "md5sum",
            "nl",
            "paste",
            "rev",
            "sed",
            "sha256sum",
            "sort",
            "tac",
            "tail",
            "tee",
            "tr",
            "uniq",
            "wc",
            "xxd",
            "yq",
        ],
    ),
    // Tests.
    (
        Manner::Answers,
        &[
            "cmp",
            "diff",
            "egrep",
            "fgrep",
            "getent",
            "grep",
            "mountpoint",
            "pgrep",
            "pidof",
            "type",
            "which",
            "expr",
            "lsof",
            "netstat",
            "ss",
        ],
    ),
    // Signals, and the network of the Pod.
    (
        Manner::Instant,
        &[
            "kill",
            "killall",
            "killall5",
            "pkill",
            "ip",
            "ip6tables",
            "ipset",
            "iptables",
            "ipvsadm",
            "route",
            "renice",
            "tc",
        ],
    ),
    (Manner::Fails, &["false"]),
];

/// How a command that has no rules of its own ends; `None` when nobody knows.
pub(crate) fn manner(name: &str) -> Option<Manner> {
    TABLE.iter().find(|(_, names)| names.contains(&name)).map(|(manner, _)| *manner)
}

/// The command is part of what a shell-less image leaves out: a shell, `sleep` or another of the
/// small tools.
pub(crate) fn is_system_tool(name: &str) -> bool {
    const OTHERS: &[&str] =
        &["sleep", "usleep", "timeout", "nice", "nohup", "busybox", "curl", "wget", "test", "["];
    super::interpreters::is_shell(name) || OTHERS.contains(&name) || manner(name).is_some()
}

/// A way to tell the server to stop.
pub(crate) struct Stop {
    /// The program.
    pub name: &'static str,
    /// All of these must be among its arguments, in this order.
    pub arguments: &'static [&'static str],
    /// It returns at once; otherwise it waits for the server, nobody knows how long.
    pub at_once: bool,
}

/// Commands that stop the server (B34); signals are recognised apart from these.
pub(crate) const STOPS: &[Stop] = &[
    Stop { name: "nginx", arguments: &["-s", "quit"], at_once: true },
    Stop { name: "nginx", arguments: &["-s", "stop"], at_once: true },
    Stop { name: "openresty", arguments: &["-s", "quit"], at_once: true },
    Stop { name: "openresty", arguments: &["-s", "stop"], at_once: true },
    // apachectl and httpd send a signal and return.
    Stop { name: "apachectl", arguments: &["stop"], at_once: true },
    Stop { name: "apachectl", arguments: &["graceful-stop"], at_once: true },
    Stop { name: "apache2ctl", arguments: &["stop"], at_once: true },
    Stop { name: "apache2ctl", arguments: &["graceful-stop"], at_once: true },
    Stop { name: "httpd", arguments: &["-k", "stop"], at_once: true },
    Stop { name: "httpd", arguments: &["-k", "graceful-stop"], at_once: true },
    // pg_ctl waits for the server by default.
    Stop { name: "pg_ctl", arguments: &["stop"], at_once: false },
    Stop { name: "redis-cli", arguments: &["shutdown"], at_once: false },
    Stop { name: "mysqladmin", arguments: &["shutdown"], at_once: false },
    Stop { name: "rabbitmqctl", arguments: &["stop_app"], at_once: false },
    Stop { name: "rabbitmqctl", arguments: &["stop"], at_once: false },
    Stop { name: "kong", arguments: &["quit"], at_once: false },
    Stop { name: "kong", arguments: &["stop"], at_once: true },
    Stop { name: "caddy", arguments: &["stop"], at_once: false },
    Stop { name: "varnishadm", arguments: &["stop"], at_once: true },
    Stop { name: "supervisorctl", arguments: &["stop"], at_once: false },
    Stop { name: "supervisorctl", arguments: &["shutdown"], at_once: true },
];

/// Commands that only talk to the server, and return at once.
pub(crate) const TALKS: &[(&str, &[&str])] =
    &[("nginx", &["-s"]), ("nginx", &["-t"]), ("apachectl", &["-k"]), ("openresty", &["-s"])];

/// The signals that ask a server to stop; HUP and USR1 ask for a reload or for new log files.
pub(crate) const STOP_SIGNALS: &[&str] = &["TERM", "15", "INT", "2", "QUIT", "3", "KILL", "9", "WINCH", "28"];

/// `arguments` holds all of `wanted`, in this order.
pub(crate) fn holds(arguments: &[Option<String>], wanted: &[&str]) -> bool {
    let mut rest = arguments.iter();
    wanted
        .iter()
        .all(|word| rest.any(|argument| argument.as_deref().is_some_and(|a| a.eq_ignore_ascii_case(word))))
}
