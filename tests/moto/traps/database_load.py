"""Databases under load, each beside one that is not."""

from typing import Any

from seed import Account


def seed(aws: Account) -> dict[str, Any]:
    for name in ("busy", "calm", "new"):
        database(aws, name)
    # Four hours a day at its limit: a daily average would call it idle.
    load(aws, "busy", hours=[95] * 4 + [10] * 20)
    load(aws, "calm", hours=[60] * 4 + [10] * 20)
    load(aws, "new", value=95, days=3)
    return {
        "fail": {"data-tier/rds-cpu": ["busy"]},
        "pass": {"data-tier/rds-cpu": ["calm"]},
        "unknown": {"data-tier/rds-cpu": ["new"]},
    }


def database(aws: Account, name: str) -> None:
    aws.client("rds").create_db_instance(
        DBInstanceIdentifier=name,
        Engine="postgres",
        DBInstanceClass="db.r7g.large",
        AllocatedStorage=200,
        MasterUsername="shop",
        MasterUserPassword="not-a-secret",
    )


def load(aws: Account, name: str, **rule: Any) -> None:
    aws.metric("AWS/RDS", "CPUUtilization", {"DBInstanceIdentifier": name}, **rule)
