"""What stands in one zone, each beside one that stands in two: databases, clusters, caches, groups, load balancers, targets,
functions, and a VPC that leaves by a single gateway."""

import io
import zipfile
from typing import Any

from accounts import shop
from seed import REGION, ZONES, Account
from traps.request_paths import fleet, storefront


def seed(aws: Account) -> dict[str, Any]:
    net = shop.network(aws)
    half = {**net, "private_subnets": net["private_subnets"][:1]}
    storefront(aws, net, "even")
    storefront(aws, half, "crowded")
    narrow_balancer(aws, net)
    groups(aws, net)
    databases(aws)
    clusters(aws)
    caches(aws)
    functions(aws, {"in-one": net["private_subnets"][:1], "in-two": net["private_subnets"], "unbound": []})
    leaving_by_one, leaving_by_regional = one_gateway(aws, "10.1"), one_gateway(aws, "10.2", regional=True)
    return {
        "fail": {
            "multi-az/asg-min-two": ["thin"],
            "multi-az/asg-spread": ["pinned"],
            "multi-az/cluster-members": ["lonely"],
            "multi-az/elasticache-failover": ["lame"],
            "multi-az/elasticache-single-node": ["loner"],
            "multi-az/lambda-vpc-subnets": ["in-one"],
            "multi-az/lb-zones": ["narrow"],
            "multi-az/nat-per-az": [leaving_by_one],
            "multi-az/rds-instance": ["alone"],
            "multi-az/target-az-coverage": ["crowded"],
        },
        "pass": {
            "multi-az/asg-min-two": ["wide"],
            "multi-az/asg-spread": ["wide"],
            "multi-az/cluster-members": ["spread"],
            "multi-az/elasticache-failover": ["nimble"],
            "multi-az/elasticache-single-node": ["nimble-001"],
            "multi-az/lambda-vpc-subnets": ["in-two"],
            "multi-az/lb-zones": ["even"],
            "multi-az/nat-per-az": [net["vpc"], leaving_by_regional],
            "multi-az/rds-instance": ["paired"],
            "multi-az/target-az-coverage": ["even"],
        },
        "skip": {
            # Members are judged at their cluster, and a replica has its primary.
            "multi-az/rds-instance": ["lonely-a", "spread-a", "spread-b", "paired-reader"],
            # No load balancer sends it traffic.
            "multi-az/asg-min-two": ["pinned"],
            "multi-az/asg-spread": ["resting"],
            "multi-az/lambda-vpc-subnets": ["unbound"],
            "multi-az/elasticache-single-node": ["memories"],
        },
    }


def narrow_balancer(aws: Account, net: dict[str, Any]) -> None:
    subnet = net["public_subnets"][0]
    aws.client("elbv2").create_load_balancer(Name="narrow", Subnets=[subnet], Scheme="internet-facing", Type="network")


def groups(aws: Account, net: dict[str, Any]) -> None:
    """Two load-balanced fleets over two zones, one of which may shrink to nothing; and workers in one zone, of which
    some rest."""
    autoscaling = aws.client("autoscaling")
    for name in ("thin", "wide"):
        fleet(aws, net, name, 20.0)
    autoscaling.update_auto_scaling_group(AutoScalingGroupName="wide", MinSize=2)
    for name, size in (("pinned", 1), ("resting", 0)):
        autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=name,
            LaunchTemplate={"LaunchTemplateName": "thin", "Version": "1"},
            MinSize=size,
            DesiredCapacity=size,
            MaxSize=2,
            VPCZoneIdentifier=net["private_subnets"][0],
        )


def databases(aws: Account) -> None:
    for name, standby in (("alone", False), ("paired", True)):
        aws.client("rds").create_db_instance(
            DBInstanceIdentifier=name,
            Engine="postgres",
            DBInstanceClass="db.m6g.large",
            MasterUsername="shop",
            MasterUserPassword="not-a-secret",
            AllocatedStorage=100,
            MultiAZ=standby,
        )
    rds = aws.client("rds")
    rds.create_db_instance_read_replica(DBInstanceIdentifier="paired-reader", SourceDBInstanceIdentifier="paired")
    # moto copies it from the source, AWS does not.
    rds.modify_db_instance(DBInstanceIdentifier="paired-reader", MultiAZ=False, ApplyImmediately=True)


def clusters(aws: Account) -> None:
    rds = aws.client("rds")
    for cluster, zones in (("lonely", "a"), ("spread", "ab")):
        rds.create_db_cluster(
            DBClusterIdentifier=cluster,
            Engine="aurora-postgresql",
            MasterUsername="shop",
            MasterUserPassword="not-a-secret",
        )
        for zone in zones:
            rds.create_db_instance(
                DBInstanceIdentifier=f"{cluster}-{zone}",
                DBClusterIdentifier=cluster,
                Engine="aurora-postgresql",
                DBInstanceClass="db.r7g.large",
                AvailabilityZone=f"{REGION}{zone}",
                PromotionTier=0,
            )


def caches(aws: Account) -> None:
    elasticache = aws.client("elasticache")
    for name, promotes in (("lame", False), ("nimble", True)):
        elasticache.create_replication_group(
            ReplicationGroupId=name,
            ReplicationGroupDescription=name,
            Engine="redis",
            CacheNodeType="cache.m7g.large",
            NumNodeGroups=1,
            ReplicasPerNodeGroup=1,
            NodeGroupConfiguration=[
                {"ReplicaCount": 1, "PrimaryAvailabilityZone": ZONES[0], "ReplicaAvailabilityZones": [ZONES[1]]}
            ],
            AutomaticFailoverEnabled=promotes,
            MultiAZEnabled=promotes,
        )
    for name, engine in (("loner", "redis"), ("memories", "memcached")):
        elasticache.create_cache_cluster(
            CacheClusterId=name, Engine=engine, CacheNodeType="cache.t4g.micro", NumCacheNodes=1
        )


def functions(aws: Account, subnets_of: dict[str, list[str]]) -> None:
    """Functions by the subnets that they run in; those without any are outside the VPC."""
    role = aws.client("iam").create_role(RoleName="zones", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("zones.py", "def handle(event, context): pass\n")
    for name, subnets in subnets_of.items():
        aws.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=role,
            Handler="zones.handle",
            Code={"ZipFile": code.getvalue()},
            **({"VpcConfig": {"SubnetIds": subnets, "SecurityGroupIds": []}} if subnets else {}),
        )


def one_gateway(aws: Account, block: str, regional: bool = False) -> str:
    """A VPC with a server in a private subnet of each zone, and one NAT gateway for both."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock=f"{block}.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    way_in = shop.route_table(aws, vpc, GatewayId=gateway)
    public = shop.subnet(aws, vpc, f"{block}.0.0/24", ZONES[0], "public", way_in)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    place = {"VpcId": vpc, "AvailabilityMode": "regional"} if regional else {"SubnetId": public, "AllocationId": address}
    nat = ec2.create_nat_gateway(**place)["NatGateway"]["NatGatewayId"]
    table = shop.route_table(aws, vpc, NatGatewayId=nat)
    for number, zone in enumerate(ZONES):
        private = shop.subnet(aws, vpc, f"{block}.{number + 10}.0/24", zone, "private", table)
        ec2.run_instances(
            ImageId="ami-12345678", InstanceType="m7g.large", MinCount=1, MaxCount=1, SubnetId=private
        )
    return vpc
