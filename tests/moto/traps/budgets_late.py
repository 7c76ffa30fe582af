"""An account whose budgets notify a little too late, or no one: no subscriber, or a topic without a subscription."""

from typing import Any

from seed import Account
from traps.budgets import IN_TIME, budget


def seed(aws: Account) -> dict[str, Any]:
    budget(aws, "late", [("FORECASTED", 101.0), ("ACTUAL", 91.0)])
    empty = aws.client("sns", "us-east-1").create_topic(Name="spend")["TopicArn"]
    budget(aws, "to-an-empty-topic", IN_TIME, subscriber={"SubscriptionType": "SNS", "Address": empty})
    budget(aws, "unheard", IN_TIME, heard=False)
    return {"fail": {"cost/budget-alerts": [aws.id]}, "pass": {"cost/budget-present": [aws.id]}}
