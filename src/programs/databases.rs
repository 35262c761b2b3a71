//! Databases and their clients.

use super::program::*;
use super::row::*;

const PSQL_VALUES: &[&str] = &[
    "-c",
    "--command",
    "-h",
    "--host",
    "-p",
    "--port",
    "-U",
    "--username",
    "-d",
    "--dbname",
    "-v",
    "--set",
    "--variable",
    "-f",
    "--file",
    "-o",
    "--output",
    "-F",
    "-P",
    "-R",
    "-T",
    "-L",
];

const MYSQL_VALUES: &[&str] = &[
    "-e",
    "--execute",
    "-h",
    "--host",
    "-P",
    "--port",
    "-u",
    "--user",
    "-D",
    "--database",
    "-S",
    "--socket",
    "--protocol",
    "--init-command",
];

const PSQL: &Client = &Client {
    statement: &["-c", "--command"],
    values: PSQL_VALUES,
    operand: None,
    language: Language::Sql,
    brand: Brand::Postgres,
    from_option: OnFailure::Fails,
    from_input: OnFailure::IgnoresUnless("ON_ERROR_STOP"),
};

const MYSQL: &Client = &Client {
    statement: &["-e", "--execute"],
    values: MYSQL_VALUES,
    operand: None,
    language: Language::Sql,
    brand: Brand::MySql,
    from_option: OnFailure::Fails,
    from_input: OnFailure::Fails,
};

const SQLITE3: &Client = &Client {
    statement: &[],
    values: &["-cmd", "-separator", "-init"],
    operand: Some(1),
    language: Language::Sql,
    brand: Brand::Sqlite,
    from_option: OnFailure::Fails,
    from_input: OnFailure::Fails,
};

const CQLSH: &Client = &Client {
    statement: &["-e", "--execute"],
    values: &["-e", "--execute", "-u", "--username", "-p", "--password", "-k", "--keyspace", "-f"],
    operand: None,
    language: Language::Cassandra,
    brand: Brand::Other,
    from_option: OnFailure::Fails,
    from_input: OnFailure::Fails,
};

const CLICKHOUSE_CLIENT: &Client = &Client {
    statement: &["-q", "--query"],
    values: &["-q", "--query", "-h", "--host", "-u", "--user", "--password", "--port", "-d", "--database"],
    operand: None,
    language: Language::Sql,
    brand: Brand::Other,
    from_option: OnFailure::Fails,
    from_input: OnFailure::Fails,
};

const SQLCMD: &Client = &Client {
    statement: &["-Q", "-q"],
    values: &["-Q", "-q", "-S", "-U", "-P", "-d", "-i", "-o"],
    operand: None,
    language: Language::Sql,
    brand: Brand::Other,
    from_option: OnFailure::IgnoresUnless("-b"),
    from_input: OnFailure::IgnoresUnless("-b"),
};

const MONGO: &Client = &Client {
    statement: &["--eval"],
    values: &[
        "--eval",
        "-u",
        "--username",
        "-p",
        "--password",
        "--authenticationDatabase",
        "--host",
        "--port",
    ],
    operand: None,
    language: Language::Mongo,
    brand: Brand::Other,
    from_option: OnFailure::Fails,
    from_input: OnFailure::Ignores,
};

const MYSQLADMIN_AGAIN: &[SecondRun] = &[SecondRun {
    form: Form::Verb(&["create"]),
    values: &["-u", "--user", "-h", "--host", "-P", "--port", "-S", "--socket"],
    reason: "`mysqladmin create` fails when the database exists",
    undo: &[Undo { names: &["mysqladmin", "mariadb-admin"], form: Form::Verb(&["drop"]), same: Same::Any }],
    ..SECOND
}];

const CREATEDB_AGAIN: &[SecondRun] = &[SecondRun {
    values: &["-h", "--host", "-p", "--port", "-U", "--username", "-O", "--owner", "-T", "-E", "-D", "-l"],
    reason: "it fails when the name exists",
    mend: "{cmd} || true",
    undo: &[Undo { names: &["dropdb", "dropuser"], form: Form::Always, same: Same::Any }],
    ..SECOND
}];

const MONGOIMPORT_AGAIN: &[SecondRun] = &[SecondRun {
    safe: &["--drop", "--upsert", "--mode"],
    harm: Harm::AddsUp,
    reason: "`mongoimport` inserts the same documents again at each run",
    mend: "{cmd} --drop",
    ..SECOND
}];

/// No checkpoint is written (postgresql.org/docs/current/app-pg-ctl.html).
const IMMEDIATE: Cuts = Cuts {
    loses: "its clients are cut off, and the next start has to recover from the log",
    instead: Some(("immediate", "fast")),
};
const IMMEDIATE_LETTER: Cuts = Cuts { instead: Some(("i", "f")), ..IMMEDIATE };
const IMMEDIATE_SHORT: Cuts = Cuts { instead: Some(("-mi", "-mf")), ..IMMEDIATE };
const IMMEDIATE_MODE: Cuts = Cuts { instead: Some(("--mode=immediate", "--mode=fast")), ..IMMEDIATE };

/// One row a program.
pub(super) const PROGRAMS: &[Program] = &[
    product(&["psql"])
        .asks(Asks::Options { host: &["-h", "--host"], port: &["-p", "--port"] })
        .says(Says::Failure)
        .prints(Prints::Data)
        .makes_no_files()
        .client(PSQL),
    product(&["mysql"])
        .asks(Asks::Options { host: &["-h", "--host"], port: &["-P", "--port"] })
        .says(Says::Failure)
        .prints(Prints::Data)
        .makes_no_files()
        .client(MYSQL),
    product(&["mariadb"]).client(MYSQL),
    product(&["sqlite3"]).client(SQLITE3),
    product(&["cqlsh"]).asks(Asks::HostAndPort).says(Says::Failure).prints(Prints::Data).client(CQLSH),
    product(&["clickhouse-client"])
        .asks(Asks::Options { host: &["-h", "--host"], port: &["--port"] })
        .client(CLICKHOUSE_CLIENT),
    product(&["sqlcmd"]).asks(Asks::Options { host: &["-S"], port: &[] }).client(SQLCMD),
    product(&["mongo", "mongosh"])
        .asks(Asks::Options { host: &["--host", "-h"], port: &["--port"] })
        .says(Says::Failure)
        .prints(Prints::Data)
        .client(MONGO),
    product(&["pg_ctl"]).uses(&[
        stops_and_waits(&["stop", "-m", "immediate"], Manner::Abrupt).cutting(IMMEDIATE),
        stops_and_waits(&["-m", "immediate", "stop"], Manner::Abrupt).cutting(IMMEDIATE),
        stops_and_waits(&["stop", "-m", "i"], Manner::Abrupt).cutting(IMMEDIATE_LETTER),
        stops_and_waits(&["-m", "i", "stop"], Manner::Abrupt).cutting(IMMEDIATE_LETTER),
        stops_and_waits(&["stop", "-mi"], Manner::Abrupt).cutting(IMMEDIATE_SHORT),
        stops_and_waits(&["-mi", "stop"], Manner::Abrupt).cutting(IMMEDIATE_SHORT),
        stops_and_waits(&["stop", "--mode=immediate"], Manner::Abrupt).cutting(IMMEDIATE_MODE),
        stops_and_waits(&["--mode=immediate", "stop"], Manner::Abrupt).cutting(IMMEDIATE_MODE),
        stops_and_waits(&["stop"], Manner::Graceful),
    ]),
    product(&["pg_isready"])
        .asks(Asks::Options { host: &["-h", "--host"], port: &["-p", "--port"] })
        .says(Says::Failure)
        .makes_no_files()
        // Measured: 0 with a name that no server has (fact P13).
        .greets(&[]),
    product(&["mysqladmin"])
        .asks(Asks::Options { host: &["-h", "--host"], port: &["-P", "--port"] })
        .asks_again(AsksAgain::With(&["-w", "--wait"]))
        .says(Says::Failure)
        .makes_no_files()
        .uses(&[stops_and_waits(&["shutdown"], Manner::Graceful)])
        // Measured: 0 with a wrong password (fact P13).
        .greets(&["ping"])
        .second(MYSQLADMIN_AGAIN),
    product(&["mariadb-admin"])
        .says(Says::Failure)
        .uses(&[stops_and_waits(&["shutdown"], Manner::Graceful)])
        // Measured: 0 with a wrong password (fact P13).
        .greets(&["ping"])
        .second(MYSQLADMIN_AGAIN),
    product(&["createdb", "createuser"])
        .asks(Asks::Options { host: &["-h", "--host"], port: &["-p", "--port"] })
        .second(CREATEDB_AGAIN),
    product(&["mongoimport"])
        .asks(Asks::Options { host: &["--host", "-h"], port: &["--port"] })
        .second(MONGOIMPORT_AGAIN),
];
