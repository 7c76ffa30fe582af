//! Components and the alarms that watch them.
//!
//! An alarm watches a signal of a component where it names one of the signal's metrics and the component, its cluster or
//! its group among its dimensions; or where it names no resource at all, and so speaks of all of them. Alarms of a
//! monitoring account can't be seen from here.

use super::alarms::speaks;
use super::view::{all, any, only};
use super::{Item, Join, List, Named, Patch, View};
use crate::facts::Facts;
use crate::facts::cloudwatch::{Alarm, Queried};
use crate::facts::component::Component;
use crate::facts::dynamodb::Table;
use crate::facts::ec2::NatGateway;
use crate::facts::elasticache::Cluster;
use crate::facts::elb::LoadBalancer;
use crate::facts::lambda::Function;
use crate::facts::rds::DbInstance;
use crate::facts::sqs::Queue;

pub(super) const MAKE: Join = Join {
    kind: "component",
    facts: &["component_kind", "core_signals", "unwatched_signals"],
    reads: &[
        "cloudwatch.alarm",
        "dynamodb.table",
        "ec2.nat_gateway",
        "elasticache.cluster",
        "elb.load_balancer",
        "lambda.function",
        "rds.db_instance",
        "sqs.queue",
    ],
    learn: make,
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
    let mut made = Vec::new();
    let mut add = |sort: Option<Sort>, kind: &'static str, named: Named<'_>, names: Option<Vec<String>>| {
        let facts = sort.map_or_else(Component::default, |sort| component(kind, &sort, names.as_deref(), &alarms));
        made.push(view.make(named, &facts));
    };
    for item in view.here::<LoadBalancer>().iter() {
        let application = item.facts.balancer_type.known().map(|sort| sort == "application");
        if application != Some(false) {
            let name = item.resource.arn.split_once(":loadbalancer/").map(|(_, name)| vec![name.to_owned()]);
            add(application.map(|_| BALANCER), LoadBalancer::KIND, named(item), name);
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
    for item in view.here::<Function>().iter() {
        let real = item.facts.edge_copy_of.known().map(Option::is_none);
        if real != Some(false) {
            add(real.map(|_| FUNCTION), Function::KIND, named(item), Some(vec![item.resource.id.clone()]));
        }
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
    made
}

fn database(engine: &str) -> Sort {
    match engine {
        "docdb" => DOCUMENTS,
        "neptune" => GRAPH,
        _ if engine.starts_with("aurora") => AURORA,
        _ => DATABASE,
    }
}

fn named<'i, F>(item: &'i Item<F>) -> Named<'i> {
    Named { arn: &item.resource.arn, id: &item.resource.id, tags: item.resource.tags.clone() }
}

fn component(kind: &str, sort: &Sort, names: Option<&[String]>, alarms: &List<Alarm>) -> Component {
    let unwatched = names.and_then(|names| {
        let missing = only(sort.signals.iter(), |(_, metrics)| {
            watched(sort.namespace, metrics, names, alarms).map(|watched| !watched)
        });
        Some(missing?.into_iter().map(|(signal, _)| (*signal).to_owned()).collect::<Vec<_>>())
    });
    Component {
        component_kind: kind.to_owned().into(),
        core_signals: sort.signals.iter().map(|(signal, _)| (*signal).to_owned()).collect::<Vec<_>>().into(),
        unwatched_signals: unwatched.into(),
    }
}

/// Whether an alarm that does something watches one of the metrics.
fn watched(namespace: &str, metrics: &[&str], names: &[String], alarms: &List<Alarm>) -> Option<bool> {
    let watches = |alarm: &Alarm| {
        let holds = |list: &[String], wanted: &dyn Fn(&str) -> bool| list.iter().any(|name| wanted(name));
        let about = alarm.namespaces.known().map(|list| holds(list, &|name| name == namespace));
        let metric = alarm.metrics.known().map(|list| holds(list, &|name| metrics.contains(&name)));
        let target = alarm
            .watches
            .known()
            .map(|list| list.is_empty() || holds(list, &|value| names.iter().any(|name| name == value)));
        let of_all = |query: &Queried| query.namespace == namespace && metrics.contains(&query.metric.as_str());
        let queried = alarm.queries.known().map(|queries| queries.iter().any(of_all));
        all([speaks(alarm), any([queried, all([about, metric, target])])])
    };
    let missing = alarms.whole().is_none().then_some(None);
    any(alarms.iter().map(|alarm| watches(&alarm.facts)).chain(missing))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::derive::sample::World;
    use crate::facts::cloudwatch::Alarm;
    use crate::facts::component::Component;
    use crate::facts::rds::DbInstance;

    fn alarm(metric: &str, watches: &[&str]) -> Value {
        json!({
            "actions_enabled": true, "actions": ["arn:aws:sns:eu-west-1:111122223333:pager"], "namespaces": ["AWS/RDS"],
            "metrics": [metric], "watches": watches, "queries": [], "alarm_rule": null
        })
    }

    fn unwatched(alarms: &[Value]) -> Option<Value> {
        let mut world = World::new().with::<DbInstance>("orders", json!({"engine": "mysql", "cluster": "shop"}));
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
            let world = World::new().with::<DbInstance>("orders", json!({"engine": engine, "cluster": "shop"}));
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
    fn a_query_over_all_watches_its_metric_of_each() {
        let mut query = alarm("", &[]);
        query["namespaces"] = json!([]);
        query["metrics"] = json!([]);
        query["queries"] = json!([{"namespace": "AWS/RDS", "metric": "DBLoad"}]);
        assert_eq!(unwatched(&[query]), Some(json!(["free storage", "connections"])));
    }

    #[test]
    fn half_a_list_of_alarms_leaves_silence_unread() {
        let world = World::new().with::<DbInstance>("orders", json!({"engine": "mysql", "cluster": null}));
        let half = world.half_read::<Alarm>().derive();
        assert_eq!(half.fact::<Component>("orders", "unwatched_signals"), None);
    }
}
