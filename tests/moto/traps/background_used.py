"""The same account, where a rule for the application's own events calls its target."""

import json
from typing import Any

from accounts import shop
from seed import Account


def seed(aws: Account) -> dict[str, Any]:
    public_entry(aws)
    queue(aws, "orders")
    rule(aws, "shop", ["shop.orders"])
    aws.metric("AWS/SQS", "NumberOfMessagesSent", {"QueueName": "orders"}, value=10)
    aws.metric("AWS/Events", "Invocations", {"RuleName": "shop-rule", "EventBusName": "shop"}, value=10)
    return {"pass": {"async/queue-present": [aws.id]}}


def public_entry(aws: Account) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    subnets = [
        shop.subnet(aws, vpc, f"10.0.{number}.0/24", f"eu-west-1{zone}", "public", table)
        for number, zone in enumerate("ab")
    ]
    aws.client("elbv2").create_load_balancer(
        Name="open", Subnets=subnets, Scheme="internet-facing", Type="application"
    )


def queue(aws: Account, name: str) -> None:
    aws.client("sqs").create_queue(QueueName=name)


def rule(aws: Account, bus: str, sources: list[str]) -> None:
    events = aws.client("events")
    if bus != "default":
        events.create_event_bus(Name=bus)
    pattern = json.dumps({"source": sources})
    events.put_rule(Name=f"{bus}-rule", EventBusName=bus, EventPattern=pattern, State="ENABLED")
