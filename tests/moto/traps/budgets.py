"""An account with a budget over all that it costs, which tells somebody in time, beside budgets that would not do."""

from datetime import UTC, datetime
from typing import Any

from seed import Account

# What a budget says before it is too late.
IN_TIME = [("FORECASTED", 100.0), ("ACTUAL", 90.0)]


def seed(aws: Account) -> dict[str, Any]:
    budget(aws, "all", IN_TIME)
    narrow(aws)
    return {"pass": {"cost/budget-present": [aws.id], "cost/budget-alerts": [aws.id]}}


def narrow(aws: Account) -> None:
    """Budgets that are no budget of the account: of a part of it, of the year, of hours instead of money, and of nothing."""
    by_service = {"Dimensions": {"Key": "SERVICE", "Values": ["Amazon Simple Storage Service"]}}
    budget(aws, "storage", IN_TIME, FilterExpression=by_service)
    budget(aws, "year", IN_TIME, TimeUnit="ANNUALLY")
    budget(aws, "hours", IN_TIME, BudgetType="USAGE", BudgetLimit={"Amount": "750", "Unit": "Hrs"})
    budget(aws, "nothing", IN_TIME, BudgetLimit={"Amount": "0", "Unit": "USD"})
    ended = {"Start": datetime(2024, 1, 1, tzinfo=UTC), "End": datetime(2024, 6, 1, tzinfo=UTC)}
    budget(aws, "ended", IN_TIME, TimePeriod=ended)


MAIL = {"SubscriptionType": "EMAIL", "Address": "finance@example.com"}


def budget(
    aws: Account,
    name: str,
    notifications: list[tuple[str, float]],
    heard: bool = True,
    subscriber: dict[str, str] = MAIL,
    **more: Any,
) -> None:
    """A monthly budget over all cost, with a subscriber to each (type, per cent)."""
    made = {
        "BudgetName": name,
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": "2000", "Unit": "USD"},
        **more,
    }
    told = [
        {"Notification": notification(*about), "Subscribers": [subscriber] if heard else []} for about in notifications
    ]
    aws.client("budgets").create_budget(AccountId=aws.id, Budget=made, NotificationsWithSubscribers=told)


def notification(kind: str, percent: float) -> dict[str, Any]:
    return {
        "NotificationType": kind,
        "ComparisonOperator": "GREATER_THAN",
        "Threshold": percent,
        "ThresholdType": "PERCENTAGE",
    }
