"""An account whose owner says that the application keeps nothing in its own memory."""

from typing import Any

from seed import Account


def seed(aws: Account) -> dict[str, Any]:
    return {"fail": {"caching/app-local-cache": [aws.id]}, "settings": "[attest]\napp_local_cache = false\n"}
