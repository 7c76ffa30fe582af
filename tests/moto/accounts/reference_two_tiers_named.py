"""The same application, where a security group names who calls the application servers' load balancer."""

from typing import Any

from accounts import quick_start, reference_two_tiers
from seed import Account


def seed(aws: Account) -> dict[str, Any]:
    return reference_two_tiers.account(aws, quick_start.production_network, named=True)
