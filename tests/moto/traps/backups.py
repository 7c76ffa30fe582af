"""Volumes and stores that are backed up, each beside one that is not."""

from datetime import UTC, datetime, timedelta
from typing import Any

from seed import REGION, Account

FAR = "eu-central-1"


def seed(aws: Account) -> dict[str, Any]:
    ec2 = aws.client("ec2")
    snapped, bare = volume_of_a_server(aws), volume_of_a_server(aws)
    ec2.create_snapshot(VolumeId=snapped)
    tables = {name: table(aws, name) for name in ("copied", "alone")}
    protected = [{"ResourceArn": arn, "ResourceType": "DynamoDB", "LastBackupTime": hours_ago(3)} for arn in tables.values()]
    aws.answer("backup", "ListProtectedResources", region=REGION, body={"Results": protected})
    replica = {"RegionName": FAR, "ReplicaStatus": "ACTIVE"}
    aws.answer("dynamodb", "DescribeTable", params={"TableName": "copied"}, body={"Table": described(aws, "copied", [replica])})
    bucket(aws, "photos-copy", FAR)
    bucket(aws, "photos", REGION, copy="photos-copy")
    bucket(aws, "letters", REGION)
    return {
        "fail": {
            "recovery/ebs-snapshots": [bare],
            "recovery/cross-region-copy": ["alone", "letters"],
            "recovery/restore-tested": [aws.id],
        },
        "pass": {
            "recovery/ebs-snapshots": [snapped],
            # A replica has its source elsewhere.
            "recovery/cross-region-copy": ["copied", "photos", "photos-copy"],
            "recovery/backup-plan-coverage": [aws.id],
        },
        "regions": [REGION, FAR],
    }


def hours_ago(hours: int) -> float:
    return (datetime.now(UTC) - timedelta(hours=hours)).timestamp()


def volume_of_a_server(aws: Account) -> str:
    ec2 = aws.client("ec2")
    server = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, InstanceType="m7g.large")["Instances"][0]
    return ec2.describe_instances(InstanceIds=[server["InstanceId"]])["Reservations"][0]["Instances"][0][
        "BlockDeviceMappings"
    ][0]["Ebs"]["VolumeId"]


def table(aws: Account, name: str) -> str:
    made = aws.client("dynamodb").create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return made["TableDescription"]["TableArn"]


def described(aws: Account, name: str, replicas: list[dict[str, str]]) -> dict[str, Any]:
    """moto knows no replicas."""
    table = aws.client("dynamodb").describe_table(TableName=name)["Table"]
    table["CreationDateTime"] = table["CreationDateTime"].timestamp()
    return {**table, "Replicas": replicas}


def bucket(aws: Account, name: str, region: str, copy: str | None = None) -> None:
    s3 = aws.client("s3", region)
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    if copy:
        rule = {
            "ID": "all",
            "Status": "Enabled",
            "Priority": 1,
            "Filter": {"Prefix": ""},
            "DeleteMarkerReplication": {"Status": "Disabled"},
            "Destination": {"Bucket": f"arn:aws:s3:::{copy}"},
        }
        role = f"arn:aws:iam::{aws.id}:role/replication"
        s3.put_bucket_replication(Bucket=name, ReplicationConfiguration={"Role": role, "Rules": [rule]})
