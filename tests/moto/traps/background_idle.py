"""A public account whose queue, stream and bus rule carry nothing that anybody works off."""

from typing import Any

from seed import Account
from traps.background_used import public_entry, queue, rule


def seed(aws: Account) -> dict[str, Any]:
    public_entry(aws)
    queue(aws, "orders")
    # What AWS reports of its own is no work of the application.
    rule(aws, "default", ["aws.health"])
    aws.metric("AWS/SQS", "NumberOfMessagesSent", {"QueueName": "orders"}, value=10)
    aws.metric("AWS/Events", "Invocations", {"RuleName": "default-rule"}, value=10)
    return {"fail": {"async/queue-present": [aws.id]}}
