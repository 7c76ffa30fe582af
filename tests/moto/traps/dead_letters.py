"""Queues that take what functions, topics and event rules could not deliver, beside one that only works."""

import json
from typing import Any

from seed import Account
from traps.alarms import alarm, pager
from traps.functions import function
from traps.queues import queue

SENDERS = ("function", "run", "rule", "subscription")


def seed(aws: Account) -> dict[str, Any]:
    kept = {sender: queue(aws, f"kept-of-{sender}") for sender in SENDERS}
    queue(aws, "worked-off")
    role = aws.client("iam").create_role(RoleName="worker", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    functions = aws.client("lambda")
    for name in ("bill", "mail"):
        function(aws, role, name)
    functions.update_function_configuration(FunctionName="bill", DeadLetterConfig={"TargetArn": kept["function"]})
    functions.put_function_event_invoke_config(
        FunctionName="mail", MaximumRetryAttempts=2, DestinationConfig={"OnFailure": {"Destination": kept["run"]}}
    )
    mail = functions.get_function(FunctionName="mail")["Configuration"]["FunctionArn"]
    by_rule(aws, mail, kept["rule"])
    by_subscription(aws, mail, kept["subscription"])
    for sender in SENDERS:
        aws.metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": f"kept-of-{sender}"}, value=3)
    aws.metric("AWS/SQS", "NumberOfMessagesSent", {"QueueName": "worked-off"}, value=3)
    # Of these it tells, since a function sends them itself.
    sent = ("AWS/SQS", "NumberOfMessagesSent")
    alarm(aws, "sent", pager(aws), sent, {"QueueName": "kept-of-function"}, Threshold=0.0)
    silent = [f"kept-of-{sender}" for sender in SENDERS if sender != "function"]
    return {
        "fail": {"async/dlq-depth": silent, "async/sqs-dlq": ["worked-off"]},
        "pass": {"async/dlq-depth": ["kept-of-function"]},
        "skip": {
            "async/dlq-depth": ["worked-off"],
            "async/sqs-dlq": [f"kept-of-{sender}" for sender in SENDERS],
            "async/sqs-message-age": [f"kept-of-{sender}" for sender in SENDERS],
        },
    }


def by_rule(aws: Account, function: str, dead_letters: str) -> None:
    events = aws.client("events")
    events.put_rule(Name="placed", EventPattern=json.dumps({"source": ["shop"]}))
    target = {"Id": "1", "Arn": function, "DeadLetterConfig": {"Arn": dead_letters}}
    events.put_targets(Rule="placed", Targets=[target])


def by_subscription(aws: Account, function: str, dead_letters: str) -> None:
    sns = aws.client("sns")
    topic = sns.create_topic(Name="placed")["TopicArn"]
    made = sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function, ReturnSubscriptionArn=True)
    policy = json.dumps({"deadLetterTargetArn": dead_letters})
    sns.set_subscription_attributes(
        SubscriptionArn=made["SubscriptionArn"], AttributeName="RedrivePolicy", AttributeValue=policy
    )
