//! Components and the alarms that watch them.
//!
//! An alarm watches a signal of a component where it notifies, is set off when one of the signal's metrics moves the way
//! that means trouble, and names the component, its cluster or its group among its dimensions, or watches all of them
//! at once. Alarms of a monitoring account can't be seen from here.

use super::alarms::{Watched, Watchers};
use crate::engine::{Derivation, Item, Patch, ResourceId, View, only, reads};
use waaudit_model::facts::Facts;
use waaudit_model::facts::cloudwatch::Alarm;
use waaudit_model::facts::derived::component::Component;
use waaudit_model::facts::dynamodb::Table;
use waaudit_model::facts::ec2::NatGateway;
use waaudit_model::facts::elasticache::Cluster;
use waaudit_model::facts::elb::{ClassicLoadBalancer, LoadBalancer};
use waaudit_model::facts::lambda::Function;
use waaudit_model::facts::rds::DbInstance;
use waaudit_model::facts::sqs::Queue;

pub(crate) const MAKE: Derivation = Derivation {
    kind: "component",
    facts: &[
        "component_kind",
        "namespace",
        "dimension_value",
        "core_signals",
        "unwatched_signals",
        "importance",
        "stack_helper",
    ],
    reads: reads![
        Alarm { direction, metrics, namespaces, notifies, queries, threshold, watches },
        ClassicLoadBalancer { listeners },
        Cluster { replication_group },
        DbInstance { cluster, engine },
        Function { edge_copy_of, stack_helper },
        LoadBalancer { balancer_type },
        NatGateway { connectivity },
        Queue { dead_letter_queue },
        Table {},
    ],
    compute: make,
};

/// Something that an alarm can watch: what it is called, and the metrics that tell of it.
type Signal = (&'static str, &'static [&'static str]);

/// A sort of component.
struct Sort {
    namespace: &'static str,
    signals: &'static [Signal],
}

/// What AWS's lists of recommended alarms name for each:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html>.
const BALANCER: Sort = Sort {
    namespace: "AWS/ApplicationELB",
    signals: &[
        ("5xx answers", &["HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count"]),
        ("latency", &["TargetResponseTime"]),
    ],
};
/// The same of a Classic Load Balancer, of listeners of HTTP.
const CLASSIC: Sort = Sort {
    namespace: "AWS/ELB",
    signals: &[("5xx answers", &["HTTPCode_ELB_5XX", "HTTPCode_Backend_5XX"]), ("latency", &["Latency"])],
};
const DATABASE: Sort = Sort {
    namespace: "AWS/RDS",
    signals: &[
        ("CPU", &["CPUUtilization", "DBLoad", "DBLoadCPU"]),
        ("free storage", &["FreeStorageSpace"]),
        ("connections", &["DatabaseConnections"]),
    ],
};
/// Aurora's storage grows by itself.
const AURORA: Sort = Sort {
    namespace: "AWS/RDS",
    signals: &[
        ("CPU", &["CPUUtilization", "DBLoad", "DBLoadCPU", "ACUUtilization"]),
        ("connections", &["DatabaseConnections"]),
    ],
};
/// DocumentDB and Neptune are listed among RDS's instances, measure under names of their own, and grow by themselves.
const DOCUMENTS: Sort = Sort {
    namespace: "AWS/DocDB",
    signals: &[("CPU", &["CPUUtilization"]), ("connections", &["DatabaseConnections", "DatabaseConnectionsMax"])],
};
/// Neptune counts no connections, but the requests that wait.
const GRAPH: Sort = Sort {
    namespace: "AWS/Neptune",
    signals: &[("CPU", &["CPUUtilization"]), ("waiting requests", &["MainRequestQueuePendingRequests"])],
};
const CACHE: Sort = Sort {
    namespace: "AWS/ElastiCache",
    signals: &[
        ("CPU", &["EngineCPUUtilization", "CPUUtilization"]),
        ("memory", &["DatabaseMemoryUsagePercentage", "Evictions", "FreeableMemory", "BytesUsedForCache"]),
    ],
};
const TABLE: Sort = Sort {
    namespace: "AWS/DynamoDB",
    signals: &[("throttled requests", &["ReadThrottleEvents", "WriteThrottleEvents", "ThrottledRequests"])],
};
const FUNCTION: Sort =
    Sort { namespace: "AWS/Lambda", signals: &[("errors", &["Errors"]), ("throttled runs", &["Throttles"])] };
const QUEUE: Sort =
    Sort { namespace: "AWS/SQS", signals: &[("age of the oldest message", &["ApproximateAgeOfOldestMessage"])] };
const NAT_GATEWAY: Sort =
    Sort { namespace: "AWS/NATGateway", signals: &[("refused connections", &["ErrorPortAllocation"])] };

fn make(view: &View) -> Vec<Patch> {
    let alarms = view.here::<Alarm>();
    let alarms = Watchers::new(&alarms);
    let mut made = Vec::new();
    let facts = |sort: Option<Sort>, kind: &'static str, names: Option<Vec<String>>| {
        sort.map_or_else(Component::default, |sort| component(kind, &sort, names.as_deref(), &alarms))
    };
    let mut add = |sort: Option<Sort>, kind: &'static str, named: ResourceId<'_>, names: Option<Vec<String>>| {
        made.push(view.make(named, &facts(sort, kind, names)));
    };
    for item in view.here::<LoadBalancer>().iter() {
        let application = item.facts.balancer_type.known().map(|sort| sort == "application");
        if application != Some(false) {
            let name = item.resource.arn.split_once(":loadbalancer/").map(|(_, name)| vec![name.to_owned()]);
            add(application.map(|_| BALANCER), LoadBalancer::KIND, named(item), name);
        }
    }
    for item in view.here::<ClassicLoadBalancer>().iter() {
        let http = answers_http(item.facts);
        if http != Some(false) {
            let names = Some(vec![item.resource.id.clone()]);
            add(http.map(|_| CLASSIC), ClassicLoadBalancer::KIND, named(item), names);
        }
    }
    for item in view.here::<DbInstance>().iter() {
        let sort = item.facts.engine.known().map(|engine| database(engine));
        let cluster = item.facts.cluster.known();
        let names = cluster.map(|cluster| [item.resource.id.clone()].into_iter().chain(cluster.clone()).collect());
        add(sort, DbInstance::KIND, named(item), names);
    }
    for item in view.here::<Cluster>().iter() {
        let group = item.facts.replication_group.known();
        let names = group.map(|group| [item.resource.id.clone()].into_iter().chain(group.clone()).collect());
        add(Some(CACHE), Cluster::KIND, named(item), names);
    }
    for item in view.here::<Table>().iter() {
        add(Some(TABLE), Table::KIND, named(item), Some(vec![item.resource.id.clone()]));
    }
    for item in view.here::<Queue>().iter() {
        let working = item.facts.dead_letter_queue.get().map(|dead| !dead);
        if working != Some(false) {
            let name = item.resource.arn.rsplit(':').next().unwrap_or(&item.resource.id).to_owned();
            add(working.map(|_| QUEUE), Queue::KIND, named(item), Some(vec![name]));
        }
    }
    for item in view.here::<NatGateway>().iter() {
        let public = item.facts.connectivity.known().map(|connectivity| connectivity.as_deref() != Some("private"));
        if public != Some(false) {
            add(public.map(|_| NAT_GATEWAY), NatGateway::KIND, named(item), Some(vec![item.resource.id.clone()]));
        }
    }
    for item in view.here::<Function>().iter() {
        let real = item.facts.edge_copy_of.known().map(Option::is_none);
        if real != Some(false) {
            let facts = facts(real.map(|_| FUNCTION), Function::KIND, Some(vec![item.resource.id.clone()]));
            let known = !facts.component_kind.is_unread();
            let helper = item.facts.stack_helper.get().filter(|_| known);
            let importance = helper.map(|helper| importance(Function::KIND) + i64::from(helper)).into();
            made.push(view.make(named(item), &Component { stack_helper: helper.into(), importance, ..facts }));
        }
    }
    made
}

/// Other protocols have no answers that could be counted.
fn answers_http(classic: &ClassicLoadBalancer) -> Option<bool> {
    let listeners = classic.listeners.known()?;
    Some(listeners.iter().any(|listener| ["HTTP", "HTTPS"].contains(&listener.protocol.as_str())))
}

fn database(engine: &str) -> Sort {
    match engine {
        "docdb" => DOCUMENTS,
        "neptune" => GRAPH,
        _ if engine.starts_with("aurora") => AURORA,
        _ => DATABASE,
    }
}

fn named<'i, F>(item: &'i Item<F>) -> ResourceId<'i> {
    ResourceId { arn: &item.resource.arn, id: &item.resource.id, tags: item.resource.tags.clone() }
}

fn component(kind: &str, sort: &Sort, names: Option<&[String]>, alarms: &Watchers) -> Component {
    let unwatched = names.and_then(|names| {
        let missing = only(sort.signals.iter(), |(_, metrics)| {
            let signal = Watched { namespace: sort.namespace, metrics, names };
            signal.notified_by(alarms).map(|notified| !notified)
        });
        Some(missing?.into_iter().map(|(signal, _)| (*signal).to_owned()).collect::<Vec<_>>())
    });
    Component {
        component_kind: kind.to_owned().into(),
        namespace: sort.namespace.to_owned().into(),
        dimension_value: names.and_then(|names| names.first().cloned()).into(),
        core_signals: sort.signals.iter().map(|(signal, _)| (*signal).to_owned()).collect::<Vec<_>>().into(),
        unwatched_signals: unwatched.into(),
        importance: importance(kind).into(),
        stack_helper: false.into(),
    }
}

/// Kinds in the order in which users miss them.
const BY_IMPORTANCE: &[&str] =
    &[LoadBalancer::KIND, DbInstance::KIND, Cluster::KIND, Table::KIND, Queue::KIND, NatGateway::KIND, Function::KIND];

/// The place of a kind, from 1; a kind that is not named comes first, as a way in.
fn importance(kind: &str) -> i64 {
    let place = BY_IMPORTANCE.iter().position(|known| *known == kind);
    place.and_then(|place| i64::try_from(place + 1).ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::cloudwatch::Alarm;
    use waaudit_model::facts::derived::component::Component;
    use waaudit_model::facts::rds::DbInstance;

    fn alarm(metric: &str, watches: &[&str]) -> Value {
        json!({
            "actions_enabled": true, "actions": ["arn:aws:ssm:eu-west-1:111122223333:opsitem:1"],
            "namespaces": ["AWS/RDS"], "metrics": [metric], "watches": watches, "queries": [], "alarm_rule": null,
            "direction": if metric == "FreeStorageSpace" { "below" } else { "above" }, "threshold": 80.0,
        })
    }

    fn unwatched(alarms: &[Value]) -> Option<Value> {
        let mut world =
            SnapshotBuilder::new().with::<DbInstance>("orders", json!({"engine": "mysql", "cluster": "shop"}));
        for (number, facts) in alarms.iter().enumerate() {
            world = world.with::<Alarm>(&format!("alarm-{number}"), facts.clone());
        }
        world.derive().fact::<Component>("orders", "unwatched_signals")
    }

    #[test]
    fn an_alarm_on_the_instance_its_cluster_or_on_all_watches_it() {
        let all = [
            alarm("CPUUtilization", &["orders"]),
            alarm("FreeStorageSpace", &["shop"]),
            alarm("DatabaseConnections", &[]),
        ];
        assert_eq!(unwatched(&all), Some(json!([])));
        assert_eq!(unwatched(&all[..1]), Some(json!(["free storage", "connections"])));
        assert_eq!(
            unwatched(&[alarm("CPUUtilization", &["bills"])]),
            Some(json!(["CPU", "free storage", "connections"]))
        );
    }

    #[test]
    fn documents_and_graphs_measure_under_names_of_their_own() {
        let of = |engine: &str, namespace: &str| {
            let mut cpu = alarm("CPUUtilization", &["shop"]);
            cpu["namespaces"] = json!([namespace]);
            let world =
                SnapshotBuilder::new().with::<DbInstance>("orders", json!({"engine": engine, "cluster": "shop"}));
            world.with::<Alarm>("cpu", cpu).derive().fact::<Component>("orders", "unwatched_signals")
        };
        assert_eq!(of("docdb", "AWS/DocDB"), Some(json!(["connections"])));
        assert_eq!(of("docdb", "AWS/RDS"), Some(json!(["CPU", "connections"])));
        assert_eq!(of("neptune", "AWS/Neptune"), Some(json!(["waiting requests"])));
    }

    #[test]
    fn an_alarm_that_does_nothing_watches_nothing() {
        let mut silent = alarm("CPUUtilization", &["orders"]);
        silent["actions"] = json!([]);
        assert_eq!(unwatched(&[silent]), Some(json!(["CPU", "free storage", "connections"])));
    }

    #[test]
    fn an_alarm_that_can_t_go_off_in_trouble_watches_nothing() {
        let with = |metric: &str, direction: &str, threshold: f64| {
            let mut alarm = alarm(metric, &["orders"]);
            alarm["direction"] = json!(direction);
            alarm["threshold"] = json!(threshold);
            let left = unwatched(&[alarm]).unwrap();
            left.as_array().unwrap().len()
        };
        assert_eq!(with("FreeStorageSpace", "above", 80.0), 2, "its direction is judged by itself");
        assert_eq!(with("FreeStorageSpace", "below", 1e9), 2);
        assert_eq!(with("FreeStorageSpace", "below", 0.0), 3);
        assert_eq!(with("CPUUtilization", "below", 10.0), 3);
        assert_eq!(with("CPUUtilization", "above", 101.0), 3);
        assert_eq!(with("CPUUtilization", "outside", 2.0), 2);
    }

    #[test]
    fn a_query_over_all_watches_its_metric_of_each() {
        let mut query = alarm("", &[]);
        query["namespaces"] = json!([]);
        query["metrics"] = json!([]);
        query["queries"] = json!([{"namespace": "AWS/RDS", "metric": "DBLoad"}]);
        assert_eq!(unwatched(&[query]), Some(json!(["free storage", "connections"])));
    }

    #[test]
    fn half_a_list_of_alarms_leaves_silence_unread() {
        let world = SnapshotBuilder::new().with::<DbInstance>("orders", json!({"engine": "mysql", "cluster": null}));
        let half = world.half_read::<Alarm>().derive();
        assert_eq!(half.fact::<Component>("orders", "unwatched_signals"), None);
    }
}
