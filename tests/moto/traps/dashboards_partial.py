"""An account whose dashboard shows its servers, and its table only in words."""

from typing import Any

from seed import Account
from traps.dashboards import SERVERS, dashboard, work


def seed(aws: Account) -> dict[str, Any]:
    work(aws)
    dashboard(aws, SERVERS, {"type": "text", "properties": {"markdown": "AWS/DynamoDB: ask the team"}})
    return {"fail": {"observability/dashboard": [aws.id]}}
