"""Ways in that keep what `waaudit.toml` promises of them, each beside one that does not: load balancers by the zones of their
servers, APIs by their busiest minute, and servers by what is asked of them."""

import io
import zipfile
from typing import Any

from accounts import shop
from seed import REGION, Account, tags
from traps.request_paths import storefront

SETTINGS = """
[targets]
wide = { zone_loss = "degraded" }
narrow = { zone_loss = "degraded" }
calm = { grow = 10 }
busy = { grow = 10 }
modest = { grow = 3 }
bold = { grow = 5 }
"""


def seed(aws: Account) -> dict[str, Any]:
    net = shop.network(aws)
    storefront(aws, net, "wide")
    storefront(aws, {**net, "private_subnets": net["private_subnets"][:1]}, "narrow")
    worker = function(aws)
    # Twenty and two hundred requests a second, of a thousand.
    for name, requests in (("calm", 1_200), ("busy", 12_000)):
        aws.metric("AWS/ApiGateway", "Count", {"ApiId": api(aws, name, worker)}, value=requests)
    aws.metric("AWS/Lambda", "*Concurren*", {}, value=20)
    alone = network(aws)
    for name in ("modest", "bold"):
        aws.metric("AWS/EC2", "CPUUtilization", {"InstanceId": server(aws, alone, name)}, value=20)
    return {
        "settings": SETTINGS,
        "fail": {
            "multi-az/zone-loss-target": ["narrow"],
            "scaling/growth-target": ["busy", "bold"],
        },
        "pass": {
            "multi-az/zone-loss-target": ["wide"],
            "scaling/growth-target": ["calm", "modest"],
        },
        "skip": {
            "multi-az/zone-loss-target": ["calm", "bold"],
            "scaling/growth-target": ["wide", "narrow"],
        },
    }


def function(aws: Account) -> str:
    role = aws.client("iam").create_role(RoleName="worker", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("worker.py", "def handle(event, context): pass\n")
    made = aws.client("lambda").create_function(
        FunctionName="worker",
        Runtime="python3.13",
        Role=role,
        Handler="worker.handle",
        Code={"ZipFile": code.getvalue()},
    )
    limits = {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 1000}
    body = {"AccountLimit": limits, "AccountUsage": {"FunctionCount": 1, "TotalCodeSize": 0}}
    aws.answer("lambda", "GetAccountSettings", region=REGION, body=body)
    return made["FunctionArn"]


def api(aws: Account, name: str, worker: str) -> str:
    """An HTTP API in front of the function. Its id."""
    gateway = aws.client("apigatewayv2")
    made = gateway.create_api(Name=name, ProtocolType="HTTP")["ApiId"]
    gateway.create_integration(
        ApiId=made, IntegrationType="AWS_PROXY", IntegrationUri=worker, PayloadFormatVersion="2.0"
    )
    limit = {"ThrottlingRateLimit": 1000.0, "ThrottlingBurstLimit": 500}
    gateway.create_stage(ApiId=made, StageName="$default", DefaultRouteSettings=limit)
    return made


def network(aws: Account) -> dict[str, str]:
    """A VPC of its own: nothing that security groups might let the servers call."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = shop.route_table(aws, vpc, GatewayId=gateway)
    subnet = shop.subnet(aws, vpc, "10.9.0.0/24", f"{REGION}a", "alone", table)
    return {"subnet": subnet, "web": shop.security_group(aws, vpc, "alone", 443, IpRanges=shop.ANYWHERE)}


def server(aws: Account, net: dict[str, str], name: str) -> str:
    """One with a public address, in no group and behind nothing."""
    interface = {
        "DeviceIndex": 0,
        "SubnetId": net["subnet"],
        "Groups": [net["web"]],
        "AssociatePublicIpAddress": True,
    }
    made = aws.client("ec2").run_instances(
        ImageId="ami-12345678",
        InstanceType="m7g.large",
        MinCount=1,
        MaxCount=1,
        NetworkInterfaces=[interface],
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags(name)}],
    )
    return made["Instances"][0]["InstanceId"]
