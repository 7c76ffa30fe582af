//! Databases as their users see them, made from the instances and clusters that RDS lists.
//!
//! An instance of which one can't tell whether it belongs to a cluster or replicates another becomes a database of
//! which nothing is known: better an unknown too many than a database that is not counted.

use jiff::Timestamp;

use super::data_store_states::{Place, RDS_INSTANCE, spans_zones};
use crate::engine::{Derivation, Item, Lookup, Patch, Referrers, ResourceId, View, any, distinct, each, only, reads};
use waaudit_model::facts::Fact;
use waaudit_model::facts::derived::database::{Database, Reader};
use waaudit_model::facts::rds::{ClusterMember, DbCluster, DbInstance, GlobalCluster};

pub(crate) const CLUSTER_MEMBERS: Derivation = Derivation {
    kind: "rds.db_cluster",
    facts: &["available_members", "member_zones", "in_two_zones", "writer_class"],
    reads: reads![DbCluster { members }, DbInstance { availability_zone, instance_class, status }],
    compute: cluster_members,
};
pub(crate) const IN_CLUSTER: Derivation = Derivation {
    kind: "rds.db_instance",
    facts: &["in_multi_az_cluster"],
    reads: reads![DbCluster { multi_az_cluster_class }, DbInstance { cluster }],
    compute: in_multi_az_cluster,
};
pub(crate) const MAKE: Derivation = Derivation {
    kind: "database",
    facts: &[
        "shape",
        "engine",
        "status",
        "writer",
        "writer_class",
        "writer_availability_zone",
        "readers",
        "reader_count",
        "has_serving_reader",
        "multi_az_cluster",
        "standby",
        "backup_retention_days",
        "restorable_minutes_ago",
        "continuous_backup",
        "deletion_protection",
        "vpc",
        "security_groups",
        "port",
        "data_api",
        "sharded",
    ],
    reads: reads![
        DbCluster {
            backup_retention_days,
            continuous_backup,
            data_api,
            deletion_protection,
            engine,
            latest_restorable_at,
            members,
            multi_az_cluster_class,
            port,
            scalability,
            security_groups,
            status
        },
        DbInstance {
            availability_zone,
            backup_retention_days,
            cluster,
            continuous_backup,
            deletion_protection,
            engine,
            instance_class,
            latest_restorable_at,
            multi_az,
            port,
            replica_of,
            replicas,
            security_groups,
            status,
            vpc
        },
    ],
    compute: make,
};

pub(crate) const COPIES: Derivation = Derivation {
    kind: "database",
    facts: &["copy_regions"],
    reads: reads![
        Database { shape },
        DbCluster { replica_of, replicas },
        DbInstance { replicas },
        GlobalCluster { clusters },
    ],
    compute: copies,
};

/// Engines of the same API that hold documents and graphs.
const NOT_RELATIONAL: &[&str] = &["docdb", "neptune"];
/// Standbys of a Multi-AZ DB cluster, by construction.
const STANDBYS: usize = 2;

/// Whether a database is relational.
pub(crate) fn is_relational(database: &Database) -> Option<bool> {
    database.engine.known().map(|engine| !NOT_RELATIONAL.contains(&engine.as_str()))
}

fn cluster_members(view: &View) -> Vec<Patch> {
    let instances = view.here::<DbInstance>();
    let instances = instances.by_id();
    let learned = |cluster: &DbCluster| {
        let members = cluster.members.known();
        let serving = members.and_then(|members| only(members, |member| serves(member, &instances)));
        let zones = serving.as_ref().and_then(|serving| {
            let zones = serving.iter().map(|member| zone(member, &instances).map(str::to_owned));
            Some(distinct(zones.collect::<Option<Vec<_>>>()?))
        });
        let ids = serving.map(|serving| serving.iter().map(|member| member.instance.clone()).collect::<Vec<_>>());
        DbCluster {
            available_members: ids.into(),
            member_zones: zones.into(),
            in_two_zones: members.and_then(|members| in_two_zones(members, &instances)).into(),
            writer_class: members.and_then(|members| writer_class(members, &instances)).into(),
            ..DbCluster::default()
        }
    };
    view.here().iter().map(|cluster| cluster.patch(&learned(cluster.facts))).collect()
}

/// Whether a member serves. One that is listed nowhere is not there yet, or no longer.
fn serves(member: &ClusterMember, instances: &Lookup<DbInstance>) -> Option<bool> {
    match instances.get(&member.instance) {
        Some(instance) => RDS_INSTANCE.serve(instance.facts.status.known()?),
        None => instances.has(&member.instance),
    }
}

fn zone<'l>(member: &ClusterMember, instances: &Lookup<'l, '_, DbInstance>) -> Option<&'l str> {
    instances.get(&member.instance)?.facts.availability_zone.known()?.as_deref()
}

fn in_two_zones(members: &[ClusterMember], instances: &Lookup<DbInstance>) -> Option<bool> {
    spans_zones(members.iter().map(|member| Place { serves: serves(member, instances), zone: zone(member, instances) }))
}

fn writer_class(members: &[ClusterMember], instances: &Lookup<DbInstance>) -> Option<Option<String>> {
    let Some(writer) = members.iter().find(|member| member.writer) else { return Some(None) };
    instances.get(&writer.instance)?.facts.instance_class.known().cloned().map(Some)
}

fn in_multi_az_cluster(view: &View) -> Vec<Patch> {
    let clusters = view.here::<DbCluster>();
    let clusters = clusters.by_id();
    let is_member = |instance: &DbInstance| match instance.cluster.known()? {
        None => Some(false),
        Some(cluster) => clusters.get(cluster)?.facts.multi_az_cluster_class.known().map(Option::is_some),
    };
    let learned =
        |instance: &DbInstance| DbInstance { in_multi_az_cluster: is_member(instance).into(), ..DbInstance::default() };
    view.here().iter().map(|instance| instance.patch(&learned(instance.facts))).collect()
}

fn make(view: &View) -> Vec<Patch> {
    let (instances, clusters) = (view.here::<DbInstance>(), view.here::<DbCluster>());
    let by_id = instances.by_id();
    let alone = instances.iter().filter_map(|instance| {
        let facts = match stands_alone(instance.facts) {
            Some(true) => of_instance(instance, &by_id, view),
            Some(false) => return None,
            None => Database::default(),
        };
        Some(view.make(named(instance), &facts))
    });
    let clustered = clusters.iter().filter_map(|cluster| {
        let members = cluster.facts.members.known();
        let some_members = members.is_none_or(|members| !members.is_empty());
        some_members.then(|| view.make(named(cluster), &of_cluster(cluster.facts, &by_id, view.taken_at())))
    });
    alone.chain(clustered).collect()
}

fn named<'i, F>(item: &'i Item<F>) -> ResourceId<'i> {
    ResourceId { arn: &item.resource.arn, id: &item.resource.id, tags: item.resource.tags.clone() }
}

/// Whether an instance is neither a member of a cluster nor a replica.
fn stands_alone(instance: &DbInstance) -> Option<bool> {
    let belongs = [&instance.cluster, &instance.replica_of].map(|other| other.known().map(Option::is_some));
    any(belongs).map(|belongs| !belongs)
}

fn of_instance(item: &Item<DbInstance>, instances: &Lookup<DbInstance>, view: &View) -> Database {
    let instance = item.facts;
    let replicas = instance.replicas.known();
    let local = replicas.map(|replicas| replicas.iter().filter_map(|replica| local_id(replica, view.region)));
    let readers: Option<Vec<Reader>> = local.and_then(|ids| ids.map(|id| reader(id, None, instances)).collect());
    Database {
        shape: "instance".to_owned().into(),
        engine: instance.engine.clone(),
        status: instance.status.clone(),
        writer: Some(item.resource.id.clone()).into(),
        writer_class: instance.instance_class.known().cloned().map(Some).into(),
        writer_availability_zone: instance.availability_zone.clone(),
        reader_count: replicas.and_then(|replicas| i64::try_from(replicas.len()).ok()).into(),
        multi_az_cluster: false.into(),
        backup_retention_days: instance.backup_retention_days,
        restorable_minutes_ago: minutes_ago(&instance.latest_restorable_at, view.taken_at()),
        continuous_backup: instance.continuous_backup.clone(),
        deletion_protection: instance.deletion_protection.get().map(Some).into(),
        vpc: instance.vpc.clone(),
        security_groups: instance.security_groups.clone(),
        port: instance.port,
        data_api: Fact::Known(None),
        sharded: false.into(),
        standby: instance.multi_az,
        has_serving_reader: has_serving_reader(readers.as_deref(), replicas.map(Vec::len)).into(),
        readers: readers.into(),
        ..Database::default()
    }
}

fn minutes_ago(time: &Fact<Option<String>>, now: Timestamp) -> Fact<Option<i64>> {
    let since = |time: &String| Some((now.as_second() - time.parse::<Timestamp>().ok()?.as_second()).div_euclid(60));
    match time.known() {
        None => Fact::Unread,
        Some(None) => Fact::Known(None),
        Some(Some(time)) => since(time).map(Some).into(),
    }
}

/// The id of a replica in this region. RDS names those of the same region by id, and others by ARN.
fn local_id<'r>(replica: &'r str, region: &str) -> Option<&'r str> {
    match replica.strip_prefix("arn:") {
        None => Some(replica),
        Some(arn) => (arn.split(':').nth(2) == Some(region)).then(|| replica.rsplit(':').next()).flatten(),
    }
}

fn of_cluster(cluster: &DbCluster, instances: &Lookup<DbInstance>, taken_at: Timestamp) -> Database {
    let members = cluster.members.known();
    let readers: Option<Vec<Reader>> = members.and_then(|members| {
        let readers = members.iter().filter(|member| !member.writer);
        readers.map(|member| reader(&member.instance, member.promotion_tier, instances)).collect()
    });
    let writer = members.map(|members| members.iter().find(|member| member.writer));
    let of_writer = writer.and_then(|writer| instances.get(&writer?.instance)).map(|writer| writer.facts);
    let class = of_writer.and_then(|writer| writer.instance_class.known().cloned());
    let zone = of_writer.and_then(|writer| writer.availability_zone.known().cloned());
    let spans_zones = cluster.multi_az_cluster_class.known().map(Option::is_some);
    let no_writer = writer == Some(None);
    Database {
        shape: "cluster".to_owned().into(),
        engine: cluster.engine.clone(),
        status: cluster.status.clone(),
        writer: writer.map(|writer| writer.map(|writer| writer.instance.clone())).into(),
        writer_class: if no_writer { Fact::Known(None) } else { class.map(Some).into() },
        writer_availability_zone: if no_writer { Fact::Known(None) } else { zone.into() },
        reader_count: members.zip(spans_zones).and_then(|(members, spans)| reader_count(members, spans)).into(),
        multi_az_cluster: spans_zones.into(),
        backup_retention_days: cluster.backup_retention_days,
        restorable_minutes_ago: minutes_ago(&cluster.latest_restorable_at, taken_at),
        continuous_backup: cluster.continuous_backup.clone(),
        deletion_protection: cluster.deletion_protection,
        vpc: members.and_then(|members| vpc(members, instances)).into(),
        security_groups: cluster.security_groups.clone(),
        port: cluster.port,
        data_api: cluster.data_api,
        sharded: cluster.scalability.known().map(|scalability| scalability.as_deref() == Some("limitless")).into(),
        standby: false.into(),
        has_serving_reader: has_serving_reader(readers.as_deref(), readers.as_ref().map(Vec::len)).into(),
        readers: readers.into(),
        ..Database::default()
    }
}

fn reader_count(members: &[ClusterMember], spans_zones: bool) -> Option<i64> {
    let readers = members.iter().filter(|member| !member.writer).count();
    i64::try_from(if spans_zones { readers.max(STANDBYS) } else { readers }).ok()
}

/// Whether one of all readers serves. Those in other regions, which are not looked at, are taken to.
fn has_serving_reader(here: Option<&[Reader]>, all: Option<usize>) -> Option<bool> {
    let elsewhere = here.zip(all).map(|(here, all)| all > here.len());
    let serving = here.and_then(|here| any(here.iter().map(|reader| reader.serves)));
    any([elsewhere, serving])
}

/// All members of a cluster are in one VPC; those of Aurora do not all say so.
fn vpc(members: &[ClusterMember], instances: &Lookup<DbInstance>) -> Option<Option<String>> {
    let said: Vec<_> = members.iter().map(|member| instances.get(&member.instance)?.facts.vpc.known()).collect();
    match said.iter().flatten().find_map(|vpc| vpc.as_ref()) {
        Some(vpc) => Some(Some(vpc.clone())),
        None => said.iter().all(Option::is_some).then_some(None),
    }
}

fn reader(id: &str, promotion_tier: Option<i64>, instances: &Lookup<DbInstance>) -> Option<Reader> {
    let instance = instances.get(id)?.facts;
    Some(Reader {
        instance: id.to_owned(),
        instance_class: instance.instance_class.known()?.clone(),
        status: instance.status.known()?.clone(),
        serves: RDS_INSTANCE.serve(instance.status.known()?),
        availability_zone: instance.availability_zone.known()?.clone(),
        promotion_tier,
    })
}

fn copies(view: &View) -> Vec<Patch> {
    let (instances, globals) = (view.here::<DbInstance>(), view.here::<GlobalCluster>());
    let (instances, clusters) = (instances.by_id(), view.here::<DbCluster>());
    let clusters = clusters.by_id();
    let globals = globals.by(|global| each(global.facts.clusters.known()));
    let arns = |database: &Item<Database>| match database.facts.shape.known()?.as_str() {
        "cluster" => {
            let cluster = clusters.get(&database.resource.id)?.facts;
            let own = cluster.replicas.known()?.iter().chain(cluster.replica_of.known()?);
            let members = other_clusters(&database.resource.arn, &globals)?;
            Some(members.into_iter().chain(own.cloned()).collect())
        }
        _ => instances.get(&database.resource.id)?.facts.replicas.known().cloned(),
    };
    let learned = |database: &Item<Database>| {
        let arns = arns(database);
        // RDS names a replica of the same region by its id.
        let regions = arns.map(|arns| distinct(arns.iter().filter_map(|arn| region_of(arn)).map(str::to_owned)));
        let regions =
            regions.map(|regions| regions.into_iter().filter(|region| region != view.region).collect::<Vec<_>>());
        Database { copy_regions: regions.into(), ..Database::default() }
    };
    view.here().iter().map(|database| database.patch(&learned(database))).collect()
}

fn other_clusters(cluster: &String, globals: &Referrers<GlobalCluster>) -> Option<Vec<String>> {
    let of_cluster = only(globals.whole_of(cluster)?, |global| Some(global.facts.clusters.known()?.contains(cluster)))?;
    let members = of_cluster.into_iter().filter_map(|global| global.facts.clusters.known());
    Some(members.flatten().filter(|other| *other != cluster).cloned().collect())
}

fn region_of(arn: &str) -> Option<&str> {
    arn.strip_prefix("arn:")?.split(':').nth(2)
}

#[cfg(test)]
mod tests;
