"""Functions that are all traced, one of them by a layer that only the service map knows."""

from typing import Any

from seed import REGION, Account
from traps.logs_and_traces import function


def seed(aws: Account) -> dict[str, Any]:
    functions = [function(aws, "layered", "PassThrough"), function(aws, "traced", "Active")]
    aws.answer("lambda", "ListFunctions", region=REGION, body={"Functions": functions})
    service = {"ReferenceId": 0, "Name": "layered", "Type": "AWS::Lambda::Function"}
    aws.answer("xray", "GetServiceGraph", region=REGION, body={"Services": [service]})
    return {"pass": {"observability/tracing-active": [aws.id]}}
