//! What the class of an instance, and the type of its storage, allow it to do.

use crate::engine::{Derivation, Item, Lookup, Patch, View, reads};
use waaudit_model::facts::rds::{Class, DbInstance};

pub(crate) const STORAGE_LIMITS: Derivation = Derivation {
    kind: "rds.db_instance",
    facts: &["iops_limit", "throughput_limit_mib"],
    reads: reads![
        Class { ebs_maximum_iops, ebs_maximum_mbps, vcpus },
        DbInstance { allocated_storage_gib, engine, instance_class, iops, storage_throughput_mib, storage_type },
    ],
    compute: storage_limits,
};
pub(crate) const EBS_BALANCE: Derivation = Derivation {
    kind: "rds.db_instance",
    facts: &["ebs_balance_percent_min"],
    reads: reads![
        Class { ebs_baseline_iops, ebs_baseline_mbps, ebs_maximum_iops, ebs_maximum_mbps, vcpus },
        DbInstance { ebs_byte_balance_percent_min, ebs_io_balance_percent_min, engine, instance_class },
    ],
    compute: ebs_balance,
};
pub(crate) const CREDITS: Derivation = Derivation {
    kind: "rds.db_instance",
    facts: &["cpu_credits_max", "cpu_baseline_percent"],
    reads: reads![DbInstance { instance_class }],
    compute: credits,
};

/// Sizes of burstable classes: the credits that one saves up in a day, which is all it can (what it earns in an hour, 24
/// times), and its vCPUs.
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html>
type Sizes = [(&'static str, i64, i64)];
const SIZES_OF_T2: &Sizes = &[
    ("micro", 144, 1),
    ("small", 288, 1),
    ("medium", 576, 2),
    ("large", 864, 2),
    ("xlarge", 1296, 4),
    ("2xlarge", 1944, 8),
];
const SIZES_SINCE_T3: &Sizes = &[
    ("micro", 288, 2),
    ("small", 576, 2),
    ("medium", 576, 2),
    ("large", 864, 2),
    ("xlarge", 2304, 4),
    ("2xlarge", 4608, 8),
];
/// Credits that one vCPU spends in a day at full load, one a minute.
const CREDITS_A_DAY: f64 = 1440.0;

/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html>: gp3 of this size (GiB) and more has four
/// volumes. SQL Server has one whatever its size.
const STRIPED_GIB: i64 = 400;
const STRIPED_GIB_ORACLE: i64 = 200;
const VOLUME_IOPS: i64 = 3000;
const STRIPED_IOPS: i64 = 12_000;
const VOLUME_MIB: i64 = 125;
const STRIPED_MIB: i64 = 500;
/// gp2: operations per second for each GiB, never fewer than, and never more than.
const GP2_IOPS_A_GIB: i64 = 3;
const GP2_FEWEST_IOPS: i64 = 100;
const GP2_MOST_IOPS: i64 = 64_000;
const GP2_MOST_IOPS_SQLSERVER: i64 = 16_000;

/// Whether the storage belongs to the cluster and not to its instances.
pub(crate) fn stores_in_cluster(engine: &str) -> bool {
    engine.starts_with("aurora") || ["docdb", "neptune"].contains(&engine)
}

fn of_each(view: &View, learned: impl Fn(&DbInstance, Option<&Class>) -> DbInstance) -> Vec<Patch> {
    let classes = view.here::<Class>();
    let classes = classes.by_id();
    let learn =
        |instance: &Item<DbInstance>| instance.patch(&learned(instance.facts, class_of(instance.facts, &classes)));
    view.here().iter().map(learn).collect()
}

/// What an instance's class is made of.
pub(crate) fn class_of<'l>(instance: &DbInstance, classes: &Lookup<'l, '_, Class>) -> Option<&'l Class> {
    classes.get(instance.instance_class.known()?).map(|class| class.facts)
}

fn storage_limits(view: &View) -> Vec<Patch> {
    of_each(view, |instance, class| DbInstance {
        iops_limit: iops_limit(instance, class).into(),
        throughput_limit_mib: throughput_limit(instance, class).into(),
        ..DbInstance::default()
    })
}

fn iops_limit(instance: &DbInstance, class: Option<&Class>) -> Option<Option<i64>> {
    let (engine, storage) = (instance.engine.known()?, instance.storage_type.known()?);
    if stores_in_cluster(engine) || storage == "standard" {
        return Some(None);
    }
    let of_storage = match (storage.as_str(), instance.iops.get()?) {
        ("gp3" | "io1" | "io2", Some(iops)) => iops,
        ("gp3", None) => by_size(engine, instance.allocated_storage_gib.get()?, VOLUME_IOPS, STRIPED_IOPS),
        ("gp2", _) => gp2(engine, instance.allocated_storage_gib.get()?),
        _ => return None,
    };
    bounded(of_storage, class, |class| class.ebs_maximum_iops.get())
}

fn throughput_limit(instance: &DbInstance, class: Option<&Class>) -> Option<Option<i64>> {
    let (engine, storage) = (instance.engine.known()?, instance.storage_type.known()?);
    if storage != "gp3" || stores_in_cluster(engine) {
        return Some(None);
    }
    let of_storage = match instance.storage_throughput_mib.get()? {
        Some(mib) => mib,
        None => by_size(engine, instance.allocated_storage_gib.get()?, VOLUME_MIB, STRIPED_MIB),
    };
    // Megabits by the thousand, mebibytes by 1,024.
    bounded(of_storage, class, |class| Some(class.ebs_maximum_mbps.get()?.map(|mbps| mbps * 125_000 / 1_048_576)))
}

/// The lower of what storage and class allow. EC2 says nothing of types whose way to EBS is not their own.
fn bounded(
    of_storage: i64,
    class: Option<&Class>,
    of_class: impl Fn(&Class) -> Option<Option<i64>>,
) -> Option<Option<i64>> {
    let class = class?;
    class.vcpus.get()??;
    Some(Some(of_class(class)?.map_or(of_storage, |limit| limit.min(of_storage))))
}

fn by_size(engine: &str, gib: i64, of_one: i64, of_four: i64) -> i64 {
    let striped = if engine.starts_with("oracle") { STRIPED_GIB_ORACLE } else { STRIPED_GIB };
    if engine.starts_with("sqlserver") || gib < striped { of_one } else { of_four }
}

/// What gp2 reaches with its credits for bursts; how many are left is another question.
fn gp2(engine: &str, gib: i64) -> i64 {
    let most = if engine.starts_with("sqlserver") { GP2_MOST_IOPS_SQLSERVER } else { GP2_MOST_IOPS };
    let steady = (gib * GP2_IOPS_A_GIB).clamp(GP2_FEWEST_IOPS, most);
    steady.max(by_size(engine, gib, VOLUME_IOPS, STRIPED_IOPS))
}

fn ebs_balance(view: &View) -> Vec<Patch> {
    of_each(view, |instance, class| DbInstance {
        ebs_balance_percent_min: lower_balance(instance, class).into(),
        ..DbInstance::default()
    })
}

fn lower_balance(instance: &DbInstance, class: Option<&Class>) -> Option<Option<f64>> {
    if stores_in_cluster(instance.engine.known()?) || !bursts(class?)? {
        return Some(None);
    }
    let balance = |measured: &waaudit_model::facts::Fact<Option<waaudit_model::facts::measured::Measured>>| {
        Some(measured.known()?.as_ref()?.value)
    };
    let (io, bytes) = (balance(&instance.ebs_io_balance_percent_min), balance(&instance.ebs_byte_balance_percent_min));
    Some(Some(io?.min(bytes?)))
}

/// Whether a class is faster towards EBS for half an hour a day than it can be all day.
fn bursts(class: &Class) -> Option<bool> {
    let iops = class.ebs_baseline_iops.get()? != class.ebs_maximum_iops.get()?;
    let bandwidth = class.ebs_baseline_mbps.get()? != class.ebs_maximum_mbps.get()?;
    class.vcpus.get()??;
    Some(iops || bandwidth)
}

fn credits(view: &View) -> Vec<Patch> {
    let learned = |instance: &DbInstance| {
        let size = instance.instance_class.known().and_then(|class| burstable_size(class));
        DbInstance {
            cpu_credits_max: size.map(|size| size.map(|(credits, _)| credits)).into(),
            cpu_baseline_percent: size.map(|size| size.map(|(credits, vcpus)| baseline(credits, vcpus))).into(),
            ..DbInstance::default()
        }
    };
    view.here().iter().map(|instance| instance.patch(&learned(instance.facts))).collect()
}

/// Whether a class is burstable: its CPU is steady only as far as its credits go.
pub(crate) fn is_burstable(class: &str) -> bool {
    class.starts_with("db.t")
}

/// Credits and vCPUs of a burstable class; none for other classes.
fn burstable_size(class: &str) -> Option<Option<(i64, i64)>> {
    if !is_burstable(class) {
        return Some(None);
    }
    let (generation, size) = class.strip_prefix("db.t")?.split_once('.')?;
    let known = match generation {
        "2" => SIZES_OF_T2,
        "3" | "4g" => SIZES_SINCE_T3,
        _ => return None,
    };
    known.iter().find(|(name, ..)| *name == size).map(|(_, credits, vcpus)| Some((*credits, *vcpus)))
}

/// Per cent of all vCPUs, as CloudWatch counts CPU, to a tenth.
fn baseline(credits: i64, vcpus: i64) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "both are small")]
    let share = credits as f64 / (vcpus as f64 * CREDITS_A_DAY);
    (share * 1000.0).round() / 10.0
}

#[cfg(test)]
mod tests;
