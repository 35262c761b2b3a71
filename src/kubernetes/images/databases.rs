//! Databases: where their images keep their data, and what moves it. Each VOLUME and each CMD was read in the Dockerfile
//! that is named.

use super::matching::Repositories::{Ending, Exactly, Hub, Official};
use super::matching::{LATEST, Releases, Tags};
use super::row::{Data, Facet, Known, Row, Worth};

/// Images that add to the official one of PostgreSQL, and keep its VOLUME.
const ON_POSTGRES: &[&str] =
    &["postgis/postgis", "timescale/timescaledb", "pgvector/pgvector", "ankane/pgvector"];

/// The tags of the newest PostgreSQL on the newest of its bases.
const NEWEST_POSTGRES: &[&str] = &["", "latest", "alpine", "trixie"];

/// PostgreSQL of a tag that leaves its release open, and so its directory.
const SOME_POSTGRES: Data = Data { directory: None, volume: None, ..BEFORE_18 };

/// The directory of PostgreSQL before 18, and its VOLUME.
const BEFORE_18: Data = Data {
    name: "PostgreSQL",
    directory: Some("/var/lib/postgresql/data"),
    volume: Some("/var/lib/postgresql/data"),
    variables: &["PGDATA"],
    options: &["-D"],
    programs: &["postgres"],
    ..Data::PLAIN
};

/// From 18 on the directory is named by the release, and the VOLUME lies above it. The entrypoint does not start with a
/// mount at the old place.
const SINCE_18: Data = Data {
    directory: Some("/var/lib/postgresql/18/docker"),
    volume: Some("/var/lib/postgresql"),
    refuses: Some("/var/lib/postgresql/data"),
    ..BEFORE_18
};

/// The directory of MySQL and what came of it.
const MYSQL: Data = Data {
    name: "MySQL",
    directory: Some("/var/lib/mysql"),
    volume: Some("/var/lib/mysql"),
    options: &["--datadir"],
    files: &["--defaults-file", "--defaults-extra-file"],
    programs: &["mysqld", "mysqld_safe"],
    ..Data::PLAIN
};

const ELASTICSEARCH: Data = Data {
    name: "Elasticsearch",
    worth: Worth::Replicated,
    directory: Some("/usr/share/elasticsearch/data"),
    variables: &["path.data"],
    options: &["-Epath.data"],
    programs: &["eswrapper", "elasticsearch"],
    ..Data::PLAIN
};

pub(super) const TABLE: &[Row] = &[
    Row {
        repositories: Official(&["postgres"]),
        tags: Tags::of(Releases::SinceAnd((18, 0), NEWEST_POSTGRES)),
        known: &[Known {
            facet: Facet::Data(SINCE_18),
            evidence: &[
                "docker-library/postgres 18/bookworm/Dockerfile (ENV PGDATA, VOLUME, ENTRYPOINT, CMD)",
            ],
        }],
    },
    Row {
        repositories: Official(&["postgres"]),
        tags: Tags::of(Releases::Before((18, 0))),
        known: &[Known {
            facet: Facet::Data(BEFORE_18),
            evidence: &[
                "docker-library/postgres Dockerfile-debian.template (ENV PGDATA, VOLUME, ENTRYPOINT, CMD)",
            ],
        }],
    },
    Row {
        repositories: Hub(ON_POSTGRES),
        tags: Tags { releases: Some(Releases::SinceAnd((18, 0), LATEST)), with: "18", ..Tags::ALL },
        known: &[Known {
            facet: Facet::Data(SINCE_18),
            evidence: &[
                "docker-library/postgres 18/bookworm/Dockerfile (ENV PGDATA, VOLUME, ENTRYPOINT, CMD)",
            ],
        }],
    },
    Row {
        repositories: Hub(ON_POSTGRES),
        tags: Tags::of(Releases::Before((18, 0))),
        known: &[Known {
            facet: Facet::Data(BEFORE_18),
            evidence: &[
                "docker-library/postgres Dockerfile-debian.template (ENV PGDATA, VOLUME, ENTRYPOINT, CMD)",
            ],
        }],
    },
    Row {
        repositories: Official(&["postgres"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(SOME_POSTGRES),
            evidence: &[
                "docker-library/postgres Dockerfile-debian.template (ENV PGDATA, VOLUME, ENTRYPOINT, CMD)",
            ],
        }],
    },
    Row {
        repositories: Hub(ON_POSTGRES),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(SOME_POSTGRES),
            evidence: &[
                "docker-library/postgres Dockerfile-debian.template (ENV PGDATA, VOLUME, ENTRYPOINT, CMD)",
            ],
        }],
    },
    Row {
        repositories: Hub(&["timescale/timescaledb-ha"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                directory: Some("/home/postgres/pgdata/data"),
                volume: None,
                ..BEFORE_18
            }),
            evidence: &["timescale/timescaledb-docker-ha Dockerfile (ENV PGDATA, ENTRYPOINT, CMD)"],
        }],
    },
    Row {
        repositories: Official(&["mysql"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(MYSQL),
            evidence: &["docker-library/mysql 8.0/Dockerfile.oracle (VOLUME, ENTRYPOINT, CMD)"],
        }],
    },
    Row {
        repositories: Hub(&["mysql/mysql-server"]),
        tags: Tags::ALL,
        known: &[Known {
            // Of its releases some declare the directory as a VOLUME.
            facet: Facet::Data(Data { volume: None, ..MYSQL }),
            evidence: &["mysql/mysql-docker mysql-server/8.0/Dockerfile (MYSQL_UNIX_PORT, ENTRYPOINT, CMD)"],
        }],
    },
    Row {
        repositories: Official(&["percona"]),
        tags: Tags { without: &["psmdb"], ..Tags::ALL },
        known: &[Known {
            facet: Facet::Data(Data { name: "Percona Server", ..MYSQL }),
            evidence: &["percona/percona-docker percona-server-8.0/Dockerfile (VOLUME, ENTRYPOINT, CMD)"],
        }],
    },
    Row {
        repositories: Hub(&["percona/percona-server"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data { name: "Percona Server", ..MYSQL }),
            evidence: &["percona/percona-docker percona-server-8.0/Dockerfile (VOLUME, ENTRYPOINT, CMD)"],
        }],
    },
    Row {
        repositories: Exactly(&["mcr.microsoft.com/mssql/server"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                name: "SQL Server",
                directory: Some("/var/opt/mssql/data"),
                variables: &["MSSQL_DATA_DIR"],
                programs: &["sqlservr"],
                ..Data::PLAIN
            }),
            evidence: &[
                "https://learn.microsoft.com/sql/linux/sql-server-linux-docker-container-configure (Persist your data)",
            ],
        }],
    },
    Row {
        repositories: Official(&["mariadb"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                name: "MariaDB",
                programs: &["mysqld", "mariadbd", "mysqld_safe", "mariadbd-safe"],
                ..MYSQL
            }),
            evidence: &["MariaDB/mariadb-docker 11.4/Dockerfile (VOLUME, ENTRYPOINT, CMD)"],
        }],
    },
    Row {
        repositories: Official(&["mongo"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                name: "MongoDB",
                directory: Some("/data/db"),
                volume: Some("/data/db"),
                options: &["--dbpath"],
                files: &["--config", "-f"],
                programs: &["mongod"],
                ..Data::PLAIN
            }),
            evidence: &["docker-library/mongo 4.4/Dockerfile (VOLUME, ENTRYPOINT, CMD)"],
        }],
    },
    Row {
        repositories: Ending(&["mongodb/mongodb-community-server"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                name: "MongoDB",
                directory: Some("/data/db"),
                options: &["--dbpath"],
                files: &["--config", "-f"],
                programs: &["mongod"],
                ..Data::PLAIN
            }),
            evidence: &["https://www.mongodb.com/docs/manual/reference/program/mongod/ (--dbpath)"],
        }],
    },
    Row {
        repositories: Official(&["cassandra"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                name: "Cassandra",
                worth: Worth::Replicated,
                directory: Some("/var/lib/cassandra"),
                volume: Some("/var/lib/cassandra"),
                programs: &["cassandra"],
                ..Data::PLAIN
            }),
            evidence: &["docker-library/cassandra Dockerfile.template (VOLUME, ENTRYPOINT, CMD)"],
        }],
    },
    Row {
        repositories: Official(&["couchdb"]),
        tags: Tags::of(Releases::SinceAnd((2, 0), LATEST)),
        known: &[Known {
            facet: Facet::Data(Data {
                name: "CouchDB",
                directory: Some("/opt/couchdb/data"),
                volume: Some("/opt/couchdb/data"),
                programs: &["couchdb"],
                ..Data::PLAIN
            }),
            evidence: &["apache/couchdb-docker 3.2.3/Dockerfile (VOLUME, ENTRYPOINT, CMD)"],
        }],
    },
    Row {
        repositories: Official(&["neo4j"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                name: "Neo4j",
                directory: Some("/data"),
                volume: Some("/data"),
                programs: &["neo4j"],
                ..Data::PLAIN
            }),
            evidence: &["neo4j/docker-neo4j docker-image-src/5/Dockerfile (VOLUME, ENTRYPOINT, CMD)"],
        }],
    },
    Row {
        repositories: Official(&["influxdb"]),
        tags: Tags { without: &["meta", "core", "enterprise"], ..Tags::of(Releases::Before((2, 0))) },
        known: &[Known {
            facet: Facet::Data(Data {
                name: "InfluxDB",
                directory: Some("/var/lib/influxdb"),
                volume: Some("/var/lib/influxdb"),
                files: &["-config", "--config"],
                programs: &["influxd"],
                ..Data::PLAIN
            }),
            evidence: &["influxdata/influxdata-docker influxdb/1.8/Dockerfile (VOLUME, ENTRYPOINT, CMD)"],
        }],
    },
    Row {
        repositories: Official(&["influxdb"]),
        tags: Tags { without: &["core", "enterprise"], ..Tags::of(Releases::Within((2, 0), (3, 0))) },
        known: &[Known {
            facet: Facet::Data(Data {
                name: "InfluxDB",
                directory: Some("/var/lib/influxdb2"),
                volume: Some("/var/lib/influxdb2"),
                variables: &["INFLUXD_BOLT_PATH", "INFLUXD_ENGINE_PATH"],
                options: &["--bolt-path", "--engine-path"],
                programs: &["influxd"],
                ..Data::PLAIN
            }),
            evidence: &["influxdata/influxdata-docker influxdb/2.7/Dockerfile (VOLUME, ENTRYPOINT, CMD)"],
        }],
    },
    Row {
        repositories: Official(&["arangodb"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                name: "ArangoDB",
                directory: Some("/var/lib/arangodb3"),
                volume: Some("/var/lib/arangodb3"),
                options: &["--database.directory"],
                programs: &["arangod"],
                ..Data::PLAIN
            }),
            evidence: &["arangodb/arangodb-docker alpine/3.11.8/Dockerfile (VOLUME, ENTRYPOINT, CMD)"],
        }],
    },
    Row {
        repositories: Official(&["rethinkdb"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                name: "RethinkDB",
                directory: Some("/data"),
                volume: Some("/data"),
                options: &["-d", "--directory"],
                programs: &["rethinkdb"],
                unless: &[&["proxy"]],
                ..Data::PLAIN
            }),
            evidence: &["rethinkdb/rethinkdb-dockerfiles bullseye/2.4.4/Dockerfile (VOLUME, WORKDIR, CMD)"],
        }],
    },
    Row {
        repositories: Hub(&["cockroachdb/cockroach"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                name: "CockroachDB",
                worth: Worth::Replicated,
                directory: Some("/cockroach/cockroach-data"),
                options: &["-s", "--store"],
                programs: &["cockroach", "cockroach.sh"],
                only_with: &["start", "start-single-node"],
                ..Data::PLAIN
            }),
            evidence: &["cockroachdb/cockroach build/deploy/Dockerfile (WORKDIR, ENTRYPOINT)"],
        }],
    },
    Row {
        repositories: Ending(&["elasticsearch/elasticsearch", "elasticsearch/elasticsearch-oss"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(ELASTICSEARCH),
            evidence: &[
                "elastic/elasticsearch distribution/docker/src/docker/Dockerfile (WORKDIR, ENTRYPOINT)",
            ],
        }],
    },
    Row {
        repositories: Official(&["elasticsearch"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(ELASTICSEARCH),
            evidence: &[
                "elastic/elasticsearch distribution/docker/src/docker/Dockerfile (WORKDIR, ENTRYPOINT)",
            ],
        }],
    },
    Row {
        repositories: Hub(&["opensearchproject/opensearch"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                name: "OpenSearch",
                directory: Some("/usr/share/opensearch/data"),
                programs: &["opensearch"],
                ..ELASTICSEARCH
            }),
            evidence: &[
                "opensearch-project/opensearch-build docker/release/dockerfiles/opensearch.al2.dockerfile (WORKDIR, ENTRYPOINT, CMD)",
            ],
        }],
    },
    Row {
        repositories: Official(&["solr"]),
        tags: Tags::of(Releases::SinceAnd((8, 0), LATEST)),
        known: &[Known {
            facet: Facet::Data(Data {
                name: "Solr",
                directory: Some("/var/solr"),
                volume: Some("/var/solr"),
                variables: &["SOLR_HOME", "SOLR_DATA_HOME"],
                options: &["-t", "-s"],
                programs: &[
                    "solr-foreground",
                    "solr",
                    "solr-precreate",
                    "solr-create",
                    "solr-fg",
                    "entrypoint.sh",
                ],
                ..Data::PLAIN
            }),
            evidence: &["apache/solr-docker 9.6/Dockerfile (ENV SOLR_HOME, VOLUME, ENTRYPOINT)"],
        }],
    },
    Row {
        repositories: Ending(&["clickhouse/clickhouse-server", "yandex/clickhouse-server"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                name: "ClickHouse",
                directory: Some("/var/lib/clickhouse"),
                volume: Some("/var/lib/clickhouse"),
                files: &["--config-file", "-C"],
                programs: &["clickhouse-server", "clickhouse"],
                ..Data::PLAIN
            }),
            evidence: &["ClickHouse/ClickHouse docker/server/Dockerfile.ubuntu (VOLUME, ENTRYPOINT)"],
        }],
    },
];
