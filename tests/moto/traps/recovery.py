"""Databases, tables and buckets whose past can be brought back, each beside one whose can't."""

from typing import Any

from seed import REGION, Account
from traps._data import cluster, database, replica, table
from traps.web_fronts import distribution, website

SITES = "versioned suspended bare redirecting access-logs".split()


def seed(aws: Account) -> dict[str, Any]:
    databases(aws)
    tables(aws)
    buckets(aws)
    named = [f"{name}-{aws.id}" for name in (*SITES, "kept", "plain", "archive", "expiring-logs")]
    versioned, suspended, bare, redirecting, logs, kept, plain, archive, expiring = named
    return {
        "fail": {
            # Neither replicas nor members of clusters are databases of their own.
            "recovery/rds-backups": ["brief", "bare", "brief-cluster"],
            "recovery/rds-deletion-protection": ["brief", "bare", "brief-cluster"],
            # A name is no proof that a table can be lost.
            "recovery/dynamodb-pitr": ["lost", "clocks", "web-sessions"],
            # The archive serves no website, and holds data all the same.
            "recovery/s3-versioning": [suspended, bare, plain, archive],
        },
        "pass": {
            "recovery/rds-backups": ["kept", "kept-cluster"],
            "recovery/rds-deletion-protection": ["kept", "kept-cluster"],
            "recovery/dynamodb-pitr": ["kept"],
            "recovery/s3-versioning": [versioned, kept],
        },
        "skip": {
            "recovery/dynamodb-pitr": ["empty", "price-cache", "terraform-state"],
            "recovery/s3-versioning": [redirecting, expiring],
        },
        # Its name alone says logs.
        "unknown": {"recovery/s3-versioning": [logs]},
    }


def databases(aws: Account) -> None:
    """What is kept for a week, for a day less, and not at all; with a replica, and as clusters with two members."""
    for name, days in (("kept", 7), ("brief", 6), ("bare", 0)):
        database(aws, name, BackupRetentionPeriod=days, DeletionProtection=days == 7)
    replica(aws, "kept-replica", "kept", DeletionProtection=False)
    aws.client("rds").modify_db_instance(
        DBInstanceIdentifier="kept-replica", BackupRetentionPeriod=0, DeletionProtection=False, ApplyImmediately=True
    )
    for name, days in (("kept-cluster", 7), ("brief-cluster", 1)):
        classes = ["db.r7g.large", "db.r7g.large"]
        cluster(aws, name, classes, BackupRetentionPeriod=days, DeletionProtection=days == 7)


def tables(aws: Account) -> None:
    """moto counts items; AWS told of a hundred in each of them but one."""
    for name in ("kept", "lost", "clocks", "web-sessions", "price-cache"):
        table(aws, name, ItemCount=100)
    table(aws, "terraform-state", ItemCount=1, key_name="LockID")
    table(aws, "empty", ItemCount=0)
    aws.client("dynamodb").tag_resource(
        ResourceArn=f"arn:aws:dynamodb:{REGION}:{aws.id}:table/price-cache", Tags=[{"Key": "purpose", "Value": "cache"}]
    )
    aws.client("dynamodb").update_continuous_backups(
        TableName="kept", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )


def buckets(aws: Account) -> None:
    """Websites, buckets behind distributions, and one that serves nobody."""
    for name in SITES:
        website(aws, f"{name}-{aws.id}", redirects=name == "redirecting", public=True)
    for name in ("kept", "plain", "archive", "expiring-logs"):
        website(aws, f"{name}-{aws.id}", redirects=False, public=False)
    for name in ("kept", "plain"):
        distribution(aws, name, f"{name}-{aws.id}.s3.{REGION}.amazonaws.com")
    for name, status in (("versioned", "Enabled"), ("suspended", "Suspended"), ("kept", "Enabled")):
        aws.client("s3").put_bucket_versioning(
            Bucket=f"{name}-{aws.id}", VersioningConfiguration={"Status": status}
        )
    s3 = aws.client("s3")
    rule = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 90}}
    s3.put_bucket_lifecycle_configuration(
        Bucket=f"expiring-logs-{aws.id}", LifecycleConfiguration={"Rules": [rule]}
    )
