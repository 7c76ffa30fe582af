"""Lambda aliases whose provisioned concurrency is registered for scaling: with something that moves it, and without."""

from typing import Any

from seed import Account
from traps._data import scale

CONCURRENCY = "lambda:function:ProvisionedConcurrency"


def seed(aws: Account) -> dict[str, Any]:
    for name in ("tracked", "registered", "scheduled", "once", "level", "held"):
        resource = f"function:{name}:live"
        held = {"DynamicScalingOutSuspended": True, "DynamicScalingInSuspended": False, "ScheduledScalingSuspended": False}
        more = {"SuspendedState": held} if name == "held" else {}
        tracks = name in ("tracked", "level", "held")
        scale(aws, CONCURRENCY, resource, most=1 if name == "level" else 20, namespace="lambda", tracks=tracks, **more)
    schedule(aws, "scheduled", "cron(0 7 * * ? *)")
    schedule(aws, "once", "at(2026-01-01T00:00:00)")
    rule = "scaling/scalable-target-policy"
    failing, passing = ("registered", "once", "level", "held"), ("tracked", "scheduled")
    return {verdict: {rule: [f"function:{name}:live" for name in names]} for verdict, names in (("fail", failing), ("pass", passing))}


def schedule(aws: Account, name: str, when: str) -> None:
    aws.client("application-autoscaling").put_scheduled_action(
        ServiceNamespace="lambda",
        ScheduledActionName=f"{name}-morning",
        ResourceId=f"function:{name}:live",
        ScalableDimension=CONCURRENCY,
        Schedule=when,
        ScalableTargetAction={"MinCapacity": 10, "MaxCapacity": 20},
    )
