"""Lightsail's servers, alone and in company, with and without copies. moto has none of it, so the answers are canned."""

import time
from typing import Any

from seed import REGION, Account

DAY = 24 * 60 * 60


def seed(aws: Account) -> dict[str, Any]:
    instances = [
        instance(aws, "alone"),
        instance(aws, "web-1", automatic="Enabled"),
        instance(aws, "web-2", automatic="Enabled"),
        instance(aws, "widowed", automatic="Disabled"),
        instance(aws, "ill", automatic="Enabled"),
        instance(aws, "door", role="vpn"),
        instance(aws, "hidden", publicIpAddress=None),
        instance(aws, "off", state={"code": 80, "name": "stopped"}),
    ]
    snapshots = [
        snapshot(aws, "alone", days=6),
        snapshot(aws, "alone", days=90),
        snapshot(aws, "widowed", days=9),
        snapshot(aws, "widowed", days=1, state="pending"),
        snapshot(aws, "door", days=2),
    ]
    balancers = [
        balancer(aws, "web", {"web-1": "healthy", "web-2": "healthy"}),
        balancer(aws, "pair", {"widowed": "healthy", "ill": "unhealthy"}),
    ]
    # Two pages, the second behind the first one's token.
    aws.answer("lightsail", "GetInstances", params={"pageToken": "2"}, body={"instances": instances[4:]})
    aws.answer("lightsail", "GetInstances", body={"instances": instances[:4], "nextPageToken": "2"})
    aws.answer("lightsail", "GetInstanceSnapshots", body={"instanceSnapshots": snapshots})
    aws.answer("lightsail", "GetLoadBalancers", body={"loadBalancers": balancers})
    return {
        "fail": {
            "scaling/lightsail-instance": ["alone", "widowed", "ill"],
            "recovery/lightsail-snapshots": ["widowed", "hidden"],
        },
        "pass": {
            "scaling/lightsail-instance": ["web-1", "web-2"],
            "recovery/lightsail-snapshots": ["alone", "web-1", "door"],
        },
        "skip": {
            "scaling/lightsail-instance": ["door", "hidden", "off"],
            "recovery/lightsail-snapshots": ["off"],
        },
    }


def arn(aws: Account, kind: str, name: str) -> str:
    return f"arn:aws:lightsail:{REGION}:{aws.id}:{kind}/{name}"


def instance(aws: Account, name: str, automatic: str | None = None, role: str = "web", **more: Any) -> dict[str, Any]:
    made = {
        "name": name,
        "arn": arn(aws, "Instance", name),
        "createdAt": time.time() - 400 * DAY,
        "location": {"availabilityZone": f"{REGION}a", "regionName": REGION},
        "blueprintId": "wordpress",
        "bundleId": "medium_3_0",
        "publicIpAddress": "203.0.113.80",
        "state": {"code": 16, "name": "running"},
        "tags": [{"key": "role", "value": role}, {"key": "alone"}],
        **more,
    }
    if automatic:
        made["addOns"] = [{"name": "AutoSnapshot", "status": automatic}]
    return {key: value for key, value in made.items() if value is not None}


def snapshot(aws: Account, of: str, days: int, state: str = "available") -> dict[str, Any]:
    name = f"{of}-{days}"
    return {
        "name": name,
        "arn": arn(aws, "InstanceSnapshot", name),
        "state": state,
        "fromInstanceArn": arn(aws, "Instance", of),
        "fromInstanceName": of,
        "createdAt": time.time() - days * DAY - 60,
        "tags": [],
    }


def balancer(aws: Account, name: str, healths: dict[str, str]) -> dict[str, Any]:
    summary = [{"instanceName": instance, "instanceHealth": health} for instance, health in healths.items()]
    return {
        "name": name,
        "arn": arn(aws, "LoadBalancer", name),
        "state": "active",
        "instanceHealthSummary": summary,
        "tags": [],
    }
