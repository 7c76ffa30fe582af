"""Log groups that expire and that do not; functions that are traced and that are not."""

from typing import Any

from seed import REGION, Account


def seed(aws: Account) -> dict[str, Any]:
    replace: dict[str, str] = {}
    for name, days, gigabytes in (("endless", None, 5), ("monthly", 30, 5), ("small", None, 0.5)):
        group(aws, name, days)
        # moto counts no bytes.
        counted = f'"logGroupName": "{name}", "metricFilterCount": 0, "storedBytes": '
        replace[f"{counted}0"] = f"{counted}{int(gigabytes * 1e9)}"
    # And it makes them now.
    replace['"creationTime": 17'] = '"creationTime": 16'
    aws.answer("logs", "DescribeLogGroups", region=REGION, replace=replace)
    functions = [function(aws, "dark", "PassThrough"), function(aws, "traced", "Active")]
    aws.answer("lambda", "ListFunctions", region=REGION, body={"Functions": functions})
    return {
        "fail": {"cost/log-retention": ["endless"], "observability/tracing-active": [aws.id]},
        "pass": {"cost/log-retention": ["monthly"]},
        "skip": {"cost/log-retention": ["small"]},
    }


def group(aws: Account, name: str, days: int | None) -> None:
    logs = aws.client("logs")
    logs.create_log_group(logGroupName=name)
    if days:
        logs.put_retention_policy(logGroupName=name, retentionInDays=days)


def function(aws: Account, name: str, tracing: str) -> dict[str, Any]:
    arn = f"arn:aws:lambda:{REGION}:{aws.id}:function:{name}"
    return {"FunctionName": name, "FunctionArn": arn, "Timeout": 3, "TracingConfig": {"Mode": tracing}}
