"""An account in an organisation that it manages itself, whose budgets all leave something out."""

from typing import Any

from seed import Account
from traps.budgets import narrow


def seed(aws: Account) -> dict[str, Any]:
    aws.client("organizations").create_organization(FeatureSet="ALL")
    narrow(aws)
    return {"fail": {"cost/budget-present": [aws.id]}, "skip": {"cost/budget-alerts": [aws.id]}}
