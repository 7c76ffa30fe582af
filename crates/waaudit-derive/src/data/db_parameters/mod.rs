//! What parameter groups, and without them the engines' defaults, make of an instance: connections, slow logs, delays.

use super::db_class_limits::class_of;
use super::rds_formula;
use crate::engine::{Derivation, Item, Lookup, Patch, View, reads};
use waaudit_model::facts::Fact;
use waaudit_model::facts::rds::{Class, ClusterParameterGroup, DbCluster, DbInstance, ParameterGroup};

pub(crate) const CONNECTIONS: Derivation = Derivation {
    kind: "rds.db_instance",
    facts: &["max_connections", "max_connections_source"],
    reads: reads![
        Class { memory_mib },
        ClusterParameterGroup { max_connections },
        DbCluster { members, parameter_group, serverless_max_capacity, serverless_min_capacity },
        DbInstance { cluster, engine, engine_version, instance_class, parameter_group, parameters_status },
        ParameterGroup { max_connections },
    ],
    compute: connections,
};
pub(crate) const SLOW_LOG: Derivation = Derivation {
    kind: "rds.db_instance",
    facts: &["slow_log_ms"],
    reads: reads![
        ClusterParameterGroup { log_min_duration_statement, long_query_time, slow_query_log },
        DbCluster { log_exports, parameter_group },
        DbInstance { cluster, engine, log_exports, parameter_group },
        ParameterGroup { log_min_duration_statement, long_query_time, slow_query_log },
    ],
    compute: slow_logs,
};
pub(crate) const DELAY: Derivation = Derivation {
    kind: "rds.db_instance",
    facts: &["apply_delay_ms"],
    reads: reads![
        ClusterParameterGroup { recovery_min_apply_delay },
        DbCluster { parameter_group },
        DbInstance { cluster, engine, parameter_group },
        ParameterGroup { recovery_min_apply_delay },
    ],
    compute: delays,
};

/// How the names of AWS's own parameter groups begin, whose parameters can't be set.
const OWN_TO_AWS: &str = "default.";
const SERVERLESS: &str = "db.serverless";
/// RDS keeps some of the memory for itself: 630 connections of the 683 that 8 GiB would give MySQL were seen.
const SHARE_OF_MEMORY: f64 = 0.92;
const MIB: f64 = 1_048_576.0;
/// MiB of memory in a unit of serverless capacity.
const UNIT_MIB: f64 = 2048.0;
/// Connections that RDS gives MySQL and MariaDB by default, at most.
const MOST_OF_MYSQL: f64 = 16_000.0;
/// Connections of PostgreSQL with so little capacity at least, at most.
const SMALL_CAPACITY: f64 = 0.5;
const MOST_OF_SMALL: f64 = 2000.0;
/// Seconds from which on MySQL calls a statement slow by default.
const LONG_QUERY_SECONDS: f64 = 10.0;

/// A parameter: its value where it was set.
type Set = Fact<Option<String>>;

/// The parameter groups of a region.
struct Groups<'l, 'a> {
    own: Lookup<'l, 'a, ParameterGroup>,
    of_clusters: Lookup<'l, 'a, ClusterParameterGroup>,
    clusters: Lookup<'l, 'a, DbCluster>,
}

impl Groups<'_, '_> {
    /// The value that a parameter of an instance was set to, if any: in its own group, else in its cluster's.
    fn set(
        &self,
        instance: &DbInstance,
        own: fn(&ParameterGroup) -> &Set,
        of_cluster: fn(&ClusterParameterGroup) -> &Set,
    ) -> Option<Option<String>> {
        let group = instance.parameter_group.known()?;
        if !group.starts_with(OWN_TO_AWS) {
            let set = own(self.own.get(group)?.facts).known()?;
            if set.is_some() {
                return Some(set.clone());
            }
        }
        let Some(cluster) = instance.cluster.known()? else { return Some(None) };
        let group = self.clusters.get(cluster)?.facts.parameter_group.known()?;
        if group.starts_with(OWN_TO_AWS) {
            return Some(None);
        }
        of_cluster(self.of_clusters.get(group)?.facts).known().cloned()
    }

    fn cluster(&self, instance: &DbInstance) -> Option<&DbCluster> {
        self.clusters.get(instance.cluster.known()?.as_ref()?).map(|cluster| cluster.facts)
    }
}

/// Calls `learned` on each instance of the region with the parameter groups.
fn with_groups(view: &View, learned: impl Fn(&Item<DbInstance>, &Groups) -> DbInstance) -> Vec<Patch> {
    let (own, of_clusters) = (view.here::<ParameterGroup>(), view.here::<ClusterParameterGroup>());
    let clusters = view.here::<DbCluster>();
    let groups = Groups { own: own.by_id(), of_clusters: of_clusters.by_id(), clusters: clusters.by_id() };
    view.here().iter().map(|instance| instance.patch(&learned(instance, &groups))).collect()
}

fn connections(view: &View) -> Vec<Patch> {
    let classes = view.here::<Class>();
    let classes = classes.by_id();
    with_groups(view, |instance, groups| {
        let found = max_connections(instance, groups, &classes);
        DbInstance {
            max_connections: found.map(|found| found.map(|(limit, _)| limit)).into(),
            max_connections_source: found.map(|found| found.map(|(_, source)| source.to_owned())).into(),
            ..DbInstance::default()
        }
    })
}

/// The limit and where it comes from; none for engines of which it is not known.
fn max_connections(
    instance: &Item<DbInstance>,
    groups: &Groups,
    classes: &Lookup<Class>,
) -> Option<Option<(i64, &'static str)>> {
    let facts = instance.facts;
    let engine = facts.engine.known()?.as_str();
    let Some(usual) = usual_of(engine, facts.engine_version.known()?) else { return Some(None) };
    in_sync(instance, groups)?;
    let memory = || memory(facts, groups, classes);
    let (value, source) =
        match groups.set(facts, |own| &own.max_connections, |of_cluster| &of_cluster.max_connections)? {
            Some(set) if set.parse::<f64>().is_ok() => (set.parse().ok()?, "literal"),
            Some(formula) => (rds_formula::value(&formula, memory()?)?, "formula"),
            None => (usual.value(memory()?)?, "default"),
        };
    let value = if engine.ends_with("postgresql") { value.min(most_of_postgres(facts, groups)?) } else { value };
    Some(Some((whole(value)?, source)))
}

/// What an engine makes of its memory where no parameter is set.
enum Usual {
    Formula(&'static str),
    AuroraMysql,
}

impl Usual {
    fn value(&self, memory: f64) -> Option<f64> {
        match self {
            Self::Formula(formula) => Some(rds_formula::value(formula, memory)?.min(MOST_OF_MYSQL)),
            Self::AuroraMysql => Some(of_aurora_mysql(memory)),
        }
    }
}

fn usual_of(engine: &str, version: &str) -> Option<Usual> {
    match engine {
        "mysql" => Some(Usual::Formula("{DBInstanceClassMemory/12582880}")),
        "mariadb" if is_before_10_5(version) => Some(Usual::Formula("{DBInstanceClassMemory/12582880}")),
        "mariadb" => Some(Usual::Formula("LEAST({DBInstanceClassMemory/25165760},12000)")),
        "postgres" | "aurora-postgresql" => Some(Usual::Formula("LEAST({DBInstanceClassMemory/9531392},5000)")),
        "aurora-mysql" => Some(Usual::AuroraMysql),
        _ => None,
    }
}

fn is_before_10_5(version: &str) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or(u32::MAX));
    (numbers.next(), numbers.next()) < (Some(10), Some(5))
}

/// A thousand for each doubling of 8 GiB, and below that 45 for each of 768 MiB, rounded to whole doublings.
fn of_aurora_mysql(memory: f64) -> f64 {
    let doublings = |of: f64| (memory / of).log2().round();
    (doublings(805_306_368.0) * 45.0).max(doublings(8_187_281_408.0) * 1000.0)
}

/// A change that waits for a restart is not in force, and the API does not say what is.
fn in_sync(instance: &Item<DbInstance>, groups: &Groups) -> Option<()> {
    (instance.facts.parameters_status.known()? == "in-sync").then_some(())?;
    if instance.facts.cluster.known()?.is_none() {
        return Some(());
    }
    let members = groups.cluster(instance.facts)?.members.known()?;
    let own = members.iter().find(|member| member.instance == instance.resource.id)?;
    (own.parameters_status.as_deref() == Some("in-sync")).then_some(())
}

/// Bytes that the engine has.
fn memory(instance: &DbInstance, groups: &Groups, classes: &Lookup<Class>) -> Option<f64> {
    #[allow(clippy::cast_precision_loss, reason = "MiB of memory are far below 2^52")]
    let mib = if instance.instance_class.known()? == SERVERLESS {
        groups.cluster(instance)?.serverless_max_capacity.get()?? * UNIT_MIB
    } else {
        class_of(instance, classes)?.memory_mib.get()?? as f64
    };
    Some(mib * MIB * SHARE_OF_MEMORY)
}

fn most_of_postgres(instance: &DbInstance, groups: &Groups) -> Option<f64> {
    if instance.instance_class.known()? != SERVERLESS {
        return Some(f64::INFINITY);
    }
    let fewest = groups.cluster(instance)?.serverless_min_capacity.get()??;
    Some(if fewest <= SMALL_CAPACITY { MOST_OF_SMALL } else { f64::INFINITY })
}

fn whole(value: f64) -> Option<i64> {
    #[allow(clippy::cast_possible_truncation, reason = "a limit is far below 2^52, and its fraction is no connection")]
    (value.is_finite() && value >= 1.0).then_some(value as i64)
}

fn slow_logs(view: &View) -> Vec<Patch> {
    with_groups(view, |instance, groups| DbInstance {
        slow_log_ms: slow_log(instance.facts, groups).into(),
        ..DbInstance::default()
    })
}

fn slow_log(instance: &DbInstance, groups: &Groups) -> Option<Option<i64>> {
    let engine = instance.engine.known()?.as_str();
    let (log, of_postgres) = match engine {
        "mysql" | "mariadb" | "aurora-mysql" => ("slowquery", false),
        "postgres" | "aurora-postgresql" => ("postgresql", true),
        _ => return Some(None),
    };
    if !is_exported(instance, groups, log)? {
        return Some(None);
    }
    if of_postgres {
        let set = groups.set(
            instance,
            |own| &own.log_min_duration_statement,
            |of_cluster| &of_cluster.log_min_duration_statement,
        )?;
        let ms = set.map_or(Some(-1), |set| set.parse::<i64>().ok())?;
        return Some((ms >= 0).then_some(ms));
    }
    let on = groups.set(instance, |own| &own.slow_query_log, |of_cluster| &of_cluster.slow_query_log)?;
    if !on.is_some_and(|on| ["1", "on"].contains(&on.to_lowercase().as_str())) {
        return Some(None);
    }
    let seconds = groups.set(instance, |own| &own.long_query_time, |of_cluster| &of_cluster.long_query_time)?;
    let seconds = seconds.map_or(Some(LONG_QUERY_SECONDS), |set| set.parse::<f64>().ok())?;
    #[allow(clippy::cast_possible_truncation, reason = "a year has far fewer milliseconds than 2^52")]
    Some(Some((seconds * 1000.0).ceil() as i64))
}

/// Members of a cluster export what their cluster says.
fn is_exported(instance: &DbInstance, groups: &Groups, log: &str) -> Option<bool> {
    let named = |logs: &Vec<String>| logs.iter().any(|name| name == log);
    let own = instance.log_exports.known().map(named);
    if own == Some(true) || instance.cluster.known()?.is_none() {
        return own;
    }
    let of_cluster = groups.cluster(instance)?.log_exports.known().map(named)?;
    Some(of_cluster || own?)
}

fn delays(view: &View) -> Vec<Patch> {
    with_groups(view, |instance, groups| DbInstance {
        apply_delay_ms: delay(instance.facts, groups).into(),
        ..DbInstance::default()
    })
}

/// PostgreSQL alone has a parameter for it; MySQL keeps it in a table.
fn delay(instance: &DbInstance, groups: &Groups) -> Option<Option<i64>> {
    if instance.engine.known()? != "postgres" {
        return Some(None);
    }
    let Some(set) =
        groups.set(instance, |own| &own.recovery_min_apply_delay, |of_cluster| &of_cluster.recovery_min_apply_delay)?
    else {
        return Some(None);
    };
    let ms = set.parse::<i64>().ok()?;
    Some((ms > 0).then_some(ms))
}

#[cfg(test)]
mod tests;
