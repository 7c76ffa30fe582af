"""Busy databases before which a cache stands, and others before which none does that anybody uses."""

from typing import Any

from accounts import shop
from seed import Account


def seed(aws: Account) -> dict[str, Any]:
    near, far, lone = (network(aws, number) for number in range(3))
    for name, net in (("cached", near), ("forgotten", far), ("bare", lone), ("calm", lone), ("reporting", lone), ("writing", lone)):
        database(aws, name, net)
        aws.metric("AWS/RDS", "CPUUtilization", {"DBInstanceIdentifier": name}, value=20 if name == "calm" else 60)
        aws.metric("AWS/RDS", "ReadIOPS", {"DBInstanceIdentifier": name}, value=100)
        aws.metric("AWS/RDS", "WriteIOPS", {"DBInstanceIdentifier": name}, value=400 if name == "writing" else 50)
    cache(aws, "pages", near)
    cache(aws, "old", far)
    aws.metric("AWS/ElastiCache", "CurrConnections", {"CacheClusterId": "pages*"}, value=40)
    # AWS's own probes.
    aws.metric("AWS/ElastiCache", "CurrConnections", {"CacheClusterId": "old*"}, value=6)
    return {
        "fail": {"caching/db-cache-present": ["forgotten", "bare"]},
        "pass": {"caching/db-cache-present": ["cached"]},
        "skip": {"caching/db-cache-present": ["calm", "reporting", "writing"]},
    }


def network(aws: Account, number: int) -> str:
    """A VPC with a subnet group of each sort, named alike."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")["Vpc"]["VpcId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    subnets = [
        shop.subnet(aws, vpc, f"10.{number}.{zone}.0/24", f"eu-west-1{'ab'[zone]}", "data", table) for zone in range(2)
    ]
    name = f"net-{number}"
    aws.client("rds").create_db_subnet_group(
        DBSubnetGroupName=name, DBSubnetGroupDescription=name, SubnetIds=subnets
    )
    aws.client("elasticache").create_cache_subnet_group(
        CacheSubnetGroupName=name, CacheSubnetGroupDescription=name, SubnetIds=subnets
    )
    return name


def database(aws: Account, name: str, net: str) -> None:
    aws.client("rds").create_db_instance(
        DBInstanceIdentifier=name,
        Engine="postgres",
        DBInstanceClass="db.r7g.large",
        AllocatedStorage=200,
        MasterUsername="shop",
        MasterUserPassword="not-a-secret",
        DBSubnetGroupName=net,
    )


def cache(aws: Account, name: str, net: str) -> None:
    aws.client("elasticache").create_replication_group(
        ReplicationGroupId=name,
        ReplicationGroupDescription=name,
        Engine="redis",
        CacheNodeType="cache.r7g.large",
        NumNodeGroups=1,
        ReplicasPerNodeGroup=1,
        AutomaticFailoverEnabled=True,
        MultiAZEnabled=True,
        CacheSubnetGroupName=net,
    )
