//! Brokers, stores and caches: where their images keep what they hold, and what moves it. Each VOLUME and each CMD was
//! read in the file that is named.

use super::matching::Repositories::{Ending, Hub, Official};
use super::matching::{Repositories, Tags};
use super::row::{Data, Facet, Known, Row, Worth};

/// What Bitnami's images hold lies below `/bitnami`. Of the older ones a mount at any directory there is known, so none
/// is said to lie above their VOLUME.
const fn bitnami(repositories: Repositories, known: &'static [Known]) -> Row {
    Row { repositories, tags: Tags::ALL, known }
}

const REDIS: Data = Data {
    name: "Redis",
    worth: Worth::Cache { kept_with: &[&["--appendonly", "yes"]] },
    directory: Some("/data"),
    volume: Some("/data"),
    options: &["--dir"],
    files: &["/usr/local/etc/redis/redis.conf"],
    programs: &["redis-server"],
    unless: &[&["--save", ""], &["--save", "\"\""], &["--save", "''"], &["--sentinel"]],
    ..Data::PLAIN
};

/// What all of Bitnami's have in common.
const BITNAMI: Data = Data { programs: &["run.sh"], ..Data::PLAIN };

pub(super) const TABLE: &[Row] = &[
    Row {
        repositories: Official(&["redis"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(REDIS),
            evidence: &["redis/docker-library-redis Dockerfile.template (VOLUME, WORKDIR, ENTRYPOINT, CMD)"],
        }],
    },
    Row {
        repositories: Hub(&["valkey/valkey"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                name: "Valkey",
                programs: &["valkey-server", "redis-server"],
                ..REDIS
            }),
            evidence: &["valkey-io/valkey-container Dockerfile.template (VOLUME, WORKDIR, ENTRYPOINT, CMD)"],
        }],
    },
    Row {
        repositories: Official(&["rabbitmq"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                name: "RabbitMQ",
                directory: Some("/var/lib/rabbitmq/mnesia"),
                volume: Some("/var/lib/rabbitmq"),
                variables: &["RABBITMQ_MNESIA_BASE", "RABBITMQ_MNESIA_DIR"],
                programs: &["rabbitmq-server"],
                ..Data::PLAIN
            }),
            evidence: &["docker-library/rabbitmq Dockerfile-ubuntu.template (VOLUME, ENTRYPOINT, CMD)"],
        }],
    },
    Row {
        repositories: Hub(&["apache/kafka"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                name: "Kafka",
                worth: Worth::Replicated,
                directory: Some("/tmp/kraft-combined-logs"),
                variables: &["KAFKA_LOG_DIRS", "KAFKA_LOG_DIR"],
                programs: &["run"],
                ..Data::PLAIN
            }),
            evidence: &[
                "apache/kafka docker/resources/common-scripts/configureDefaults (KAFKA_LOG_DIRS)",
                "apache/kafka docker/jvm/Dockerfile (CMD)",
            ],
        }],
    },
    Row {
        repositories: Hub(&["confluentinc/cp-kafka", "confluentinc/cp-server"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                name: "Kafka",
                worth: Worth::Replicated,
                directory: Some("/var/lib/kafka/data"),
                volume: Some("/var/lib/kafka/data"),
                variables: &["KAFKA_LOG_DIRS", "KAFKA_LOG_DIR"],
                programs: &["run"],
                ..Data::PLAIN
            }),
            evidence: &[
                "confluentinc/kafka-images kafka/include/etc/confluent/docker/configure (KAFKA_LOG_DIRS)",
                "confluentinc/kafka-images kafka/Dockerfile.ubi8 (VOLUME, CMD)",
            ],
        }],
    },
    Row {
        repositories: Official(&["zookeeper"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                name: "ZooKeeper",
                worth: Worth::Replicated,
                directory: Some("/data"),
                volume: Some("/data"),
                variables: &["ZOO_DATA_DIR", "ZOO_DATA_LOG_DIR"],
                programs: &["zkServer.sh"],
                ..Data::PLAIN
            }),
            evidence: &["31z4/zookeeper-docker 3.9.2/Dockerfile (ENV ZOO_DATA_DIR, VOLUME, ENTRYPOINT, CMD)"],
        }],
    },
    Row {
        repositories: Ending(&["coreos/etcd", "etcd-development/etcd"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                name: "etcd",
                worth: Worth::Replicated,
                variables: &["ETCD_DATA_DIR"],
                options: &["--data-dir", "-data-dir"],
                files: &["--config-file"],
                programs: &["etcd"],
                unless: &[&["grpc-proxy"], &["gateway"]],
                ..Data::PLAIN
            }),
            evidence: &[
                "https://etcd.io/docs/v3.4/op-guide/configuration/ (--data-dir, ETCD_DATA_DIR)",
                "etcd-io/etcd Dockerfile-release.amd64 (WORKDIR, CMD)",
            ],
        }],
    },
    Row {
        repositories: Hub(&["hashicorp/consul"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                name: "Consul",
                worth: Worth::Replicated,
                directory: Some("/consul/data"),
                volume: Some("/consul/data"),
                options: &["-data-dir"],
                programs: &["consul", "agent"],
                only_with: &["-server", "-server=true"],
                unless: &[&["-dev"]],
                ..Data::PLAIN
            }),
            evidence: &["hashicorp/consul Dockerfile (VOLUME, ENTRYPOINT, CMD)"],
        }],
    },
    Row {
        repositories: Official(&["consul"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                name: "Consul",
                worth: Worth::Replicated,
                directory: Some("/consul/data"),
                volume: Some("/consul/data"),
                options: &["-data-dir"],
                programs: &["consul", "agent"],
                only_with: &["-server", "-server=true"],
                unless: &[&["-dev"]],
                ..Data::PLAIN
            }),
            evidence: &["hashicorp/consul Dockerfile (VOLUME, ENTRYPOINT, CMD)"],
        }],
    },
    Row {
        repositories: Official(&["nats"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                name: "NATS",
                worth: Worth::Replicated,
                directory: Some("/tmp/nats/jetstream"),
                options: &["-sd", "--store_dir"],
                files: &["-c", "--config"],
                programs: &["nats-server", "/nats-server"],
                only_with: &["-js", "--jetstream", "-sd", "--store_dir"],
                ..Data::PLAIN
            }),
            evidence: &["https://docs.nats.io/jetstream/getting_started/using_docker (-js, -sd)"],
        }],
    },
    Row {
        repositories: Ending(&["minio/minio"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                name: "MinIO",
                operand_of: Some("server"),
                programs: &["minio"],
                only_with: &["server"],
                unless: &[&["gateway"]],
                ..Data::PLAIN
            }),
            evidence: &["minio/minio Dockerfile.release (VOLUME, ENTRYPOINT, CMD)"],
        }],
    },
    bitnami(
        Ending(&["bitnami/postgresql", "bitnamilegacy/postgresql"]),
        &[Known {
            facet: Facet::Data(Data {
                name: "PostgreSQL",
                directory: Some("/bitnami/postgresql/data"),
                variables: &["POSTGRESQL_DATA_DIR", "POSTGRESQL_VOLUME_DIR"],
                ..BITNAMI
            }),
            evidence: &["bitnami/containers bitnami/postgresql/16/debian-12/Dockerfile (VOLUME, CMD)"],
        }],
    ),
    bitnami(
        Ending(&["bitnami/mysql", "bitnamilegacy/mysql"]),
        &[Known {
            facet: Facet::Data(Data { name: "MySQL", directory: Some("/bitnami/mysql/data"), ..BITNAMI }),
            evidence: &[
                "bitnami/containers bitnami/mysql/8.0/debian-12/rootfs/opt/bitnami/scripts/mysql-env.sh (DB_DATA_DIR)",
            ],
        }],
    ),
    bitnami(
        Ending(&["bitnami/mariadb", "bitnamilegacy/mariadb"]),
        &[Known {
            facet: Facet::Data(Data { name: "MariaDB", directory: Some("/bitnami/mariadb/data"), ..BITNAMI }),
            evidence: &[
                "bitnami/containers bitnami/mariadb/11.4/debian-12/rootfs/opt/bitnami/scripts/mariadb-env.sh (DB_DATA_DIR)",
            ],
        }],
    ),
    bitnami(
        Ending(&["bitnami/mongodb", "bitnamilegacy/mongodb"]),
        &[Known {
            facet: Facet::Data(Data { name: "MongoDB", directory: Some("/bitnami/mongodb/data"), ..BITNAMI }),
            evidence: &[
                "bitnami/containers bitnami/mongodb/7.0/debian-12/rootfs/opt/bitnami/scripts/mongodb-env.sh (MONGODB_DATA_DIR)",
            ],
        }],
    ),
    bitnami(
        Ending(&["bitnami/redis", "bitnamilegacy/redis"]),
        &[Known {
            facet: Facet::Data(Data {
                name: "Redis",
                directory: Some("/bitnami/redis/data"),
                worth: Worth::Cache { kept_with: &[&["--appendonly", "yes"]] },
                ..BITNAMI
            }),
            evidence: &[
                "bitnami/containers containers/redis/4.0/debian-9/rootfs/postunpack.sh (REDIS_VOLUME)",
            ],
        }],
    ),
];
