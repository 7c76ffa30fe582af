"""A database whose automated backups came to a stop a year ago, beside a cluster, which saves with each write."""

from datetime import UTC, datetime
from typing import Any

from seed import Account
from traps._data import cluster, database


def seed(aws: Account) -> dict[str, Any]:
    database(aws, "stopped", BackupRetentionPeriod=7)
    cluster(aws, "saved", ["db.r7g.large", "db.r7g.large"], BackupRetentionPeriod=7)
    # moto puts every database back to the present.
    year = datetime.now(UTC).year
    times = {f"<LatestRestorableTime>{year}": f"<LatestRestorableTime>{year - 1}"}
    aws.answer("rds", "DescribeDBInstances", replace=times)
    aws.answer("rds", "DescribeDBClusters", replace=times)
    return {"fail": {"recovery/rds-backups": ["stopped"]}, "pass": {"recovery/rds-backups": ["saved"]}}
