//! Brokers, stores and secrets.

use super::program::*;
use super::row::*;

const RABBIT_VALUES: &[&str] =
    &["-n", "--node", "-p", "--vhost", "-t", "--timeout", "--erlang-cookie", "--description", "--tags"];
const ETCD_VALUES: &[&str] =
    &["--endpoints", "--cacert", "--cert", "--key", "--user", "--password", "--peer-urls", "-w"];

const REDIS_USES: &[Use] = &[
    // It ends without writing what is in memory (redis.io/docs/latest/commands/shutdown).
    stops_and_waits(&["shutdown", "nosave"], Manner::Abrupt).cutting(Cuts {
        loses: "what was written since the last save is lost",
        instead: Some(("nosave", "save")),
    }),
    stops_and_waits(&["shutdown"], Manner::Graceful),
];

const RABBIT: &[&str] = &["rabbitmqctl"];

const KAFKA: &[&str] = &["kafka-topics"];

const REDIS_VALUES: &[&str] = &[
    "-h", "-p", "-s", "-a", "-u", "-r", "-i", "-n", "-d", "-D", "--user", "--pass", "--cacert", "--cert",
    "--key", "--sni",
];

const REDIS: &[&str] = &["redis-cli", "valkey-cli", "keydb-cli"];

const VAULT_VALUES: &[&str] = &["-address", "-namespace", "-path"];

const REDIS_CLI_AGAIN: &[SecondRun] = &[
    SecondRun {
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
        harm: Harm::AddsUp,
        reason: "the value grows at each run",
        mend: ONCE,
        undo: &[Undo {
            names: REDIS,
            form: Form::Word(&["del", "unlink", "flushall", "flushdb"]),
            same: Same::Any,
        }],
        ..SECOND
    },
    SecondRun {
        form: Form::Choice("--cluster", &["create", "add-node"]),
        values: REDIS_VALUES,
        reason: "`redis-cli --cluster create` and `add-node` fail on a node that is already in a cluster",
        ..SECOND
    },
];

const RABBITMQCTL_AGAIN: &[SecondRun] = &[
    SecondRun {
        form: Form::Verb(&["add_user"]),
        values: RABBIT_VALUES,
        reason: "`rabbitmqctl add_user` fails when the user exists",
        mend: "{cmd} || {add_user=>change_password}",
        undo: &[Undo { names: RABBIT, form: Form::Verb(&["delete_user"]), same: Same::Next }],
        ..SECOND
    },
    SecondRun {
        form: Form::Verb(&["add_vhost"]),
        values: RABBIT_VALUES,
        reason: "`rabbitmqctl add_vhost` fails when the virtual host exists",
        undo: &[Undo { names: RABBIT, form: Form::Verb(&["delete_vhost"]), same: Same::Next }],
        ..SECOND
    },
];

const KAFKA_TOPICS_AGAIN: &[SecondRun] = &[SecondRun {
    form: Form::Option(&["--create"]),
    safe: &["--if-not-exists"],
    reason: "`kafka-topics --create` fails when the topic exists",
    mend: "{cmd} --if-not-exists",
    mend_is_safe: true,
    undo: &[Undo { names: KAFKA, form: Form::Option(&["--delete"]), same: Same::Any }],
    ..SECOND
}];

const PULSAR_ADMIN_AGAIN: &[SecondRun] = &[SecondRun {
    form: Form::Verb(&["*", "create"]),
    reason: "`pulsar-admin … create` fails when it exists",
    ..SECOND
}];

const MC_AGAIN: &[SecondRun] = &[SecondRun {
    form: Form::Verb(&["mb"]),
    values: &["-C", "--config-dir", "--region"],
    safe: &["-p", "--ignore-existing"],
    reason: "`mc mb` fails when the bucket exists",
    mend: "{mb=>mb --ignore-existing}",
    mend_is_safe: true,
    undo: &[Undo { names: &["mc"], form: Form::Verb(&["rb"]), same: Same::Any }],
    ..SECOND
}];

const ETCDCTL_AGAIN: &[SecondRun] = &[
    SecondRun {
        form: Form::Verb(&["member", "add"]),
        values: ETCD_VALUES,
        reason: "`etcdctl member add` fails when the member exists",
        undo: &[Undo { names: &["etcdctl"], form: Form::Verb(&["member", "remove"]), same: Same::Any }],
        ..SECOND
    },
    SecondRun {
        form: Form::Verb(&["user", "add"]),
        values: ETCD_VALUES,
        reason: "`etcdctl user add` fails when the user exists",
        undo: &[Undo { names: &["etcdctl"], form: Form::Verb(&["user", "delete"]), same: Same::Any }],
        ..SECOND
    },
    SecondRun {
        form: Form::Verb(&["role", "add"]),
        values: ETCD_VALUES,
        reason: "`etcdctl role add` fails when the role exists",
        undo: &[Undo { names: &["etcdctl"], form: Form::Verb(&["role", "delete"]), same: Same::Any }],
        ..SECOND
    },
];

const VAULT_AGAIN: &[SecondRun] = &[
    SecondRun {
        form: Form::Verb(&["operator", "init"]),
        values: VAULT_VALUES,
        safe: &["-status"],
        reason: "`vault operator init` fails when Vault is initialised",
        mend: "vault operator init -status || {cmd}",
        ..SECOND
    },
    SecondRun {
        form: Form::Verb(&["secrets", "enable"]),
        values: VAULT_VALUES,
        reason: "`vault secrets enable` fails when the path is in use",
        undo: &[Undo { names: &["vault"], form: Form::Verb(&["secrets", "disable"]), same: Same::Any }],
        ..SECOND
    },
    SecondRun {
        form: Form::Verb(&["auth", "enable"]),
        values: VAULT_VALUES,
        reason: "`vault auth enable` fails when the path is in use",
        undo: &[Undo { names: &["vault"], form: Form::Verb(&["auth", "disable"]), same: Same::Any }],
        ..SECOND
    },
];

const CONSUL_AGAIN: &[SecondRun] = &[
    SecondRun {
        form: Form::Verb(&["acl", "bootstrap"]),
        reason: "`consul acl bootstrap` fails the second time",
        ..SECOND
    },
    SecondRun {
        form: Form::Verb(&["acl", "policy", "create"]),
        reason: "`consul acl policy create` fails when the policy exists",
        ..SECOND
    },
    SecondRun {
        form: Form::Verb(&["acl", "token", "create"]),
        harm: Harm::AddsUp,
        reason: "`consul acl token create` makes one more token at each run",
        mend: ONCE,
        ..SECOND
    },
];

const AWS_VALUES: &[&str] = &["--endpoint-url", "--region", "--profile"];

const AWS_AGAIN: &[SecondRun] = &[
    SecondRun {
        form: Form::Verb(&["dynamodb", "create-table"]),
        values: AWS_VALUES,
        reason: "`aws dynamodb create-table` fails when the table exists",
        ..SECOND
    },
    // Only the region us-east-1 lets an owner make one again (docs.aws.amazon.com, CreateBucket).
    SecondRun {
        form: Form::Verb(&["s3", "mb"]),
        values: AWS_VALUES,
        reason: "`aws s3 mb` fails when the bucket exists",
        undo: &[Undo { names: &["aws", "awslocal"], form: Form::Verb(&["s3", "rb"]), same: Same::Any }],
        ..SECOND
    },
];

/// One row a program.
pub(super) const PROGRAMS: &[Program] = &[
    product(&["redis-cli"])
        .asks(Asks::Options { host: &["-h"], port: &["-p"] })
        .says(Says::Failure)
        .makes_no_files()
        .uses(REDIS_USES)
        // Measured: 0 with a wrong password (fact P13).
        .greets(&["ping", "PING"])
        .second(REDIS_CLI_AGAIN),
    product(&["valkey-cli"])
        .says(Says::Failure)
        .uses(REDIS_USES)
        .greets(&["ping", "PING"])
        .second(REDIS_CLI_AGAIN),
    product(&["keydb-cli"]).uses(REDIS_USES).greets(&["ping", "PING"]).second(REDIS_CLI_AGAIN),
    product(&["rabbitmqctl"])
        .asks(Asks::Options { host: &["-n", "--node"], port: &[] })
        .says(Says::Failure)
        .makes_no_files()
        .uses(&[
            stops_and_waits(&["stop_app"], Manner::Graceful),
            stops_and_waits(&["stop"], Manner::Graceful),
        ])
        .second(RABBITMQCTL_AGAIN),
    // It flushes, and no longer listens for clients and other nodes (docs.datastax.com, nodetool drain).
    product(&["nodetool"]).uses(&[
        stops_and_waits(&["drain"], Manner::Graceful),
        stops_and_waits(&["disablebinary"], Manner::Graceful),
        // It drains on its way out (org.apache.cassandra.service.StorageService, drainOnShutdown).
        stops(&["stopdaemon"], Manner::Graceful),
    ]),
    // Lame duck mode evicts clients one after the other (docs.nats.io, signals).
    product(&["nats-server"]).uses(&[
        stops(&["-sl=ldm="], Manner::Graceful),
        stops(&["-sl", "ldm"], Manner::Graceful),
        stops(&["-sl=ldm"], Manner::Graceful),
        stops(&["--signal", "ldm"], Manner::Graceful),
        stops(&["--signal=ldm"], Manner::Graceful),
        stops(&["--signal=ldm="], Manner::Graceful),
        stops(&["-sl=quit"], Manner::Graceful),
        stops(&["--signal=quit"], Manner::Graceful),
        stops(&["-sl=stop"], Manner::Abrupt).cutting(requests("-sl=stop", "-sl=ldm")),
        stops(&["--signal=stop"], Manner::Abrupt).cutting(requests("--signal=stop", "--signal=ldm")),
        talks(&["-sl=reload"]),
        talks(&["--signal=reload"]),
    ]),
    product(&["rabbitmq-diagnostics"])
        .asks(Asks::Options { host: &["-n", "--node"], port: &[] })
        .says(Says::Failure),
    product(&["kafka-topics"])
        .asks(Asks::Options { host: &["--bootstrap-server"], port: &[] })
        // Its client connects again until `default.api.timeout.ms` is over (kafka.apache.org, admin configs).
        .asks_again(AsksAgain::Always)
        .second(KAFKA_TOPICS_AGAIN),
    product(&["pulsar-admin"]).second(PULSAR_ADMIN_AGAIN),
    product(&["mc"]).second(MC_AGAIN),
    product(&["etcdctl"])
        .asks(Asks::Options { host: &["--endpoints"], port: &[] })
        // gRPC connects again until `--dial-timeout` or `--command-timeout` is over.
        .asks_again(AsksAgain::Always)
        .says(Says::Failure)
        .second(ETCDCTL_AGAIN),
    product(&["vault"])
        .asks(Asks::Options { host: &["-address"], port: &[] })
        // VAULT_MAX_RETRIES is 2 where it is not set (developer.hashicorp.com, vault commands).
        .asks_again(AsksAgain::Always)
        .says(Says::Failure)
        .second(VAULT_AGAIN),
    product(&["consul"])
        .asks(Asks::Options { host: &["-http-addr"], port: &[] })
        .says(Says::Failure)
        .second(CONSUL_AGAIN),
    product(&["aws", "awslocal"]).second(AWS_AGAIN),
];
