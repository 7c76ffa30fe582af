"""The same in the Quick Start's own VPC, which has a NAT gateway in each zone, with burstable servers and database."""

from typing import Any

from accounts import quick_start
from seed import Account


def seed(aws: Account) -> dict[str, Any]:
    return quick_start.account(aws, quick_start.zonal_network, "production", "t2.large", "db.t2.large")
