"""An account whose anomaly monitors watch one team, or tell from sums on that never come."""

from typing import Any

from seed import Account


def seed(aws: Account) -> dict[str, Any]:
    monitors = {name: f"arn:aws:ce::{aws.id}:anomalymonitor/{name}" for name in ("team", "services")}
    of_team = {"CostCategories": {"Key": "team", "Values": ["search"]}}
    team = {"MonitorName": "team", "MonitorType": "CUSTOM", "MonitorSpecification": of_team}
    services = {"MonitorName": "services", "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"}
    found = [{"MonitorArn": monitors[each["MonitorName"]], **each} for each in (team, services)]
    aws.answer("ce", "GetAnomalyMonitors", body={"AnomalyMonitors": found})
    subscriptions = [
        subscription(aws, "team", [monitors["team"]], "10"),
        subscription(aws, "services", [monitors["services"]], "250000"),
    ]
    aws.answer("ce", "GetAnomalySubscriptions", body={"AnomalySubscriptions": subscriptions})
    return {"fail": {"cost/anomaly-monitor": [aws.id]}, "flags": ["--billed-calls"]}


def subscription(aws: Account, name: str, monitors: list[str], usd: str) -> dict[str, Any]:
    at_least = {"Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE", "MatchOptions": ["GREATER_THAN_OR_EQUAL"], "Values": [usd]}
    return {
        "SubscriptionArn": f"arn:aws:ce::{aws.id}:anomalysubscription/{name}",
        "SubscriptionName": name,
        "MonitorArnList": monitors,
        "Subscribers": [{"Type": "EMAIL", "Address": "finance@example.com", "Status": "CONFIRMED"}],
        "Frequency": "DAILY",
        "ThresholdExpression": {"Dimensions": at_least},
    }
