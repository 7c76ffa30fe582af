//! How busy databases are, by their writers, and how far those can still grow.

use std::collections::BTreeMap;

use crate::engine::{Derivation, Item, Lookup, Patch, View, reads};
use waaudit_model::facts::Fact;
use waaudit_model::facts::derived::database::Database;
use waaudit_model::facts::measured::Measured;
use waaudit_model::facts::rds::{Class, DbInstance};

pub(crate) const READ_SHARE: Derivation = Derivation {
    kind: "database",
    facts: &["writer_read_share"],
    reads: reads![Database { writer }, DbInstance { read_share }],
    compute: read_share,
};
pub(crate) const WRITES: Derivation = Derivation {
    kind: "database",
    facts: &["writer_write_iops_p99"],
    reads: reads![Database { writer }, DbInstance { write_iops_p99 }],
    compute: writes,
};
pub(crate) const CONNECTIONS: Derivation = Derivation {
    kind: "database",
    facts: &["connections_max_week"],
    reads: reads![Database { readers, writer }, DbInstance { connections_max_week }],
    compute: connections,
};
pub(crate) const LIMIT: Derivation = Derivation {
    kind: "database",
    facts: &["writer_max_connections"],
    reads: reads![Database { writer }, DbInstance { max_connections }],
    compute: limit,
};
pub(crate) const ROOM: Derivation = Derivation {
    kind: "database",
    facts: &["writer_vcpus", "writer_family_max_vcpus"],
    reads: reads![Class { family_max_vcpus, vcpus }, Database { writer }, DbInstance { instance_class }],
    compute: room,
};
pub(crate) const STORAGE: Derivation = Derivation {
    kind: "database",
    facts: &["storage_iops_max"],
    reads: reads![Database { writer }, DbInstance { engine, storage_type }],
    compute: storage,
};
pub(crate) const SIMILAR: Derivation = Derivation {
    kind: "database",
    facts: &["similar_databases"],
    reads: reads![Database { engine }],
    compute: similar,
};

/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html>
const MOST_IOPS: &[(&str, i64)] = &[("gp2", 64_000), ("gp3", 64_000), ("io1", 256_000), ("io2", 256_000)];
/// SQL Server's general purpose storage is one volume.
const MOST_IOPS_OF_ONE: i64 = 16_000;

/// Calls `ask` on the writer of each database of the region; none without a writer.
fn of_writers<T: Clone>(
    view: &View,
    ask: impl Fn(&DbInstance) -> Option<Option<T>>,
    learned: impl Fn(Fact<Option<T>>) -> Database,
) -> Vec<Patch> {
    let instances = view.here::<DbInstance>();
    let instances = instances.by_id();
    let answer = |database: &Database| writer(database, &instances)?.map_or(Some(None), &ask);
    let learn = |database: &Item<Database>| database.patch(&learned(answer(database.facts).into()));
    view.here::<Database>().iter().map(learn).collect()
}

/// The writer of a database; none where it has none.
fn writer<'l>(database: &Database, instances: &Lookup<'l, '_, DbInstance>) -> Option<Option<&'l DbInstance>> {
    match database.writer.known()? {
        Some(writer) => instances.get(writer).map(|writer| Some(writer.facts)),
        None => Some(None),
    }
}

fn number(measured: &Fact<Option<Measured>>) -> Option<Option<f64>> {
    measured.known().map(|measured| measured.as_ref().map(|measured| measured.value))
}

fn read_share(view: &View) -> Vec<Patch> {
    of_writers(
        view,
        |writer| number(&writer.read_share),
        |share| Database { writer_read_share: share, ..Database::default() },
    )
}

fn writes(view: &View) -> Vec<Patch> {
    of_writers(
        view,
        |writer| number(&writer.write_iops_p99),
        |writes| Database { writer_write_iops_p99: writes, ..Database::default() },
    )
}

fn limit(view: &View) -> Vec<Patch> {
    of_writers(
        view,
        |writer| writer.max_connections.get(),
        |limit| Database { writer_max_connections: limit, ..Database::default() },
    )
}

fn connections(view: &View) -> Vec<Patch> {
    let instances = view.here::<DbInstance>();
    let instances = instances.by_id();
    let most = |database: &Database| {
        let readers = database.readers.known()?.iter().map(|reader| &reader.instance);
        let members = database.writer.known()?.iter().chain(readers);
        let found = members.map(|id| number(&instances.get(id)?.facts.connections_max_week));
        Some(found.collect::<Option<Vec<_>>>()?.into_iter().flatten().reduce(f64::max))
    };
    let learned = |database: &Database| Database { connections_max_week: most(database).into(), ..Database::default() };
    view.here::<Database>().iter().map(|database| database.patch(&learned(database.facts))).collect()
}

fn room(view: &View) -> Vec<Patch> {
    let (instances, classes) = (view.here::<DbInstance>(), view.here::<Class>());
    let (instances, classes) = (instances.by_id(), classes.by_id());
    let of_class = |database: &Database, ask: fn(&Class) -> Option<Option<i64>>| {
        writer(database, &instances)?
            .map_or(Some(None), |writer| ask(super::db_class_limits::class_of(writer, &classes)?))
    };
    let learned = |database: &Database| Database {
        writer_vcpus: of_class(database, |class| class.vcpus.get()).into(),
        writer_family_max_vcpus: of_class(database, |class| class.family_max_vcpus.get()).into(),
        ..Database::default()
    };
    view.here::<Database>().iter().map(|database| database.patch(&learned(database.facts))).collect()
}

fn storage(view: &View) -> Vec<Patch> {
    of_writers(view, most_iops, |most| Database { storage_iops_max: most, ..Database::default() })
}

/// Magnetic storage has no such number, and what is bought in its place is general purpose storage.
fn most_iops(writer: &DbInstance) -> Option<Option<i64>> {
    let (engine, storage) = (writer.engine.known()?, writer.storage_type.known()?);
    if super::db_class_limits::stores_in_cluster(engine) {
        return Some(None);
    }
    let storage = if storage == "standard" { "gp3" } else { storage.as_str() };
    if engine.starts_with("sqlserver") && storage.starts_with("gp") {
        return Some(Some(MOST_IOPS_OF_ONE));
    }
    MOST_IOPS.iter().find(|(name, _)| *name == storage).map(|(_, most)| Some(*most))
}

/// So many of the databases that are alike are named: of a thousand shards, each would name a thousand.
const SIMILAR_NAMED: usize = 10;

fn similar(view: &View) -> Vec<Patch> {
    let databases = view.here::<Database>();
    let stem = |database: &Item<Database>| {
        let name: String = database.resource.id.chars().filter(|c| !c.is_ascii_digit()).collect();
        Some((name, database.facts.engine.known()?.clone()))
    };
    let by_stem = databases.whole().and_then(|all| {
        let mut by_stem: BTreeMap<_, Vec<String>> = BTreeMap::new();
        for database in all {
            let named = by_stem.entry(stem(database)?).or_default();
            if named.len() < SIMILAR_NAMED {
                named.push(database.resource.id.clone());
            }
        }
        Some(by_stem)
    });
    let of_stem = |database: &Item<Database>| by_stem.as_ref()?.get(&stem(database)?).cloned();
    let learned =
        |database: &Item<Database>| Database { similar_databases: of_stem(database).into(), ..Database::default() };
    databases.iter().map(|database| database.patch(&learned(database))).collect()
}

#[cfg(test)]
mod tests;
