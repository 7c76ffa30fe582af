"""The Quick Start as its main template puts it together, in production: one NAT gateway, servers of a fixed size."""

from typing import Any

from accounts import quick_start
from seed import Account


def seed(aws: Account) -> dict[str, Any]:
    return quick_start.account(aws, quick_start.production_network, "production", "m3.large", "db.m3.large")
