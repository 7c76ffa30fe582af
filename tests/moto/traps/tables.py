"""DynamoDB tables that throttle, are fixed, or are cold; each beside one that is not."""

from pathlib import Path
from typing import Any

from seed import Account
from traps._data import scale, table


def seed(aws: Account) -> dict[str, Any]:
    throttles(aws)
    capacity(aws)
    warmth(aws)
    maxima(aws)
    # Four units a second.
    consume(aws, "*", 240)
    return {
        "flags": ["--settings", str(Path(__file__).parent / "settings" / "announced_sale.toml")],
        "fail": {
            "data-tier/dynamodb-throttles": ["refusing", "by-index", "crammed"],
            "data-tier/dynamodb-capacity-mode": ["fixed", "half-scaled", "registered", "held", "replicated", "crammed"],
            "data-tier/dynamodb-on-demand-maximum": ["at-its-maximum"],
            "data-tier/dynamodb-warm-throughput": ["cold", "capped"],
        },
        "pass": {
            "data-tier/dynamodb-throttles": ["serving", "retried"],
            "data-tier/dynamodb-capacity-mode": ["scaled", "roomy", "serving"],
            "data-tier/dynamodb-warm-throughput": ["warm"],
            "data-tier/dynamodb-on-demand-maximum": ["below-its-maximum"],
        },
        "skip": {
            "data-tier/dynamodb-throttles": ["unused"],
            "data-tier/dynamodb-capacity-mode": ["locks"],
            "data-tier/dynamodb-on-demand-maximum": ["scaled", "serving"],
            "data-tier/dynamodb-warm-throughput": ["serving", "scaled"],
        },
    }


def metric(aws: Account, name: str, metric: str, **rule: Any) -> None:
    aws.metric("AWS/DynamoDB", metric, {"TableName": name, **rule.pop("more", {})}, **rule)


def consume(aws: Account, name: str, units: int) -> None:
    for sort in ("Read", "Write"):
        metric(aws, name, f"Consumed{sort}CapacityUnits", value=units)


def throttles(aws: Account) -> None:
    """Units are by the hour here: 240 of them, and so many refusals."""
    for name in ("refusing", "serving", "retried", "unused"):
        table(aws, name)
    table(aws, "by-index", index="by-id")
    consume(aws, "unused", 0)
    consume(aws, "retried", 5_000)
    metric(aws, "refusing", "WriteThrottleEvents", hours=[60] + [0] * 23)
    metric(aws, "retried", "WriteThrottleEvents", hours=[1] + [0] * 23)
    metric(aws, "by-index", "ReadThrottleEvents", hours=[60] + [0] * 23, more={"GlobalSecondaryIndexName": "by-id"})


def capacity(aws: Account) -> None:
    for name in ("fixed", "roomy", "crammed"):
        table(aws, name, read=5, write=5)
    table(aws, "locks", read=5, write=5, key_name="LockID")
    consume(aws, "roomy", 60)
    consume(aws, "crammed", 60)
    metric(aws, "crammed", "ReadThrottleEvents", hours=[60] + [0] * 23)
    held = {"DynamicScalingOutSuspended": True, "DynamicScalingInSuspended": False, "ScheduledScalingSuspended": False}
    for name in ("scaled", "half-scaled", "registered", "held"):
        table(aws, name, read=5, write=5, index=None if name in ("registered", "held") else "by-id")
        more = {"SuspendedState": held} if name == "held" else {}
        for sort in ("Read", "Write"):
            dimension = f"dynamodb:table:{sort}CapacityUnits"
            scale(aws, dimension, f"table/{name}", tracks=name != "registered", **more)
    for sort in ("Read", "Write"):
        scale(aws, f"dynamodb:index:{sort}CapacityUnits", "table/scaled/index/by-id")
    # A replica of a global table has read capacity of its own.
    replica = {"RegionName": "us-east-1", "ReplicaStatus": "ACTIVE"}
    table(aws, "replicated", read=5, write=5, GlobalTableVersion="2019.11.21", Replicas=[replica])


def maxima(aws: Account) -> None:
    """Four units a second, of five, of a thousand, and without a maximum."""
    table(aws, "at-its-maximum", OnDemandThroughput={"MaxReadRequestUnits": 5, "MaxWriteRequestUnits": -1})
    table(aws, "below-its-maximum", OnDemandThroughput={"MaxReadRequestUnits": 1_000, "MaxWriteRequestUnits": 1_000})
    for name in ("at-its-maximum", "below-its-maximum"):
        consume(aws, name, 300)


def warmth(aws: Account) -> None:
    """2,000 reads a second in the busiest minute, and four times as many to come; moto's tables are warm for 12,000."""
    bounded = {"OnDemandThroughput": {"MaxReadRequestUnits": 5_000, "MaxWriteRequestUnits": -1}}
    table(aws, "warm")
    table(aws, "capped", **bounded)
    table(aws, "cold")
    for name, reads in (("warm", 2_000), ("capped", 2_000), ("cold", 4_000)):
        metric(aws, name, "ConsumedReadCapacityUnits", hours=[reads * 60] + [60] * 23)
