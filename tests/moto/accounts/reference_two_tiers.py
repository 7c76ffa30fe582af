"""The web application of AWS's Quick Start for NIST 800-53, as its main template puts it together: one NAT gateway.

`../../suite/reference_architectures/two_tiers.toml` says what has to be said of it.
"""

from typing import Any

from accounts import quick_start
from seed import Account

# Of any resource of a kind: namespace, metric, dimensions and value.
LOAD: list[tuple[str, str, dict[str, str], float]] = [
    # Four servers of two vCPUs.
    ("AWS/Usage", "ResourceCount", {"Service": "EC2", "Resource": "vCPU", "Class": "Standard/OnDemand"}, 8),
    ("AWS/EC2", "CPUUtilization", {}, 30),
    ("AWS/NATGateway", "ActiveConnectionCount", {}, 385),
    ("AWS/RDS", "CPUUtilization", {}, 35),
    ("AWS/RDS", "DatabaseConnections", {}, 64),
    ("AWS/RDS", "ReadIOPS", {}, 150),
    ("AWS/RDS", "WriteIOPS", {}, 50),
    ("AWS/RDS", "ReadThroughput", {}, 3 * 1024**2),
    ("AWS/RDS", "WriteThroughput", {}, 2 * 1024**2),
]


def seed(aws: Account) -> dict[str, Any]:
    return account(aws, quick_start.production_network)


def account(aws: Account, network: Any, named: bool = False) -> dict[str, Any]:
    """With `named`, the load balancer of the application servers lets the proxies in by their security group, not only by
    the range of the whole VPC."""
    stacks = quick_start.Stacks(aws)
    quick_start.application(stacks, network, "production", "m3.large", "db.m3.large", gib="20")
    stacks.name_the_rest()
    if named:
        groups = {name: reference for reference, name in stacks.names.items()}
        pair = {"GroupId": groups["web/rSecurityGroupWebInstance"]}
        rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [pair]}
        balancer = groups["web/rSecurityGroupApp"]
        aws.client("ec2").authorize_security_group_ingress(GroupId=balancer, IpPermissions=[rule])
    quick_start.measured(aws, LOAD)
    quick_start.started_long_ago(aws)
    return {"names": stacks.names}
