"""Databases that near an end: of their capacity, of one writer, of their users."""

from typing import Any

from seed import Account
from traps._data import cluster, database, measure

SERVERLESS = {"ServerlessV2ScalingConfiguration": {"MinCapacity": 1.0, "MaxCapacity": 16.0}}


def seed(aws: Account) -> dict[str, Any]:
    for name in ("low", "high"):
        cluster(aws, name, ["db.serverless", "db.serverless"], **SERVERLESS)
    # The reader is at its end, the average of both is not.
    measure(aws, "low-2", "ACUUtilization", hours=[97] * 2 + [10] * 22)
    measure(aws, "high-2", "ACUUtilization", hours=[80] * 2 + [10] * 22)
    writers(aws)
    database(aws, "left")
    measure(aws, "left", "DatabaseConnections", value=0)
    for metric, value in (("ACUUtilization", 10), ("CPUUtilization", 60), ("WriteIOPS", 2000), ("DatabaseConnections", 4)):
        aws.metric("AWS/RDS", metric, {}, value=value)
    return {
        "fail": {
            "data-tier/aurora-serverless-ceiling": ["low"],
            "data-tier/single-writer-ceiling": ["giant", "worn"],
            "cost/rds-idle": ["left"],
        },
        "pass": {
            "data-tier/aurora-serverless-ceiling": ["high"],
            "data-tier/single-writer-ceiling": ["young", "shard-1"],
            "cost/rds-idle": ["young", "busy-reader"],
        },
        "skip": {"data-tier/single-writer-ceiling": ["quiet"], "cost/rds-idle": ["low"]},
    }


def writers(aws: Account) -> None:
    database(aws, "young")
    database(aws, "giant", DBInstanceClass="db.r7g.16xlarge")
    database(aws, "worn", DBInstanceClass="db.r7g.large")
    database(aws, "quiet", DBInstanceClass="db.r7g.16xlarge")
    for number in (1, 2, 3):
        database(aws, f"shard-{number}", DBInstanceClass="db.r7g.16xlarge")
    measure(aws, "worn", "WriteIOPS", value=20_000)
    measure(aws, "quiet", "WriteIOPS", value=100)
    cluster(aws, "busy-reader", ["db.r7g.large", "db.r7g.large"])
    measure(aws, "busy-reader-1", "DatabaseConnections", value=0)
