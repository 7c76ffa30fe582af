"""An account with a daily budget, which has no forecast, and whose topic has a subscription."""

from typing import Any

from seed import Account
from traps.budgets import budget


def seed(aws: Account) -> dict[str, Any]:
    sns = aws.client("sns", "us-east-1")
    topic = sns.create_topic(Name="spend")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="finance@example.com")
    told = {"SubscriptionType": "SNS", "Address": topic}
    budget(aws, "daily", [("ACTUAL", 100.0)], subscriber=told, TimeUnit="DAILY")
    return {"pass": {"cost/budget-present": [aws.id], "cost/budget-alerts": [aws.id]}}
