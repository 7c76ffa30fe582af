"""An account that shows itself on a dashboard."""

import json
from typing import Any

from seed import Account


def seed(aws: Account) -> dict[str, Any]:
    work(aws)
    widget = {"type": "metric", "properties": {"region": "eu-west-1", "metrics": [["AWS/SQS", "NumberOfMessagesSent"]]}}
    body = json.dumps({"widgets": [widget]})
    # Dashboards belong to no region in AWS; moto keeps them in the one that they were made in.
    aws.client("cloudwatch", "us-east-1").put_dashboard(DashboardName="shop", DashboardBody=body)
    return {"pass": {"observability/dashboard": [aws.id]}}


def work(aws: Account) -> None:
    aws.client("ec2").run_instances(ImageId="ami-12345678", InstanceType="m7g.large", MinCount=1, MaxCount=1)
