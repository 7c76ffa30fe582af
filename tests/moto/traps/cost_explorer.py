"""What Cost Explorer says of an account that watches its cost, and commits itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

from seed import Account


def seed(aws: Account) -> dict[str, Any]:
    watch(aws, "CONFIRMED")
    answer(aws, transfer="140", covered="700", on_demand="400")
    return {
        "pass": {
            "cost/anomaly-monitor": [aws.id],
            "cost/data-transfer-share": [month()],
            "cost/commitment-coverage": [month()],
        },
        "flags": ["--billed-calls"],
    }


def watch(aws: Account, status: str) -> None:
    named = {"MonitorName": "services", "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"}
    monitor = aws.client("ce").create_anomaly_monitor(AnomalyMonitor=named)["MonitorArn"]
    subscription = {
        "SubscriptionName": "daily",
        "MonitorArnList": [monitor],
        "Subscribers": [{"Type": "EMAIL", "Address": "on-call@example.com", "Status": status}],
        "Frequency": "DAILY",
    }
    aws.client("ce").create_anomaly_subscription(AnomalySubscription=subscription)


def answer(aws: Account, transfer: str, covered: str, on_demand: str) -> None:
    def group(usage: str, usd: str) -> dict[str, Any]:
        return {"Keys": [usage], "Metrics": {"UnblendedCost": {"Amount": usd, "Unit": "USD"}}}

    groups = [group("EU-BoxUsage:m7g.large", str(1000 - float(transfer))), group("EU-DataTransfer-Out-Bytes", transfer)]
    aws.answer("ce", "GetCostAndUsage", body={"ResultsByTime": [{"Estimated": False, "Groups": groups}]})
    coverage = {"SpendCoveredBySavingsPlans": covered, "OnDemandCost": on_demand}
    aws.answer("ce", "GetSavingsPlansCoverage", body={"SavingsPlansCoverages": [{"Coverage": coverage}]})
    aws.answer("ce", "GetReservationCoverage", body={"CoveragesByTime": []})


def month() -> str:
    """The last whole month, which stands for the account's cost."""
    return (datetime.now(UTC).replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
