//! The commands whose second run fails or adds up, each with its reason: data only.

use super::Harm::{self, AddsUp, Fails};
use super::effects::GIT_VALUES;

/// When a row speaks of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Any call.
    Always,
    /// The operands start with these words; `*` is any one word.
    Verb(&'static [&'static str]),
    /// One of these options is given.
    Option(&'static [&'static str]),
    /// This option is given with one of these values.
    Choice(&'static str, &'static [&'static str]),
    /// The first operand, in any case, is one of these words; also as a line of standard input.
    Word(&'static [&'static str]),
    /// It sends an HTTP POST (see `http`).
    Post,
    /// `sed -i` with a script that inserts (see `sed`).
    SedInserts,
}

/// What a call works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// Makes each operand.
    Makes,
    /// Makes a link: the last operand, or the name of the only one.
    Links,
    /// Makes a clone: the last operand, or the name of the repository.
    Clones,
    /// Adds to each operand's file.
    Appends,
    /// Adds to the files after the script, or to all operands when the script is an option's value.
    Edits,
    /// Takes each operand away.
    Takes,
    /// Takes all operands but the last to the last.
    Moves,
    /// Changes the file named by an option.
    File(&'static str),
    /// Users and groups.
    Accounts,
    /// The Pod's network namespace, which outlives a container.
    Network,
    /// A server, a database, a broker.
    Server,
}

/// How an earlier or later command of the same script makes the second run safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Undo {
    /// The commands.
    pub(super) names: &'static [&'static str],
    /// When.
    pub(super) form: Form,
    /// What has to be the same.
    pub(super) same: Same,
}

/// What an undoing command has to share with the one that it undoes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Same {
    /// Nothing.
    Any,
    /// The operand after the verb (the first, when there is no verb).
    Next,
    /// The last operand.
    Last,
    /// Every word but the option itself.
    Rest,
}

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    /// The command's names.
    pub(super) names: &'static [&'static str],
    /// When.
    pub(super) form: Form,
    /// Options that take a value.
    pub(super) values: &'static [&'static str],
    /// Options of which one has to be given for the row to speak.
    pub(super) with: &'static [&'static str],
    /// Options that make it safe.
    pub(super) safe: &'static [&'static str],
    /// What it works on.
    pub(super) target: Target,
    /// What a second run does.
    pub(super) harm: Harm,
    /// The same, as a sentence without a final period.
    pub(super) reason: &'static str,
    /// What to write instead: `{cmd}` is the call as written, `{0}` its name, `{args}` its
    /// arguments, `{path}` what it works on, `{name}` its last operand, `{marker}` a file that
    /// tells that it was done; `{a=>b}` the call with the word `a` replaced by `b`.
    pub(super) mend: &'static str,
    /// What undoes it.
    pub(super) undo: &'static [Undo],
}

/// A row in which nothing is special.
const ROW: Row = Row {
    names: &[],
    form: Form::Always,
    values: &[],
    with: &[],
    safe: &[],
    target: Target::Server,
    harm: Fails,
    reason: "",
    mend: "{cmd} || true",
    undo: &[],
};

/// For commands whose effect cannot be looked up: remember that it was done.
const ONCE: &str = "[ -e {marker} ] || { {cmd} && touch {marker}; }";

const KUBECTL_VALUES: &[&str] = &[
    "-n",
    "--namespace",
    "--context",
    "--kubeconfig",
    "--cluster",
    "--user",
    "-s",
    "--server",
    "--token",
    "-f",
    "--filename",
    "-o",
    "--output",
    "-k",
    "--kustomize",
    "-l",
    "--selector",
];
const KUBECTL: &[&str] = &["kubectl", "oc", "k3s-kubectl"];
const KUBECTL_UNDO: &[Undo] = &[Undo { names: KUBECTL, form: Form::Verb(&["delete"]), same: Same::Any }];
const KUBECTL_APPLY: &str = "{cmd} --dry-run=client -o yaml | {0} apply -f -";

const HELM_VALUES: &[&str] = &["-n", "--namespace", "-f", "--values", "--set", "--version", "--kube-context"];

const RABBIT_VALUES: &[&str] =
    &["-n", "--node", "-p", "--vhost", "-t", "--timeout", "--erlang-cookie", "--description", "--tags"];
const RABBIT: &[&str] = &["rabbitmqctl"];

const KAFKA: &[&str] = &["kafka-topics"];
const ETCD_VALUES: &[&str] =
    &["--endpoints", "--cacert", "--cert", "--key", "--user", "--password", "--peer-urls", "-w"];
const REDIS_VALUES: &[&str] = &[
    "-h", "-p", "-s", "-a", "-u", "-r", "-i", "-n", "-d", "-D", "--user", "--pass", "--cacert", "--cert",
    "--key", "--sni",
];
const REDIS: &[&str] = &["redis-cli", "valkey-cli", "keydb-cli"];
const IPTABLES: &[&str] = &["iptables", "ip6tables", "iptables-nft", "iptables-legacy", "ip6tables-legacy"];
const IPTABLES_VALUES: &[&str] = &["-w", "-t", "--table"];
const IP_VALUES: &[&str] = &["-n", "-netns", "-f", "-family"];
const IPTABLES_UNDO: &[Undo] = &[
    Undo { names: IPTABLES, form: Form::Option(&["-D", "--delete"]), same: Same::Rest },
    Undo { names: IPTABLES, form: Form::Option(&["-F", "--flush"]), same: Same::Any },
];
const DOCKER: &[&str] = &["docker", "podman", "nerdctl"];
const DOCKER_UNDO: &[Undo] = &[Undo { names: DOCKER, form: Form::Verb(&["rm"]), same: Same::Any }];
const KEYTOOL_VALUES: &[&str] = &["-file", "-alias", "-keystore", "-storepass", "-keypass", "-dname"];
const KEYTOOL_UNDO: &[Undo] =
    &[Undo { names: &["keytool"], form: Form::Option(&["-delete"]), same: Same::Any }];
const VAULT_VALUES: &[&str] = &["-address", "-namespace", "-path"];
const CONSUL: &[&str] = &["consul"];
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

/// The table.
pub(super) const TABLE: &[Row] = &[
    // Files
    Row {
        names: &["mkdir"],
        values: &["-m", "--mode"],
        safe: &["-p", "--parents"],
        target: Target::Makes,
        reason: "`mkdir` fails when the directory exists",
        mend: "{0} -p {args}",
        ..ROW
    },
    Row {
        names: &["mkfifo", "mknod"],
        values: &["-m", "--mode"],
        target: Target::Makes,
        reason: "it fails when the file exists",
        mend: "[ -e {path} ] || {cmd}",
        ..ROW
    },
    Row {
        names: &["ln", "link"],
        values: &["-t", "--target-directory", "-S", "--suffix"],
        safe: &["-f", "--force", "-b", "--backup"],
        target: Target::Links,
        reason: "`ln` without `-f` fails when the name exists, or puts a second link inside the directory it points to",
        mend: "{0} -fn {args}",
        ..ROW
    },
    Row {
        names: &["mv"],
        values: &["-t", "--target-directory", "-S", "--suffix"],
        target: Target::Moves,
        reason: "`mv` fails because the first run has already moved the file away",
        mend: "[ ! -e {path} ] || {cmd}",
        ..ROW
    },
    Row {
        names: &["rm"],
        safe: &["-f", "--force"],
        target: Target::Takes,
        reason: "`rm` without `-f` fails when the file is already gone",
        mend: "{0} -f {args}",
        ..ROW
    },
    Row {
        names: &["rmdir", "unlink"],
        safe: &["--ignore-fail-on-non-empty"],
        target: Target::Takes,
        reason: "it fails when the name is already gone",
        mend: "[ ! -e {path} ] || {cmd}",
        ..ROW
    },
    Row {
        names: &["tee"],
        form: Form::Option(&["-a", "--append"]),
        target: Target::Appends,
        harm: AddsUp,
        reason: "`tee -a` adds the same text again at each run",
        mend: "{-a=>}",
        ..ROW
    },
    Row {
        names: &["sed", "gsed"],
        form: Form::SedInserts,
        values: &["-e", "--expression", "-f", "--file", "-l"],
        target: Target::Edits,
        harm: AddsUp,
        reason: "`sed -i` inserts the same text again at each run",
        mend: ONCE,
        ..ROW
    },
    Row {
        names: &["keytool"],
        form: Form::Option(&[
            "-importcert",
            "-import",
            "-genkeypair",
            "-genkey",
            "-importpass",
            "-genseckey",
        ]),
        values: KEYTOOL_VALUES,
        target: Target::File("-keystore"),
        reason: "`keytool` fails when the alias exists",
        mend: "{cmd} || true",
        undo: KEYTOOL_UNDO,
        ..ROW
    },
    Row {
        names: &["git"],
        form: Form::Verb(&["clone"]),
        values: GIT_VALUES,
        target: Target::Clones,
        reason: "`git clone` fails when the directory exists and is not empty",
        mend: "[ -e {path}/.git ] || {cmd}",
        ..ROW
    },
    // Accounts
    Row {
        names: &["useradd", "adduser"],
        values: ACCOUNT_VALUES,
        target: Target::Accounts,
        reason: "it fails when the user exists",
        mend: "id -u {name} >/dev/null 2>&1 || {cmd}",
        undo: &[Undo { names: &["userdel", "deluser"], form: Form::Always, same: Same::Last }],
        ..ROW
    },
    Row {
        names: &["groupadd", "addgroup"],
        values: ACCOUNT_VALUES_OF_GROUPS,
        safe: &["-f", "--force"],
        target: Target::Accounts,
        reason: "it fails when the group exists",
        mend: "getent group {name} >/dev/null || {cmd}",
        undo: &[Undo { names: &["groupdel", "delgroup"], form: Form::Always, same: Same::Last }],
        ..ROW
    },
    // Network
    Row {
        names: IPTABLES,
        form: Form::Option(&["-A", "--append"]),
        values: IPTABLES_VALUES,
        target: Target::Network,
        harm: AddsUp,
        reason: "`iptables -A` adds the same rule again at each run, and the rules outlive the container",
        mend: "{-A=>-C} 2>/dev/null || {cmd}",
        undo: IPTABLES_UNDO,
        ..ROW
    },
    Row {
        names: IPTABLES,
        form: Form::Option(&["-I", "--insert"]),
        values: IPTABLES_VALUES,
        target: Target::Network,
        harm: AddsUp,
        reason: "`iptables -I` inserts the same rule again at each run, and the rules outlive the container",
        mend: "{-I=>-C} 2>/dev/null || {cmd}",
        undo: IPTABLES_UNDO,
        ..ROW
    },
    Row {
        names: IPTABLES,
        form: Form::Option(&["-N", "--new-chain"]),
        values: IPTABLES_VALUES,
        target: Target::Network,
        reason: "`iptables -N` fails when the chain exists, and chains outlive the container",
        mend: "{cmd} 2>/dev/null || true",
        undo: &[Undo { names: IPTABLES, form: Form::Option(&["-X", "--delete-chain"]), same: Same::Any }],
        ..ROW
    },
    Row {
        names: &["ip"],
        form: Form::Verb(&["route", "add"]),
        values: IP_VALUES,
        target: Target::Network,
        reason: "`ip route add` fails when the route exists, and routes outlive the container",
        mend: "{add=>replace}",
        undo: &[
            Undo { names: &["ip"], form: Form::Verb(&["route", "del"]), same: Same::Next },
            Undo { names: &["ip"], form: Form::Verb(&["route", "delete"]), same: Same::Next },
            Undo { names: &["ip"], form: Form::Verb(&["route", "flush"]), same: Same::Any },
        ],
        ..ROW
    },
    Row {
        names: &["ip"],
        form: Form::Verb(&["*", "add"]),
        values: IP_VALUES,
        target: Target::Network,
        reason: "`ip … add` fails when the entry exists, and the Pod's network outlives the container",
        mend: "{cmd} 2>/dev/null || true",
        undo: &[
            Undo { names: &["ip"], form: Form::Verb(&["*", "del"]), same: Same::Next },
            Undo { names: &["ip"], form: Form::Verb(&["*", "delete"]), same: Same::Next },
            Undo { names: &["ip"], form: Form::Verb(&["*", "flush"]), same: Same::Any },
        ],
        ..ROW
    },
    Row {
        names: &["route"],
        form: Form::Verb(&["add"]),
        values: &["-A"],
        target: Target::Network,
        reason: "`route add` fails when the route exists, and routes outlive the container",
        mend: "{cmd} 2>/dev/null || true",
        undo: &[Undo { names: &["route"], form: Form::Verb(&["del"]), same: Same::Any }],
        ..ROW
    },
    Row {
        names: &["ipset"],
        form: Form::Verb(&["create"]),
        safe: &["-exist", "-!"],
        target: Target::Network,
        reason: "`ipset create` fails when the set exists, and sets outlive the container",
        mend: "{cmd} -exist",
        undo: &[Undo { names: &["ipset"], form: Form::Verb(&["destroy"]), same: Same::Any }],
        ..ROW
    },
    Row {
        names: &["nft"],
        form: Form::Verb(&["add", "rule"]),
        target: Target::Network,
        harm: AddsUp,
        reason: "`nft add rule` adds the same rule again at each run, and the rules outlive the container",
        mend: ONCE,
        undo: &[Undo { names: &["nft"], form: Form::Verb(&["flush"]), same: Same::Any }],
        ..ROW
    },
    // HTTP
    Row {
        names: &["curl", "wget"],
        form: Form::Post,
        harm: AddsUp,
        reason: "the POST is sent again at each run, and the server does its work again",
        mend: ONCE,
        ..ROW
    },
    // Kubernetes
    Row {
        names: KUBECTL,
        form: Form::Verb(&["create"]),
        values: KUBECTL_VALUES,
        safe: &["--dry-run"],
        reason: "`create` fails when the object exists",
        mend: KUBECTL_APPLY,
        undo: KUBECTL_UNDO,
        ..ROW
    },
    Row {
        names: KUBECTL,
        form: Form::Verb(&["run"]),
        values: KUBECTL_VALUES,
        safe: &["--dry-run", "--rm"],
        reason: "`run` fails when the Pod exists",
        mend: KUBECTL_APPLY,
        undo: KUBECTL_UNDO,
        ..ROW
    },
    Row {
        names: KUBECTL,
        form: Form::Verb(&["expose"]),
        values: KUBECTL_VALUES,
        safe: &["--dry-run"],
        reason: "`expose` fails when the Service exists",
        mend: KUBECTL_APPLY,
        undo: KUBECTL_UNDO,
        ..ROW
    },
    Row {
        names: &["oc"],
        form: Form::Verb(&["new-project"]),
        reason: "`oc new-project` fails when the project exists",
        ..ROW
    },
    Row {
        names: &["helm"],
        form: Form::Verb(&["install"]),
        values: HELM_VALUES,
        safe: &["--dry-run", "--generate-name", "-g", "--replace"],
        reason: "`helm install` fails when the release exists",
        mend: "{install=>upgrade --install}",
        undo: &[Undo { names: &["helm"], form: Form::Verb(&["uninstall"]), same: Same::Any }],
        ..ROW
    },
    // Containers
    Row {
        names: DOCKER,
        form: Form::Verb(&["run"]),
        values: &["--name", "-v", "-e", "-p"],
        with: &["--name"],
        safe: &["--rm", "--replace"],
        reason: "`run --name` fails when a container of that name exists",
        mend: "{cmd} || true",
        undo: DOCKER_UNDO,
        ..ROW
    },
    Row {
        names: DOCKER,
        form: Form::Verb(&["network", "create"]),
        values: &["-d", "--driver", "--subnet"],
        reason: "`network create` fails when the network exists",
        ..ROW
    },
    // Brokers and stores
    Row {
        names: RABBIT,
        form: Form::Verb(&["add_user"]),
        values: RABBIT_VALUES,
        reason: "`rabbitmqctl add_user` fails when the user exists",
        mend: "{cmd} || {add_user=>change_password}",
        undo: &[Undo { names: RABBIT, form: Form::Verb(&["delete_user"]), same: Same::Next }],
        ..ROW
    },
    Row {
        names: RABBIT,
        form: Form::Verb(&["add_vhost"]),
        values: RABBIT_VALUES,
        reason: "`rabbitmqctl add_vhost` fails when the virtual host exists",
        undo: &[Undo { names: RABBIT, form: Form::Verb(&["delete_vhost"]), same: Same::Next }],
        ..ROW
    },
    Row {
        names: KAFKA,
        form: Form::Option(&["--create"]),
        safe: &["--if-not-exists"],
        reason: "`kafka-topics --create` fails when the topic exists",
        mend: "{cmd} --if-not-exists",
        undo: &[Undo { names: KAFKA, form: Form::Option(&["--delete"]), same: Same::Any }],
        ..ROW
    },
    Row {
        names: &["pulsar-admin"],
        form: Form::Verb(&["*", "create"]),
        reason: "`pulsar-admin … create` fails when it exists",
        ..ROW
    },
    Row {
        names: &["mc"],
        form: Form::Verb(&["mb"]),
        values: &["-C", "--config-dir", "--region"],
        safe: &["-p", "--ignore-existing"],
        reason: "`mc mb` fails when the bucket exists",
        mend: "{mb=>mb --ignore-existing}",
        undo: &[Undo { names: &["mc"], form: Form::Verb(&["rb"]), same: Same::Any }],
        ..ROW
    },
    Row {
        names: &["etcdctl"],
        form: Form::Verb(&["member", "add"]),
        values: ETCD_VALUES,
        reason: "`etcdctl member add` fails when the member exists",
        undo: &[Undo { names: &["etcdctl"], form: Form::Verb(&["member", "remove"]), same: Same::Any }],
        ..ROW
    },
    Row {
        names: &["etcdctl"],
        form: Form::Verb(&["user", "add"]),
        values: ETCD_VALUES,
        reason: "`etcdctl user add` fails when the user exists",
        undo: &[Undo { names: &["etcdctl"], form: Form::Verb(&["user", "delete"]), same: Same::Any }],
        ..ROW
    },
    Row {
        names: &["etcdctl"],
        form: Form::Verb(&["role", "add"]),
        values: ETCD_VALUES,
        reason: "`etcdctl role add` fails when the role exists",
        undo: &[Undo { names: &["etcdctl"], form: Form::Verb(&["role", "delete"]), same: Same::Any }],
        ..ROW
    },
    Row {
        names: REDIS,
        form: Form::Word(&[
            "lpush",
            "rpush",
            "lpushx",
            "rpushx",
            "linsert",
            "incr",
            "incrby",
            "incrbyfloat",
            "decr",
            "decrby",
            "append",
            "xadd",
            "hincrby",
            "hincrbyfloat",
            "zincrby",
        ]),
        values: REDIS_VALUES,
        harm: AddsUp,
        reason: "the value grows at each run",
        mend: ONCE,
        undo: &[Undo {
            names: REDIS,
            form: Form::Word(&["del", "unlink", "flushall", "flushdb"]),
            same: Same::Any,
        }],
        ..ROW
    },
    Row {
        names: REDIS,
        form: Form::Choice("--cluster", &["create", "add-node"]),
        values: REDIS_VALUES,
        reason: "`redis-cli --cluster create` and `add-node` fail on a node that is already in a cluster",
        ..ROW
    },
    Row {
        names: &["vault"],
        form: Form::Verb(&["operator", "init"]),
        values: VAULT_VALUES,
        safe: &["-status"],
        reason: "`vault operator init` fails when Vault is initialised",
        mend: "vault operator init -status || {cmd}",
        ..ROW
    },
    Row {
        names: &["vault"],
        form: Form::Verb(&["secrets", "enable"]),
        values: VAULT_VALUES,
        reason: "`vault secrets enable` fails when the path is in use",
        undo: &[Undo { names: &["vault"], form: Form::Verb(&["secrets", "disable"]), same: Same::Any }],
        ..ROW
    },
    Row {
        names: &["vault"],
        form: Form::Verb(&["auth", "enable"]),
        values: VAULT_VALUES,
        reason: "`vault auth enable` fails when the path is in use",
        undo: &[Undo { names: &["vault"], form: Form::Verb(&["auth", "disable"]), same: Same::Any }],
        ..ROW
    },
    Row {
        names: CONSUL,
        form: Form::Verb(&["acl", "bootstrap"]),
        reason: "`consul acl bootstrap` fails the second time",
        ..ROW
    },
    Row {
        names: CONSUL,
        form: Form::Verb(&["acl", "policy", "create"]),
        reason: "`consul acl policy create` fails when the policy exists",
        ..ROW
    },
    Row {
        names: CONSUL,
        form: Form::Verb(&["acl", "token", "create"]),
        harm: AddsUp,
        reason: "`consul acl token create` makes one more token at each run",
        mend: ONCE,
        ..ROW
    },
    // Databases, apart from what is said in their own language (see `sql` and `mongo`)
    Row {
        names: &["createdb", "createuser"],
        values: &[
            "-h",
            "--host",
            "-p",
            "--port",
            "-U",
            "--username",
            "-O",
            "--owner",
            "-T",
            "-E",
            "-D",
            "-l",
        ],
        reason: "it fails when the name exists",
        mend: "{cmd} || true",
        undo: &[Undo { names: &["dropdb", "dropuser"], form: Form::Always, same: Same::Any }],
        ..ROW
    },
    Row {
        names: &["mysqladmin", "mariadb-admin"],
        form: Form::Verb(&["create"]),
        values: &["-u", "--user", "-h", "--host", "-P", "--port", "-S", "--socket"],
        reason: "`mysqladmin create` fails when the database exists",
        undo: &[Undo {
            names: &["mysqladmin", "mariadb-admin"],
            form: Form::Verb(&["drop"]),
            same: Same::Any,
        }],
        ..ROW
    },
    Row {
        names: &["mongoimport"],
        safe: &["--drop", "--upsert", "--mode"],
        harm: AddsUp,
        reason: "`mongoimport` inserts the same documents again at each run",
        mend: "{cmd} --drop",
        ..ROW
    },
    Row {
        names: &["aws", "awslocal"],
        form: Form::Verb(&["dynamodb", "create-table"]),
        values: &["--endpoint-url", "--region", "--profile"],
        reason: "`aws dynamodb create-table` fails when the table exists",
        ..ROW
    },
];

/// As [`ACCOUNT_VALUES`], without `-f`, which takes no value here.
const ACCOUNT_VALUES_OF_GROUPS: &[&str] = &["-g", "--gid", "-K", "-p", "--password"];

/// `>>` to a file.
pub(super) const APPEND: Row = Row {
    names: &[">>"],
    target: Target::Appends,
    harm: AddsUp,
    reason: "`>>` adds the same text again at each run",
    ..ROW
};

/// `[ ! -d x ] && mkdir x` at the end of a script.
pub(super) const LAST_TEST: Row = Row {
    names: &["&&"],
    reason: "on the second run the test is false, and as the last command of the script it makes the hook's exit status 1",
    ..ROW
};

/// `CREATE …` in SQL.
pub(super) const SQL_CREATE: Row =
    Row { names: &["CREATE"], reason: "`CREATE` fails when the name exists", ..ROW };

/// `INSERT …` in SQL.
pub(super) const SQL_INSERT: Row = Row {
    names: &["INSERT"],
    harm: AddsUp,
    reason: "`INSERT` adds the same rows again at each run, or fails on their key",
    mend: ONCE,
    ..ROW
};

/// Something that fails, in the language of a mongo shell.
pub(super) const MONGO_CREATE: Row = Row {
    names: &["create"],
    reason: "`createUser`, `createRole`, `createCollection` and `rs.initiate` fail when it was done before",
    ..ROW
};

/// An insert, in the language of a mongo shell.
pub(super) const MONGO_INSERT: Row = Row {
    names: &["insert"],
    harm: AddsUp,
    reason: "the insert adds the same documents again at each run",
    mend: ONCE,
    ..ROW
};
