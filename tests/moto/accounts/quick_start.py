"""A web application from AWS's Quick Start for NIST 800-53, with two small applications beside it: templates that nobody here wrote.

    network   the production VPC of the Quick Start (one NAT gateway), or the Quick Start's own VPC (one in each zone)
    logging   a trail, what it alarms of, and the topic that hears it
    web       a proxy tier, an application tier, a database
    poller    a scheduled function
    tables    three tables

`templates/README.md` says where they come from.
"""

import sys
from pathlib import Path
from typing import Any

from resources import MAKERS
from seed import SECRET, ZONES, Account
from stack import Stack, load

TEMPLATES = Path(sys.prefix) / "templates"
EMAIL = "security@example.com"
MANAGEMENT = "10.10.0.0/16"


class Stacks:
    """What was made, and the words of the templates for it."""

    def __init__(self, aws: Account) -> None:
        self.aws = aws
        self.names: dict[str, str] = {}

    def make(self, name: str, file: str, **parameters: str) -> Stack:
        stack = Stack(self.aws, name, load(TEMPLATES / file), parameters, MAKERS)
        for made in stack.make():
            self.names[stack.references[made]] = f"{name}/{made}"
        return stack

    def name_fleet(self, group: str) -> None:
        """Names instances by their group and zone."""
        autoscaling = self.aws.client("autoscaling")
        found = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[group])["AutoScalingGroups"][0]
        for each in found["Instances"]:
            self.names[each["InstanceId"]] = f"{self.names[group]}/{each['AvailabilityZone']}"


def production_network(stacks: Stacks) -> dict[str, str]:
    zones = {"pRegionAZ1Name": ZONES[0], "pRegionAZ2Name": ZONES[1]}
    made = stacks.make("network", "nist_vpc_production.yaml", pManagementCIDR=MANAGEMENT, pEnvironment="production", **zones)
    tiers = ("AppPrivate", "DBPrivate", "DMZ")
    subnets = {f"p{tier}Subnet{zone}": made.output(f"r{tier}Subnet{zone}") for tier in tiers for zone in "AB"}
    return {"pProductionVPC": made.output("rVPCProduction"), "pProductionCIDR": "10.100.0.0/16", **subnets}


def zonal_network(stacks: Stacks) -> dict[str, str]:
    made = stacks.make("network", "vpc.json", AvailabilityZones=",".join(ZONES), KeyPairName="operators")
    subnets = {
        f"p{tier}Subnet{zone}": made.output(f"{subnet}{number}{suffix}ID")
        for tier, subnet, suffix in (("AppPrivate", "PrivateSubnet", "A"), ("DBPrivate", "PrivateSubnet", "A"), ("DMZ", "PublicSubnet", ""))
        for zone, number in (("A", 1), ("B", 2))
    }
    return {"pProductionVPC": made.output("VPCID"), "pProductionCIDR": "10.0.0.0/16", **subnets}


def account(aws: Account, network: Any, environment: str, server: str, database: str) -> dict[str, Any]:
    stacks = Stacks(aws)
    ec2 = aws.client("ec2")
    ec2.create_key_pair(KeyName="operators")
    image = ec2.register_image(Name="amazon-linux", RootDeviceName="/dev/xvda")["ImageId"]
    subnets = network(stacks)
    topic = stacks.make("logging", "nist_logging.yaml", pNotifyEmail=EMAIL).output("rSecurityAlarmTopic")
    web = stacks.make(
        "web",
        "nist_application.yaml",
        pAppAmi=image,
        pAppInstanceType=server,
        pDBAllocatedStorage="10",
        pDBClass=database,
        pDBName="testDB",
        pDBPassword=SECRET,
        pDBUser="testuserdb",
        pEC2KeyPair="operators",
        pEnvironment=environment,
        pManagementCIDR=MANAGEMENT,
        pRegionAZ1Name=ZONES[0],
        pRegionAZ2Name=ZONES[1],
        pSecurityAlarmTopic=topic,
        pWebInstanceType=server,
        pWebServerAMI=image,
        **subnets,
    )
    post_process(aws, web)
    for group in ("rAutoScalingGroupApp", "rAutoScalingGroupWeb"):
        stacks.name_fleet(web.references[group])
    stacks.make("poller", "lambda-poller.yaml", WorkableAccessToken=SECRET, SlackMessageRelayTopicArn=topic)
    stacks.make("tables", "aws-dynamodb-table.yaml")
    load_of_a_busy_site(aws)
    return {"names": stacks.names}


def post_process(aws: Account, web: Stack) -> None:
    """What the user data of `rPostProcInstance` does: HTTPS for both load balancers, then it ends itself."""
    listener = {
        "Protocol": "HTTPS",
        "LoadBalancerPort": 443,
        "InstanceProtocol": "HTTP",
        "InstancePort": 80,
        "SSLCertificateId": f"arn:aws:iam::{aws.id}:server-certificate/non-production-testing-server-cert",
    }
    for balancer in ("rELBWeb", "rELBApp"):
        aws.client("elb").create_load_balancer_listeners(
            LoadBalancerName=web.references[balancer], Listeners=[listener]
        )
    aws.client("ec2").terminate_instances(InstanceIds=[web.references["rPostProcInstance"]])


# What is measured, whatever it is measured of: namespace, metric and value.
LOAD: list[tuple[str, str, float]] = [
    ("AWS/EC2", "CPUUtilization", 30),
    ("AWS/ELB", "RequestCount", 1_500),
    ("AWS/NATGateway", "ActiveConnectionCount", 300),
    ("AWS/NATGateway", "Bytes*", 2e8),
    ("AWS/NATGateway", "ErrorPortAllocation", 0),
    ("AWS/NATGateway", "PacketsDropCount", 0),
    ("AWS/NATGateway", "PacketsOut*", 2e5),
    ("AWS/RDS", "CPUUtilization", 45),
    ("AWS/RDS", "DatabaseConnections", 30),
    ("AWS/RDS", "EBS*Balance%", 99),
    ("AWS/RDS", "FreeStorageSpace", 6 * 1024**3),
    ("AWS/RDS", "ReadIOPS", 60),
    ("AWS/RDS", "WriteIOPS", 40),
    ("AWS/RDS", "*Throughput", 1024**2),
]


def load_of_a_busy_site(aws: Account) -> None:
    for namespace, metric, value in LOAD:
        aws.metric(namespace, metric, {}, value=value)
