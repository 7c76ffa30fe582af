"""An account whose anomaly monitors watch one team, or tell from sums on that never come."""

from typing import Any

from seed import Account


def seed(aws: Account) -> dict[str, Any]:
    of_team = {"CostCategories": {"Key": "team", "Values": ["search"]}}
    team = {"MonitorName": "team", "MonitorType": "CUSTOM", "MonitorSpecification": of_team}
    services = {"MonitorName": "services", "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"}
    for monitor, usd in ((team, "10"), (services, "250000")):
        arn = aws.client("ce").create_anomaly_monitor(AnomalyMonitor=monitor)["MonitorArn"]
        subscription = told(monitor["MonitorName"], arn, usd)
        aws.client("ce").create_anomaly_subscription(AnomalySubscription=subscription)
    return {"fail": {"cost/anomaly-monitor": [aws.id]}, "flags": ["--billed-calls"]}


def told(name: str, monitor: str, usd: str) -> dict[str, Any]:
    at_least = {"Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE", "MatchOptions": ["GREATER_THAN_OR_EQUAL"], "Values": [usd]}
    return {
        "SubscriptionName": name,
        "MonitorArnList": [monitor],
        "Subscribers": [{"Type": "EMAIL", "Address": "finance@example.com", "Status": "CONFIRMED"}],
        "Frequency": "DAILY",
        "ThresholdExpression": {"Dimensions": at_least},
    }
