//! What there is in the account as a whole.

use crate::engine::{Derivation, List, Patch, View, all, distinct, only, reads};
use crate::messaging::sqs::polls;
use crate::network::public_endpoints::{is_public_graph, is_public_runner, is_public_server, is_public_stage};
use waaudit_model::facts::apigateway::Stage;
use waaudit_model::facts::cloudfront::Distribution;
use waaudit_model::facts::derived::account::Account;
use waaudit_model::facts::derived::database::Database;
use waaudit_model::facts::dynamodb::Table;
use waaudit_model::facts::ec2::Instance;
use waaudit_model::facts::ecs::Service;
use waaudit_model::facts::eks::Cluster;
use waaudit_model::facts::elb::{ClassicLoadBalancer, LoadBalancer};
use waaudit_model::facts::kinesis::Stream;
use waaudit_model::facts::lambda::{EventSourceMapping, Function, FunctionUrl};
use waaudit_model::facts::s3::Bucket;
use waaudit_model::facts::sqs::Queue;
use waaudit_model::facts::{Facts, apprunner, appsync, lightsail};

pub(crate) const ORGANIZATION: Derivation = Derivation {
    kind: "account",
    facts: &["organization_member"],
    reads: reads![Account { management_account }],
    compute: organization,
};
pub(crate) const PUBLIC_ENTRIES: Derivation = Derivation {
    kind: "account",
    facts: &["public_entries"],
    reads: reads![
        Account {},
        Bucket { serves_public, website, website_redirects_all },
        ClassicLoadBalancer { scheme },
        Distribution { enabled },
        FunctionUrl {},
        Instance { auto_scaling_group, in_public_subnet, open_service_ports, public_ip, state, target_groups },
        LoadBalancer { scheme },
        Stage { endpoint_types },
        apprunner::Service { publicly_accessible, status },
        appsync::Api { visibility },
    ],
    compute: public_entries,
};
pub(crate) const QUEUES: Derivation = Derivation {
    kind: "account",
    facts: &["queues"],
    reads: reads![Account {}, EventSourceMapping { source, state }, Queue {}, Stream {}],
    compute: queues,
};
pub(crate) const WORKLOADS: Derivation = Derivation {
    kind: "account",
    facts: &["workloads"],
    reads: reads![
        Account {},
        ClassicLoadBalancer {},
        Cluster {},
        Database { shape },
        Function {},
        Instance { state },
        LoadBalancer {},
        Service {},
        Table {},
        lightsail::Instance {},
    ],
    compute: workloads,
};

/// States of an instance that is gone.
const GONE: &[&str] = &["shutting-down", "terminated"];

/// What the account as a whole learned.
pub(crate) fn learn(view: &View, facts: &Account) -> Vec<Patch> {
    view.here::<Account>().iter().map(|account| account.patch(facts)).collect()
}

fn organization(view: &View) -> Vec<Patch> {
    let own = &view.account().id;
    let member = |account: &Account| {
        let management = account.management_account.known()?;
        Some(management.as_ref().is_some_and(|management| management != own))
    };
    let learned = |account: &Account| Account { organization_member: member(account).into(), ..Account::default() };
    view.here().iter().map(|account| account.patch(&learned(account.facts))).collect()
}

/// The ARNs of those of which something is true; nothing where some are missing or can't tell.
fn arns<F: Facts>(list: &List<F>, test: impl Fn(&F) -> Option<bool>) -> Option<Vec<String>> {
    let found = only(list.whole()?, |item| test(item.facts))?;
    Some(found.into_iter().map(|item| item.resource.arn.clone()).collect())
}

fn public_entries(view: &View) -> Vec<Patch> {
    let public = |scheme: &str| scheme == "internet-facing";
    let lists = [
        arns(&view.global::<Distribution>(), |distribution| distribution.enabled.get()),
        arns(&view.everywhere::<LoadBalancer>(), |balancer| {
            Some(balancer.scheme.known()?.as_deref().is_some_and(public))
        }),
        arns(&view.everywhere::<ClassicLoadBalancer>(), |balancer| {
            balancer.scheme.known().map(|scheme| public(scheme))
        }),
        arns(&view.everywhere::<Bucket>(), is_website),
        arns(&view.everywhere::<Stage>(), is_public_stage),
        arns(&view.everywhere::<FunctionUrl>(), |_| Some(true)),
        arns(&view.everywhere::<appsync::Api>(), is_public_graph),
        arns(&view.everywhere::<apprunner::Service>(), is_public_runner),
        arns(&view.everywhere::<Instance>(), is_public_server),
    ];
    let entries = lists.into_iter().collect::<Option<Vec<_>>>().map(|lists| lists.concat());
    learn(view, &Account { public_entries: entries.into(), ..Account::default() })
}

/// A website that only redirects shows nothing itself, and one that refuses the public is no entry point.
fn is_website(bucket: &Bucket) -> Option<bool> {
    let redirects = bucket.website_redirects_all.get();
    all([bucket.website.get(), redirects.map(|redirects| !redirects), bucket.serves_public.get()])
}

fn queues(view: &View) -> Vec<Patch> {
    let queues = arns(&view.everywhere::<Queue>(), |_| Some(true));
    let streams = arns(&view.everywhere::<Stream>(), |_| Some(true));
    let mappings = view.everywhere::<EventSourceMapping>();
    let sources = mappings.whole().and_then(|mappings| {
        let polling = only(mappings, |mapping| polls(mapping.facts))?;
        // Self-managed Kafka has no ARN of its own; its mapping stands for it.
        let source = polling
            .into_iter()
            .map(|mapping| Some(mapping.facts.source.known()?.clone().unwrap_or(mapping.resource.arn.clone())));
        source.collect::<Option<Vec<_>>>()
    });
    let lists = [queues, streams, sources].into_iter().collect::<Option<Vec<_>>>();
    let all = lists.map(|lists| distinct(lists.concat()));
    learn(view, &Account { queues: all.into(), ..Account::default() })
}

/// Whether an instance is not gone.
pub(crate) fn is_there(instance: &Instance) -> Option<bool> {
    instance.state.known().map(|state| !GONE.contains(&state.as_str()))
}

fn workloads(view: &View) -> Vec<Patch> {
    let lists = [
        arns(&view.everywhere(), is_there),
        arns(&view.everywhere::<Function>(), |_| Some(true)),
        // One of unread shape may be a part of another.
        arns(&view.everywhere::<Database>(), |database| database.shape.known().map(|_| true)),
        arns(&view.everywhere::<Table>(), |_| Some(true)),
        arns(&view.everywhere::<LoadBalancer>(), |_| Some(true)),
        arns(&view.everywhere::<ClassicLoadBalancer>(), |_| Some(true)),
        arns(&view.everywhere::<Service>(), |_| Some(true)),
        arns(&view.everywhere::<Cluster>(), |_| Some(true)),
        arns(&view.everywhere::<lightsail::Instance>(), |_| Some(true)),
    ];
    let count = lists.iter().map(|list| list.as_ref().map(Vec::len)).sum::<Option<usize>>();
    let count = count.and_then(|count| i64::try_from(count).ok());
    learn(view, &Account { workloads: count.into(), ..Account::default() })
}

#[cfg(test)]
mod tests;
