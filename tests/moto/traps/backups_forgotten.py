"""A store that nobody backs up, and a restore that was tried."""

from datetime import UTC, datetime, timedelta
from typing import Any

from seed import REGION, Account
from traps.backups import table


def seed(aws: Account) -> dict[str, Any]:
    table(aws, "forgotten")
    tried = (datetime.now(UTC) - timedelta(days=30)).timestamp()
    job = {"RestoreJobId": "tried", "Status": "COMPLETED", "CreationDate": tried, "ResourceType": "DynamoDB"}
    aws.answer("backup", "ListRestoreJobs", region=REGION, body={"RestoreJobs": [{"IsParent": False, **job}]})
    return {
        "fail": {"recovery/backup-plan-coverage": [aws.id]},
        "pass": {"recovery/restore-tested": [aws.id]},
    }
