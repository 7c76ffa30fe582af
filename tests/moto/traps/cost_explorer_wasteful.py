"""What Cost Explorer says of an account whose alarms nobody confirmed, that moves much data and never commits itself."""

from typing import Any

from seed import Account
from traps.cost_explorer import answer, month, watch


def seed(aws: Account) -> dict[str, Any]:
    watch(aws, "DECLINED")
    answer(aws, transfer="160", covered="600", on_demand="500")
    return {
        "fail": {
            "cost/anomaly-monitor": [aws.id],
            "cost/data-transfer-share": [month()],
            "cost/commitment-coverage": [month()],
        },
        "flags": ["--billed-calls"],
    }

