//! Web servers and proxies, and how they are told to stop.

use super::program::*;
use super::row::*;

const NGINX: &[Use] = &[
    stops(&["-s", "quit"], Manner::Graceful),
    // Fast shutdown (nginx.org/en/docs/control.html).
    stops(&["-s", "stop"], Manner::Abrupt).cutting(requests("stop", "quit")),
    talks(&["-s"]),
    talks(&["-t"]),
];
/// apachectl and httpd send a signal and return (httpd.apache.org/docs/2.4/stopping.html).
const APACHECTL: &[Use] = &[
    stops(&["graceful-stop"], Manner::Graceful),
    stops(&["stop"], Manner::Abrupt).cutting(requests("stop", "graceful-stop")),
    talks(&["-k"]),
];
const HTTPD: &[Use] = &[
    stops(&["-k", "graceful-stop"], Manner::Graceful),
    stops(&["-k", "stop"], Manner::Abrupt).cutting(requests("stop", "graceful-stop")),
];

/// One row a program.
pub(super) const PROGRAMS: &[Program] = &[
    // src/core/nginx.c, ngx_get_options: a word that is no option is an invalid one.
    product(&["nginx"]).strays(Strays::OperatorsRefused).says(Says::Failure).makes_no_files().uses(NGINX),
    product(&["openresty"]).strays(Strays::OperatorsRefused).uses(NGINX),
    product(&["apachectl", "apache2ctl"]).uses(APACHECTL),
    product(&["httpd", "apache2"]).uses(HTTPD),
    // `stop` is nginx's fast shutdown (developer.konghq.com/gateway/cli/reference).
    product(&["kong"]).uses(&[
        stops_and_waits(&["quit"], Manner::Graceful),
        stops(&["stop"], Manner::Abrupt).cutting(requests("stop", "quit")),
    ]),
    // Istio's agent asks its Envoy (istio.io/docs/reference/commands/pilot-agent).
    product(&["pilot-agent"]).uses(&[stops(&["request", "POST", "quitquitquit"], Manner::Graceful)]),
    product(&["caddy"]).uses(&[stops_and_waits(&["stop"], Manner::Graceful)]),
    // It stops the cache process, and all that it holds goes with it (varnish-cache.org, varnish-cli).
    product(&["varnishadm"]).uses(&[stops(&["stop"], Manner::Abrupt)
        .cutting(Cuts { loses: "requests that are being answered are cut off", instead: None })]),
    product(&["catalina"]).uses(&[stops_and_waits(&["stop"], Manner::Graceful)]),
];
