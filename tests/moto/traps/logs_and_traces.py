"""Log groups that expire and that do not; functions that are traced and that are not."""

from typing import Any

from seed import REGION, Account


def seed(aws: Account) -> dict[str, Any]:
    groups = [group(aws, "endless", None, 5), group(aws, "monthly", 30, 5), group(aws, "small", None, 0.5)]
    aws.answer("logs", "DescribeLogGroups", region=REGION, body={"logGroups": groups})
    functions = [function(aws, "dark", "PassThrough"), function(aws, "traced", "Active")]
    aws.answer("lambda", "ListFunctions", region=REGION, body={"Functions": functions})
    return {
        "fail": {"cost/log-retention": ["endless"], "observability/tracing-active": [aws.id]},
        "pass": {"cost/log-retention": ["monthly"]},
        "skip": {"cost/log-retention": ["small"]},
    }


def group(aws: Account, name: str, days: int | None, gigabytes: float) -> dict[str, Any]:
    """moto counts no bytes."""
    arn = f"arn:aws:logs:{REGION}:{aws.id}:log-group:{name}"
    kept = {"retentionInDays": days} if days else {}
    return {"logGroupName": name, "logGroupArn": arn, "storedBytes": int(gigabytes * 1e9), **kept}


def function(aws: Account, name: str, tracing: str) -> dict[str, Any]:
    arn = f"arn:aws:lambda:{REGION}:{aws.id}:function:{name}"
    return {"FunctionName": name, "FunctionArn": arn, "Timeout": 3, "TracingConfig": {"Mode": tracing}}
