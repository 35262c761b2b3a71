//! Which servers a hook talks to: a fold over what it does.

use std::collections::BTreeSet;

use crate::programs::{Asks, AsksAgain, Program};
use crate::shell::{Address, Arg, Given, Redirect, Step, Trace, Value};

/// The container itself.
const HERE: &str = "localhost";

/// A server, as the hook's words name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Server {
    /// A host, and the port when it is said.
    Host {
        /// A name or an address.
        name: String,
        /// A number or a name.
        port: Option<String>,
    },
    /// The cluster's API server.
    Api,
    /// One that a value nobody knows names.
    Unknown,
}

/// Every server that the trace talks to, each once.
pub(crate) fn servers(trace: &Trace) -> BTreeSet<Server> {
    asked_by(&trace.steps)
}

/// Every server that these steps talk to, each once.
pub(crate) fn asked_by<'s>(steps: impl IntoIterator<Item = &'s Step>) -> BTreeSet<Server> {
    steps.into_iter().flat_map(|step| asked(step.program, &step.args, &step.redirects)).collect()
}

/// The servers that a call talks to, whose own name is the first of its words: those that it names, and those that
/// its redirections open.
pub(crate) fn asked(program: Option<&Program>, words: &[Arg], redirects: &[Redirect]) -> Vec<Server> {
    let by_words = program.map(|program| named(program, words)).unwrap_or_default();
    let opened = redirects.iter().filter_map(|redirect| device(&redirect.target));
    by_words.into_iter().chain(opened).collect()
}

/// Those that the words name; none where the program asks nobody.
fn named(program: &Program, words: &[Arg]) -> Vec<Server> {
    let Some(asks) = program.asks else { return Vec::new() };
    let given = Given(words.get(1..).unwrap_or_default());
    let values = program.values;
    let operands = given.operands(values);
    match asks {
        Asks::ApiServer => vec![Server::Api],
        Asks::Urls => {
            let urls = given.0.iter().filter(|arg| arg.value.text.contains("://"));
            let urls: Vec<Server> = urls.map(|arg| url(&arg.value)).collect();
            let bare = || operands.last().map(|arg| url(&arg.value)).into_iter().collect();
            if urls.is_empty() { bare() } else { urls }
        }
        Asks::HostAndPort | Asks::Host | Asks::Name => {
            let Some(host) = operands.first() else { return Vec::new() };
            let port = operands.get(1).filter(|_| asks == Asks::HostAndPort);
            vec![server(&host.value, port.map(|port| &port.value))]
        }
        Asks::Options { host, port } => {
            let all: Vec<&str> = host.iter().chain(port).chain(values).copied().collect();
            let one = |options| given.values_of(options, &all).pop();
            let name = one(host).unwrap_or_else(|| Value::of(HERE));
            match name.text.contains("://") {
                true => vec![url(&name)],
                false => vec![server(&name, one(port).as_ref())],
            }
        }
    }
}

/// The call connects to what it names, once, and fails where nobody listens there: it asks again neither by
/// itself nor by its options, as far as those are known.
pub(crate) fn asks_once(program: &Program, words: &[Arg]) -> bool {
    let given = Given(words.get(1..).unwrap_or_default());
    let around = program.http.map_or(&[][..], |http| http.around);
    let retries = match program.asks_again {
        AsksAgain::Never => &[][..],
        AsksAgain::With(options) => options,
        AsksAgain::Always => return false,
    };
    let has = |options: &[&str]| given.has(options, program.values);
    !given.is_open() && !has(around) && !has(retries)
}

fn server(name: &Value, port: Option<&Value>) -> Server {
    match name.known() {
        // `host:port` in one word.
        Some(text) if port.is_none() && text.matches(':').count() == 1 => {
            let (name, port) = text.split_once(':').unwrap_or((text, ""));
            Server::Host { name: name.to_owned(), port: Some(port.to_owned()) }
        }
        Some(text) => {
            Server::Host { name: text.to_owned(), port: port.and_then(Value::known).map(str::to_owned) }
        }
        None => Server::Unknown,
    }
}

/// The host and port of an address, of which the front is known.
fn url(value: &Value) -> Server {
    let known = value.known();
    let address = Address::of(known.unwrap_or_else(|| Value::start(&value.text).0));
    // What is not known may be the rest of the host.
    if address.host.is_empty() || known.is_none() && address.rest.is_empty() {
        return Server::Unknown;
    }
    Server::Host { name: address.host.to_owned(), port: address.port.map(str::to_owned) }
}

/// bash's `/dev/tcp/host/port`.
fn device(value: &Value) -> Option<Server> {
    let rest = value.text.strip_prefix("/dev/tcp/").or_else(|| value.text.strip_prefix("/dev/udp/"))?;
    let (name, port) = rest.split_once('/')?;
    match value.known() {
        Some(_) => Some(Server::Host { name: name.to_owned(), port: Some(port.to_owned()) }),
        None => Some(Server::Unknown),
    }
}

impl Server {
    /// The container itself, by the address that leads there in any Pod.
    pub(crate) fn is_here(&self) -> bool {
        match self {
            Self::Host { name, .. } => {
                let name = name.to_ascii_lowercase();
                name == HERE || name == "::1" || name == "0.0.0.0" || name.starts_with("127.")
            }
            Self::Api | Self::Unknown => false,
        }
    }

    /// The number of its port, when it is said by a number.
    pub(crate) fn port(&self) -> Option<i32> {
        match self {
            Self::Host { port, .. } => port.as_deref()?.parse().ok(),
            Self::Api | Self::Unknown => None,
        }
    }

    /// In words: `localhost:8080`.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Host { name, port: Some(port) } => format!("{name}:{port}"),
            Self::Host { name, port: None } => name.clone(),
            Self::Api => "the API server".to_owned(),
            Self::Unknown => "a server that is not known from here".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::traced::{bash, sh};

    fn asked(trace: &Trace) -> Vec<String> {
        servers(trace).iter().map(Server::words).collect()
    }

    #[test]
    fn every_way_to_name_a_server_is_read() {
        for (script, server) in [
            ("curl -X POST http://localhost:8080/drain", "localhost:8080"),
            ("curl -H 'X-A: b' localhost:8080/drain", "localhost:8080"),
            ("curl https://user:secret@api.example.com/x", "api.example.com"),
            ("curl \"http://vault:8200/v1/$TOKEN\"", "vault:8200"),
            ("curl http://[::1]:9090/quit", "::1:9090"),
            ("wget -qO- http://127.0.0.1:15020/quitquitquit", "127.0.0.1:15020"),
            ("nc -w 2 db 5432", "db:5432"),
            ("redis-cli -h cache -p 6380 save", "cache:6380"),
            ("redis-cli save", "localhost"),
            ("kubectl annotate pod x a=b", "the API server"),
            ("curl \"$URL\"", "a server that is not known from here"),
            ("curl \"http://$HOST:80/\"", "a server that is not known from here"),
        ] {
            assert_eq!(asked(&sh(script)), [server], "{script}");
        }
        assert_eq!(asked(&bash("exec 3<>/dev/tcp/localhost/9000")), ["localhost:9000"]);
    }

    #[test]
    fn a_client_asks_once_unless_it_is_told_to_ask_again() {
        let once = |script| {
            let trace = sh(script);
            let step = trace.steps.first()?;
            Some(asks_once(step.program?, &step.args))
        };
        for script in [
            "curl localhost:8080/a",
            "curl --retry 5 localhost:8080/a",
            "wget -t 3 http://localhost/",
            "nc -z localhost 5432",
            "psql -c 'select 1'",
        ] {
            assert_eq!(once(script), Some(true), "{script}");
        }
        for script in [
            "curl --retry 5 --retry-connrefused localhost:8080/a",
            "curl --retry-all-errors --retry 5 localhost/a",
            "curl --unix-socket /run/docker.sock http://localhost/v1",
            "curl -x http://proxy:3128 http://localhost/",
            "wget --retry-connrefused http://localhost/",
            "curl $OPTIONS http://localhost/",
            "kafka-topics --bootstrap-server localhost:9092 --list",
            "mysqladmin --wait ping",
        ] {
            assert_eq!(once(script), Some(false), "{script}");
        }
    }

    #[test]
    fn the_container_itself_has_several_names() {
        let server = |name: &str| Server::Host { name: name.to_owned(), port: Some("8080".to_owned()) };
        assert!(["localhost", "127.0.0.1", "::1", "0.0.0.0"].into_iter().all(|name| server(name).is_here()));
        assert!(!server("web").is_here() && !Server::Api.is_here());
        assert_eq!((server("web").port(), Server::Unknown.port()), (Some(8080), None));
    }

    #[test]
    fn each_server_stands_once_and_what_never_runs_asks_nobody() {
        let script = "curl http://b/1; curl http://a/; curl http://b/2";
        assert_eq!(asked(&sh(script)), ["a", "b"]);
        assert!(asked(&sh("exit 0; curl http://a/")).is_empty());
        assert!(asked(&sh("echo http://a/")).is_empty());
    }
}
