"""The Quick Start with the word that its main template gives for the environment: development."""

from typing import Any

from accounts import quick_start
from seed import Account


def seed(aws: Account) -> dict[str, Any]:
    return quick_start.account(aws, quick_start.production_network, "development", "m3.large", "db.m3.large")
