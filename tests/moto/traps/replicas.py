"""Databases with and without replicas, and replicas that lag, idle or are too small."""

from typing import Any

from seed import Account
from traps._data import cluster, database, measure, replica, said_of_instances, scale

BROKEN = (
    "<StatusInfos><DBInstanceStatusInfo><StatusType>read replication</StatusType><Normal>{}</Normal>"
    "<Status>{}</Status></DBInstanceStatusInfo></StatusInfos>"
)


def seed(aws: Account) -> dict[str, Any]:
    readers(aws)
    lag(aws)
    aurora(aws)
    for metric, value in CALM:
        aws.metric("AWS/RDS", metric, {}, value=value)
    said_of_instances(aws, {"stopped-r": BROKEN.format("false", "error"), "late-r": BROKEN.format("true", "replicating")})
    return {
        "fail": {
            "replicas/replica-present": ["alone", "writing", "noon"],
            "replicas/replica-parity": ["small", "near"],
            "replicas/read-heavy-no-replica": ["alone"],
            "replicas/replica-unused": ["idle-r"],
            "replicas/replica-lag": ["late-r", "stopped-r", "down-r", "shop-2"],
            "replicas/aurora-reader-autoscaling": ["shop"],
        },
        "pass": {
            "replicas/replica-present": ["even", "shop"],
            "replicas/replica-parity": ["even"],
            "replicas/read-heavy-no-replica": ["even", "writing", "noon"],
            "replicas/replica-unused": ["even-r"],
            "replicas/replica-lag": ["even-r", "scaled-2"],
            "replicas/aurora-reader-autoscaling": ["scaled"],
        },
        "skip": {
            "replicas/replica-lag": ["even", "shop-1"],
            "replicas/replica-unused": ["small-r", "spare-r"],
            "replicas/aurora-reader-autoscaling": ["level"],
        },
    }


CALM = [
    ("CPUUtilization", 15),
    ("DatabaseConnections", 20),
    ("ReadIOPS", 900),
    ("WriteIOPS", 100),
    ("ReplicaLag", 1),
    ("AuroraReplicaLag", 20),
]


def readers(aws: Account) -> None:
    for name in ("alone", "even", "writing", "noon", "small", "near", "idle"):
        database(aws, name)
    for name in ("alone", "even", "writing", "idle"):
        measure(aws, name, "CPUUtilization", value=75)
    replica(aws, "even-r", "even", AvailabilityZone="eu-west-1b")
    replica(aws, "small-r", "small", AvailabilityZone="eu-west-1b", DBInstanceClass="db.t4g.medium")
    replica(aws, "near-r", "near", AvailabilityZone="eu-west-1a")
    replica(aws, "idle-r", "idle", AvailabilityZone="eu-west-1b")
    replica(aws, "spare-r", "idle", AvailabilityZone="eu-west-1b", Tags=[{"Key": "purpose", "Value": "dr"}])
    measure(aws, "writing", "ReadIOPS", value=50)
    for name in ("idle-r", "spare-r"):
        measure(aws, name, "DatabaseConnections", value=0)
        measure(aws, name, "ReadIOPS", value=1)


def lag(aws: Account) -> None:
    for name in ("late", "stopped", "down"):
        database(aws, name)
        replica(aws, f"{name}-r", name, AvailabilityZone="eu-west-1b")
    measure(aws, "late-r", "ReplicaLag", hours=[300] + [1] * 23)
    measure(aws, "down-r", "ReplicaLag", hours=[-1] + [1] * 23)


def aurora(aws: Account) -> None:
    for name in ("shop", "scaled", "level"):
        cluster(aws, name, ["db.r7g.large", "db.r7g.large"])
    by_day = [10] * 12 + [60] * 12
    for name, hours in (("shop", by_day), ("scaled", by_day), ("level", [60] * 24)):
        aws.metric("AWS/RDS", "CPUUtilization", {"DBClusterIdentifier": name, "Role": "READER"}, hours=hours)
    measure(aws, "shop-2", "AuroraReplicaLag", hours=[4000] + [20] * 23)
    scale(aws, "rds:cluster:ReadReplicaCount", "cluster:scaled", most=5, namespace="rds")
