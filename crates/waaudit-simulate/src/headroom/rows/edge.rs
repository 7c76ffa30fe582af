//! Limits on the way in and out: distributions, web ACLs, APIs, load balancers, NAT gateways and subnets.

use waaudit_model::facts::apigateway::{Account, Stage};
use waaudit_model::facts::cloudfront::Distribution;
use waaudit_model::facts::ec2::{NatGateway, Subnet};
use waaudit_model::facts::elb::LoadBalancer;
use waaudit_model::facts::wafv2::WebAcl;

use super::super::report::{Bound, Consequence, Limited, Peak, Source};
use super::{Around, Lack, Load, Reading, Row, TARGET, WHOLE, bound, measured, measured_if, number, read};

pub(super) const API_ACCOUNT: &[Row<Account>] =
    &[Row { limited: Limited::RequestsPerSecond, target: TARGET, then: Consequence::Throttled, read: api_account }];
pub(super) const API_STAGE: &[Row<Stage>] =
    &[Row { limited: Limited::RequestsPerSecond, target: TARGET, then: Consequence::Throttled, read: api_stage }];
pub(super) const DISTRIBUTION: &[Row<Distribution>] =
    &[Row { limited: Limited::RequestsPerSecond, target: TARGET, then: Consequence::Throttled, read: distribution }];
pub(super) const WEB_ACL: &[Row<WebAcl>] =
    &[Row { limited: Limited::RequestsPerSecond, target: TARGET, then: Consequence::Throttled, read: web_acl }];
pub(super) const NAT_GATEWAY: &[Row<NatGateway>] =
    &[Row { limited: Limited::NatConnections, target: TARGET, then: Consequence::Refused, read: nat_connections }];
pub(super) const SUBNET: &[Row<Subnet>] =
    &[Row { limited: Limited::Addresses, target: WHOLE, then: Consequence::Refused, read: addresses }];
/// An Application Load Balancer has no fixed limit of requests: how fast it grows is what counts, see `ramp`.
pub(super) const LOAD_BALANCER: &[Row<LoadBalancer>] =
    &[Row { limited: Limited::Connections, target: TARGET, then: Consequence::Refused, read: flows }];

/// Requests a second of a distribution, and of a regional web ACL, by default. What applies to the account is not read.
const DISTRIBUTION_REQUESTS: f64 = 250_000.0;
const DISTRIBUTION_PAGE: &str =
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html (2026-11-29)";
const WEB_ACL_REQUESTS: f64 = 100_000.0;
const WEB_ACL_PAGE: &str = "https://docs.aws.amazon.com/waf/latest/developerguide/limits.html (2026-11-29)";
/// Connections to one destination through each address of a NAT gateway.
const NAT_CONNECTIONS: f64 = 55_000.0;
const NAT_PAGE: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html (2026-11-28)";
/// Addresses of a subnet that AWS keeps for itself.
const KEPT: f64 = 5.0;

fn api_account(account: &Account, _: &Around) -> Reading {
    let name = "apigateway.account:peak_requests_per_second";
    let Some(peak) = measured_if(&account.peak_requests_per_second, name, "requests/s")? else { return Ok(None) };
    let limit = *read(&account.rate_limit, "apigateway.account:rate_limit")?;
    Ok(Some(Load::new(peak, bound(limit, Source::QuotaInForce, "apigateway.account:rate_limit"))))
}

/// A stage that sets no limit shares the region's. What it sets holds for each method: its requests are counted together.
fn api_stage(stage: &Stage, _: &Around) -> Reading {
    let limits = read(&stage.limits, "apigateway.stage:limits")?;
    let mut rates = limits.iter().filter_map(|limit| Some((limit.is_default, limit.rate?)));
    let rate = match (rates.next(), rates.next()) {
        (None, _) => return Ok(None),
        (Some((true, rate)), None) => rate,
        _ => return Err(Lack::not_collected("AWS/ApiGateway Count by method, per minute")),
    };
    let name = "apigateway.stage:requests_per_minute_max";
    let peak = a_second(measured(&stage.requests_per_minute_max, name, "requests/s")?);
    let load = Load::new(peak, bound(rate, Source::Configured, "apigateway.stage:limits"));
    Ok(Some(load.assuming("all its requests are to one method: with several it holds more")))
}

fn distribution(distribution: &Distribution, _: &Around) -> Reading {
    let name = "cloudfront.distribution:requests_per_minute_max";
    let peak = a_second(measured(&distribution.requests_per_minute_max, name, "requests/s")?);
    let quota = bound(DISTRIBUTION_REQUESTS, Source::Documented, DISTRIBUTION_PAGE);
    Ok(Some(Load::new(peak, Bound { assumed: true, ..quota })))
}

/// At the edge, the limit is that of the distribution.
fn web_acl(acl: &WebAcl, _: &Around) -> Reading {
    if read(&acl.scope, "wafv2.web_acl:scope")? == "CLOUDFRONT" {
        return Ok(None);
    }
    let name = "wafv2.web_acl:requests_per_minute_max";
    let Some(peak) = measured_if(&acl.requests_per_minute_max, name, "requests/s")? else {
        return Err(Lack::unread("wafv2.web_acl:metric_name"));
    };
    let quota = bound(WEB_ACL_REQUESTS, Source::Documented, WEB_ACL_PAGE);
    Ok(Some(Load::new(a_second(peak), Bound { assumed: true, ..quota })))
}

/// A minute's count as the mean of its seconds.
fn a_second(peak: Peak) -> Peak {
    Peak { value: peak.value / 60.0, statistic: format!("{}, a second", peak.statistic), ..peak }
}

fn flows(balancer: &LoadBalancer, _: &Around) -> Reading {
    match read(&balancer.balancer_type, "elb.load_balancer:balancer_type")?.as_str() {
        "application" => Ok(None),
        _ => Err(Lack::not_collected("AWS/NetworkELB ActiveFlowCount by target, maximum")),
    }
}

fn nat_connections(gateway: &NatGateway, _: &Around) -> Reading {
    let name = "ec2.nat_gateway:active_connections_max";
    let peak = measured(&gateway.active_connections_max, name, "connections")?;
    let addresses = read(&gateway.public_ips, "ec2.nat_gateway:public_ips")?.len();
    if addresses == 0 {
        return Err(Lack::no_formula("addresses of a private NAT gateway"));
    }
    let addresses = f64::from(u32::try_from(addresses).unwrap_or(u32::MAX));
    let load = Load::new(peak, bound(NAT_CONNECTIONS * addresses, Source::Documented, NAT_PAGE));
    Ok(Some(load.assuming("all its connections are to one destination: with several it holds more")))
}

/// Its own addresses count as at the scan: what they came to at the busiest time is published nowhere.
fn addresses(subnet: &Subnet, _: &Around) -> Reading {
    if *read(&subnet.ipv6_only, "ec2.subnet:ipv6_only")? {
        return Ok(None);
    }
    let range = read(&subnet.cidr, "ec2.subnet:cidr")?;
    let free = number(*read(&subnet.free_addresses, "ec2.subnet:free_addresses")?);
    let prefix = range.split_once('/').and_then(|(_, bits)| bits.parse::<i32>().ok()).filter(|bits| *bits <= 32);
    let Some(prefix) = prefix else { return Err(Lack::no_formula("a range without a prefix")) };
    let total = 2.0_f64.powi(32 - prefix) - KEPT;
    let peak = Peak {
        value: total - free,
        unit: "addresses".to_owned(),
        fact: "ec2.subnet:free_addresses".to_owned(),
        statistic: "in use at the scan".to_owned(),
        window_days: None,
    };
    let load = Load::new(peak, bound(total, Source::Configured, "ec2.subnet:cidr"));
    Ok(Some(
        load.assuming("as many addresses were in use at the busiest time as at the scan, and all grow with requests"),
    ))
}
