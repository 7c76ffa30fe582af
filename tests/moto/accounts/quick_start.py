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

from accounts.shop import made_long_ago
from resources import MAKERS
from seed import SECRET, ZONES, Account
from stack import Makers, Properties, Stack, load

TEMPLATES = Path(sys.prefix) / "templates"
EMAIL = "security@example.com"
MANAGEMENT = "10.10.0.0/16"


class Stacks:
    """What was made, and the words of the templates for it."""

    def __init__(self, aws: Account) -> None:
        self.aws = aws
        self.names: dict[str, str] = {}

    def make(self, name: str, file: str, **parameters: str) -> Stack:
        return self.made_of(name, load(TEMPLATES / file), MAKERS, parameters)

    def made_of(self, name: str, template: Properties, makers: Makers, parameters: Properties) -> Stack:
        stack = Stack(self.aws, name, template, parameters, makers)
        for made in stack.make():
            reference = stack.references[made]
            # A topic's reference is its ARN, its id the end of that.
            self.names[reference.rpartition(":")[2]] = f"{name}/{made}"
        return stack

    def name_the_rest(self) -> None:
        """Names what AWS makes by itself: instances of groups and their disks, and the default of everything."""
        ec2, autoscaling = self.aws.client("ec2"), self.aws.client("autoscaling")
        for each in autoscaling.describe_auto_scaling_instances()["AutoScalingInstances"]:
            self.names[each["InstanceId"]] = f"{self.names[each['AutoScalingGroupName']]}/{each['AvailabilityZone']}"
        for volume in ec2.describe_volumes()["Volumes"]:
            for attachment in volume["Attachments"]:
                self.names[volume["VolumeId"]] = f"{self.names[attachment['InstanceId']]}/disk"
        for each in ec2.describe_vpcs()["Vpcs"]:
            self.names.setdefault(each["VpcId"], "default/VPC")
        for each in ec2.describe_subnets()["Subnets"]:
            self.names.setdefault(each["SubnetId"], f"default/{each['AvailabilityZone']}")
        for each in ec2.describe_security_groups()["SecurityGroups"]:
            self.names.setdefault(each["GroupId"], f"{self.names[each['VpcId']]}/{each['GroupName']}")


def production_network(stacks: Stacks, environment: str) -> dict[str, str]:
    zones = {"pRegionAZ1Name": ZONES[0], "pRegionAZ2Name": ZONES[1]}
    made = stacks.make("network", "nist_vpc_production.yaml", pManagementCIDR=MANAGEMENT, pEnvironment=environment, **zones)
    tiers = ("AppPrivate", "DBPrivate", "DMZ")
    subnets = {f"p{tier}Subnet{zone}": made.output(f"r{tier}Subnet{zone}") for tier in tiers for zone in "AB"}
    return {"pProductionVPC": made.output("rVPCProduction"), "pProductionCIDR": "10.100.0.0/16", **subnets}


def zonal_network(stacks: Stacks, _environment: str) -> dict[str, str]:
    made = stacks.make("network", "vpc.json", AvailabilityZones=",".join(ZONES), KeyPairName="operators")
    subnets = {
        f"p{tier}Subnet{zone}": made.output(f"{subnet}{number}{suffix}ID")
        for tier, subnet, suffix in (("AppPrivate", "PrivateSubnet", "A"), ("DBPrivate", "PrivateSubnet", "A"), ("DMZ", "PublicSubnet", ""))
        for zone, number in (("A", 1), ("B", 2))
    }
    return {"pProductionVPC": made.output("VPCID"), "pProductionCIDR": "10.0.0.0/16", **subnets}


def account(aws: Account, network: Any, environment: str, server: str, database: str) -> dict[str, Any]:
    stacks = Stacks(aws)
    topic = application(stacks, network, environment, server, database)
    stacks.make("poller", "lambda-poller.yaml", WorkableAccessToken=SECRET, SlackMessageRelayTopicArn=topic)
    stacks.make("tables", "aws-dynamodb-table.yaml")
    stacks.name_the_rest()
    load_of_a_busy_site(aws)
    aws.client("dynamodb").put_item(TableName="table1", Item={"id": {"S": "1"}})
    for table in ("table1", "table2", "table3"):
        made_long_ago(aws, table)
    return {"names": stacks.names}


def application(stacks: Stacks, network: Any, environment: str, server: str, database: str, gib: str = "10") -> str:
    """Network, logging and the web application; returns the topic that alarms go to."""
    aws = stacks.aws
    aws.client("ec2").create_key_pair(KeyName="operators")
    image = aws.client("ec2").register_image(Name="amazon-linux", RootDeviceName="/dev/xvda")["ImageId"]
    subnets = network(stacks, environment)
    topic = stacks.make("logging", "nist_logging.yaml", pNotifyEmail=EMAIL).output("rSecurityAlarmTopic")
    web = stacks.make(
        "web",
        "nist_application.yaml",
        pAppAmi=image,
        pAppInstanceType=server,
        pDBAllocatedStorage=gib,
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
    return topic


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


# What is measured, of which resource (of any, where none is named): namespace, metric, dimensions and value.
LOAD: list[tuple[str, str, dict[str, str], float]] = [
    # Four servers of two vCPUs.
    ("AWS/Usage", "ResourceCount", {"Service": "EC2", "Resource": "vCPU", "Class": "Standard/OnDemand"}, 8),
    # The first table uses nine tenths of the one unit that it has, the second one tenth.
    ("AWS/DynamoDB", "ConsumedReadCapacityUnits", {"TableName": "table1"}, 54),
    ("AWS/DynamoDB", "ConsumedReadCapacityUnits", {"TableName": "table2"}, 6),
    ("AWS/EC2", "CPUCreditBalance", {}, 500),
    ("AWS/EC2", "CPUUtilization", {}, 30),
    ("AWS/Lambda", "AsyncEventsReceived", {}, 1),
    ("AWS/Lambda", "ClaimedAccountConcurrency", {}, 2),
    ("AWS/Lambda", "Invocations", {}, 1),
    ("AWS/NATGateway", "ActiveConnectionCount", {}, 300),
    ("AWS/NATGateway", "Bytes*", {}, 4e9),
    ("AWS/NATGateway", "ErrorPortAllocation", {}, 0),
    ("AWS/NATGateway", "PacketsDropCount", {}, 0),
    ("AWS/NATGateway", "Packets*", {}, 2e5),
    ("AWS/RDS", "BurstBalance", {}, 95),
    ("AWS/RDS", "CPUCreditBalance", {}, 40),
    ("AWS/RDS", "CPUUtilization", {}, 45),
    ("AWS/RDS", "DatabaseConnections", {}, 30),
    ("AWS/RDS", "EBS*Balance%", {}, 99),
    ("AWS/RDS", "FreeStorageSpace", {}, 6 * 1024**3),
    ("AWS/RDS", "ReadIOPS", {}, 30),
    ("AWS/RDS", "WriteIOPS", {}, 20),
    ("AWS/RDS", "*Throughput", {}, 1024**2),
    ("AWS/S3", "BucketSizeBytes", {"StorageType": "StandardStorage"}, 5e9),
]


def load_of_a_busy_site(aws: Account) -> None:
    measured(aws, LOAD)
    started_long_ago(aws)


def measured(aws: Account, load: list[tuple[str, str, dict[str, str], float]]) -> None:
    for namespace, metric, dimensions, value in load:
        aws.metric(namespace, metric, dimensions, value=value)


def started_long_ago(aws: Account) -> None:
    launched = aws.client("ec2").describe_instances()["Reservations"][0]["Instances"][0]["LaunchTime"].year
    aws.answer("ec2", "DescribeInstances", replace={f"<launchTime>{launched}-": f"<launchTime>{launched - 1}-"})
    # moto does not know Performance Insights, which is off unless it is asked for.
    insights = "<PerformanceInsightsEnabled>false</PerformanceInsightsEnabled>"
    aws.answer("rds", "DescribeDBInstances", replace={"<DBInstanceClass>": f"{insights}<DBInstanceClass>"})
