"""The application of `reference_two_tiers_named` in the Quick Start's own VPC, which has a NAT gateway in each zone."""

from typing import Any

from accounts import quick_start, reference_two_tiers
from seed import Account


def seed(aws: Account) -> dict[str, Any]:
    return reference_two_tiers.account(aws, quick_start.zonal_network, named=True)
