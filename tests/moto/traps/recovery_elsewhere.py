"""Tables that can't be restored to any second themselves, but from somewhere else; each beside one that can't be either."""

from typing import Any

from seed import REGION, Account
from traps._data import table
from traps.backups import hours_ago

FAR, UNSEEN = "eu-central-1", "ap-southeast-2"


def seed(aws: Account) -> dict[str, Any]:
    copies = {"copied": FAR, "copied-in-vain": FAR, "copied-unseen": UNSEEN}
    for name, region in copies.items():
        table(aws, name, ItemCount=100, Replicas=[{"RegionName": region, "ReplicaStatus": "ACTIVE"}])
    for name in ("copied", "copied-in-vain"):
        replica(aws, name, restorable=name == "copied")
    backups = {"backed-up": 23, "backed-up-late": 25}
    for name in backups:
        table(aws, name, ItemCount=100)
    arn = f"arn:aws:dynamodb:{REGION}:{aws.id}:table"
    protected = [
        {"ResourceArn": f"{arn}/{name}", "ResourceType": "DynamoDB", "LastBackupTime": hours_ago(hours)}
        for name, hours in backups.items()
    ]
    aws.answer("backup", "ListProtectedResources", region=REGION, body={"Results": protected})
    rule = "recovery/dynamodb-pitr"
    return {
        "regions": [REGION, FAR],
        "fail": {rule: ["copied-in-vain", "backed-up-late"]},
        # The replica itself, which bears the same name.
        "pass": {rule: ["copied"]},
        "skip": {rule: ["copied", "backed-up"]},
        "unknown": {rule: ["copied-unseen"]},
    }


def replica(aws: Account, name: str, restorable: bool) -> None:
    """moto knows no replicas: a table of that name in the other region."""
    client = aws.client("dynamodb", FAR)
    client.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    if restorable:
        client.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
