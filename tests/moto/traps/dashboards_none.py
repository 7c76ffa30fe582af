"""An account that works and shows nothing of it."""

from typing import Any

from seed import Account
from traps.dashboards import work


def seed(aws: Account) -> dict[str, Any]:
    work(aws)
    return {"fail": {"observability/dashboard": [aws.id]}}
