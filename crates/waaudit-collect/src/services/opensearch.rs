//! Amazon OpenSearch Service. IAM calls it es. Tags are not in these answers.

use aws_sdk_opensearch::Client;
use aws_sdk_opensearch::types::{DomainStatus, PauseState};

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::opensearch::Domain;

pub(crate) const SERVICE: Service = Service { kinds: &[DOMAIN], metrics: &[], rates: &[] };

const LIST_DOMAIN_NAMES: Call = Call::new("es", "ListDomainNames");
const DESCRIBE_DOMAINS: Call = Call::new("es", "DescribeDomains");

pub(crate) const DOMAIN: Kind =
    Kind::regional::<facts::opensearch::Domain>(&[&LIST_DOMAIN_NAMES, &DESCRIBE_DOMAINS], |ctx| Box::pin(domains(ctx)));

/// `DescribeDomains` takes this many names at once.
const AT_ONCE: usize = 5;
/// Zones of a domain with zone awareness that names no number of them.
const USUAL_ZONES: i64 = 2;

async fn domains(ctx: Context) {
    let client = Client::new(ctx.config());
    let Some(listed) = ctx.list(&LIST_DOMAIN_NAMES, client.list_domain_names().send()).await else { return };
    let names = listed.domain_names().iter().filter_map(|one| ctx.entry(&LIST_DOMAIN_NAMES, one.domain_name()));
    let names: Vec<&str> = names.collect();
    run_bounded(names.chunks(AT_ONCE).map(|names| describe(&ctx, &client, names))).await;
}

async fn describe(ctx: &Context, client: &Client, names: &[&str]) {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    let request = client.describe_domains().set_domain_names(Some(names)).send();
    let Some(answer) = ctx.list(&DESCRIBE_DOMAINS, request).await else { return };
    for domain in answer.domain_status_list() {
        let name = ResourceId { arn: domain.arn.clone(), id: domain.domain_name.clone(), ..ResourceId::default() };
        ctx.push(name, domain_facts(domain));
    }
}

fn domain_facts(d: &DomainStatus) -> Domain {
    let config = d.cluster_config();
    let spread = config.and_then(|config| config.zone_awareness_enabled);
    let named = config.and_then(|config| config.zone_awareness_config()?.availability_zone_count);
    let zones = |spread| if spread { named.map_or(USUAL_ZONES, i64::from) } else { 1 };
    let masters = config.and_then(|config| {
        if config.dedicated_master_enabled? { config.dedicated_master_count.map(i64::from) } else { Some(0) }
    });
    Domain {
        created: d.created.into(),
        deleted: d.deleted.into(),
        engine_version: d.engine_version.clone().into(),
        instance_type: word(config.and_then(|config| config.instance_type())).into(),
        data_nodes: config.and_then(|config| config.instance_count).map(i64::from).into(),
        zone_awareness: spread.into(),
        zone_count: spread.map(zones).into(),
        // AWS says so of domains that may have one.
        standby_zone: config.map(|config| config.multi_az_with_standby_enabled.unwrap_or(false)).into(),
        master_nodes: masters.into(),
        // AWS sends no options where snapshots were never paused.
        snapshots_paused: d
            .automated_snapshot_pause_options()
            .is_some_and(|pause| pause.state().map_or(pause.enabled, |state| *state == PauseState::Active))
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_opensearch::types::{ClusterConfig, ZoneAwarenessConfig};

    use super::*;
    use waaudit_model::facts::Fact;

    fn zones(spread: Option<bool>, count: Option<i32>) -> Fact<i64> {
        let named = ZoneAwarenessConfig::builder().set_availability_zone_count(count).build();
        let config = ClusterConfig::builder().set_zone_awareness_enabled(spread).zone_awareness_config(named).build();
        let domain =
            DomainStatus::builder().domain_id("1/search").domain_name("search").arn("arn:aws:es:::domain/search");
        domain_facts(&domain.cluster_config(config).build().unwrap()).zone_count
    }

    #[test]
    fn a_domain_is_in_one_zone_unless_zone_awareness_says_otherwise() {
        assert_eq!(zones(Some(false), Some(3)), Fact::Known(1));
        assert_eq!(zones(Some(true), None), Fact::Known(2));
        assert_eq!(zones(Some(true), Some(3)), Fact::Known(3));
        assert_eq!(zones(None, None), Fact::Unread);
    }
}
