//! Amazon Lightsail. The SDK has no pagers for it.

use std::collections::BTreeMap;

use aws_sdk_lightsail::Client;
use aws_sdk_lightsail::types::{
    Instance as SdkInstance, InstanceHealthSummary, InstanceSnapshot, LoadBalancer as SdkLoadBalancer,
    RelationalDatabase, Tag,
};

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::transport::collector_context::{Context, ResourceId, tags, timestamp};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::lightsail::{Balanced, Database, Instance, LoadBalancer, Snapshot};

pub(crate) const SERVICE: Service =
    Service { kinds: &[DATABASE, INSTANCE, LOAD_BALANCER, SNAPSHOT], metrics: &[], rates: &[] };

const GET_INSTANCES: Call = Call::new("lightsail", "GetInstances");
const GET_LOAD_BALANCERS: Call = Call::new("lightsail", "GetLoadBalancers");
const GET_DATABASES: Call = Call::new("lightsail", "GetRelationalDatabases");
const GET_SNAPSHOTS: Call = Call::new("lightsail", "GetInstanceSnapshots");

pub(crate) const INSTANCE: Kind =
    Kind::regional::<facts::lightsail::Instance>(&[&GET_INSTANCES], |ctx| Box::pin(instances(ctx)));
pub(crate) const LOAD_BALANCER: Kind =
    Kind::regional::<facts::lightsail::LoadBalancer>(&[&GET_LOAD_BALANCERS], |ctx| Box::pin(load_balancers(ctx)));
pub(crate) const DATABASE: Kind =
    Kind::regional::<facts::lightsail::Database>(&[&GET_DATABASES], |ctx| Box::pin(databases(ctx)));
pub(crate) const SNAPSHOT: Kind =
    Kind::regional::<facts::lightsail::Snapshot>(&[&GET_SNAPSHOTS], |ctx| Box::pin(snapshots(ctx)));

/// The token of the page behind one.
type Next = Option<String>;

async fn instances(ctx: Context) {
    let client = Client::new(ctx.config());
    let ask = |token: Next| client.get_instances().set_page_token(token).send();
    ctx.marked_pages(
        &GET_INSTANCES,
        ask,
        |page| page.next_page_token.clone(),
        |page| {
            for instance in page.instances() {
                let Some(arn) = ctx.entry(&GET_INSTANCES, instance.arn()) else { continue };
                let named = named(arn, instance.name(), instance.tags.as_ref());
                ctx.push(named, instance_facts(instance));
            }
        },
    )
    .await;
}

async fn load_balancers(ctx: Context) {
    let client = Client::new(ctx.config());
    let ask = |token: Next| client.get_load_balancers().set_page_token(token).send();
    ctx.marked_pages(
        &GET_LOAD_BALANCERS,
        ask,
        |page| page.next_page_token.clone(),
        |page| {
            for balancer in page.load_balancers() {
                let Some(arn) = ctx.entry(&GET_LOAD_BALANCERS, balancer.arn()) else { continue };
                let named = named(arn, balancer.name(), balancer.tags.as_ref());
                ctx.push(named, balancer_facts(&ctx, arn, balancer));
            }
        },
    )
    .await;
}

async fn databases(ctx: Context) {
    let client = Client::new(ctx.config());
    let ask = |token: Next| client.get_relational_databases().set_page_token(token).send();
    ctx.marked_pages(
        &GET_DATABASES,
        ask,
        |page| page.next_page_token.clone(),
        |page| {
            for database in page.relational_databases() {
                let Some(arn) = ctx.entry(&GET_DATABASES, database.arn()) else { continue };
                let named = named(arn, database.name(), database.tags.as_ref());
                ctx.push(named, database_facts(database));
            }
        },
    )
    .await;
}

async fn snapshots(ctx: Context) {
    let client = Client::new(ctx.config());
    let ask = |token: Next| client.get_instance_snapshots().set_page_token(token).send();
    ctx.marked_pages(
        &GET_SNAPSHOTS,
        ask,
        |page| page.next_page_token.clone(),
        |page| {
            for snapshot in page.instance_snapshots() {
                let Some(arn) = ctx.entry(&GET_SNAPSHOTS, snapshot.arn()) else { continue };
                let named = named(arn, snapshot.name(), snapshot.tags.as_ref());
                ctx.push(named, snapshot_facts(snapshot));
            }
        },
    )
    .await;
}

/// A tag of Lightsail may be a key alone.
fn named(arn: &str, name: Option<&str>, own: Option<&Vec<Tag>>) -> ResourceId {
    let own: Option<BTreeMap<String, String>> = own.map(|own| tags(own, Tag::key, Tag::value));
    ResourceId { arn: arn.to_owned(), id: name.unwrap_or(arn).to_owned(), tags: own, ..ResourceId::default() }
}

fn instance_facts(i: &SdkInstance) -> Instance {
    let automatic =
        |name: Option<&str>, status: Option<&str>| name == Some("AutoSnapshot") && status == Some("Enabled");
    Instance {
        state: i.state().and_then(|state| state.name.clone()).into(),
        availability_zone: i.location().and_then(|location| location.availability_zone.clone()).into(),
        bundle: i.bundle_id.clone().into(),
        blueprint: i.blueprint_id.clone().into(),
        public_ip: i.public_ip_address.clone().into(),
        ipv6_addresses: i.ipv6_addresses().to_vec().into(),
        // AWS lists the add-ons that are enabled, and sends no list where none is.
        automatic_snapshots: i.add_ons().iter().any(|one| automatic(one.name(), one.status())).into(),
        created_at: i.created_at().and_then(timestamp).into(),
        ..Instance::default()
    }
}

fn balancer_facts(ctx: &Context, arn: &str, b: &SdkLoadBalancer) -> LoadBalancer {
    let balanced = |one: &InstanceHealthSummary| {
        Some(Balanced { instance: one.instance_name.clone()?, health: word(one.instance_health())? })
    };
    LoadBalancer {
        state: word(b.state()).into(),
        instances: ctx.parts(&GET_LOAD_BALANCERS, arn, "instances", b.instance_health_summary.as_ref(), balanced),
    }
}

fn database_facts(d: &RelationalDatabase) -> Database {
    Database {
        state: d.state.clone().into(),
        engine: d.engine.clone().into(),
        availability_zone: d.location().and_then(|location| location.availability_zone.clone()).into(),
        standby_zone: d.secondary_availability_zone.clone().into(),
        bundle: d.relational_database_bundle_id.clone().into(),
        automatic_backups: d.backup_retention_enabled.into(),
        latest_restorable_at: d.latest_restorable_time().and_then(timestamp).into(),
    }
}

fn snapshot_facts(s: &InstanceSnapshot) -> Snapshot {
    Snapshot {
        state: word(s.state()).into(),
        instance: s.from_instance_arn.clone().into(),
        created_at: s.created_at().and_then(timestamp).into(),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_lightsail::types::AddOn;

    use super::*;
    use waaudit_model::facts::Fact;

    #[test]
    fn snapshots_are_automatic_when_their_add_on_is_enabled() {
        let automatic = |name: &str, status: &str| {
            let add_on = AddOn::builder().name(name).status(status).build();
            instance_facts(&SdkInstance::builder().add_ons(add_on).build()).automatic_snapshots
        };
        assert_eq!(automatic("AutoSnapshot", "Enabled"), Fact::Known(true));
        assert_eq!(automatic("AutoSnapshot", "Disabled"), Fact::Known(false));
        assert_eq!(automatic("StopInstanceOnIdle", "Enabled"), Fact::Known(false));
        assert_eq!(instance_facts(&SdkInstance::builder().build()).automatic_snapshots, Fact::Known(false));
    }
}
