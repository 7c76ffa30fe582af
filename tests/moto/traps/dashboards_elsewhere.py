"""An account whose owner says that something else watches it: its dashboard, its alarms and its probes are there."""

from typing import Any

from accounts import shop
from seed import Account
from traps.load_balancers import balancer, network
from traps.probes import records


def seed(aws: Account) -> dict[str, Any]:
    balancer(aws, network(aws), "web")
    records(aws, ["web"])
    shop.queue(aws)
    return {
        "settings": "[attest]\nexternal_monitoring = true\n",
        "skip": {
            "observability/dashboard": [aws.id],
            "observability/core-alarms": ["orders"],
            "observability/external-probe": ["web"],
        },
    }
