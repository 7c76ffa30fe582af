"""An account with a dashboard of the whole way: of its servers by their metrics, of its table by an alarm."""

import json
from typing import Any

from seed import REGION, Account


def seed(aws: Account) -> dict[str, Any]:
    work(aws)
    alarm = f"arn:aws:cloudwatch:{REGION}:{aws.id}:alarm:slow"
    dashboard(aws, SERVERS, {"type": "alarm", "properties": {"alarms": [alarm]}})
    return {"pass": {"observability/dashboard": [aws.id]}}


SERVERS = {"type": "metric", "properties": {"region": REGION, "metrics": [["AWS/EC2", "CPUUtilization"]]}}


def dashboard(aws: Account, *widgets: dict[str, Any]) -> None:
    # Dashboards belong to no region in AWS; moto keeps them in the one that they were made in.
    body = json.dumps({"widgets": widgets})
    aws.client("cloudwatch", "us-east-1").put_dashboard(DashboardName="shop", DashboardBody=body)


def work(aws: Account) -> None:
    """A server, a table, and an alarm on the table."""
    aws.client("ec2").run_instances(ImageId="ami-12345678", InstanceType="m7g.large", MinCount=1, MaxCount=1)
    aws.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    aws.client("cloudwatch").put_metric_alarm(
        AlarmName="slow",
        Namespace="AWS/DynamoDB",
        MetricName="SuccessfulRequestLatency",
        Dimensions=[{"Name": "TableName", "Value": "orders"}],
        Statistic="Average",
        Period=60,
        EvaluationPeriods=5,
        Threshold=50,
        ComparisonOperator="GreaterThanThreshold",
    )
