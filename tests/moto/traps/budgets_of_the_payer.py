"""An account that somebody else pays for, and that has no budget over all of it either."""

from typing import Any

from seed import Account
from traps.budgets import narrow


def seed(aws: Account) -> dict[str, Any]:
    payer = "310999999999"
    organization = {"Id": "o-a1b2c3d4e5", "MasterAccountId": payer, "FeatureSet": "ALL"}
    aws.answer("organizations", "DescribeOrganization", body={"Organization": organization})
    narrow(aws)
    return {"skip": {"cost/budget-present": [aws.id], "cost/budget-alerts": [aws.id]}}
