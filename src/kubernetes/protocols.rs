//! What is spoken on a port, by its number, its name and the image that listens: which handler of a probe can
//! ask there.

use super::image::Reference;

/// Ports of the proxies that meshes put into Pods, whose manifests do not show them: Istio
/// (istio.io/latest/docs/ops/deployment/application-requirements, "Ports used by Istio"), Linkerd
/// (linkerd.io/2/reference/proxy-configuration), Dapr (docs.dapr.io, arguments and annotations) and Consul
/// (developer.hashicorp.com/consul/docs/reference/k8s/annotation-label).
const INJECTED: &[i32] = &[
    15000, 15001, 15004, 15006, 15008, 15020, 15021, 15053, 15090, 4140, 4143, 4190, 4191, 3500, 50001,
    19000, 20000, 20600,
];

/// A proxy that a mesh puts in may listen on the port, though no container declares it.
pub(crate) fn is_injected(port: i32) -> bool {
    INJECTED.contains(&port)
}

/// How a probe can ask whether a server is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asks {
    /// An HTTP request.
    Http,
    /// The same over TLS, of which the kubelet verifies no certificate (fact E3).
    Https,
    /// Whether the port is open: the server speaks something else.
    Tcp,
}

/// A protocol and what it is known by.
struct Protocol {
    asks: Asks,
    /// Its usual ports (iana.org/assignments/service-names-port-numbers, and the documentation of each server).
    ports: &'static [i32],
    /// Words in the names of ports.
    words: &'static [&'static str],
    /// Images that speak it: the last part of their repository.
    images: &'static [&'static str],
}

const fn speaks(
    asks: Asks,
    ports: &'static [i32],
    words: &'static [&'static str],
    images: &'static [&'static str],
) -> Protocol {
    Protocol { asks, ports, words, images }
}

/// One row a protocol; a name says more than a number, and a number more than an image.
const TABLE: &[Protocol] = &[
    // Databases.
    speaks(
        Asks::Tcp,
        &[5432],
        &["postgres", "postgresql", "pg", "pgsql", "psql"],
        &["postgres", "postgresql", "timescaledb", "postgis", "pgbouncer", "pgpool"],
    ),
    speaks(
        Asks::Tcp,
        &[3306, 33060],
        &["mysql", "mariadb"],
        &["mysql", "mariadb", "percona", "mysql-server"],
    ),
    speaks(Asks::Tcp, &[27017, 27018, 27019], &["mongo", "mongodb"], &["mongo", "mongodb"]),
    speaks(
        Asks::Tcp,
        &[6379, 6380, 26379],
        &["redis", "valkey", "sentinel"],
        &["redis", "valkey", "keydb", "redis-stack"],
    ),
    speaks(Asks::Tcp, &[11211], &["memcache", "memcached"], &["memcached"]),
    speaks(Asks::Tcp, &[9042, 9160, 7000], &["cql", "cassandra"], &["cassandra", "scylla"]),
    speaks(Asks::Tcp, &[1433], &["mssql", "sqlserver", "tds"], &[]),
    speaks(Asks::Tcp, &[1521], &["oracle"], &[]),
    speaks(Asks::Tcp, &[26257], &["cockroachdb", "sql"], &["cockroach"]),
    speaks(Asks::Tcp, &[7687], &["bolt"], &["neo4j"]),
    speaks(Asks::Tcp, &[2379, 2380], &["etcd", "peer"], &["etcd"]),
    // Brokers.
    speaks(Asks::Tcp, &[9092, 9093, 9094], &["kafka", "broker"], &["kafka", "cp-kafka"]),
    speaks(Asks::Tcp, &[2181, 2888, 3888], &["zookeeper", "zk"], &["zookeeper"]),
    speaks(Asks::Tcp, &[5671, 5672], &["amqp", "amqps", "rabbitmq"], &["rabbitmq"]),
    speaks(Asks::Tcp, &[4222, 6222], &["nats"], &["nats"]),
    speaks(Asks::Tcp, &[1883, 8883], &["mqtt", "mqtts"], &["mosquitto", "eclipse-mosquitto", "emqx"]),
    speaks(Asks::Tcp, &[61616], &["openwire", "stomp"], &["activemq"]),
    // Mail, names, files, logins.
    speaks(Asks::Tcp, &[25, 465, 587], &["smtp", "smtps", "submission"], &["postfix", "mailhog"]),
    speaks(Asks::Tcp, &[110, 143, 993, 995], &["imap", "imaps", "pop3", "pop3s"], &["dovecot"]),
    speaks(Asks::Tcp, &[53], &["dns"], &["coredns", "bind9", "unbound"]),
    speaks(Asks::Tcp, &[389, 636], &["ldap", "ldaps"], &["openldap"]),
    speaks(Asks::Tcp, &[22, 2222], &["ssh", "sftp"], &["sftp", "openssh-server"]),
    speaks(Asks::Tcp, &[21], &["ftp"], &["vsftpd"]),
    speaks(Asks::Tcp, &[111, 2049, 20048], &["nfs", "mountd", "rpcbind"], &["volume-nfs", "nfs-server"]),
    speaks(Asks::Tcp, &[139, 445], &["smb"], &["samba"]),
    speaks(Asks::Tcp, &[1080], &["socks", "socks5"], &[]),
    // A server of gRPC need not have the health service that a gRPC probe asks.
    speaks(Asks::Tcp, &[50051], &["grpc", "grpcs", "thrift", "rpc"], &[]),
    speaks(Asks::Tcp, &[], &["tcp", "tls-passthrough", "raw"], &[]),
    // The web.
    speaks(Asks::Https, &[443, 8443, 9443, 6443, 10250], &["https", "webhook", "tls", "ssl"], &[]),
    speaks(
        Asks::Http,
        &[80, 3000, 5000, 8000, 8008, 8080, 8081, 8088, 8888, 9000, 9090, 9100],
        &["http", "http1", "http2", "web", "www", "ui", "api", "rest", "metrics", "admin", "dashboard"],
        &["nginx", "httpd", "caddy", "apache"],
    ),
];

/// How to ask on a port; `None` where nothing is known of it.
pub(crate) fn asks(number: Option<i32>, name: Option<&str>, image: Option<&str>) -> Option<Asks> {
    let words = || name.into_iter().flat_map(|name| name.split('-'));
    let by_name = TABLE.iter().find(|row| words().any(|word| row.words.contains(&word)));
    let by_number = || number.and_then(|number| TABLE.iter().find(|row| row.ports.contains(&number)));
    let by_image = || {
        let repository = Reference::parse(image?)?.repository;
        let last = repository.rsplit('/').next()?;
        TABLE.iter().find(|row| row.images.contains(&last))
    };
    by_name.or_else(by_number).or_else(by_image).map(|row| row.asks)
}

/// The page on which a well-known image says that it is ready.
struct Page {
    /// The last part of the repository.
    image: &'static str,
    port: i32,
    path: &'static str,
}

const fn page(image: &'static str, port: i32, path: &'static str) -> Page {
    Page { image, port, path }
}

/// One row an image. Sources: min.io/docs (healthcheck probe), kubernetes.github.io/ingress-nginx (default backend:
/// 404 at `/`, 200 at `/healthz`), prometheus.io (management API), grafana.com (HTTP API; Loki's and Tempo's too).
const PAGES: &[Page] = &[
    page("minio", 9000, "/minio/health/ready"),
    page("defaultbackend", 8080, "/healthz"),
    page("defaultbackend-amd64", 8080, "/healthz"),
    page("prometheus", 9090, "/-/ready"),
    page("alertmanager", 9093, "/-/ready"),
    page("grafana", 3000, "/api/health"),
    page("loki", 3100, "/ready"),
    page("tempo", 3200, "/ready"),
];

/// The page of a well-known image; `None` where the port is not the one that it has it on.
pub(crate) fn ready_page(image: &str, number: Option<i32>) -> Option<&'static str> {
    let repository = Reference::parse(image)?.repository;
    let last = repository.rsplit('/').next()?;
    PAGES.iter().find(|page| page.image == last && Some(page.port) == number).map(|page| page.path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_more_than_a_number_and_a_number_more_than_an_image() {
        assert_eq!(asks(Some(5432), None, None), Some(Asks::Tcp));
        assert_eq!(asks(Some(5432), Some("http"), None), Some(Asks::Http));
        assert_eq!(asks(Some(8443), Some("grpc"), None), Some(Asks::Tcp));
        assert_eq!(asks(Some(9999), Some("https-webhook"), None), Some(Asks::Https));
        assert_eq!(asks(Some(9999), None, Some("docker.io/library/redis:7")), Some(Asks::Tcp));
        assert_eq!(asks(Some(80), None, Some("redis:7")), Some(Asks::Http));
        assert_eq!(asks(Some(9999), None, Some("acme/shop:1")), None);
        assert_eq!(asks(None, Some("pgsql"), None), Some(Asks::Tcp));
    }

    #[test]
    fn nothing_stands_twice() {
        let all: Vec<String> = TABLE
            .iter()
            .flat_map(|row| {
                let ports = row.ports.iter().map(|port| format!("port {port}"));
                let words = row.words.iter().map(|word| format!("word {word}"));
                ports.chain(words).chain(row.images.iter().map(|image| format!("image {image}")))
            })
            .collect();
        let mut once = all.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), all.len());
    }
}
