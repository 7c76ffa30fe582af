"""An account with nothing in it yet: what it is audited for is added by others."""

from typing import Any

from seed import Account


def seed(aws: Account) -> dict[str, Any]:
    return {}
