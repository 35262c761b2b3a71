//! The specification as tables: scripts with what their second run does, or that it does nothing.
//! `/data` is a volume, `/config` a read-only one, everything else the container's own layer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use super::{Context, Ground, Harm, Mount, Repeat, second_run};
use crate::finding::Severity;
use crate::programs;
use crate::shell::{CommandLine, Knowledge, trace};

fn mounts() -> Vec<Mount> {
    let mount = |path: &str, read_only| Mount { path: path.to_owned(), survives: true, read_only };
    vec![mount("/data", false), mount("/config", true)]
}

fn env() -> BTreeMap<String, Option<String>> {
    let of = |name: &str, value: Option<&str>| (name.to_owned(), value.map(str::to_owned));
    BTreeMap::from([of("DATA", Some("/data")), of("CACHE", Some("/var/cache")), of("SECRET", None)])
}

/// Where a script runs, and how its shell is started.
struct Place<'a> {
    mounts: &'a [Mount],
    working_dir: Option<&'a str>,
    options: &'a [&'a str],
    restarts: bool,
}

/// A container without mounts.
const BARE: Place<'_> = Place { mounts: &[], working_dir: None, options: &[], restarts: true };

fn run_in(script: &str, place: &Place<'_>) -> Vec<Repeat> {
    let argv: Vec<String> =
        [&["bash"], place.options, &["-c", script]].concat().iter().map(|word| (*word).to_owned()).collect();
    let trace = trace(&CommandLine {
        argv: &argv,
        env: &env(),
        image: None,
        working_dir: place.working_dir,
        files: &|_| None,
        windows: false,
        shares_processes: false,
        knowledge: &Knowledge::NONE,
        unanswered: None,
    });
    second_run(&trace, &Context { mounts: place.mounts, restarts: place.restarts })
}

fn run_with(script: &str, change: impl FnOnce(&mut Place<'_>)) -> Vec<Repeat> {
    let mounts = mounts();
    let mut place = Place { mounts: &mounts, ..BARE };
    change(&mut place);
    run_in(script, &place)
}

fn run(script: &str) -> Vec<Repeat> {
    run_with(script, |_| {})
}

/// Each finding as `severity words`, `kills` first when it kills, `adds` when it adds up.
fn said(script: &str) -> Vec<String> {
    run(script)
        .iter()
        .map(|found| {
            let harm = match (found.harm, found.kills, found.hangs) {
                (Harm::AddsUp, ..) => "adds",
                (_, true, _) => "kills",
                (_, _, true) => "hangs",
                _ => "fails",
            };
            format!("{} {harm}: {}", found.severity.as_str(), &script[found.words.range()])
        })
        .collect()
}

fn check_bad(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter(|(script, wanted)| said(script) != [*wanted])
        .map(|(script, wanted)| format!("{script}\n   wanted {wanted}\n   found  {:?}", said(script)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check_good(cases: &[&str]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter(|script| !run(script).is_empty())
        .map(|script| format!("{script}\n   found {:?}", said(script)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn commands_on_files_that_fail_or_add_up_are_found() {
    check_bad(&[
        ("mkdir /data/x", "warning kills: mkdir /data/x"),
        ("mkdir -m 755 /data/x", "warning kills: mkdir -m 755 /data/x"),
        ("mkdir -v /data/x /data/y", "warning kills: mkdir -v /data/x /data/y"),
        ("mkdir /var/x", "info kills: mkdir /var/x"),
        ("/bin/mkdir /data/x", "warning kills: /bin/mkdir /data/x"),
        ("mkdir \"$DATA/x\"", "warning kills: mkdir \"$DATA/x\""),
        ("mkdir $CACHE/x", "info kills: mkdir $CACHE/x"),
        ("mkdir $SECRET/x", "info kills: mkdir $SECRET/x"),
        ("mkdir /data/$SECRET", "warning kills: mkdir /data/$SECRET"),
        ("mkdir /data/$(hostname)", "warning kills: mkdir /data/$(hostname)"),
        ("D=/data/x; mkdir $D", "warning kills: mkdir $D"),
        ("mkdir ${WHERE:-/data}/x", "warning kills: mkdir ${WHERE:-/data}/x"),
        ("cd /data && mkdir x", "warning kills: mkdir x"),
        ("cd /data/a; mkdir ../b", "warning kills: mkdir ../b"),
        ("mkfifo /data/pipe", "warning kills: mkfifo /data/pipe"),
        ("ln -s /opt/a /data/b", "warning kills: ln -s /opt/a /data/b"),
        ("ln -s /data/a /opt/b", "warning kills: ln -s /data/a /opt/b"),
        ("ln -s /opt/a /opt/b", "info kills: ln -s /opt/a /opt/b"),
        ("ln /data/a /data/b", "warning kills: ln /data/a /data/b"),
        ("cd /data; ln -s /opt/a", "warning kills: ln -s /opt/a"),
        ("mv /data/a /data/b", "warning kills: mv /data/a /data/b"),
        ("mv /opt/a /data/b", "warning kills: mv /opt/a /data/b"),
        ("mv /opt/a /opt/b", "info kills: mv /opt/a /opt/b"),
        ("mv -f -t /data /opt/a", "warning kills: mv -f -t /data /opt/a"),
        ("rm /data/a", "warning kills: rm /data/a"),
        ("rm -r /data/a", "warning kills: rm -r /data/a"),
        ("rm /etc/nginx/conf.d/default.conf", "info kills: rm /etc/nginx/conf.d/default.conf"),
        ("rmdir /data/a", "warning kills: rmdir /data/a"),
        ("unlink /data/a", "warning kills: unlink /data/a"),
        ("echo x >> /data/log", "warning adds: >> /data/log"),
        ("echo x >> /var/log/start.log", "info adds: >> /var/log/start.log"),
        ("echo x>>/data/log", "warning adds: >>/data/log"),
        ("date >> /data/log 2>&1", "warning adds: >> /data/log"),
        ("echo x 1>> /data/log", "warning adds: 1>> /data/log"),
        ("echo '1.2.3.4 db' >> /etc/hosts", "info adds: >> /etc/hosts"),
        ("echo 'options x' >> /etc/resolv.conf", "warning adds: >> /etc/resolv.conf"),
        ("echo up >> /dev/termination-log", "info adds: >> /dev/termination-log"),
        ("cat <<EOF >> /data/conf\na=b\nEOF\n", "warning adds: >> /data/conf"),
        ("{ echo a; echo b; } >> /data/conf", "warning adds: >> /data/conf"),
        ("exec >> /data/log", "warning adds: >> /data/log"),
        ("echo x | tee -a /data/log", "warning adds: tee -a /data/log"),
        ("echo x | tee --append /data/log", "warning adds: tee --append /data/log"),
        ("echo x | tee -a /var/log/x", "info adds: tee -a /var/log/x"),
        ("sed -i '1i x' /data/conf", "warning adds: sed -i '1i x' /data/conf"),
        ("sed -i '$a x' /data/conf", "warning adds: sed -i '$a x' /data/conf"),
        ("sed -i 's/$/ x/' /data/conf", "warning adds: sed -i 's/$/ x/' /data/conf"),
        ("sed -i 's/80/8080/' /etc/nginx.conf", "info adds: sed -i 's/80/8080/' /etc/nginx.conf"),
        ("sed -i -e '/x/a y' /data/conf", "warning adds: sed -i -e '/x/a y' /data/conf"),
        ("git clone https://h/r.git /data/r", "warning kills: git clone https://h/r.git /data/r"),
        ("cd /data && git clone --depth 1 https://h/r", "warning kills: git clone --depth 1 https://h/r"),
        ("git clone https://h/r /srv/r", "info kills: git clone https://h/r /srv/r"),
        (
            "keytool -importcert -noprompt -alias a -file /config/a.crt -keystore /data/k -storepass p",
            "warning kills: keytool -importcert -noprompt -alias a -file /config/a.crt -keystore /data/k -storepass p",
        ),
        ("sqlite3 /data/db 'CREATE TABLE t (a)'", "warning kills: sqlite3 /data/db 'CREATE TABLE t (a)'"),
        (
            "sqlite3 /data/db 'INSERT INTO t VALUES (1)'",
            "warning adds: sqlite3 /data/db 'INSERT INTO t VALUES (1)'",
        ),
    ]);
}

#[test]
fn commands_on_servers_accounts_and_the_network_are_found() {
    check_bad(&[
        ("useradd app", "info kills: useradd app"),
        ("useradd -m -u 1000 -s /bin/sh app", "info kills: useradd -m -u 1000 -s /bin/sh app"),
        ("adduser -D app", "info kills: adduser -D app"),
        ("groupadd app", "info kills: groupadd app"),
        ("addgroup -g 1000 app", "info kills: addgroup -g 1000 app"),
        ("iptables -A INPUT -p tcp -j DROP", "warning adds: iptables -A INPUT -p tcp -j DROP"),
        ("iptables -t nat -I PREROUTING -j X", "warning adds: iptables -t nat -I PREROUTING -j X"),
        ("ip6tables -A INPUT -j DROP", "warning adds: ip6tables -A INPUT -j DROP"),
        ("iptables -N CHAIN", "warning kills: iptables -N CHAIN"),
        ("ip route add 10.0.0.0/8 via 10.1.1.1", "warning kills: ip route add 10.0.0.0/8 via 10.1.1.1"),
        ("ip r add default via 10.1.1.1", "warning kills: ip r add default via 10.1.1.1"),
        ("ip addr add 10.0.0.1/8 dev lo", "warning kills: ip addr add 10.0.0.1/8 dev lo"),
        ("ip link add d0 type dummy", "warning kills: ip link add d0 type dummy"),
        ("ip -6 rule add from all lookup 9", "warning kills: ip -6 rule add from all lookup 9"),
        ("route add default gw 10.0.0.1", "warning kills: route add default gw 10.0.0.1"),
        ("ipset create s hash:ip", "warning kills: ipset create s hash:ip"),
        ("nft add rule ip t c drop", "warning adds: nft add rule ip t c drop"),
        ("curl -X POST http://h/register", "warning adds: curl -X POST http://h/register"),
        ("curl -XPOST http://h/r", "warning adds: curl -XPOST http://h/r"),
        ("curl --request POST http://h/r", "warning adds: curl --request POST http://h/r"),
        ("curl -sS -d a=b http://h/r", "warning adds: curl -sS -d a=b http://h/r"),
        ("curl --data-binary @f http://h/r", "warning adds: curl --data-binary @f http://h/r"),
        ("curl -F f=@x http://h/r", "warning adds: curl -F f=@x http://h/r"),
        ("curl --json '{}' http://h/r", "warning adds: curl --json '{}' http://h/r"),
        ("curl -sXPOST http://h/r || true", "warning adds: curl -sXPOST http://h/r"),
        ("OUT=$(curl -X POST http://h/r)", "warning adds: curl -X POST http://h/r"),
        ("if curl -X POST http://h/r; then echo ok; fi", "warning adds: curl -X POST http://h/r"),
        ("until curl -f -X POST http://h/r; do sleep 1; done", "warning adds: curl -f -X POST http://h/r"),
        ("wget --post-data=a=b http://h/r", "warning adds: wget --post-data=a=b http://h/r"),
        ("wget -qO- --method=POST http://h/r", "warning adds: wget -qO- --method=POST http://h/r"),
        ("kubectl create ns x", "warning kills: kubectl create ns x"),
        ("kubectl -n a create -f x.yaml", "warning kills: kubectl -n a create -f x.yaml"),
        ("kubectl run x --image=y", "warning kills: kubectl run x --image=y"),
        ("helm install r chart", "warning kills: helm install r chart"),
        ("docker run -d --name x y", "warning kills: docker run -d --name x y"),
        ("docker network create x", "warning kills: docker network create x"),
        ("rabbitmqctl add_user a b", "warning kills: rabbitmqctl add_user a b"),
        ("rabbitmqctl -n r@h add_vhost v", "warning kills: rabbitmqctl -n r@h add_vhost v"),
        (
            "rabbitmqctl delete_user guest; rabbitmqctl add_user a b",
            "warning kills: rabbitmqctl add_user a b",
        ),
        (
            "/opt/kafka/bin/kafka-topics.sh --create --topic t",
            "warning kills: /opt/kafka/bin/kafka-topics.sh --create --topic t",
        ),
        ("mc mb local/b", "warning kills: mc mb local/b"),
        ("etcdctl user add root", "warning kills: etcdctl user add root"),
        ("etcdctl --endpoints h:1 member add m", "warning kills: etcdctl --endpoints h:1 member add m"),
        ("etcdctl role add r", "warning kills: etcdctl role add r"),
        ("redis-cli LPUSH l x", "warning adds: redis-cli LPUSH l x"),
        ("redis-cli -h h -p 1 incr n", "warning adds: redis-cli -h h -p 1 incr n"),
        ("echo 'RPUSH l x' | redis-cli", "warning adds: echo 'RPUSH l x' | redis-cli"),
        ("redis-cli --cluster create a:1 b:1", "warning kills: redis-cli --cluster create a:1 b:1"),
        ("vault operator init -key-shares=1", "warning kills: vault operator init -key-shares=1"),
        ("vault secrets enable kv", "warning kills: vault secrets enable kv"),
        ("consul acl bootstrap", "warning kills: consul acl bootstrap"),
        ("createdb x", "warning kills: createdb x"),
        ("mysqladmin -u root create x", "warning kills: mysqladmin -u root create x"),
        ("mongoimport -d a -c b f.json", "warning adds: mongoimport -d a -c b f.json"),
        ("mongosh --eval 'db.c.insertOne({a: 1})'", "warning adds: mongosh --eval 'db.c.insertOne({a: 1})'"),
        ("mongosh --eval 'rs.initiate()'", "warning kills: mongosh --eval 'rs.initiate()'"),
        ("mongo --eval 'db.createUser({user: 1})'", "warning kills: mongo --eval 'db.createUser({user: 1})'"),
        ("psql -c 'CREATE TABLE t (a int)'", "warning kills: psql -c 'CREATE TABLE t (a int)'"),
        ("psql -c 'INSERT INTO t VALUES (1)'", "warning adds: psql -c 'INSERT INTO t VALUES (1)'"),
        ("psql -U p -tAc 'create role r'", "warning kills: psql -U p -tAc 'create role r'"),
        (
            "mysql -uroot -p$P -e 'CREATE DATABASE d'",
            "warning kills: mysql -uroot -p$P -e 'CREATE DATABASE d'",
        ),
        ("echo 'CREATE DATABASE d;' | mysql", "warning kills: echo 'CREATE DATABASE d;' | mysql"),
        ("mysql <<EOF\nINSERT INTO t VALUES (1);\nEOF\n", "warning adds: mysql"),
        ("psql <<EOF\n\\c d\nINSERT INTO t VALUES (1);\nEOF\n", "warning adds: psql"),
        ("cqlsh -e 'CREATE KEYSPACE k'", "warning kills: cqlsh -e 'CREATE KEYSPACE k'"),
        ("sqlcmd -b -Q 'CREATE DATABASE d'", "warning kills: sqlcmd -b -Q 'CREATE DATABASE d'"),
    ]);
}

#[test]
fn what_may_run_twice_is_clean() {
    check_good(&[
        "",
        "# nothing",
        "mkdir -p /data/x",
        "mkdir -pv /data/x",
        "mkdir --parents /data/x",
        "ln -sf a /data/b",
        "ln -nfs a /data/b",
        "rm -f /data/x",
        "rm -rf /data/x",
        "rm -fr /data/x",
        "touch /data/x",
        "cp a /data/b",
        "chmod 755 /data",
        "chown -R a /data",
        "usermod -aG g u",
        "adduser app group",
        "groupadd -f g",
        "apt-get install -y curl",
        "sysctl -w a=b",
        "echo x > /data/f",
        "echo x | tee /data/f",
        "echo x >> /dev/null",
        "echo x >> /dev/stdout",
        "echo x >> /proc/1/fd/1",
        "echo x >> /dev/stderr",
        "echo x | tee -a /proc/1/fd/1",
        "echo x | tee -a /dev/stderr",
        "run 2>> /data/errors",
        ": >> /data/f",
        ">> /data/f",
        "cat /dev/null >> /data/f",
        "sed -i s/a/b/ /data/f",
        "sed '1i x' /data/f",
        "sed -i '/x/d' /data/f",
        "sed -i 's/^#x/x/' /data/f",
        "git -C /data/r pull",
        "git init /data/r",
        "curl http://h/",
        "curl -X PUT -d a http://h/r",
        "curl -G -d a=b http://h/r",
        "curl -X DELETE http://h/r",
        "curl -X $METHOD http://h/r",
        "curl $CURL_OPTS -d a http://h",
        "curl -X POST http://h/-/reload",
        "curl -XGET -d '{}' http://h/_search",
        "curl -d @q http://h/i/_search",
        "wget http://h/",
        "curl -T f http://h/r",
        "kubectl apply -f x",
        "kubectl create ns x --dry-run=client -o yaml | kubectl apply -f -",
        "kubectl get pods",
        "kubectl create -f x || true",
        "helm upgrade --install r c",
        "helm repo add n u",
        "docker run --rm --name x y",
        "docker run x",
        "rabbitmqctl set_policy a b c",
        "rabbitmqctl add_user a b || rabbitmqctl change_password a b",
        "kafka-topics --create --if-not-exists --topic t",
        "kafka-topics --list",
        "mc mb -p l/b",
        "mc mb --ignore-existing l/b",
        "mc alias set l u",
        "etcdctl put a b",
        "redis-cli set a b",
        "redis-cli SADD s a",
        "redis-cli --cluster check h:1",
        "redis-cli cluster meet h 1",
        "vault operator init -status",
        "vault status",
        "iptables -C INPUT -j X || iptables -A INPUT -j X",
        "iptables -D INPUT -j X; iptables -A INPUT -j X",
        "iptables -F; iptables -A INPUT -j X",
        "iptables -L",
        "ip route replace default via h",
        "ip link set eth0 up",
        "ip link del d0; ip link add d0 type dummy",
        "ipset create s hash:ip -exist",
        "nft flush ruleset; nft add rule a",
        "psql -c 'SELECT 1'",
        "psql -c 'CREATE TABLE IF NOT EXISTS t (a int)'",
        "psql -f /config/x.sql",
        "psql < /config/x.sql",
        "psql -c 'CREATE OR REPLACE VIEW v AS SELECT 1'",
        "psql -c 'INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING'",
        "mysql -e 'INSERT IGNORE INTO t VALUES (1)'",
        "mysql -e 'INSERT INTO t SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM t)'",
        "mysql -e 'create database if not exists d; grant all on d.* to u'",
        "mysql -e 'DROP TABLE IF EXISTS t; CREATE TABLE t (a int)'",
        "mysql -e 'DELETE FROM t; INSERT INTO t VALUES (1)'",
        "psql <<EOF\nCREATE TABLE t (a int);\nEOF\n",
        "psql -c \"DO \\$\\$ BEGIN CREATE ROLE r; EXCEPTION WHEN others THEN NULL; END \\$\\$\"",
        "psql <<'EOF'\nSELECT 'CREATE DATABASE d' WHERE NOT EXISTS (SELECT 1) \\gexec\nEOF\n",
        "psql -c 'CREATE TEMP TABLE t (a int); '",
        "cqlsh -e 'INSERT INTO t (a) VALUES (1)'",
        "sqlite3 :memory: 'CREATE TABLE t (a)'",
        "rm -f /data/db; sqlite3 /data/db 'CREATE TABLE t (a)'",
        "mongosh --eval 'if (!db.getUser(\"a\")) db.createUser({})'",
        "mongosh --eval 'try { rs.initiate() } catch (e) {}'",
        "mongosh --eval 'db.c.updateOne({}, {}, {upsert: true})'",
        "mongoimport --drop f",
        "mysql -e \"$SQL\"",
        "/app/setup --create",
        "xargs mkdir",
        "su app -c 'mkdir /data/x'",
        "sudo mkdir /data/x",
        "find /data -exec mkdir {} +",
        "mkdir \"$@\"",
        "mkdir $MKDIR_OPTS /data/x",
        "$TOOL /data/x",
        "python3 -c 'x'",
        "mkdir /data",
        "mkdir /",
        "mkdir /config/x",
        "echo x >> /config/f",
    ]);
}

#[test]
fn a_guard_makes_it_clean() {
    check_good(&[
        "[ -e /data/x ] || mkdir /data/x",
        "[ -d /data/x ] || mkdir /data/x",
        "test -d /data/x || mkdir /data/x",
        "[[ -d /data/x ]] || mkdir /data/x",
        "if [ ! -d /data/x ]; then mkdir /data/x; fi",
        "if ! [ -d /data/x ]; then mkdir /data/x; fi",
        "if test ! -f /data/f; then echo x >> /data/f; fi",
        "[ ! -d /data/x ] && mkdir /data/x; true",
        "[ ! -d /data/x ] && mkdir /data/x || true",
        "if [ -d /data/x ]; then echo yes; else mkdir /data/x; fi",
        "ls /data/x || mkdir /data/x",
        "ls /data/x >/dev/null 2>&1 || git clone u /data/x",
        "stat /data/x || mkdir /data/x",
        "if ! ls /data/x; then mkdir /data/x; fi",
        "mkdir /data/x || true",
        "mkdir /data/x || :",
        "mkdir /data/x || echo there",
        "mkdir /data/x 2>/dev/null || true",
        "mkdir /data/x; chmod 755 /data/x",
        "mkdir /data/x; exit 0",
        "mkdir /data/x\ntrue",
        "mkdir /data/x &",
        "! mkdir /data/x",
        "mkdir /data/x | cat",
        "{ mkdir /data/x; } || true",
        "(mkdir /data/x; false) || true",
        "if mkdir /data/x; then echo new; fi",
        "grep -q x /etc/hosts || echo x >> /etc/hosts",
        "grep -qF 'a b' /data/f || echo 'a b' >> /data/f",
        "if ! grep -q x /data/f; then echo x >> /data/f; fi",
        "cat /data/f | grep -q x || echo x >> /data/f",
        "if grep -q x /data/f; then echo there; else echo x | tee -a /data/f; fi",
        "grep -q x /data/f && exit 0; echo x >> /data/f",
        "[ -f /data/done ] && exit 0\necho x >> /data/f\ntouch /data/done",
        "if [ -f /data/done ]; then exit 0; fi\ncurl -X POST http://h/r\ntouch /data/done",
        "[ ! -f /data/done ] || exit 0\necho x >> /data/f",
        "test -f /data/done && { echo done; exit 0; }; echo x >> /data/f",
        "mkdir /data/lock || exit 0; echo x >> /data/f",
        "if mkdir /data/lock; then echo x >> /data/f; fi",
        "mkdir /data/lock 2>/dev/null && echo x >> /data/f || true",
        "id app || useradd app",
        "id -u app >/dev/null 2>&1 || useradd app",
        "getent passwd app || useradd app",
        "getent group g || groupadd g",
        "if ! id app; then useradd app; fi",
        "useradd app || true",
        "kubectl get ns x || kubectl create ns x",
        "if ! kubectl get ns x; then kubectl create ns x; fi",
        "rabbitmqctl list_users | grep -q a || rabbitmqctl add_user a b",
        "psql -tc 'SELECT 1' | grep -q 1 || psql -c 'CREATE DATABASE d'",
        "helm status r || helm install r c",
        "curl -sf http://h/topics/t || curl -X POST http://h/topics",
        "rm -rf /data/x && git clone u /data/x",
        "rm -rf /data/x; mkdir /data/x",
        "rm -rf /data/*; mkdir /data/x",
        "rm -f /data/l; ln -s a /data/l",
        "[ -d /data/x ] && rm -rf /data/x; mkdir /data/x",
        "mkdir /tmp/w; make -C /tmp/w; rm -rf /tmp/w",
        "mkdir /data/w && cp a /data/w && rm -r /data/w",
        "rm /data/l; ln -s a /data/l",
        "> /data/f; echo x >> /data/f",
        "echo a > /data/f && echo b >> /data/f",
        "cp /etc/t /data/f; echo x >> /data/f",
        "rm -f /data/f; echo x >> /data/f",
        "cat /etc/t > /data/f; sed -i '1i x' /data/f",
        "cp /etc/t /data; echo x >> /data/t",
        "echo x >> /data/f; rm -f /data/f",
        "D=$(mktemp -d); mkdir $D; echo x >> $D/log",
        "echo x >> \"$(mktemp)\"",
        "[ -f /data/a ] && mv /data/a /data/b; true",
        "if [ -f /data/a ]; then mv /data/a /data/b; fi",
        "if [ -e /data/a ]; then rm /data/a; fi",
        "if [ -d /data/a ]; then rmdir /data/a; fi",
        "echo x > /data/f.new && mv /data/f.new /data/f",
        "sed s/a/b/ /data/f > /data/g; mv /data/g /data/f",
        "curl -O http://h/x.jar && mv x.jar /data/",
        "wget -O /tmp/x http://h/x; mv /tmp/x /data/x",
        "/app/generate; mv /tmp/out /data/out",
        "touch /tmp/x; rm /tmp/x",
        "tar xf a.tgz -C /tmp; rm /tmp/a",
        "mv /data/a /data/b; mv /data/b /data/a",
        "find /data -delete; mkdir /data/x",
        "f() { mkdir /data/x; }",
        "exit 0; mkdir /data/x",
        "exec sleep 5; mkdir /data/x",
        "if [ -f /data/.first ]; then echo x >> /data/f; rm /data/.first; fi",
        "N=$(ls /data | wc -l); if [ $N -eq 0 ]; then echo x >> /data/f; fi",
        "[ -z \"$(ls -A /data)\" ] && git clone u /data/r; true",
        "if [ -z \"$(ls /data)\" ]; then mkdir /data/x; fi",
        "case \"$(cat /data/state)\" in new) echo x >> /data/f;; esac",
        "until kubectl get ns x; do kubectl create ns x; done",
        "if /app/is-new; then echo x >> /data/f; fi",
        "for i in 1 2 3; do createdb x && break; sleep 1; done",
        "rabbitmqctl delete_user a; rabbitmqctl add_user a b",
        "userdel app; useradd app",
        "cd /data; rm -rf x; mkdir x",
        "[ -f /data/a ] || [ -f /data/b ] || echo x >> /data/f",
        "[ -L /opt/l ] || ln -s /data/x /opt/l",
        "[ ! -e /data/x -a ! -e /data/y ] && echo z >> /data/x; true",
        "set -e; mkdir /data/x || true; echo ok",
        "set -e; if mkdir /data/x; then echo a; fi",
        "set -e; set +e; mkdir /data/x; true",
        "sh -c 'mkdir /data/x' || true",
        "sh -c 'mkdir /data/x; true'",
        "until mkdir /data/lock; do sleep 1; done; rmdir /data/lock",
        "until pg_isready; do sleep 1; done; psql -c 'CREATE TABLE IF NOT EXISTS t (a int)'",
    ]);
}

#[test]
fn what_only_looks_like_a_guard_is_found() {
    check_bad(&[
        ("[ ! -d /data/x ] && mkdir /data/x", "warning kills: [ ! -d /data/x ] && mkdir /data/x"),
        ("sleep 1\n[ ! -d /opt/x ] && mkdir /opt/x", "info kills: [ ! -d /opt/x ] && mkdir /opt/x"),
        (
            "! grep -q x /data/f && echo x >> /data/f",
            "warning kills: ! grep -q x /data/f && echo x >> /data/f",
        ),
        ("[ ! -f /data/m ] && touch /data/m", "warning kills: [ ! -f /data/m ] && touch /data/m"),
        ("[ -f /data/x ] && rm /data/x", "warning kills: [ -f /data/x ] && rm /data/x"),
        ("[ -d /data ] && echo x >> /data/f", "warning adds: >> /data/f"),
        ("[ -n \"$X\" ] && echo x >> /data/f", "warning adds: >> /data/f"),
        ("if [ -n \"$X\" ]; then mkdir /data/x; fi", "warning kills: mkdir /data/x"),
        (
            "[[ $(hostname) == *-0 ]] && mysql -e 'CREATE DATABASE d'",
            "warning kills: mysql -e 'CREATE DATABASE d'",
        ),
        ("echo $HOSTNAME | grep -q 0 && echo x >> /data/f", "warning adds: >> /data/f"),
        ("command -v curl && curl -X POST http://h/r", "warning adds: curl -X POST http://h/r"),
        (
            "pg_isready && psql -c 'INSERT INTO t VALUES (1)'",
            "warning adds: psql -c 'INSERT INTO t VALUES (1)'",
        ),
        ("nc -z h 1 && curl -X POST http://h/r", "warning adds: curl -X POST http://h/r"),
        ("[ -f /tmp/done ] && exit 0; echo x >> /data/f; touch /tmp/done", "warning adds: >> /data/f"),
        ("[ -f /tmp/done ] || iptables -A INPUT -j X", "warning adds: iptables -A INPUT -j X"),
        ("mkdir /data/x || exit 1", "warning kills: mkdir /data/x"),
        ("mkdir /data/x || { echo no; exit 1; }", "warning kills: mkdir /data/x"),
        ("mkdir /data/x || exit 1; sleep 1", "warning kills: mkdir /data/x"),
        ("mkdir /data/x; exit", "warning kills: mkdir /data/x"),
        ("mkdir /data/x; exit $?", "warning kills: mkdir /data/x"),
        ("mkdir /data/x && chmod 755 /data/x", "warning kills: mkdir /data/x"),
        ("set -e; mkdir /data/x; true", "warning kills: mkdir /data/x"),
        ("set -euo pipefail\nmkdir /data/x\ntrue", "warning kills: mkdir /data/x"),
        ("set -o errexit\nmkdir /data/x\ntrue", "warning kills: mkdir /data/x"),
        ("set -o pipefail; mkdir /data/x | cat", "warning kills: mkdir /data/x"),
        ("sh -ec 'mkdir /data/x; true'", "warning kills: mkdir /data/x"),
        ("sh -c 'mkdir /data/x'", "warning kills: mkdir /data/x"),
        ("bash -c \"mkdir /data/x\"", "warning kills: mkdir /data/x"),
        ("eval 'mkdir /data/x'", "warning kills: mkdir /data/x"),
        ("env A=b mkdir /data/x", "warning kills: mkdir /data/x"),
        ("nice -n 5 mkdir /data/x", "warning kills: mkdir /data/x"),
        ("timeout 5 mkdir /data/x", "warning kills: mkdir /data/x"),
        ("timeout -s KILL 5s nohup mkdir /data/x", "warning kills: mkdir /data/x"),
        ("exec mkdir /data/x", "warning kills: mkdir /data/x"),
        ("busybox mkdir /data/x", "warning kills: mkdir /data/x"),
        ("f() { mkdir \"$1\"; }; f /data/x", "warning kills: mkdir \"$1\""),
        ("for d in a b; do mkdir /data/$d; done", "warning kills: mkdir /data/$d"),
        ("for d in /data/a /opt/b; do mkdir $d; done", "warning kills: mkdir $d"),
        ("{ mkdir /data/x; }", "warning kills: mkdir /data/x"),
        ("(cd /data; mkdir x)", "warning kills: mkdir x"),
        ("until kubectl create ns x; do sleep 1; done", "warning hangs: kubectl create ns x"),
        ("while ! kubectl create ns x; do sleep 1; done", "warning hangs: kubectl create ns x"),
        ("while true; do date >> /data/f; sleep 5; done &", "warning adds: >> /data/f"),
        ("case $ROLE in a) echo x >> /data/f;; esac", "warning adds: >> /data/f"),
        ("if [ -f /data/f ]; then echo more >> /data/f; fi", "warning adds: >> /data/f"),
        ("[ -f /data/f ] || echo x > /data/f; echo y >> /data/f", "warning adds: >> /data/f"),
        ("cp -n /etc/t /data/f; echo y >> /data/f", "warning adds: >> /data/f"),
        (
            "psql -v ON_ERROR_STOP=1 <<EOF\nCREATE TABLE t (a int);\nEOF\n",
            "warning kills: psql -v ON_ERROR_STOP=1",
        ),
    ]);
}

#[test]
fn each_offending_command_is_found_once_in_its_order() {
    assert_eq!(
        said("mkdir /data/a && ln -s /opt/x /data/b && echo x >> /data/c"),
        ["warning kills: mkdir /data/a", "warning kills: ln -s /opt/x /data/b", "warning adds: >> /data/c"]
    );
    assert_eq!(said("f() { echo x >> /data/f; }; f; f").len(), 1);
}

#[test]
fn the_place_decides_the_ground() {
    let ground = |script: &str| run(script).first().map(|found| found.ground.clone());
    assert_eq!(ground("mkdir /data/x"), Some(Ground::Volume(0)));
    assert_eq!(ground("mkdir /database"), Some(Ground::OwnLayer));
    assert_eq!(ground("mkdir x"), Some(Ground::Unknown));
    assert_eq!(ground("echo x >> ~/f"), Some(Ground::Unknown));
    assert_eq!(ground("echo x >> /etc/hosts"), Some(Ground::Rewritten));
    assert_eq!(ground("echo x >> /etc/resolv.conf"), Some(Ground::Sandbox));
    assert_eq!(ground("echo x >> /data$X"), Some(Ground::Unknown));
    assert_eq!(ground("iptables -A INPUT -j X"), Some(Ground::Network));
    assert_eq!(ground("createdb x"), Some(Ground::Server));
    assert_eq!(ground("useradd x"), Some(Ground::Accounts));
    let placed = run_with("mkdir x", |place| place.working_dir = Some("/data"));
    assert_eq!(placed[0].ground, Ground::Volume(0));
    let bare = run_with("mkdir x", |place| place.mounts = &[]);
    assert_eq!(bare[0].ground, Ground::OwnLayer);
}

#[test]
fn the_deepest_mount_counts() {
    let mount = |path: &str, survives| Mount { path: path.to_owned(), survives, read_only: false };
    let mounts = [mount("/data", true), mount("/data/own", false), mount("/data/kept/", true)];
    let place = Place { mounts: &mounts, ..BARE };
    let ground = |script: &str| run_in(script, &place)[0].ground.clone();
    assert_eq!(ground("mkdir /data/own/x"), Ground::OwnLayer);
    assert_eq!(ground("mkdir /data/kept/x"), Ground::Volume(2));
    assert_eq!(ground("mkdir /data/x"), Ground::Volume(0));
}

#[test]
fn without_restarts_only_a_doubled_delivery_is_left() {
    let found = run_with("mkdir /data/x", |place| place.restarts = false);
    assert_eq!(found[0].severity, Severity::Info);
}

#[test]
fn the_shells_options_count() {
    assert!(run("mkdir /data/x; true").is_empty());
    assert!(run_with("mkdir /data/x; true", |place| place.options = &["-e"])[0].kills);
    assert!(run_with("mkdir /data/x | cat", |place| place.options = &["-o", "pipefail"])[0].kills);
}

#[test]
fn a_mend_is_script_that_is_clean() {
    for script in [
        "mkdir /data/x",
        "mkdir -m 755 /data/x",
        "ln -s /opt/a /data/b",
        "mv /data/a /data/b",
        "rm /data/a",
        "rmdir /data/a",
        "echo x >> /data/f",
        "echo \"$(date) up\" >> /data/f",
        "echo a | tee -a /data/f",
        "sed -i '1i x' /data/f",
        "git clone https://h/r.git /data/r",
        "cd /data; git clone https://h/r.git",
        "useradd app",
        "groupadd app",
        "iptables -A INPUT -j X",
        "iptables -I INPUT -j X",
        "iptables -N C",
        "ip route add default via h",
        "ip link add d0 type dummy",
        "curl -X POST http://h/r",
        "kubectl create ns x",
        "helm install r c",
        "docker run --name x y",
        "rabbitmqctl add_user a b",
        "rabbitmqctl add_vhost v",
        "kafka-topics --create --topic t",
        "mc mb l/b",
        "etcdctl user add u",
        "redis-cli incr n",
        "vault operator init",
        "createdb d",
        "psql -c 'CREATE TABLE t (a int)'",
        "psql -c 'CREATE DATABASE d'",
        "psql -c 'INSERT INTO t VALUES (1)'",
        "mysql -e 'INSERT INTO t VALUES (1)'",
        "mysql -e 'CREATE USER u'",
        "sqlite3 /data/d 'INSERT INTO t VALUES (1)'",
        "mongosh --eval 'db.c.insertOne({})'",
        "[ ! -d /data/x ] && mkdir /data/x",
        "ipset create s hash:ip",
        "! grep -q x /data/f && echo x >> /data/f",
        "nft add rule inet filter input tcp dport 9090 drop",
        "nft add rule filter input tcp dport 9090 drop",
    ] {
        let found = run(script);
        assert_eq!(found.len(), 1, "{script}: {found:?}");
        let replaced = found[0].replaced.as_ref().unwrap();
        assert_eq!(&script[replaced.words.range()], replaced.written);
        let mended =
            format!("{}{}{}", &script[..replaced.words.start], found[0].mend, &script[replaced.words.end..]);
        assert!(run(&mended).is_empty(), "{script}\n -> {mended}\n -> {:?}", said(&mended));
    }
}

#[test]
fn every_row_of_the_table_speaks_in_a_sentence() {
    for program in programs::all() {
        assert!(!program.names.is_empty(), "{program:?}");
        for row in program.second {
            assert!(!row.reason.is_empty() && !row.reason.ends_with('.'), "{row:?}");
            assert!(!row.mend.is_empty(), "{row:?}");
        }
    }
}

#[test]
fn hostile_scripts_end() {
    let calls = "f() { g; g; g; g; }; g() { h; h; h; h; }; h() { f; f; f; f; mkdir /data/x; }; f";
    assert!(run(calls).len() <= 1);
    let loops = "for a in 1 2 3 4 5 6 7 8; do ".repeat(12) + "mkdir /data/x" + &"; done".repeat(12);
    assert_eq!(run(&loops).len(), 1);
    let grows = "A=aaaaaaaaaaaaaaaa\n".to_owned() + &"A=$A$A\n".repeat(60) + "mkdir /data/$A";
    assert!(run(&grows).len() <= 1);
    for script in [
        "{ ".repeat(40) + "[ -f a ] || false && mkdir /data/x; " + &"} && b || c; ".repeat(40),
        "{ ".repeat(20) + "[ -f a ] || false && mkdir /data/x; " + &"} && b || c; ".repeat(20),
        "mkdir /data/x".to_owned() + &" || mkdir /data/x".repeat(500),
        "mkdir /data/x".to_owned() + &" && mkdir /data/x".repeat(60),
        "A=b\n".repeat(1_000) + &"(B=a; mkdir /data/x)\n".repeat(1_000),
        "f() { sh -c '".to_owned() + &"# x\n".repeat(1_000) + "'; }\n" + &"f\n".repeat(1_000),
        "[ -f /data/a ] && exit; echo x >> /data/f\n".repeat(1_000),
        "eval \"eval 'mkdir /data/x'\"".to_owned(),
    ] {
        run_in(&script, &BARE);
    }
    let many = "echo x >> /data/f\n".repeat(3_000);
    assert_eq!(run(&many).len(), 3_000);
}

#[test]
fn what_may_be_a_lock_is_not_safely_mended() {
    for (script, is_safe) in [
        ("mkdir /data/lock", true),
        ("mkdir /data/lock && /app/init", true),
        ("until mkdir /data/lock; do sleep 1; done", false),
        ("until ln -s /app /data/lock; do sleep 1; done", false),
    ] {
        let found = run(script);
        assert!(matches!(found.as_slice(), [one] if one.is_safely_mended == is_safe), "{script}");
    }
}
