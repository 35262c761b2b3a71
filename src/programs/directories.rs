//! Directories, identity providers, name servers and time series: what is registered once.

use super::program::*;
use super::row::*;

const INFLUX_VALUES: &[&str] = &[
    "--host",
    "-t",
    "--token",
    "-c",
    "--active-config",
    "--configs-path",
    "-o",
    "--org",
    "--org-id",
    "-n",
    "--name",
];

/// Of an organisation two buckets, mappings or users cannot have one name, and a server is set up once
/// (docs.influxdata.com/influxdb/v2/reference/cli/influx).
const INFLUX_AGAIN: &[SecondRun] = &[
    SecondRun {
        form: Form::Verb(&["setup"]),
        values: INFLUX_VALUES,
        reason: "`influx setup` fails when the server has been set up",
        ..SECOND
    },
    SecondRun {
        form: Form::Verb(&["v1", "dbrp", "create"]),
        values: INFLUX_VALUES,
        reason: "`influx v1 dbrp create` fails when the mapping exists",
        undo: &[Undo { names: &["influx"], form: Form::Verb(&["v1", "dbrp", "delete"]), same: Same::Any }],
        ..SECOND
    },
    SecondRun {
        form: Form::Verb(&["*", "create"]),
        values: INFLUX_VALUES,
        reason: "`influx … create` fails when one of that name exists",
        undo: &[Undo { names: &["influx"], form: Form::Verb(&["*", "delete"]), same: Same::Any }],
        ..SECOND
    },
];

/// An entry that exists ends it with 68, `-c` or not (openldap.org, ldapmodify(1)).
const LDAPADD_AGAIN: &[SecondRun] = &[SecondRun { reason: "`ldapadd` fails when an entry exists", ..SECOND }];

/// 389 Directory Server (docs.port389.org, dsconf).
const DSCONF_AGAIN: &[SecondRun] = &[SecondRun {
    form: Form::Verb(&["*", "backend", "create"]),
    values: &["-D", "--binddn", "-w", "--bindpw", "-y", "--pwdfile", "-b", "--basedn"],
    reason: "`dsconf … backend create` fails when the backend exists",
    ..SECOND
}];

/// Keycloak answers 409 (keycloak.org/docs/latest/server_admin, Admin CLI).
const KCADM_AGAIN: &[SecondRun] = &[SecondRun {
    form: Form::Verb(&["create"]),
    values: &["-r", "--realm", "--target-realm", "--server", "--config", "-s", "--set", "-f", "--file"],
    reason: "`kcadm create` fails when one of that name exists",
    ..SECOND
}];

/// PowerDNS (doc.powerdns.com/authoritative/manpages/pdnsutil.1.html).
const PDNSUTIL_AGAIN: &[SecondRun] = &[SecondRun {
    form: Form::Verb(&["create-zone"]),
    values: &["--config-dir", "--config-name"],
    reason: "`pdnsutil create-zone` fails when the zone exists",
    undo: &[Undo { names: &["pdnsutil"], form: Form::Verb(&["delete-zone"]), same: Same::Any }],
    ..SECOND
}];

/// One row a program.
pub(super) const PROGRAMS: &[Program] = &[
    product(&["influx"]).second(INFLUX_AGAIN),
    product(&["ldapadd"]).second(LDAPADD_AGAIN),
    product(&["dsconf"]).second(DSCONF_AGAIN),
    product(&["kcadm.sh", "kcadm"]).second(KCADM_AGAIN),
    product(&["pdnsutil"]).second(PDNSUTIL_AGAIN),
];
