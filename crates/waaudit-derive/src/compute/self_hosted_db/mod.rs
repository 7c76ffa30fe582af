//! Signs that an instance runs a database of its own, and what they weigh together. A licence is proof alone; of a port, an
//! image, a name and a data volume it takes two.

use std::collections::BTreeMap;

use crate::engine::{Derivation, Item, List, Lookup, Patch, View, distinct, reads};
use crate::network::security_groups::{Groups, TCP};
use waaudit_model::facts::ec2::{Image, IngressRule, Instance, SecurityGroup, Volume};

pub(crate) const DATABASE: Derivation = Derivation {
    kind: "ec2.instance",
    facts: &["database_signs", "database_score"],
    reads: reads![
        Image { image_name },
        Instance { image, instance_type, security_groups, usage_operation, volumes },
        SecurityGroup { ingress },
        Volume { size_gib },
    ],
    compute: signs_and_score,
};

/// Enough for proof: see `data-tier/db-on-ec2`, which asks for four.
const LICENCE_WEIGHT: i64 = 4;
const PORT_WEIGHT: i64 = 3;
const IMAGE_WEIGHT: i64 = 3;
const NAME_WEIGHT: i64 = 3;
const VOLUME_WEIGHT: i64 = 2;
/// Of a port on which other servers listen as often: it confirms a name or an image, and proves nothing beside a volume.
const SHARED_PORT_WEIGHT: i64 = 1;

/// Default ports of database engines: the registry of IANA, and the engines' own manuals, read on 2026-11-28.
const PORTS: &[i64] = &[
    1433,  // SQL Server
    1521,  // Oracle
    1522,  // Oracle
    1972,  // InterSystems IRIS
    2424,  // OrientDB
    2483,  // Oracle
    3050,  // Firebird
    3306,  // MySQL, MariaDB
    5432,  // PostgreSQL
    5433,  // Vertica, YugabyteDB
    5984,  // CouchDB
    6333,  // Qdrant
    6379,  // Redis, Valkey
    7687,  // Neo4j (Bolt)
    8086,  // InfluxDB
    8091,  // Couchbase
    8123,  // ClickHouse
    8529,  // ArangoDB
    8983,  // Solr
    9042,  // Cassandra, ScyllaDB
    9088,  // Informix
    9200,  // Elasticsearch, OpenSearch
    11210, // Couchbase
    19530, // Milvus
    26257, // CockroachDB
    27017, // MongoDB
    27018, // MongoDB, shards
    27019, // MongoDB, config servers
    28015, // RethinkDB
    30015, // SAP HANA
    33060, // MySQL (X protocol)
    50000, // Db2
];
/// The same of Aerospike, TiDB, SAP ASE (Sybase), the HTTP port of Neo4j, and ClickHouse: web servers and tools use them
/// too.
const SHARED_PORTS: &[i64] = &[3000, 4000, 5000, 7474, 9000];
/// A rule over more ports is not about a database.
const WIDEST_RANGE: i64 = 100;
/// A group on more instances is not about a database.
const MOST_WEARERS: usize = 20;
/// A smaller data volume is no sign.
const DATA_VOLUME_GIB: i64 = 50;
/// Families of instance types that are bought for their local disks:
/// <https://docs.aws.amazon.com/ec2/latest/instancetypes/so.html>, read on 2026-11-28.
const STORAGE_FAMILIES: &[&str] =
    &["d2", "d3", "d3en", "h1", "i2", "i3", "i3en", "i4g", "i4i", "i7i", "i7ie", "i8g", "i8ge", "im4gn", "is4gen"];

/// Tags that say what an instance is for, in lower case.
const TAGS: &[&str] = &["name", "role", "app"];
/// Names of engines that mean nothing else in the name of an image either: `oracle` is a Linux too.
const ENGINES: &[&str] = &[
    "aerospike",
    "arangodb",
    "cassandra",
    "clickhouse",
    "cockroach",
    "cockroachdb",
    "couchbase",
    "couchdb",
    "elasticsearch",
    "exasol",
    "firebird",
    "foundationdb",
    "galera",
    "greenplum",
    "hbase",
    "influxdb",
    "informix",
    "ingres",
    "mariadb",
    "maxdb",
    "memsql",
    "milvus",
    "mongo",
    "mongodb",
    "mssql",
    "mysql",
    "neo4j",
    "opensearch",
    "orientdb",
    "percona",
    "pgsql",
    "postgres",
    "postgresql",
    "qdrant",
    "questdb",
    "redis",
    "rethinkdb",
    "scylla",
    "scylladb",
    "singlestore",
    "solr",
    "sqlserver",
    "sybase",
    "tarantool",
    "teradata",
    "timescale",
    "timescaledb",
    "valkey",
    "vertica",
    "voltdb",
    "yugabyte",
];
/// Further words in the name of an instance.
const WORDS: &[&str] = &["db", "database", "sql", "oracle", "elastic", "influx", "hana", "tidb"];
/// Endings of words that are written as one, such as `ordersdb` and `prodsql`.
const ENDINGS: &[&str] = &["db", "sql"];
/// The fewest letters of such a word: shorter ones, `adb` or `gdb`, are names of tools.
const FEWEST_LETTERS: usize = 5;
/// What is beside a database and is named after it.
const OTHER_WORDS: &[&str] = &["bastion", "proxy", "pgbouncer", "proxysql", "exporter", "migration", "vpn", "dms"];

/// Linux, RHEL and Windows with SQL Server Standard, Enterprise or Reachability.
const SQL_SERVER: &[&str] = &["0004", "0100", "0200", "0014", "0110", "0210", "1014", "1110", "0006", "0102", "0202"];

/// What an instance shows: the sign in words, and its weight.
struct Sign(String, i64);

/// All that the signs of an instance are looked up in.
struct Evidence<'l, 'a> {
    groups: Groups<'l, 'a>,
    images: Lookup<'l, 'a, Image>,
    volumes: Lookup<'l, 'a, Volume>,
    /// How many instances have each group.
    wearers: Option<BTreeMap<&'l str, usize>>,
}

impl<'l, 'a> Evidence<'l, 'a> {
    fn new(
        groups: &'l List<'a, SecurityGroup>,
        images: &'l List<'a, Image>,
        volumes: &'l List<'a, Volume>,
        instances: &'l List<'a, Instance>,
    ) -> Self {
        Self {
            groups: Groups::new(groups),
            images: images.by_id(),
            volumes: volumes.by_id(),
            wearers: wearers(instances),
        }
    }

    fn signs(&self, instance: &Item<Instance>) -> Option<Vec<Sign>> {
        let found = [
            licence(instance.facts)?,
            self.port(instance.facts)?,
            self.image(instance.facts)?,
            name(instance)?,
            self.data_volume(instance.facts)?,
        ];
        Some(found.into_iter().flatten().collect())
    }

    fn port(&self, instance: &Instance) -> Option<Option<Sign>> {
        let mut ports = Vec::new();
        for group in instance.security_groups.known()? {
            let admitted: Vec<i64> = self.groups.rules(group)?.iter().flat_map(aimed_at).collect();
            if !admitted.is_empty() && *self.wearers.as_ref()?.get(group.as_str())? <= MOST_WEARERS {
                ports.extend(admitted);
            }
        }
        let ports = distinct(ports);
        let weight = if ports.iter().any(|port| PORTS.contains(port)) { PORT_WEIGHT } else { SHARED_PORT_WEIGHT };
        let ports: Vec<String> = ports.iter().map(i64::to_string).collect();
        Some((!ports.is_empty()).then(|| Sign(format!("port {} admitted", ports.join(", ")), weight)))
    }
}

impl Evidence<'_, '_> {
    /// An image that its owner took away, or that the account may not see, is no sign.
    fn image(&self, instance: &Instance) -> Option<Option<Sign>> {
        let Some(id) = instance.image.known()? else { return Some(None) };
        if !self.images.has(id)? {
            return Some(None);
        }
        let name = self.images.get(id)?.facts.image_name.known()?.as_ref();
        Some(name.filter(|name| has_word(name, ENGINES)).map(|name| Sign(format!("image {name}"), IMAGE_WEIGHT)))
    }

    /// A big data volume confirms other signs. Reachability servers have them too, so it is none by itself.
    fn data_volume(&self, instance: &Instance) -> Option<Option<Sign>> {
        let mut largest = Some(None);
        for volume in instance.volumes.known()?.iter().filter(|volume| !volume.root) {
            let size = self.volumes.get(&volume.volume).and_then(|volume| volume.facts.size_gib.get());
            largest = largest.zip(size).map(|(largest, size)| Some(size.max(largest.unwrap_or(0))));
        }
        let family = instance.instance_type.known().and_then(|name| name.split_once('.')).map(|(family, _)| family);
        if family.is_some_and(|family| STORAGE_FAMILIES.contains(&family)) {
            return Some(Some(Sign(format!("local disks of {}", instance.instance_type.known()?), VOLUME_WEIGHT)));
        }
        let big = largest?.filter(|size| *size >= DATA_VOLUME_GIB);
        Some(big.map(|size| Sign(format!("data volume of {size} GiB"), VOLUME_WEIGHT)))
    }
}

/// How many instances have each group.
fn wearers<'l>(instances: &'l List<Instance>) -> Option<BTreeMap<&'l str, usize>> {
    let mut wearers = BTreeMap::new();
    for instance in instances.whole()? {
        for group in instance.facts.security_groups.known()? {
            *wearers.entry(group.as_str()).or_default() += 1;
        }
    }
    Some(wearers)
}

/// The database ports that a rule is about.
fn aimed_at(rule: &IngressRule) -> Vec<i64> {
    let (Some(from), Some(to)) = (rule.from_port, rule.to_port) else { return Vec::new() };
    if !TCP.contains(&rule.protocol.as_str()) || to - from > WIDEST_RANGE {
        return Vec::new();
    }
    PORTS.iter().chain(SHARED_PORTS).copied().filter(|port| (from..=to).contains(port)).collect()
}

fn name(instance: &Item<Instance>) -> Option<Option<Sign>> {
    let tags = instance.resource.tags.as_ref()?;
    let values = tags.iter().filter(|(key, _)| TAGS.contains(&key.to_lowercase().as_str())).map(|(_, value)| value);
    let named: Vec<&String> = values.filter(|value| names_database(value)).collect();
    let other = tags.iter().any(|(key, value)| has_word(key, OTHER_WORDS) || has_word(value, OTHER_WORDS));
    let sign = named.first().filter(|_| !other);
    Some(sign.map(|value| Sign(format!("named {value}"), NAME_WEIGHT)))
}

/// Whether a name is one of a database: by a word that is alone in it, or by the ending of one.
fn names_database(name: &str) -> bool {
    let name = name.to_lowercase();
    let parts =
        name.split(|c: char| !c.is_alphanumeric()).map(|part| part.trim_end_matches(|c: char| c.is_ascii_digit()));
    let ends = |part: &str| part.len() >= FEWEST_LETTERS && ENDINGS.iter().any(|ending| part.ends_with(ending));
    has_word(&name, WORDS) || has_word(&name, ENGINES) || parts.into_iter().any(ends)
}

/// Whether one of some words is alone in a name: `orders-db-2` and `db01` have the word `db`, `adbc` has not.
fn has_word(name: &str, words: &[&str]) -> bool {
    let name = name.to_lowercase();
    let mut parts = name.split(|c: char| !c.is_alphanumeric());
    parts.any(|part| words.contains(&part.trim_end_matches(|c: char| c.is_ascii_digit())))
}

fn licence(instance: &Instance) -> Option<Option<Sign>> {
    let code = instance.usage_operation.known()?.as_deref().and_then(|usage| usage.strip_prefix("RunInstances:"));
    let sql_server = code.is_some_and(|code| SQL_SERVER.contains(&code));
    Some(sql_server.then(|| Sign("SQL Server licence".to_owned(), LICENCE_WEIGHT)))
}

fn signs_and_score(view: &View) -> Vec<Patch> {
    let (groups, images, volumes, instances) = (view.here(), view.here(), view.here(), view.here());
    let evidence = Evidence::new(&groups, &images, &volumes, &instances);
    let learned = |instance: &Item<Instance>| {
        let signs = evidence.signs(instance);
        let score = signs.as_ref().map(|signs| signs.iter().map(|sign| sign.1).sum::<i64>());
        let words = signs.map(|signs| signs.into_iter().map(|sign| sign.0).collect::<Vec<_>>());
        Instance { database_signs: words.into(), database_score: score.into(), ..Instance::default() }
    };
    instances.iter().map(|instance| instance.patch(&learned(instance))).collect()
}

#[cfg(test)]
mod tests;
