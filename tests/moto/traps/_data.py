"""What several traps of databases and tables are made of."""

import json
from typing import Any

from seed import ZONES, Account

GIB = 1024**3


def database(aws: Account, name: str, **more: Any) -> None:
    made = {
        "DBInstanceIdentifier": name,
        "Engine": "postgres",
        "EngineVersion": "16.4",
        "DBInstanceClass": "db.r7g.large",
        "AllocatedStorage": 200,
        "StorageType": "gp3",
        "AvailabilityZone": "eu-west-1a",
        "MasterUsername": "shop",
        "MasterUserPassword": "not-a-secret",
        "PubliclyAccessible": False,
    }
    aws.client("rds").create_db_instance(**{**made, **more})


def replica(aws: Account, name: str, source: str, **more: Any) -> None:
    aws.client("rds").create_db_instance_read_replica(
        DBInstanceIdentifier=name, SourceDBInstanceIdentifier=source, **more
    )


def cluster(aws: Account, name: str, classes: list[str], **more: Any) -> None:
    """A cluster over two zones whose first member takes the writes."""
    rds = aws.client("rds")
    made = {"Engine": "aurora-postgresql", "MasterUsername": "shop", "MasterUserPassword": "not-a-secret"}
    rds.create_db_cluster(DBClusterIdentifier=name, **{**made, **more})
    for number, instance_class in enumerate(classes, 1):
        rds.create_db_instance(
            DBInstanceIdentifier=f"{name}-{number}",
            DBClusterIdentifier=name,
            Engine=more.get("Engine", "aurora-postgresql"),
            DBInstanceClass=instance_class,
            AvailabilityZone=ZONES[(number + 1) % 2],
            PromotionTier=number,
        )


def said_of_instances(aws: Account, said: dict[str, str]) -> None:
    """Elements that moto leaves out of what it says of an instance, by the instance's id."""
    mark = "<DBInstanceIdentifier>{}</DBInstanceIdentifier><DBInstanceClass>"
    replace = {mark.format(name): f"{more}{mark.format(name)}" for name, more in said.items()}
    aws.answer("rds", "DescribeDBInstances", replace=replace)


def measure(aws: Account, instance: str, metric: str, **rule: Any) -> None:
    aws.metric("AWS/RDS", metric, {"DBInstanceIdentifier": instance}, **rule)


def table(
    aws: Account, name: str, read: int = 0, write: int = 0, index: str | None = None, key_name: str = "id", **said: Any
) -> None:
    """A table; without units an on-demand one. moto makes it now; in AWS's answer it is three years older."""
    client = aws.client("dynamodb")
    units = {"ProvisionedThroughput": {"ReadCapacityUnits": read, "WriteCapacityUnits": write}} if read else {}
    key = [{"AttributeName": key_name, "KeyType": "HASH"}]
    made: dict[str, Any] = {
        "TableName": name,
        "AttributeDefinitions": [{"AttributeName": key_name, "AttributeType": "S"}],
        "KeySchema": key,
        "BillingMode": "PROVISIONED" if read else "PAY_PER_REQUEST",
        **units,
    }
    if index:
        made["GlobalSecondaryIndexes"] = [
            {"IndexName": index, "KeySchema": key, "Projection": {"ProjectionType": "ALL"}, **units}
        ]
    if maximum := said.pop("OnDemandThroughput", None):
        made["OnDemandThroughput"] = maximum
    client.create_table(**made)
    described = client.describe_table(TableName=name)["Table"]
    named = f'"TableName": "{name}",'
    replace = {'"CreationDateTime": 17': '"CreationDateTime": 16'}
    for key, value in said.items():
        own = f'"{key}": {json.dumps(value)}'
        here = f'"{key}": {json.dumps(described[key])}' if key in described else named
        replace[here] = own if key in described else f"{replace.get(named, named)} {own},"
    aws.answer("dynamodb", "DescribeTable", params={"TableName": name}, replace=replace)


TRACKED = {
    "dynamodb:table:ReadCapacityUnits": "DynamoDBReadCapacityUtilization",
    "dynamodb:table:WriteCapacityUnits": "DynamoDBWriteCapacityUtilization",
    "dynamodb:index:ReadCapacityUnits": "DynamoDBReadCapacityUtilization",
    "dynamodb:index:WriteCapacityUnits": "DynamoDBWriteCapacityUtilization",
    "rds:cluster:ReadReplicaCount": "RDSReaderAverageCPUUtilization",
    "lambda:function:ProvisionedConcurrency": "LambdaProvisionedConcurrencyUtilization",
}


def scale(
    aws: Account,
    dimension: str,
    resource: str,
    most: int = 500,
    namespace: str = "dynamodb",
    tracks: bool = True,
    **more: Any,
) -> None:
    """A scalable target, and unless it goes without one, a policy that tracks the dimension's own metric."""
    client = aws.client("application-autoscaling")
    same = {"ServiceNamespace": namespace, "ResourceId": resource, "ScalableDimension": dimension}
    client.register_scalable_target(**same, MinCapacity=1, MaxCapacity=most, **more)
    if tracks:
        metric = {"PredefinedMetricType": TRACKED[dimension]}
        client.put_scaling_policy(
            **same,
            PolicyName=f"{resource}-{dimension}",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={"TargetValue": 70.0, "PredefinedMetricSpecification": metric},
        )
