//! What takes over when a database's writer fails, compared by what it can carry: memory and vCPUs, not the name of a
//! class.
//!
//! Aurora promotes the largest reader of the lowest tier. When a zone is lost, the readers outside it are left, and among
//! them the lowest tier. So each of both groups has to hold one reader that carries the writer's load.

use super::db_class_limits::is_burstable;
use crate::engine::{Derivation, Item, Lookup, Patch, View, any, distinct, reads};
use waaudit_model::facts::derived::database::{Database, Reader};
use waaudit_model::facts::rds::{Class, DbCluster, DbInstance};

pub(crate) const TARGETS: Derivation = Derivation {
    kind: "database",
    facts: &["mismatched_readers", "reader_in_other_zone"],
    reads: reads![
        Class { memory_mib, vcpus },
        Database { readers, writer, writer_availability_zone, writer_class },
        DbCluster { serverless_max_capacity, serverless_min_capacity },
        DbInstance { acu_percent_p99 },
    ],
    compute: targets,
};

/// The class whose capacity follows its load, between the bounds of its cluster.
const SERVERLESS: &str = "db.serverless";
/// MiB of memory in a capacity unit.
const UNIT_MIB: f64 = 2048.0;
/// Serverless readers up to this tier are kept as large as the writer; those above shrink by themselves:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.how-it-works.html>.
const KEPT_WARM: i64 = 1;

/// All that an instance's capacity is looked up in.
struct Sizes<'l, 'a> {
    instances: Lookup<'l, 'a, DbInstance>,
    clusters: Lookup<'l, 'a, DbCluster>,
    classes: Lookup<'l, 'a, Class>,
}

/// The writer of a database.
struct Writer<'w> {
    id: &'w str,
    class: &'w str,
    zone: Option<&'w str>,
    /// The cluster that it belongs to, and whose capacity range holds for it.
    cluster: &'w str,
}

fn targets(view: &View) -> Vec<Patch> {
    let (instances, clusters, classes) = (view.here::<DbInstance>(), view.here::<DbCluster>(), view.here::<Class>());
    let sizes = Sizes { instances: instances.by_id(), clusters: clusters.by_id(), classes: classes.by_id() };
    let learned = |database: &Item<Database>| {
        let (mismatched, elsewhere) = found(database, &sizes);
        Database {
            mismatched_readers: mismatched.into(),
            reader_in_other_zone: elsewhere.into(),
            ..Database::default()
        }
    };
    view.here::<Database>().iter().map(|database| database.patch(&learned(database))).collect()
}

/// The readers in line that carry too little, and whether one is in another zone.
fn found(database: &Item<Database>, sizes: &Sizes) -> (Option<Vec<String>>, Option<bool>) {
    let Some(readers) = database.facts.readers.known() else { return (None, None) };
    if readers.is_empty() {
        return (Some(Vec::new()), Some(false));
    }
    let Some(writer) = writer(database) else { return (None, None) };
    // One that may serve or not has to change nothing.
    let certain: Vec<&Reader> = readers.iter().filter(|reader| reader.serves == Some(true)).collect();
    let possible: Vec<&Reader> = readers.iter().filter(|reader| reader.serves != Some(false)).collect();
    let agreed = |of: &dyn Fn(&[&Reader]) -> Option<Vec<String>>| {
        let (least, most) = (of(&certain)?, of(&possible)?);
        (least == most).then_some(most)
    };
    let mismatched = agreed(&|readers| mismatched(readers, &writer, sizes));
    let away = |reader: &&Reader| {
        let elsewhere = reader.availability_zone.as_deref().zip(writer.zone).map(|(zone, of_writer)| zone != of_writer);
        crate::engine::all([reader.serves, elsewhere])
    };
    (mismatched, any(possible.iter().map(away)))
}

/// Nothing where a cluster has no writer: then no reader is in line behind one.
fn writer<'d>(database: &'d Item<Database>) -> Option<Writer<'d>> {
    let facts = database.facts;
    Some(Writer {
        id: facts.writer.known()?.as_ref()?,
        class: facts.writer_class.known()?.as_ref()?,
        zone: facts.writer_availability_zone.known()?.as_deref(),
        cluster: &database.resource.id,
    })
}

fn mismatched(readers: &[&Reader], writer: &Writer, sizes: &Sizes) -> Option<Vec<String>> {
    let elsewhere: Vec<&Reader> =
        readers.iter().copied().filter(|reader| reader.availability_zone.as_deref() != writer.zone).collect();
    let mut too_small = Vec::new();
    for line in [first_in_line(readers), first_in_line(&elsewhere)] {
        let carries = line.iter().map(|reader| carries(reader, writer, sizes));
        if !line.is_empty() && !any(carries)? {
            too_small.extend(line.iter().map(|reader| reader.instance.clone()));
        }
    }
    Some(distinct(too_small))
}

/// The readers of the lowest tier. Replicas of an instance have no tiers: each may be promoted.
fn first_in_line<'r>(readers: &[&'r Reader]) -> Vec<&'r Reader> {
    let lowest = readers.iter().map(|reader| reader.promotion_tier).min();
    readers.iter().copied().filter(|reader| Some(reader.promotion_tier) == lowest).collect()
}

/// Whether a reader has room for what the writer does.
fn carries(reader: &Reader, writer: &Writer, sizes: &Sizes) -> Option<bool> {
    let serverless = [&*reader.instance_class, writer.class].map(|class| class == SERVERLESS);
    match serverless {
        [false, false] => classes_match(&reader.instance_class, writer.class, sizes),
        [true, of_writer] => serverless_carries(reader, writer, of_writer, sizes),
        [false, true] => {
            let memory = memory_mib(&reader.instance_class, sizes)?;
            let (_, most) = sizes.range_mib(writer)?;
            if memory >= most {
                return Some(true);
            }
            let used = sizes.instances.get(writer.id)?.facts.acu_percent_p99.known()?.as_ref()?.value;
            Some(memory * 100.0 >= most * used)
        }
    }
}

fn classes_match(reader: &str, writer: &str, sizes: &Sizes) -> Option<bool> {
    if reader == writer {
        return Some(true);
    }
    if is_burstable(reader) && !is_burstable(writer) {
        return Some(false);
    }
    let vcpus = |class: &str| sizes.classes.get(class)?.facts.vcpus.get()?;
    let enough = [
        memory_mib(reader, sizes).zip(memory_mib(writer, sizes)).map(|(own, needed)| own >= needed),
        vcpus(reader).zip(vcpus(writer)).map(|(own, needed)| own >= needed),
    ];
    crate::engine::all(enough)
}

fn serverless_carries(reader: &Reader, writer: &Writer, writer_is_serverless: bool, sizes: &Sizes) -> Option<bool> {
    let (least, most) = sizes.range_mib(writer)?;
    let needed = if writer_is_serverless { most } else { memory_mib(writer.class, sizes)? };
    let kept_warm = reader.promotion_tier? <= KEPT_WARM;
    Some(if kept_warm { most >= needed } else { least >= needed })
}

fn memory_mib(class: &str, sizes: &Sizes) -> Option<f64> {
    #[allow(clippy::cast_precision_loss, reason = "MiB of memory are far below 2^52")]
    sizes.classes.get(class)?.facts.memory_mib.get()?.map(|mib| mib as f64)
}

impl Sizes<'_, '_> {
    /// MiB that a serverless instance of the writer's cluster has at least and at most.
    fn range_mib(&self, writer: &Writer) -> Option<(f64, f64)> {
        let cluster = self.clusters.get(writer.cluster)?.facts;
        let units = (cluster.serverless_min_capacity.get()??, cluster.serverless_max_capacity.get()??);
        Some((units.0 * UNIT_MIB, units.1 * UNIT_MIB))
    }
}

#[cfg(test)]
mod tests;
