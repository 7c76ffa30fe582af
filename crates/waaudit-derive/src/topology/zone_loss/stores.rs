//! Databases, caches and file systems without a zone.

use std::collections::BTreeSet;

use super::{alone, dies};
use crate::engine::distinct;
use crate::topology::inputs::Region;
use waaudit_model::facts::efs::FileSystem;
use waaudit_model::facts::elasticache::{Cluster, ReplicationGroup, Shard};
use waaudit_model::facts::lightsail;
use waaudit_model::facts::rds::{DbCluster, DbInstance};
use waaudit_model::topology::graph::{Downtime, Loss, Outcome};

/// Seconds of a failover, at least and at most, with who says so.
struct Failover(u32, Option<u32>, &'static str);

const MULTI_AZ_INSTANCE: Failover =
    Failover(60, Some(120), "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.Failover.html");
const MULTI_AZ_CLUSTER: Failover = Failover(
    0,
    Some(35),
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/multi-az-db-clusters-concepts-failover.html",
);
const AURORA: Failover = Failover(
    0,
    Some(60),
    "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html",
);
const DOCUMENTDB: Failover = Failover(
    0,
    Some(30),
    "https://docs.aws.amazon.com/documentdb/latest/developerguide/db-cluster-fault-tolerance.html",
);
const NEPTUNE: Failover = Failover(0, Some(120), "assumption: AWS names no time for Neptune here");
/// AWS names no time, only that the promotion minimizes the downtime.
const CACHE: Failover = Failover(0, None, "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html");
const LIGHTSAIL: Failover = Failover(60, Some(120), "assumption: as Amazon RDS");

impl Failover {
    fn loss(&self, zone: &str, why: &str) -> Loss {
        let downtime = Downtime { min_seconds: self.0, max_seconds: self.1, source: self.2.to_owned() };
        Loss::new(zone, Outcome::FailsOver, why).lasting(downtime)
    }
}

/// A standalone database by its standby, as it will be after a pending change.
pub(crate) fn of_db_instance(instance: &DbInstance) -> Option<Vec<Loss>> {
    let now = instance.multi_az.get();
    let pending = instance.pending_multi_az.get()?;
    let zone = instance.availability_zone.known()?.as_ref()?;
    if !pending.map_or(now, Some)? {
        return Some(vec![dies(zone, "it has no standby in another zone")]);
    }
    let loss = MULTI_AZ_INSTANCE.loss(zone, "its standby takes over");
    Some(vec![if now == Some(true) {
        loss
    } else {
        Loss { why: "its standby is still being made".into(), ..loss.assumed() }
    }])
}

/// A database cluster by its writer's zone and the available members outside it.
pub(crate) fn of_db_cluster(region: &Region, cluster: &DbCluster) -> Option<Vec<Loss>> {
    let multi_az = cluster.multi_az_cluster_class.known()?.is_some();
    let writer = cluster.members.known()?.iter().find(|member| member.writer)?;
    let instances = region.db_instances.by_id();
    let zone = instances.get(&writer.instance)?.facts.availability_zone.known()?.as_ref()?;
    if multi_az {
        return Some(vec![MULTI_AZ_CLUSTER.loss(zone, "a readable standby takes over")]);
    }
    if !cluster.member_zones.known()?.iter().any(|other| other != zone) {
        return Some(vec![dies(zone, "it has no available reader in another zone")]);
    }
    let loss = failover_of(cluster.engine.known()?).loss(zone, "a reader in another zone takes over");
    Some(vec![loss])
}

fn failover_of(engine: &str) -> Failover {
    match engine {
        "docdb" => DOCUMENTDB,
        "neptune" => NEPTUNE,
        _ => AURORA,
    }
}

/// A replication group by its shards: a primary needs a replica outside its zone, and someone to promote it.
pub(crate) fn of_cache_group(group: &ReplicationGroup) -> Option<Vec<Loss>> {
    let promotes = ["enabled", "enabling"].contains(&group.automatic_failover.known()?.as_str());
    let (mut lost, mut promoted): (BTreeSet<&String>, BTreeSet<&String>) = Default::default();
    let mut guessed = false;
    for shard in group.shards.known()? {
        lost.extend(lost_with(shard, promotes)?);
        let (zones, sure) = primary_zones(shard);
        promoted.extend(zones);
        guessed |= !sure;
    }
    let why = if promotes { "a shard is in that zone only" } else { "it has no automatic failover" };
    let fails_over = |zone: &String| {
        let loss = CACHE.loss(zone, "a replica in another zone is promoted");
        if guessed {
            Loss { why: "a primary may be there, and its replica is promoted".into(), ..loss.assumed() }
        } else {
            loss
        }
    };
    let over = promoted.iter().filter(|zone| promotes && !lost.contains(**zone)).map(|zone| fails_over(zone));
    Some(lost.iter().map(|zone| dies(zone, why)).chain(over).collect())
}

/// The zone of a shard's primary, or each in which it may be; and whether that is sure.
fn primary_zones(shard: &Shard) -> (Vec<&String>, bool) {
    let primary = shard.members.iter().find(|member| member.role.as_deref() == Some("primary"));
    match primary.and_then(|primary| primary.availability_zone.as_ref()) {
        Some(zone) => (vec![zone], true),
        None => (shard.members.iter().filter_map(|member| member.availability_zone.as_ref()).collect(), false),
    }
}

fn lost_with(shard: &Shard, promotes: bool) -> Option<BTreeSet<&String>> {
    let zones = shard.members.iter().map(|member| member.availability_zone.as_ref());
    let zones: BTreeSet<&String> = zones.collect::<Option<_>>()?;
    if zones.len() == 1 {
        return Some(zones);
    }
    if promotes {
        return Some(BTreeSet::new());
    }
    let primary = shard.members.iter().find(|member| member.role.as_deref() == Some("primary"))?;
    Some(primary.availability_zone.iter().collect())
}

/// A single Redis or Valkey node goes with its zone; Memcached loses a part of its keys, and its clients live with that.
pub(crate) fn of_cache_cluster(cluster: &Cluster) -> Option<Vec<Loss>> {
    let zone = cluster.availability_zone.known()?.as_ref()?;
    let memcached = cluster.engine.known()? == "memcached";
    let keys_lost = || format!("its nodes are in {zone} only, and their keys are lost");
    match (memcached, zone.as_str()) {
        (_, "Multiple") => Some(Vec::new()),
        (true, _) => Some(vec![Loss::new(zone, Outcome::Degraded, keys_lost())]),
        (false, _) => Some(vec![dies(zone, "its only node is in that zone")]),
    }
}

/// A file system by the zone of its data, else by its mount targets: servers reach it by one of another zone too.
pub(crate) fn of_file_system(system: &FileSystem) -> Option<Vec<Loss>> {
    if let Some(zone) = system.availability_zone.known()? {
        return Some(vec![dies(zone, "its data is in that zone only (One Zone)")]);
    }
    Some(alone(&mount_zones(system)?, "its available mount targets are"))
}

/// Zones in which a file system can be mounted.
pub(crate) fn mount_zones(system: &FileSystem) -> Option<Vec<String>> {
    let available = system.mount_targets.known()?.iter().filter(|target| target.state == "available");
    Some(distinct(available.map(|target| target.availability_zone.clone())))
}

/// A managed database of Lightsail by its standby.
pub(crate) fn of_lightsail_database(database: &lightsail::Database) -> Option<Vec<Loss>> {
    let zone = database.availability_zone.known()?;
    Some(match database.standby_zone.known()? {
        Some(_) => vec![LIGHTSAIL.loss(zone, "its standby takes over").assumed()],
        None => vec![dies(zone, "it has no standby in another zone")],
    })
}
