"""Lambda's limits in three regions: far, near, and never raised."""

import io
import zipfile
from typing import Any

from seed import Account

REGIONS = {"eu-west-1": (1000, 300), "eu-central-1": (1000, 900), "us-east-1": (10, 2), "us-west-2": (1000, 0)}


def seed(aws: Account) -> dict[str, Any]:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("worker.py", "def handle(event, context): pass\n")
    role = aws.client("iam").create_role(RoleName="worker", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    for region, (limit, peak) in REGIONS.items():
        if region != "us-west-2":
            aws.client("lambda", region).create_function(
                FunctionName="worker",
                Runtime="python3.13",
                Role=role,
                Handler="worker.handle",
                Code={"ZipFile": code.getvalue()},
            )
        functions = 0 if region == "us-west-2" else 1
        limits = {"ConcurrentExecutions": limit, "UnreservedConcurrentExecutions": limit}
        body = {"AccountLimit": limits, "AccountUsage": {"FunctionCount": functions, "TotalCodeSize": 0}}
        aws.answer("lambda", "GetAccountSettings", region=region, body=body)
        aws.metric("AWS/Lambda", "ClaimedAccountConcurrency", {}, region=region, value=peak)
    return {
        "regions": list(REGIONS),
        "fail": {"quotas/lambda-concurrency": ["lambda"]},
        "pass": {"quotas/lambda-concurrency": ["lambda"]},
        "skip": {"quotas/lambda-concurrency": ["lambda"]},
    }
