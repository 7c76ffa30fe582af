"""An account whose budget leaves out credits and refunds alone, and notifies of actual cost."""

from typing import Any

from seed import Account
from traps.budgets import budget


def seed(aws: Account) -> dict[str, Any]:
    credits = {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Credit", "Refund"]}}
    budget(aws, "all-use", [("ACTUAL", 80.0)], FilterExpression={"Not": credits}, Metrics=["UnblendedCost"])
    return {"pass": {"cost/budget-present": [aws.id], "cost/budget-alerts": [aws.id]}}
