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

/// Words by which Redis writes down each change.
const APPENDS: &[&[&str]] = &[&["--appendonly", "yes"]];

/// Words by which it writes no snapshots.
const SAVES_NOTHING: &[&[&str]] = &[&["--save", ""], &["--save", "\"\""], &["--save", "''"]];

const REDIS: Data = Data {
    name: "Redis",
    worth: Worth::Cache { kept_with: APPENDS, dropped_with: SAVES_NOTHING },
    directory: Some("/data"),
    volume: Some("/data"),
    options: &["--dir"],
    files: &["/usr/local/etc/redis/redis.conf"],
    programs: &["redis-server"],
    unless: &[&["--sentinel"]],
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
        repositories: Hub(&["redis/redis-stack-server", "redis/redis-stack"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                directory: Some("/data"),
                variables: &["REDIS_DATA_DIR"],
                further: &["REDIS_ARGS"],
                programs: &["entrypoint.sh"],
                volume: None,
                ..REDIS
            }),
            evidence: &[
                "redis-stack/redis-stack etc/scripts/entrypoint.redis-stack-server.sh (REDIS_DATA_DIR, REDIS_ARGS)",
                "redis-stack/redis-stack dockers/dockerfile.tmpl (CMD)",
            ],
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
        repositories: Hub(&["wurstmeister/kafka"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                name: "Kafka",
                worth: Worth::Replicated,
                directory: Some("/kafka"),
                volume: Some("/kafka"),
                variables: &["KAFKA_LOG_DIRS"],
                programs: &["start-kafka.sh"],
                ..Data::PLAIN
            }),
            evidence: &[
                "wurstmeister/kafka-docker start-kafka.sh (KAFKA_LOG_DIRS)",
                "wurstmeister/kafka-docker Dockerfile (VOLUME, CMD)",
            ],
        }],
    },
    Row {
        repositories: Hub(&["confluentinc/cp-zookeeper"]),
        tags: Tags::ALL,
        known: &[Known {
            facet: Facet::Data(Data {
                name: "ZooKeeper",
                worth: Worth::Replicated,
                directory: Some("/var/lib/zookeeper/data"),
                volume: Some("/var/lib/zookeeper/data"),
                variables: &["ZOOKEEPER_DATA_DIR"],
                programs: &["run"],
                ..Data::PLAIN
            }),
            evidence: &["confluentinc/kafka-images zookeeper/Dockerfile.ubi8 (VOLUME, CMD)"],
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
        repositories: Ending(&[
            "coreos/etcd",
            "etcd-development/etcd",
            "registry.k8s.io/etcd",
            "k8s.gcr.io/etcd",
            "google_containers/etcd",
        ]),
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
                "kubernetes/kubernetes cluster/images/etcd/Dockerfile (WORKDIR)",
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
                worth: Worth::Cache { kept_with: APPENDS, dropped_with: SAVES_NOTHING },
                ..BITNAMI
            }),
            evidence: &[
                "bitnami/containers containers/redis/4.0/debian-9/rootfs/postunpack.sh (REDIS_VOLUME)",
            ],
        }],
    ),
    bitnami(
        Ending(&["bitnami/kafka", "bitnamilegacy/kafka"]),
        &[Known {
            facet: Facet::Data(Data {
                name: "Kafka",
                worth: Worth::Replicated,
                directory: Some("/bitnami/kafka/data"),
                variables: &["KAFKA_CFG_LOG_DIRS", "KAFKA_CFG_LOG_DIR"],
                ..BITNAMI
            }),
            evidence: &[
                "bitnami/containers bitnami/kafka/3.4/debian-11/rootfs/opt/bitnami/scripts/kafka-env.sh (KAFKA_DATA_DIR)",
            ],
        }],
    ),
    bitnami(
        Ending(&["bitnami/rabbitmq", "bitnamilegacy/rabbitmq"]),
        &[Known {
            facet: Facet::Data(Data {
                name: "RabbitMQ",
                directory: Some("/bitnami/rabbitmq/mnesia"),
                variables: &["RABBITMQ_MNESIA_BASE", "RABBITMQ_MNESIA_DIR"],
                ..BITNAMI
            }),
            evidence: &["bitnami/containers bitnami/rabbitmq rootfs/librabbitmq.sh (RABBITMQ_DATA_DIR)"],
        }],
    ),
    bitnami(
        Ending(&["bitnami/etcd", "bitnamilegacy/etcd"]),
        &[Known {
            facet: Facet::Data(Data {
                name: "etcd",
                worth: Worth::Replicated,
                directory: Some("/bitnami/etcd/data"),
                ..BITNAMI
            }),
            evidence: &[
                "bitnami/containers bitnami/etcd/3.5/debian-12/rootfs/opt/bitnami/scripts/etcd-env.sh (ETCD_DATA_DIR)",
            ],
        }],
    ),
    bitnami(
        Ending(&["bitnami/elasticsearch", "bitnamilegacy/elasticsearch"]),
        &[Known {
            facet: Facet::Data(Data {
                name: "Elasticsearch",
                worth: Worth::Replicated,
                directory: Some("/bitnami/elasticsearch/data"),
                ..BITNAMI
            }),
            evidence: &[
                "bitnami/containers bitnami/elasticsearch rootfs/libelasticsearch.sh (ELASTICSEARCH_DATA_DIR)",
            ],
        }],
    ),
    bitnami(
        Ending(&["bitnami/zookeeper", "bitnamilegacy/zookeeper"]),
        &[Known {
            facet: Facet::Data(Data {
                name: "ZooKeeper",
                worth: Worth::Replicated,
                directory: Some("/bitnami/zookeeper/data"),
                ..BITNAMI
            }),
            evidence: &[
                "bitnami/containers bitnami/zookeeper/3.9/debian-12/rootfs/opt/bitnami/scripts/zookeeper-env.sh (ZOO_DATA_DIR)",
            ],
        }],
    ),
    bitnami(
        Ending(&["bitnami/cassandra", "bitnamilegacy/cassandra"]),
        &[Known {
            facet: Facet::Data(Data {
                name: "Cassandra",
                worth: Worth::Replicated,
                directory: Some("/bitnami/cassandra/data"),
                variables: &["CASSANDRA_DATA_DIR"],
                ..BITNAMI
            }),
            evidence: &[
                "bitnami/containers bitnami/cassandra/4.1/debian-12/rootfs/opt/bitnami/scripts/libcassandra.sh (CASSANDRA_DATA_DIR)",
            ],
        }],
    ),
];
