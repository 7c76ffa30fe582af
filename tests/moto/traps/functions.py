"""Functions that are refused calls or lose events, and a queue that hides messages for too short a time."""

import io
import zipfile
from typing import Any

from seed import Account


def seed(aws: Account) -> dict[str, Any]:
    role = aws.client("iam").create_role(RoleName="worker", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    names = ("refused", "free", "unused", "forgetful", "careful", "direct", "shop-CustomResourceHandler")
    for name in names:
        function(aws, role, name)
    measure(aws, "Invocations", "refused", value=1000)
    measure(aws, "Throttles", "refused", value=2)
    measure(aws, "Invocations", "free", value=1000)
    measure(aws, "Throttles", "free", hours=[1] + [0] * 23)
    for name in ("forgetful", "careful", "shop-CustomResourceHandler"):
        measure(aws, "AsyncEventsReceived", name, value=50)
    aws.client("lambda").put_function_event_invoke_config(
        FunctionName="careful",
        MaximumRetryAttempts=2,
        DestinationConfig={"OnFailure": {"Destination": f"arn:aws:sqs:eu-west-1:{aws.id}:failed"}},
    )
    return {
        "fail": {
            "async/lambda-throttles": ["refused"],
            "async/lambda-failure-destination": ["forgetful"],
            "async/sqs-visibility": ["hasty"],
        },
        "pass": {
            "async/lambda-throttles": ["free"],
            "async/lambda-failure-destination": ["careful"],
            "async/sqs-visibility": ["calm"],
        },
        "skip": {
            "async/lambda-throttles": ["unused"],
            "async/lambda-failure-destination": ["direct", "shop-CustomResourceHandler"],
            "async/sqs-visibility": [polled(aws, role)],
        },
    }


def function(aws: Account, role: str, name: str) -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("worker.py", "def handle(event, context): pass\n")
    aws.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=role,
        Handler="worker.handle",
        Code={"ZipFile": code.getvalue()},
        Timeout=30,
    )


def measure(aws: Account, metric: str, name: str, **rule: Any) -> None:
    aws.metric("AWS/Lambda", metric, {"FunctionName": name}, **rule)


def polled(aws: Account, role: str) -> str:
    """Two queues with a function each that runs for half a minute, and one that nobody polls."""
    sqs, functions = aws.client("sqs"), aws.client("lambda")
    for name, seconds in (("hasty", 179), ("calm", 180), ("unpolled", 1)):
        url = sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": str(seconds)})["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        if name != "unpolled":
            function(aws, role, f"works-off-{name}")
            functions.create_event_source_mapping(
                FunctionName=f"works-off-{name}", EventSourceArn=arn, MaximumBatchingWindowInSeconds=0
            )
    return "unpolled"
