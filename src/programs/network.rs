//! Programs on the network, and those that change the Pod's.

use super::program::*;
use super::row::*;

const CURL: &Http = &Http {
    method: &["-X", "--request"],
    post: &[
        "-d",
        "--data",
        "--data-raw",
        "--data-binary",
        "--data-urlencode",
        "--data-ascii",
        "-F",
        "--form",
        "--form-string",
        "--json",
    ],
    other: &["-G", "--get", "-I", "--head"],
    output: &["-o", "--output"],
    around: &["--unix-socket", "--abstract-unix-socket", "-x", "--proxy", "--connect-to", "--resolve"],
};

/// A refused connection is none of the errors that `--retry` alone asks again for (curl(1)).
const CURL_RETRIES: AsksAgain = AsksAgain::With(&["--retry-connrefused", "--retry-all-errors"]);

/// A refused connection is fatal without it (wget(1)).
const WGET_RETRIES: AsksAgain = AsksAgain::With(&["--retry-connrefused"]);

const WGET: &Http = &Http {
    method: &["--method"],
    post: &["--post-data", "--post-file"],
    other: &[],
    output: &["-O", "--output-document"],
    around: &[],
};

/// Options of curl that take a value and matter for finding the address or the method.
const CURL_VALUES: &[&str] = &[
    "-X",
    "--request",
    "-d",
    "--data",
    "--data-raw",
    "--data-binary",
    "--data-urlencode",
    "--data-ascii",
    "-F",
    "--form",
    "--form-string",
    "--json",
    "-H",
    "--header",
    "-o",
    "--output",
    "-u",
    "--user",
    "-A",
    "--user-agent",
    "-b",
    "--cookie",
    "-c",
    "--cookie-jar",
    "-e",
    "--referer",
    "-m",
    "--max-time",
    "--connect-timeout",
    "--retry",
    "--retry-delay",
    "--retry-max-time",
    "-w",
    "--write-out",
    "-T",
    "--upload-file",
    "--cacert",
    "-E",
    "--cert",
    "--key",
    "-x",
    "--proxy",
    "--unix-socket",
    "--resolve",
    "-D",
    "--dump-header",
    "-K",
    "--config",
    "-r",
    "--range",
    "-C",
    "-y",
    "-Y",
    "-z",
    "-t",
    "-Q",
    "-P",
];

const WGET_VALUES: &[&str] = &[
    "-O",
    "--output-document",
    "-P",
    "-o",
    "-T",
    "-t",
    "--header",
    "--method",
    "--post-data",
    "--post-file",
];

const IPTABLES: &[&str] = &["iptables", "ip6tables", "iptables-nft", "iptables-legacy", "ip6tables-legacy"];

const IPTABLES_VALUES: &[&str] = &["-w", "-t", "--table"];

const IP_VALUES: &[&str] = &["-n", "-netns", "-f", "-family"];

const IPTABLES_UNDO: &[Undo] = &[
    Undo { names: IPTABLES, form: Form::Option(&["-D", "--delete"]), same: Same::Rest },
    Undo { names: IPTABLES, form: Form::Option(&["-F", "--flush"]), same: Same::Any },
];

const CURL_AGAIN: &[SecondRun] = &[SecondRun {
    form: Form::Post,
    harm: Harm::AddsUp,
    reason: "the POST is sent again at each run, and the server does its work again",
    mend: ONCE,
    ..SECOND
}];

const IP_AGAIN: &[SecondRun] = &[
    SecondRun {
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
        ..SECOND
    },
    SecondRun {
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
        ..SECOND
    },
];

const IPTABLES_AGAIN: &[SecondRun] = &[
    SecondRun {
        form: Form::Option(&["-A", "--append"]),
        values: IPTABLES_VALUES,
        target: Target::Network,
        harm: Harm::AddsUp,
        reason: "`iptables -A` adds the same rule again at each run, and the rules outlive the container",
        mend: "{-A=>-C} 2>/dev/null || {cmd}",
        undo: IPTABLES_UNDO,
        ..SECOND
    },
    SecondRun {
        form: Form::Option(&["-I", "--insert"]),
        values: IPTABLES_VALUES,
        target: Target::Network,
        harm: Harm::AddsUp,
        reason: "`iptables -I` inserts the same rule again at each run, and the rules outlive the container",
        mend: "{-I=>-C} 2>/dev/null || {cmd}",
        undo: IPTABLES_UNDO,
        ..SECOND
    },
    SecondRun {
        form: Form::Option(&["-N", "--new-chain"]),
        values: IPTABLES_VALUES,
        target: Target::Network,
        reason: "`iptables -N` fails when the chain exists, and chains outlive the container",
        mend: "{cmd} 2>/dev/null || true",
        undo: &[Undo { names: IPTABLES, form: Form::Option(&["-X", "--delete-chain"]), same: Same::Any }],
        ..SECOND
    },
];

/// The database of Open vSwitch lies on the node (docs.openvswitch.org, ovs-vsctl(8)).
const OVS_AGAIN: &[SecondRun] = &[
    SecondRun {
        form: Form::Verb(&["add-br"]),
        values: &["--db", "-t", "--timeout"],
        safe: &["--may-exist"],
        reason: "`ovs-vsctl add-br` fails when the bridge exists",
        mend: "{add-br=>--may-exist add-br}",
        mend_is_safe: true,
        undo: &[Undo { names: &["ovs-vsctl"], form: Form::Verb(&["del-br"]), same: Same::Any }],
        ..SECOND
    },
    SecondRun {
        form: Form::Verb(&["add-port"]),
        values: &["--db", "-t", "--timeout"],
        safe: &["--may-exist"],
        reason: "`ovs-vsctl add-port` fails when the port exists",
        mend: "{add-port=>--may-exist add-port}",
        mend_is_safe: true,
        undo: &[Undo { names: &["ovs-vsctl"], form: Form::Verb(&["del-port"]), same: Same::Any }],
        ..SECOND
    },
];

const IPSET_AGAIN: &[SecondRun] = &[SecondRun {
    form: Form::Verb(&["create"]),
    safe: &["-exist", "-!"],
    target: Target::Network,
    reason: "`ipset create` fails when the set exists, and sets outlive the container",
    mend: "{cmd} -exist",
    mend_is_safe: true,
    undo: &[Undo { names: &["ipset"], form: Form::Verb(&["destroy"]), same: Same::Any }],
    ..SECOND
}];

/// `nft add rule [FAMILY] TABLE CHAIN STATEMENT` (nft(8)); it lists the statement as it was written.
const NFT_AGAIN: &[SecondRun] = &[
    SecondRun { form: Form::Verb(&["add", "rule", "inet"]), mend: NFT_IN_FAMILY, ..NFT_ADD },
    SecondRun { form: Form::Verb(&["add", "rule", "ip"]), mend: NFT_IN_FAMILY, ..NFT_ADD },
    SecondRun { form: Form::Verb(&["add", "rule", "ip6"]), mend: NFT_IN_FAMILY, ..NFT_ADD },
    NFT_ADD,
];

const NFT_IN_FAMILY: &str = "nft list ruleset | grep -qF '{6..}' || {cmd}";

const NFT_ADD: SecondRun = SecondRun {
    form: Form::Verb(&["add", "rule"]),
    target: Target::Network,
    harm: Harm::AddsUp,
    reason: "`nft add rule` adds the same rule again at each run, and the rules outlive the container",
    mend: "nft list ruleset | grep -qF '{5..}' || {cmd}",
    undo: &[Undo { names: &["nft"], form: Form::Verb(&["flush"]), same: Same::Any }],
    ..SECOND
};

const ROUTE_AGAIN: &[SecondRun] = &[SecondRun {
    form: Form::Verb(&["add"]),
    values: &["-A"],
    target: Target::Network,
    reason: "`route add` fails when the route exists, and routes outlive the container",
    mend: "{cmd} 2>/dev/null || true",
    undo: &[Undo { names: &["route"], form: Form::Verb(&["del"]), same: Same::Any }],
    ..SECOND
}];

/// What curl prints for the status of an answer that did not come (curl(1), `--write-out`).
pub(crate) const NO_ANSWER: [(&str, &str); 2] = [("%{http_code}", "000"), ("%{response_code}", "000")];

/// Last steps of an address behind which a server stops: Envoy and Istio's agent
/// (envoyproxy.io/docs/envoy/latest/operations/admin).
pub(crate) const STOPPING_PATHS: &[&str] = &["quitquitquit"];

/// The options with a value of nc(1), of OpenBSD, nmap and busybox.
const NC_VALUES: &[&str] =
    &["-I", "-i", "-M", "-m", "-O", "-P", "-p", "-q", "-s", "-T", "-V", "-W", "-w", "-X", "-x"];

/// The options with a value of ping(8), of iputils and busybox.
const PING_VALUES: &[&str] =
    &["-c", "-F", "-I", "-i", "-l", "-M", "-m", "-p", "-Q", "-S", "-s", "-t", "-W", "-w"];

/// One row a program.
pub(super) const PROGRAMS: &[Program] = &[
    tool(&["curl"])
        .needs(1, &["-K", "--config", "--url", "-V", "-h", "-M"])
        .strays(Strays::LastDecides)
        .values(CURL_VALUES)
        .http(CURL)
        .files(OnFiles::Downloads)
        .asks(Asks::Urls)
        .asks_again(CURL_RETRIES)
        .rule(Rule::Curl)
        .says(Says::Failure)
        .second(CURL_AGAIN),
    tool(&["wget"])
        .needs(1, &["-i", "--input-file", "-V", "-h"])
        .strays(Strays::OperatorsRefused)
        .values(WGET_VALUES)
        .http(WGET)
        .files(OnFiles::Downloads)
        .asks(Asks::Urls)
        .asks_again(WGET_RETRIES)
        .says(Says::Failure)
        .second(CURL_AGAIN),
    tool(&["nc"]).asks(Asks::HostAndPort).values(NC_VALUES).says(Says::Failure).makes_no_files(),
    tool(&["ncat"]).asks(Asks::HostAndPort).values(NC_VALUES).says(Says::Failure),
    tool(&["ping"]).asks(Asks::Host).values(PING_VALUES).says(Says::Failure).makes_no_files(),
    tool(&["nslookup"]).asks(Asks::Name).says(Says::Failure),
    tool(&["dig"])
        .asks(Asks::Host)
        .values(&["-b", "-c", "-k", "-p", "-q", "-t", "-x", "-y"])
        .says(Says::Failure),
    tool(&["host"]).asks(Asks::Name).values(&["-c", "-m", "-N", "-p", "-R", "-t", "-W"]).says(Says::Failure),
    tool(&["netstat"]).runs(Runs::Answers),
    tool(&["ss"]).runs(Runs::Answers),
    tool(&["ip"]).instant().makes_no_files().second(IP_AGAIN),
    tool(&["iptables"]).instant().makes_no_files().second(IPTABLES_AGAIN),
    tool(&["ip6tables"]).instant().second(IPTABLES_AGAIN),
    tool(&["iptables-nft", "iptables-legacy", "ip6tables-legacy"]).second(IPTABLES_AGAIN),
    tool(&["ipset"]).instant().second(IPSET_AGAIN),
    product(&["ovs-vsctl"]).second(OVS_AGAIN),
    tool(&["ipvsadm"]).instant(),
    tool(&["nft"]).second(NFT_AGAIN),
    tool(&["route"]).instant().second(ROUTE_AGAIN),
    tool(&["tc"]).instant(),
];
