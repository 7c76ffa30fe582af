"""Load balancers against their limits: a fleet that may outgrow one in Ireland, one that may not in Frankfurt."""

from typing import Any

from seed import Account
from traps import _fleet


def seed(aws: Account) -> dict[str, Any]:
    net = _fleet.network(aws)
    arn = _fleet.group(aws, net, "web", lowest=0, desired=0, most=900)
    listen(aws, "eu-west-1", net["subnets"], arn)
    ec2 = aws.client("ec2", "eu-central-1")
    listen(aws, "eu-central-1", [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]][:2], None)
    return {
        "regions": ["eu-west-1", "eu-central-1", "us-east-1"],
        "fail": {"quotas/alb-targets-at-max": ["account-limits"]},
        "pass": {"quotas/alb-targets-at-max": ["account-limits"]},
        "skip": {"quotas/alb-targets-at-max": ["account-limits"]},
    }


def listen(aws: Account, region: str, subnets: list[str], target_group: str | None) -> None:
    elb = aws.client("elbv2", region)
    made = elb.create_load_balancer(Name="web", Subnets=subnets, Scheme="internal", Type="application")
    answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}
    forward = {"Type": "forward", "TargetGroupArn": target_group} if target_group else answer
    balancer = made["LoadBalancers"][0]["LoadBalancerArn"]
    elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[forward])
