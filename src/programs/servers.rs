//! Web servers and proxies, and how they are told to stop.

use super::program::*;
use super::row::*;

const NGINX: &[Use] = &[
    stops(&["-s", "quit"], Manner::Graceful),
    stops(&["-s", "stop"], Manner::Abrupt),
    talks(&["-s"]),
    talks(&["-t"]),
];
/// apachectl and httpd send a signal and return.
const APACHECTL: &[Use] =
    &[stops(&["graceful-stop"], Manner::Graceful), stops(&["stop"], Manner::Abrupt), talks(&["-k"])];
const HTTPD: &[Use] =
    &[stops(&["-k", "graceful-stop"], Manner::Graceful), stops(&["-k", "stop"], Manner::Abrupt)];

/// One row a program.
pub(super) const PROGRAMS: &[Program] = &[
    // src/core/nginx.c, ngx_get_options: a word that is no option is an invalid one.
    product(&["nginx"]).strays(Strays::OperatorsRefused).says(Says::Failure).makes_no_files().uses(NGINX),
    product(&["openresty"]).strays(Strays::OperatorsRefused).uses(NGINX),
    product(&["apachectl", "apache2ctl"]).uses(APACHECTL),
    product(&["httpd", "apache2"]).uses(HTTPD),
    product(&["kong"])
        .uses(&[stops_and_waits(&["quit"], Manner::Graceful), stops(&["stop"], Manner::Abrupt)]),
    // Istio's agent asks its Envoy (istio.io/docs/reference/commands/pilot-agent).
    product(&["pilot-agent"]).uses(&[stops(&["request", "POST", "quitquitquit"], Manner::Graceful)]),
    product(&["caddy"]).uses(&[stops_and_waits(&["stop"], Manner::Graceful)]),
    product(&["varnishadm"]).uses(&[stops(&["stop"], Manner::Abrupt)]),
    product(&["catalina"]).uses(&[stops_and_waits(&["stop"], Manner::Graceful)]),
];
