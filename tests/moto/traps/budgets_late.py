"""An account whose budget speaks a little too late, and another of whose budgets nobody hears."""

from typing import Any

from seed import Account
from traps.budgets import IN_TIME, budget


def seed(aws: Account) -> dict[str, Any]:
    budget(aws, "late", [("FORECASTED", 100.0), ("ACTUAL", 91.0)])
    budget(aws, "unheard", IN_TIME, heard=False)
    return {"fail": {"cost/budget-alerts": [aws.id]}, "pass": {"cost/budget-present": [aws.id]}}
