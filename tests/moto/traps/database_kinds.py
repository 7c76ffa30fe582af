"""What RDS offers by engine, edition and place; clusters whose members are busy or down; failover targets by what they carry;
MemoryDB and DAX with and without replicas."""

from typing import Any

from accounts import shop
from seed import REGION, Account
from traps._data import cluster, database, measure, replica

STATE = "<DBInstanceIdentifier>{name}</DBInstanceIdentifier><DBInstanceClass>{size}</DBInstanceClass><Engine>{engine}</Engine>"
OUTPOST = "<SubnetOutpost><Arn>arn:aws:outposts:eu-west-1:000000000000:outpost/op-0ab23c4567d89e01f</Arn></SubnetOutpost>"
AURORA = "aurora-postgresql"


def seed(aws: Account) -> dict[str, Any]:
    said: dict[str, str] = {}
    engines(aws, said)
    outpost(aws, said)
    wide(aws)
    members(aws, said)
    targets(aws)
    burstable(aws)
    caches(aws)
    aws.answer("rds", "DescribeDBInstances", replace=said)
    return {
        "fail": {
            "multi-az/rds-instance": ["web-edition", "own-sqlserver", "at-home", "mixed", "uneven"],
            "multi-az/cluster-members": ["half-stopped"],
            "replicas/replica-parity": ["shrunk", "drowsy", "uneven", "half-stopped"],
            "data-tier/rds-storage-autoscaling": ["web-edition", "express", "at-home", "mixed", "uneven", "spent", "easy"],
            "data-tier/rds-public": ["trio-1"],
            "data-tier/rds-burstable": ["spent"],
            "multi-az/memorydb-replicas": ["ledger"],
            "multi-az/dax-nodes": ["baskets", "crowded"],
        },
        "pass": {
            "multi-az/rds-instance": ["web-paired"],
            "multi-az/cluster-members": ["trio", "saved-up", "moved"],
            "replicas/replica-parity": ["grown", "mixed"],
            "data-tier/rds-burstable": ["easy"],
            "multi-az/memorydb-replicas": ["mirrored"],
            "multi-az/dax-nodes": ["spread-out"],
        },
        "skip": {
            "multi-az/rds-instance": ["express", "on-rack", "trio-1"],
            "data-tier/rds-storage-autoscaling": ["own-sqlserver", "own-oracle", "trio-1"],
            "data-tier/rds-query-insight": ["own-sqlserver", "own-oracle"],
        },
        "unknown": {"multi-az/cluster-members": ["restarted"]},
    }


def engines(aws: Account, said: dict[str, str]) -> None:
    windows = {"EngineVersion": "16.00.4215.2.v1", "LicenseModel": "license-included", "DBInstanceClass": "db.m6i.large"}
    database(aws, "web-edition", Engine="sqlserver-web", **windows)
    database(aws, "web-paired", Engine="sqlserver-web", MultiAZ=True, MaxAllocatedStorage=900, **windows)
    database(aws, "express", Engine="sqlserver-ex", **windows)
    # moto does not know RDS Custom.
    for name, engine in (("own-sqlserver", "custom-sqlserver-se"), ("own-oracle", "custom-oracle-ee")):
        database(aws, name, DBInstanceClass="db.m5.large", MultiAZ=name == "own-oracle")
        mark = STATE.format(name=name, size="db.m5.large", engine="postgres")
        said[mark] = mark.replace("postgres", engine)


def outpost(aws: Account, said: dict[str, str]) -> None:
    """One on a rack of one's own, whose subnets tell, and one in the region."""
    net = shop.network(aws)
    rack, home = net["private_subnets"], net["public_subnets"]
    for name, subnets in (("rack", rack), ("home", home)):
        aws.client("rds").create_db_subnet_group(
            DBSubnetGroupName=name, DBSubnetGroupDescription=name, SubnetIds=subnets
        )
    database(aws, "on-rack", DBSubnetGroupName="rack", MaxAllocatedStorage=900)
    database(aws, "at-home", DBSubnetGroupName="home")
    for subnet in rack:
        mark = f"<SubnetIdentifier>{subnet}</SubnetIdentifier>"
        said[mark] = mark + OUTPOST


def wide(aws: Account) -> None:
    """A Multi-AZ DB cluster, the writer of which the internet reaches."""
    rds = aws.client("rds")
    shared = {"Engine": "postgres", "EngineVersion": "16.4", "AllocatedStorage": 100}
    rds.create_db_cluster(
        DBClusterIdentifier="trio",
        MasterUsername="shop",
        MasterUserPassword="not-a-secret",
        DBClusterInstanceClass="db.r6gd.large",
        StorageType="io1",
        Iops=3000,
        DBSubnetGroupName="home",
        **shared,
    )
    for number, zone in enumerate("abc", 1):
        rds.create_db_instance(
            DBInstanceIdentifier=f"trio-{number}",
            DBClusterIdentifier="trio",
            DBInstanceClass="db.r6gd.large",
            AvailabilityZone=f"eu-west-1{zone}",
            PubliclyAccessible=number == 1,
            DBSubnetGroupName="home",
            **shared,
        )


def members(aws: Account, said: dict[str, str]) -> None:
    for name, state in (
        ("saved-up", "backing-up"),
        ("moved", "storage-optimization"),
        ("half-stopped", "stopped"),
        ("restarted", "rebooting"),
    ):
        cluster(aws, name, ["db.r7g.large", "db.r7g.large"])
        mark = STATE.format(name=f"{name}-2", size="db.r7g.large", engine=AURORA) + "<DBInstanceStatus>"
        said[f"{mark}available"] = f"{mark}{state}"


def targets(aws: Account) -> None:
    """A serverless reader that is too small, one that is large enough, one that shrinks by itself; a larger replica of another
    family, and a smaller one."""
    ranges = {"shrunk": (0.5, 4), "grown": (0.5, 64), "drowsy": (0.5, 64)}
    for name, (least, most) in ranges.items():
        capacity = {"MinCapacity": least, "MaxCapacity": most}
        writer = "db.serverless" if name == "drowsy" else "db.r7g.2xlarge"
        cluster(aws, name, [writer, "db.serverless"], ServerlessV2ScalingConfiguration=capacity)
    # The helper gives a second member tier 2.
    for name in ("shrunk", "grown"):
        aws.client("rds").modify_db_instance(DBInstanceIdentifier=f"{name}-2", PromotionTier=1, ApplyImmediately=True)
    for name, size in (("mixed", "db.r6g.xlarge"), ("uneven", "db.m7g.large")):
        database(aws, name)
        replica(aws, f"{name}-r", name, AvailabilityZone="eu-west-1b", DBInstanceClass=size)


def burstable(aws: Account) -> None:
    """A third of a large one's CPU is its baseline; of a micro's, it eats up the credits."""
    for name, size, credits in (("easy", "db.t4g.large", 864), ("spent", "db.t4g.micro", 4)):
        database(aws, name, DBInstanceClass=size, MultiAZ=True)
        measure(aws, name, "CPUUtilization", value=28)
        measure(aws, name, "CPUCreditBalance", value=credits)


def caches(aws: Account) -> None:
    for name, replicas in (("ledger", 0), ("mirrored", 1)):
        aws.client("memorydb").create_cluster(
            ClusterName=name, NodeType="db.r7g.large", ACLName="open-access", NumShards=1, NumReplicasPerShard=replicas
        )
    role = f"arn:aws:iam::{aws.id}:role/dax"
    zones = {"baskets": "a", "crowded": "aa", "spread-out": "ab"}
    for name, letters in zones.items():
        aws.client("dax").create_cluster(
            ClusterName=name,
            NodeType="dax.r5.large",
            ReplicationFactor=len(letters),
            AvailabilityZones=[f"{REGION}{letter}" for letter in letters],
            IamRoleArn=role,
        )
