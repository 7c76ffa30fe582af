"""An account whose owner says that the application keeps nothing in its own memory."""

from pathlib import Path
from typing import Any

from seed import Account


def seed(aws: Account) -> dict[str, Any]:
    settings = Path(__file__).parent / "settings" / "denied.toml"
    return {"fail": {"caching/app-local-cache": [aws.id]}, "flags": ["--settings", str(settings)]}
