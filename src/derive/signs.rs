//! Signs that an instance runs a database of its own. Each is weak alone, so they are kept apart from their weight.

use std::collections::BTreeMap;

use super::security::{Groups, TCP};
use super::view::{any, distinct};
use super::{Item, Join, List, Lookup, Patch, View};
use crate::facts::ec2::{Image, IngressRule, Instance, SecurityGroup, Volume};

pub(super) const DATABASE: Join = Join {
    kind: "ec2.instance",
    facts: &["database_signs"],
    reads: &["ec2.image", "ec2.security_group"],
    learn: database_signs,
};
pub(super) const SCORE: Join = Join {
    kind: "ec2.instance",
    facts: &["database_score"],
    reads: &["ec2.image", "ec2.security_group", "ec2.volume"],
    learn: database_score,
};

const PORT_WEIGHT: i64 = 3;
const IMAGE_WEIGHT: i64 = 3;
const NAME_WEIGHT: i64 = 2;
const LICENCE_WEIGHT: i64 = 4;
const VOLUME_WEIGHT: i64 = 1;

/// MySQL, PostgreSQL, SQL Server, Oracle, MongoDB, Redis, Cassandra, Elasticsearch, CouchDB, ArangoDB.
const PORTS: &[i64] = &[3306, 5432, 1433, 1521, 27017, 6379, 9042, 9200, 5984, 8529];
/// A rule over more ports is not about a database.
const WIDEST_RANGE: i64 = 100;
/// A group on more instances is not about a database.
const MOST_WEARERS: usize = 20;
/// A smaller data volume is no sign.
const DATA_VOLUME_GIB: i64 = 50;

/// Tags that say what an instance is for, in lower case.
const TAGS: &[&str] = &["name", "role", "app"];
const WORDS: &[&str] = &[
    "db",
    "mysql",
    "mariadb",
    "postgres",
    "postgresql",
    "pgsql",
    "mongo",
    "mongodb",
    "redis",
    "oracle",
    "mssql",
    "cassandra",
    "elastic",
    "elasticsearch",
];
/// Of those, the ones that mean nothing else in the name of an image: `oracle` is a Linux too.
const IMAGE_WORDS: &[&str] =
    &["mysql", "mariadb", "postgres", "postgresql", "pgsql", "mongo", "mongodb", "redis", "cassandra", "elasticsearch"];
/// What stands before or beside a database and is named after it.
const OTHER_WORDS: &[&str] = &["bastion", "proxy", "pgbouncer", "proxysql", "exporter", "migration", "vpn", "dms"];

/// Linux, RHEL and Windows with SQL Server Standard, Enterprise or Web.
const SQL_SERVER: &[&str] = &["0004", "0100", "0200", "0014", "0110", "0210", "1014", "1110", "0006", "0102", "0202"];

/// What an instance shows: the sign in words, and its weight.
struct Sign(String, i64);

/// All that the signs of an instance are looked up in.
struct Evidence<'l, 'a> {
    groups: Groups<'l, 'a>,
    images: Lookup<'l, 'a, Image>,
    wearers: Option<BTreeMap<&'l str, usize>>,
}

impl<'l, 'a> Evidence<'l, 'a> {
    fn new(
        groups: &'l List<'a, SecurityGroup>,
        images: &'l List<'a, Image>,
        instances: &'l List<'a, Instance>,
    ) -> Self {
        Self { groups: Groups::new(groups), images: images.by_id(), wearers: wearers(instances) }
    }

    fn signs(&self, instance: &Item<Instance>) -> Option<Vec<Sign>> {
        let found =
            [self.port(&instance.facts)?, name(instance)?, self.image(&instance.facts)?, licence(&instance.facts)?];
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
        let ports: Vec<String> = distinct(ports).iter().map(i64::to_string).collect();
        Some((!ports.is_empty()).then(|| Sign(format!("port {} admitted", ports.join(", ")), PORT_WEIGHT)))
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
        Some(name.filter(|name| has_word(name, IMAGE_WORDS)).map(|name| Sign(format!("image {name}"), IMAGE_WEIGHT)))
    }
}

/// How many instances wear each group.
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
    PORTS.iter().copied().filter(|port| (from..=to).contains(port)).collect()
}

fn name(instance: &Item<Instance>) -> Option<Option<Sign>> {
    let tags = instance.resource.tags.as_ref()?;
    let values = tags.iter().filter(|(key, _)| TAGS.contains(&key.to_lowercase().as_str())).map(|(_, value)| value);
    let named: Vec<&String> = values.filter(|value| has_word(value, WORDS)).collect();
    let other = tags.iter().any(|(key, value)| has_word(key, OTHER_WORDS) || has_word(value, OTHER_WORDS));
    let sign = named.first().filter(|_| !other);
    Some(sign.map(|value| Sign(format!("named {value}"), NAME_WEIGHT)))
}

/// Whether one of some words stands alone in a name: `orders-db-2` and `db01` have the word `db`, `adbc` has not.
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

/// A big data volume makes other signs weightier. Web servers have them too, so it is none by itself.
fn has_data_volume(instance: &Instance, volumes: &Lookup<Volume>) -> Option<bool> {
    let data = instance.volumes.known()?.iter().filter(|volume| !volume.root);
    any(data.map(|volume| Some(volumes.get(&volume.volume)?.facts.size_gib.get()? >= DATA_VOLUME_GIB)))
}

fn database_signs(view: &View) -> Vec<Patch> {
    let (groups, images, instances) = (view.here(), view.here(), view.here());
    let evidence = Evidence::new(&groups, &images, &instances);
    let learned = |instance: &Item<Instance>| {
        let words = evidence.signs(instance).map(|signs| signs.into_iter().map(|sign| sign.0).collect::<Vec<_>>());
        Instance { database_signs: words.into(), ..Instance::default() }
    };
    instances.iter().map(|instance| instance.learn(&learned(instance))).collect()
}

fn database_score(view: &View) -> Vec<Patch> {
    let (groups, images, instances, volumes) = (view.here(), view.here(), view.here(), view.here());
    let evidence = Evidence::new(&groups, &images, &instances);
    let volumes = volumes.by_id();
    let score = |instance: &Item<Instance>| {
        let weights: i64 = evidence.signs(instance)?.iter().map(|sign| sign.1).sum();
        Some(weights + if has_data_volume(&instance.facts, &volumes)? { VOLUME_WEIGHT } else { 0 })
    };
    let learned =
        |instance: &Item<Instance>| Instance { database_score: score(instance).into(), ..Instance::default() };
    instances.iter().map(|instance| instance.learn(&learned(instance))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{WORDS, has_word};
    use crate::derive::sample::World;
    use crate::facts::ec2::{Image, Instance, SecurityGroup, Volume};

    fn admits(from: i64, to: i64) -> Value {
        json!({"ingress": [{"id": "sgr-1", "protocol": "tcp", "from_port": from, "to_port": to, "group": "sg-app"}]})
    }

    fn instance(group: &str, usage: Value) -> Value {
        let data = json!({"device": "/dev/sdb", "volume": "vol-data", "root": false});
        json!({"security_groups": [group], "usage_operation": usage, "image": "ami-web", "volumes": [data]})
    }

    fn world() -> World {
        World::new()
            .with::<SecurityGroup>("sg-db", admits(5432, 5432))
            .with::<SecurityGroup>("sg-loose", admits(0, 65535))
            .with::<Volume>("vol-data", json!({"size_gib": 50}))
            .with::<Image>("ami-web", json!({"image_name": "web-2026-01-15"}))
            .with::<Instance>("i-db", instance("sg-db", json!("RunInstances")))
            .tagged("Name", "orders-db")
            .with::<Instance>("i-web", instance("sg-loose", json!(null)))
            .tagged("Name", "web")
    }

    fn signs(world: &World, id: &str) -> (Option<Value>, Option<Value>) {
        (world.fact::<Instance>(id, "database_signs"), world.fact::<Instance>(id, "database_score"))
    }

    #[test]
    fn a_database_shows_by_its_port_and_name() {
        let expected = (Some(json!(["port 5432 admitted", "named orders-db"])), Some(json!(6)));
        assert_eq!(signs(&world().derive(), "i-db"), expected);
    }

    #[test]
    fn a_wide_port_range_and_a_data_volume_are_no_signs() {
        assert_eq!(signs(&world().derive(), "i-web"), (Some(json!([])), Some(json!(1))));
    }

    #[test]
    fn a_group_on_many_instances_is_no_sign() {
        let crowd =
            (0..20).fold(world(), |world, n| world.with::<Instance>(&format!("i-{n}"), instance("sg-db", json!(null))));
        assert_eq!(signs(&crowd.derive(), "i-db").0, Some(json!(["named orders-db"])));
    }

    #[test]
    fn what_stands_before_a_database_is_not_named_after_it() {
        let world = world()
            .with::<Instance>("i-proxy", instance("sg-none", json!(null)))
            .tagged("Name", "db-proxy")
            .with::<Instance>("i-tool", instance("sg-none", json!(null)))
            .tagged("Role", "db")
            .tagged("Name", "bastion")
            .derive();
        assert_eq!(signs(&world, "i-proxy").0, Some(json!([])));
        assert_eq!(signs(&world, "i-tool").0, Some(json!([])));
    }

    #[test]
    fn a_sql_server_licence_is_a_sign_on_any_system() {
        let world = world()
            .with::<Instance>("i-linux", instance("sg-none", json!("RunInstances:0004")))
            .with::<Instance>("i-windows", instance("sg-none", json!("RunInstances:0102")))
            .derive();
        assert_eq!(signs(&world, "i-linux"), (Some(json!(["SQL Server licence"])), Some(json!(5))));
        assert_eq!(signs(&world, "i-windows").0, Some(json!(["SQL Server licence"])));
    }

    #[test]
    fn an_image_of_a_database_is_a_sign_and_one_that_nobody_sees_is_none() {
        let from = |image: Value| json!({"security_groups": ["sg-none"], "usage_operation": null, "image": image, "volumes": []});
        let world = world()
            .with::<Image>("ami-db", json!({"image_name": "bitnami-postgresql-16.2-r1-debian-12"}))
            .with::<Image>("ami-oracle", json!({"image_name": "OL9-oracle-linux-x86_64"}))
            .with::<Instance>("i-vendor", from(json!("ami-db")))
            .with::<Instance>("i-oracle", from(json!("ami-oracle")))
            .with::<Instance>("i-old", from(json!("ami-gone")));
        assert_eq!(
            signs(&world.clone().derive(), "i-vendor"),
            (Some(json!(["image bitnami-postgresql-16.2-r1-debian-12"])), Some(json!(3)))
        );
        assert_eq!(signs(&world.clone().derive(), "i-oracle").0, Some(json!([])));
        assert_eq!(signs(&world.clone().derive(), "i-old").0, Some(json!([])));
        assert_eq!(signs(&world.half_read::<Image>().derive(), "i-old").0, None);
    }

    #[test]
    fn words_stand_alone_and_may_be_numbered() {
        assert!(has_word("orders-db", WORDS) && has_word("DB01", WORDS) && has_word("eu_mysql_2", WORDS));
        assert!(!has_word("adbc", WORDS) && !has_word("dashboard", WORDS) && !has_word("", WORDS));
    }

    #[test]
    fn signs_stay_unread_without_groups_tags_or_the_other_wearers() {
        let unread = |world: World| assert_eq!(signs(&world.derive(), "i-db"), (None, None));
        unread(world().unread::<SecurityGroup>());
        unread(world().half_read::<Instance>());
        let world = World::new().with::<Instance>("i-db", instance("sg-1", json!(null))).tags_unread();
        unread(world);
    }

    #[test]
    fn the_score_alone_rests_on_volumes() {
        let world = world().unread::<Volume>().derive();
        assert_eq!(signs(&world, "i-db"), (Some(json!(["port 5432 admitted", "named orders-db"])), None));
    }
}
