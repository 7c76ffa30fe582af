"""Databases and who reaches them: functions with and without a proxy, fleets, and the whole internet."""

import io
import zipfile
from typing import Any

from seed import Account, tags
from traps._data import database, measure
from traps._fleet import group, member, network


def seed(aws: Account) -> dict[str, Any]:
    net = network(aws)
    aws.client("rds").create_db_subnet_group(
        DBSubnetGroupName="data", DBSubnetGroupDescription="-", SubnetIds=net["subnets"]
    )
    web, jobs = (security_group(aws, net, name) for name in ("web", "jobs"))
    function(aws, net, jobs)
    fleet(aws, net, web)
    pooled, bare, ranged, apart = (security_group(aws, net, name) for name in ("pooled", "bare", "ranged", "apart"))
    admit(aws, pooled, 5432, group=jobs)
    admit(aws, bare, 5432, group=jobs)
    admit(aws, ranged, 5432, cidr="10.0.0.0/16")
    admit(aws, apart, 6432, group=jobs)
    for name, worn in (("pooled", pooled), ("bare", bare), ("ranged", ranged), ("apart", apart)):
        database(aws, name, DBSubnetGroupName="data", VpcSecurityGroupIds=[worn])
    proxy(aws, net, "pooled")
    fleets = fleet_databases(aws, net, web)
    ports = ports_open_to_all(aws, net)
    servers = database_servers(aws, net, web)
    return {
        "fail": {
            "data-tier/rds-proxy": ["bare", "ranged"],
            "quotas/db-connections-at-fleet-max": fleets["fail"],
            "data-tier/db-ports-public": [ports["worn"]],
            "data-tier/db-on-ec2": [servers["database"], servers["vendor"]],
            "data-tier/rds-public": ["open"],
        },
        "pass": {
            "data-tier/rds-proxy": ["pooled"],
            "quotas/db-connections-at-fleet-max": fleets["pass"],
            "data-tier/db-ports-public": [servers["door"]],
            "data-tier/db-on-ec2": [servers["server"]],
            "data-tier/rds-public": ["pooled"],
        },
        "skip": {
            "data-tier/rds-proxy": ["apart"],
            "data-tier/db-ports-public": [ports["unworn"]],
            "quotas/db-connections-at-fleet-max": ["pooled"],
        },
    }


def security_group(aws: Account, net: dict[str, Any], name: str) -> str:
    return aws.client("ec2").create_security_group(GroupName=name, Description=name, VpcId=net["vpc"])["GroupId"]


def admit(aws: Account, door: str, port: int, group: str | None = None, cidr: str | None = None) -> None:
    source = {"UserIdGroupPairs": [{"GroupId": group}]} if group else {"IpRanges": [{"CidrIp": cidr}]}
    rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **source}
    aws.client("ec2").authorize_security_group_ingress(GroupId=door, IpPermissions=[rule])


def function(aws: Account, net: dict[str, Any], worn: str) -> None:
    role = aws.client("iam").create_role(RoleName="jobs", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("jobs.py", "def handle(event, context): pass\n")
    aws.client("lambda").create_function(
        FunctionName="jobs",
        Runtime="python3.13",
        Role=role,
        Handler="jobs.handle",
        Code={"ZipFile": code.getvalue()},
        VpcConfig={"SubnetIds": net["subnets"][:1], "SecurityGroupIds": [worn]},
    )
    aws.client("lambda").put_function_concurrency(FunctionName="jobs", ReservedConcurrentExecutions=60)


def proxy(aws: Account, net: dict[str, Any], target: str) -> None:
    rds = aws.client("rds")
    rds.create_db_proxy(
        DBProxyName="pool",
        EngineFamily="POSTGRESQL",
        Auth=[{"AuthScheme": "SECRETS", "SecretArn": f"arn:aws:secretsmanager:eu-west-1:{aws.id}:secret:shop"}],
        RoleArn=f"arn:aws:iam::{aws.id}:role/proxy",
        VpcSubnetIds=net["subnets"],
    )
    rds.register_db_proxy_targets(DBProxyName="pool", DBInstanceIdentifiers=[target])


def fleet(aws: Account, net: dict[str, Any], worn: str) -> None:
    """Two instances in service, up to twenty, and each with an address in a subnet of its own."""
    group(aws, net, "web", lowest=0, desired=0, most=20)
    for _ in range(2):
        member(aws, net, "web", SecurityGroupIds=[worn])
    aws.client("autoscaling").enable_metrics_collection(
        AutoScalingGroupName="web", Metrics=["GroupInServiceInstances"], Granularity="1Minute"
    )
    aws.metric("AWS/AutoScaling", "GroupInServiceInstances", {"AutoScalingGroupName": "web"}, value=2)


def fleet_databases(aws: Account, net: dict[str, Any], web: str) -> dict[str, list[str]]:
    """Ten connections an instance are 200 at most, two hundred are 4,000; 16 GiB give PostgreSQL 1,658."""
    door = security_group(aws, net, "for-web")
    admit(aws, door, 5432, group=web)
    for name, connections in (("roomy", 20), ("tight", 400)):
        database(aws, name, DBSubnetGroupName="data", VpcSecurityGroupIds=[door])
        measure(aws, name, "DatabaseConnections", value=connections)
    measure(aws, "*", "DatabaseConnections", value=5)
    # "ranged" admits the whole network, and so the fleet.
    return {"fail": ["tight"], "pass": ["roomy", "ranged"]}


def ports_open_to_all(aws: Account, net: dict[str, Any]) -> dict[str, str]:
    worn, unworn = (security_group(aws, net, name) for name in ("open-worn", "open-unworn"))
    for door in (worn, unworn):
        admit(aws, door, 5432, cidr="0.0.0.0/0")
    ec2 = aws.client("ec2")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    instance = shop_instance(aws, net, worn, "bastion")
    ec2.associate_address(AllocationId=address, InstanceId=instance)
    database(aws, "open", DBSubnetGroupName="data", PubliclyAccessible=True)
    return {"worn": worn, "unworn": unworn}


def database_servers(aws: Account, net: dict[str, Any], web: str) -> dict[str, str]:
    """Those behind the door admit the database's port to the web servers; the name of one, and the image of another, say
    what they are."""
    door = security_group(aws, net, "mysql-door")
    admit(aws, door, 3306, group=web)
    image = aws.client("ec2").register_image(Name="vendor-mysql-8.0.36", RootDeviceName="/dev/xvda")["ImageId"]
    return {
        "door": door,
        "vendor": shop_instance(aws, net, door, "reviews", image),
        "database": shop_instance(aws, net, door, "orders-mysql"),
        "server": shop_instance(aws, net, web, "orders-mysql-admin"),
    }


def shop_instance(aws: Account, net: dict[str, Any], worn: str, name: str, image: str = "ami-12345678") -> str:
    made = aws.client("ec2").run_instances(
        ImageId=image,
        InstanceType="m7g.large",
        MinCount=1,
        MaxCount=1,
        SubnetId=net["subnets"][0],
        SecurityGroupIds=[worn],
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags(name)}],
    )
    return made["Instances"][0]["InstanceId"]
