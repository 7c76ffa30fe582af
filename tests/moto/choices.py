"""What a reader would put in the places that a fix leaves open, in one account of the test server.

A place is `<name>`; each has a function below that finds or makes what it asks for, beside the finding's resource."""

from collections.abc import Callable
from typing import Any

from seed import Account


class Chooser:
    def __init__(self, aws: Account) -> None:
        self.aws = aws
        self.made: dict[tuple[str, str], str | None] = {}

    def value(self, name: str, finding: dict[str, Any]) -> str | None:
        """The choice for a place; None where nobody here can make it."""
        region = finding["resource"]["region"]
        region = "us-east-1" if region == "global" else region
        choose = CHOICES.get(name)
        if choose is None:
            return None
        if (name, region) not in self.made:
            self.made[name, region] = choose(self.aws, region)
        return self.made[name, region]


def topic(aws: Account, region: str) -> str:
    """A topic that reaches a queue: such a subscription needs no confirmation."""
    sns, sqs = aws.client("sns", region), aws.client("sqs", region)
    arn = sns.create_topic(Name="on-call")["TopicArn"]
    url = sqs.create_queue(QueueName="on-call")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue)
    return arn


CHOICES: dict[str, Callable[[Account, str], str | None]] = {
    "topic-arn": topic,
    "address": lambda aws, region: "on-call@example.com",
    "email": lambda aws, region: "on-call@example.com",
    "region": lambda aws, region: region,
}
