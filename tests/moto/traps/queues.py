"""Queues that fall behind, that are near their limits, or whose failures nobody sees, each beside one that is not."""

import json
from typing import Any

from seed import Account
from traps.alarms import alarm, pager


def seed(aws: Account) -> dict[str, Any]:
    dead = {name: queue(aws, name) for name in ("full-dlq", "emptied-dlq", "empty-dlq", "watched-dlq")}
    for name in ("slow", "fast", "idle", "leaky"):
        queue(aws, name)
    queue(aws, "patient", RedrivePolicy=redrive(dead["empty-dlq"], 5))
    queue(aws, "impatient", RedrivePolicy=redrive(dead["empty-dlq"], 1))
    for name in ("tight.fifo", "easy.fifo", "unsure.fifo"):
        queue(aws, name, FifoQueue="true")
    queue(aws, "wide.fifo", FifoQueue="true", DeduplicationScope="messageGroup", FifoThroughputLimit="perMessageGroupId")
    load(aws)
    depth = ("AWS/SQS", "ApproximateNumberOfMessagesVisible")
    alarm(aws, "watched", pager(aws), depth, {"QueueName": "watched-dlq"}, Threshold=0.0)
    # It is turned off.
    alarm(aws, "mute", pager(aws), depth, {"QueueName": "full-dlq"}, Threshold=0.0, ActionsEnabled=False)
    return {
        "fail": {
            "async/sqs-message-age": ["slow", "leaky"],
            "async/sqs-fifo-throughput": ["tight.fifo"],
            "async/dlq-depth": ["full-dlq", "emptied-dlq"],
            "async/sqs-dlq": ["slow", "fast", "idle", "leaky", "impatient", "tight.fifo", "easy.fifo", "unsure.fifo", "wide.fifo"],
        },
        "pass": {
            "async/sqs-message-age": ["fast"],
            "async/sqs-fifo-throughput": ["easy.fifo"],
            "async/dlq-depth": ["empty-dlq", "watched-dlq"],
            "async/sqs-dlq": ["patient"],
        },
        "skip": {
            "async/sqs-message-age": ["idle", "full-dlq"],
            "async/sqs-fifo-throughput": ["wide.fifo", "slow"],
            "async/sqs-dlq": ["full-dlq"],
        },
        "unknown": {"async/sqs-fifo-throughput": ["unsure.fifo"]},
    }


def queue(aws: Account, name: str, **attributes: str) -> str:
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def redrive(target: str, attempts: int) -> str:
    return json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": attempts})


def load(aws: Account) -> None:
    def measure(metric: str, name: str, **rule: Any) -> None:
        aws.metric("AWS/SQS", metric, {"QueueName": name}, **rule)

    for name in ("slow", "fast", "leaky"):
        measure("NumberOfMessagesSent", name, value=400)
    # Two hours of backlog each evening are too much, one short rush is not.
    measure("ApproximateAgeOfOldestMessage", "slow", hours=[5] * 18 + [900] * 2 + [5] * 4)
    measure("ApproximateAgeOfOldestMessage", "fast", hours=[5] * 18 + [900] + [5] * 5)
    # Quick in all but one hour, in which a message waits for more than a day.
    measure("ApproximateAgeOfOldestMessage", "leaky", hours=[5] * 18 + [90_000] + [5] * 5)
    measure("NumberOfMessagesSent", "tight.fifo", value=2_200 * 60)
    measure("NumberOfMessagesSent", "easy.fifo", value=200 * 60)
    measure("NumberOfMessagesSent", "unsure.fifo", value=400 * 60)
    measure("NumberOfMessagesSent", "wide.fifo", value=2_200 * 60)
    for name in ("full-dlq", "emptied-dlq", "watched-dlq"):
        measure("ApproximateNumberOfMessagesVisible", name, value=3)
    sqs = aws.client("sqs")
    url = sqs.get_queue_url(QueueName="full-dlq")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="lost")
