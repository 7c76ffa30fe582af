//! AWS Cost Explorer: what the last month cost. Each call costs a cent: its kinds are billed.

pub(crate) mod anomalies;
pub(crate) mod spend;

use aws_sdk_costexplorer::Client;
use aws_sdk_costexplorer::types::{
    DateInterval, Dimension, DimensionValues, Expression, Granularity, Group, GroupDefinition, GroupDefinitionType,
};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::rate_limit::Rate;
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::costexplorer::{CommitmentCoverage, MonthlyCost, UsageCost};

pub(crate) const SERVICE: Service = Service {
    kinds: &[anomalies::MONITOR, anomalies::SUBSCRIPTION, COMMITMENT_COVERAGE, MONTHLY_COST],
    metrics: &[],
    rates: &[
        // Cost Explorer is billed by the call and publishes no rate; a scan makes five calls.
        Rate::shared("ce", Rate::ALL, 2.0, 4).of_all_regions(),
    ],
};

const GET_COST: Call = Call::new("ce", "GetCostAndUsage");
const GET_SAVINGS_PLANS: Call = Call::new("ce", "GetSavingsPlansCoverage");
const GET_RESERVATIONS: Call = Call::new("ce", "GetReservationCoverage");

pub(crate) const COMMITMENT_COVERAGE: Kind =
    Kind::global::<facts::costexplorer::CommitmentCoverage>(&[&GET_SAVINGS_PLANS, &GET_RESERVATIONS], |ctx| {
        Box::pin(coverage(ctx))
    })
    .billed()
    .untagged();
pub(crate) const MONTHLY_COST: Kind =
    Kind::global::<facts::costexplorer::MonthlyCost>(&[&GET_COST], |ctx| Box::pin(monthly_cost(ctx)))
        .billed()
        .untagged();

/// The last whole month: its first day, and the day after its last.
fn last_month(now: Timestamp) -> (Date, Date) {
    let end = jiff::tz::Offset::UTC.to_datetime(now).date().first_of_month();
    (end.saturating_sub(1.month()), end)
}

fn interval((start, end): (Date, Date)) -> Option<DateInterval> {
    DateInterval::builder().start(start.to_string()).end(end.to_string()).build().ok()
}

fn month((start, _): (Date, Date)) -> String {
    start.strftime("%Y-%m").to_string()
}

async fn monthly_cost(ctx: Context) {
    let client = Client::new(ctx.config());
    let days = last_month(ctx.taken_at());
    let by_usage = GroupDefinition::builder().r#type(GroupDefinitionType::Dimension).key("USAGE_TYPE").build();
    let request = client
        .get_cost_and_usage()
        .set_time_period(interval(days))
        .granularity(Granularity::Monthly)
        .metrics("UnblendedCost")
        .filter(no_credits())
        .group_by(by_usage);
    let mut groups = Vec::new();
    let ask = |mark: Option<String>| request.clone().set_next_page_token(mark).send();
    let all = ctx
        .marked_pages(
            &GET_COST,
            ask,
            |page| page.next_page_token.clone(),
            |page| {
                groups.extend(page.results_by_time().iter().flat_map(|result| result.groups()).cloned());
            },
        )
        .await;
    if !all {
        return;
    }
    let arn = ctx.arn("ce", &format!("monthly-cost/{}", month(days)));
    let costs: Option<Vec<UsageCost>> = groups.iter().map(usage_cost).collect();
    let costs = ctx.whole(&GET_COST, &arn, "total_usd", costs);
    ctx.push(ResourceId { arn, id: month(days), ..ResourceId::default() }, cost_facts(month(days), costs));
}

/// Credits and refunds would hide what is spent.
fn no_credits() -> Expression {
    let values = ["Credit", "Refund"].map(str::to_owned).into();
    let credits = DimensionValues::builder().key(Dimension::RecordType).set_values(Some(values)).build();
    Expression::builder().not(Expression::builder().dimensions(credits).build()).build()
}

fn usage_cost(group: &Group) -> Option<UsageCost> {
    let amount = group.metrics()?.get("UnblendedCost")?.amount()?.parse().ok()?;
    Some(UsageCost { usage_type: group.keys().first()?.clone(), usd: amount })
}

fn cost_facts(month: String, costs: Fact<Vec<UsageCost>>) -> MonthlyCost {
    let Fact::Known(costs) = costs else { return MonthlyCost { month: month.into(), ..MonthlyCost::default() } };
    let total: f64 = costs.iter().map(|cost| cost.usd).sum();
    let mut moved: Vec<UsageCost> = costs.into_iter().filter(|cost| moves_data(&cost.usage_type)).collect();
    moved.sort_by(|a, b| b.usd.total_cmp(&a.usd).then_with(|| a.usage_type.cmp(&b.usage_type)));
    MonthlyCost {
        month: month.into(),
        total_usd: cents(total).into(),
        data_transfer_usd: cents(moved.iter().map(|cost| cost.usd).sum()).into(),
        data_transfer: moved.into(),
    }
}

/// Between zones and regions, to the internet, and through NAT gateways.
fn moves_data(usage_type: &str) -> bool {
    usage_type.contains("DataTransfer-Out")
        || usage_type.contains("DataTransfer-Regional")
        || usage_type.contains("NatGateway-Bytes")
        || usage_type.ends_with("-AWS-Out-Bytes")
}

fn cents(usd: f64) -> f64 {
    (usd * 100.0).round() / 100.0
}

async fn coverage(ctx: Context) {
    let client = Client::new(ctx.config());
    let days = last_month(ctx.taken_at());
    let arn = ctx.arn("ce", &format!("commitment-coverage/{}", month(days)));
    let (plans, reserved) =
        futures::join!(savings_plans(&ctx, &client, &arn, days), reserved(&ctx, &client, &arn, days));
    let facts = CommitmentCoverage {
        month: month(days).into(),
        on_demand_usd: plans.map(|(on_demand, _)| cents(on_demand)).into(),
        savings_plans_usd: plans.map(|(_, covered)| cents(covered)).into(),
        reserved_hours_percent: reserved.into(),
    };
    ctx.push(ResourceId { arn, id: month(days), ..ResourceId::default() }, facts);
}

/// US dollars at on-demand prices, and covered. A month without any such use is no row at all, or an error that says so.
async fn savings_plans(ctx: &Context, client: &Client, arn: &str, days: (Date, Date)) -> Option<(f64, f64)> {
    let request = client.get_savings_plans_coverage().set_time_period(interval(days)).granularity(Granularity::Monthly);
    let none = &["DataUnavailableException"];
    let Some(answer) = ctx.detail_or_none(&GET_SAVINGS_PLANS, arn, none, request.send()).await? else {
        return Some((0.0, 0.0));
    };
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<f64>().ok());
    let rows = answer.savings_plans_coverages().iter().map(|row| {
        let row = row.coverage()?;
        Some((number(row.on_demand_cost())?, number(row.spend_covered_by_savings_plans())?))
    });
    let rows: Vec<(f64, f64)> = rows.collect::<Option<_>>()?;
    Some(rows.into_iter().fold((0.0, 0.0), |sum, row| (sum.0 + row.0, sum.1 + row.1)))
}

async fn reserved(ctx: &Context, client: &Client, arn: &str, days: (Date, Date)) -> Option<Option<f64>> {
    let request = client.get_reservation_coverage().set_time_period(interval(days)).granularity(Granularity::Monthly);
    let Some(answer) =
        ctx.detail_or_none(&GET_RESERVATIONS, arn, &["DataUnavailableException"], request.send()).await?
    else {
        return Some(None);
    };
    let hours = answer.total().and_then(|total| total.coverage_hours());
    Some(hours.and_then(|hours| hours.coverage_hours_percentage()?.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::{cost_facts, last_month, month, moves_data};
    use waaudit_model::facts::Fact;
    use waaudit_model::facts::costexplorer::UsageCost;

    #[test]
    fn the_last_month_is_a_whole_one() {
        let days = |at: &str| last_month(at.parse().unwrap());
        assert_eq!(month(days("2026-03-31T23:59:59Z")), "2026-02");
        assert_eq!(month(days("2026-01-01T00:00:00Z")), "2025-12");
        assert_eq!(days("2026-03-31T00:00:00Z").1.to_string(), "2026-03-01");
    }

    #[test]
    fn what_moves_data_is_told_from_what_does_not() {
        for moves in
            ["EU-DataTransfer-Out-Bytes", "DataTransfer-Regional-Bytes", "EU-NatGateway-Bytes", "EU-USE1-AWS-Out-Bytes"]
        {
            assert!(moves_data(moves), "{moves}");
        }
        for stays in
            ["EU-DataTransfer-In-Bytes", "EU-NatGateway-Hours", "EU-BoxUsage:m7g.large", "EU-USE1-AWS-In-Bytes"]
        {
            assert!(!moves_data(stays), "{stays}");
        }
    }

    #[test]
    fn costs_are_summed_and_the_most_expensive_transfer_comes_first() {
        let cost = |usage_type: &str, usd| UsageCost { usage_type: usage_type.to_owned(), usd };
        let costs =
            vec![cost("BoxUsage", 70.0), cost("NatGateway-Bytes", 10.004), cost("DataTransfer-Out-Bytes", 20.0)];
        let facts = cost_facts("2026-02".to_owned(), Fact::Known(costs));
        assert_eq!((facts.total_usd, facts.data_transfer_usd), (Fact::Known(100.0), Fact::Known(30.0)));
        assert_eq!(facts.data_transfer.known().unwrap()[0].usage_type, "DataTransfer-Out-Bytes");
        assert_eq!(cost_facts("2026-02".to_owned(), Fact::Unread).total_usd, Fact::Unread);
    }
}
