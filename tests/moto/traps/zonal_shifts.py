"""Load balancers with and without ARC zonal shift; and of resources in three zones, what AWS may shift and how practice runs ended."""

from datetime import UTC, datetime, timedelta
from typing import Any

from seed import REGION, Account
from traps._fleet import network

ZONES = ("euw1-az1", "euw1-az2", "euw1-az3")


def seed(aws: Account) -> dict[str, Any]:
    net = network(aws)
    for name, kind, enabled in (("ready", "application", "true"), ("fixed", "application", "false"), ("fixed-tls", "network", "false")):
        balancer(aws, net["subnets"], name, kind, enabled)
    runs(aws)
    shift, autoshift, outcome = "multi-az/zonal-shift-enabled", "multi-az/zonal-autoshift", "recovery/practice-run-outcome"
    return {
        "fail": {
            shift: ["fixed", "fixed-tls"],
            autoshift: ["manual", "unpractised"],
            outcome: ["failing", "untried", "short", "stale"],
        },
        "pass": {
            shift: ["ready"],
            autoshift: ["practised", "failing", "untried", "short", "stale"],
            outcome: ["practised", "manual"],
        },
        # A shift of two zones would leave one; and without practice runs there is no outcome.
        "skip": {autoshift: ["two-zones"], outcome: ["unpractised", "two-zones", "running"]},
    }


def balancer(aws: Account, subnets: list[str], name: str, kind: str, enabled: str) -> None:
    client = aws.client("elbv2")
    made = client.create_load_balancer(Name=name, Subnets=subnets, Scheme="internet-facing", Type=kind)
    attributes = [{"Key": "zonal_shift.config.enabled", "Value": enabled}]
    client.modify_load_balancer_attributes(LoadBalancerArn=made["LoadBalancers"][0]["LoadBalancerArn"], Attributes=attributes)


def runs(aws: Account) -> None:
    """moto has no ARC. By resource: its zones, whether AWS may shift it, and its last practice run with the age in days."""
    resources: dict[str, tuple[int, bool, tuple[str, int] | None]] = {
        "practised": (3, True, ("SUCCEEDED", 3)),
        "failing": (3, True, ("FAILED", 3)),
        "short": (3, True, ("CAPACITY_CHECK_FAILED", 3)),
        "stale": (3, True, ("SUCCEEDED", 20)),
        "running": (3, True, ("PENDING", 0)),
        "untried": (3, True, None),
        "manual": (3, False, ("SUCCEEDED", 3)),
        "unpractised": (3, False, None),
        "two-zones": (2, False, None),
    }
    items, shifts = [], []
    for name, (zones, automatic, run) in resources.items():
        arn = f"arn:aws:elasticloadbalancing:{REGION}:{aws.id}:loadbalancer/app/{name}/50dc6c495c0c9188"
        status = "ENABLED" if automatic else "DISABLED"
        weights = dict.fromkeys(ZONES[:zones], 1.0)
        item = {"arn": arn, "name": name, "availabilityZones": ZONES[:zones], "zonalAutoshiftStatus": status, "appliedWeights": weights}
        items.append({**item, "autoshifts": [], "zonalShifts": []})
        alarms = [{"type": "CLOUDWATCH", "alarmIdentifier": f"arn:aws:cloudwatch:{REGION}:{aws.id}:alarm:errors"}]
        practised = {"practiceRunConfiguration": {"outcomeAlarms": alarms}} if automatic or run else {}
        detail = {"arn": arn, "name": name, "zonalShifts": [], "zonalAutoshiftStatus": status, "appliedWeights": weights, **practised}
        aws.answer("arc-zonal-shift", "GetManagedResource", params={"path": f"/managedresources/{arn}"}, body=detail)
        if run:
            shifts += [practice_run(arn, *run), practice_run(arn, "SUCCEEDED" if run[0] != "SUCCEEDED" else "FAILED", run[1] + 7)]
    aws.answer("arc-zonal-shift", "ListManagedResources", body={"items": items})
    aws.answer("arc-zonal-shift", "ListZonalShifts", body={"items": shifts})


def practice_run(arn: str, outcome: str, days: int) -> dict[str, Any]:
    started = datetime.now(UTC) - timedelta(days=days, hours=1)
    return {
        "zonalShiftId": f"{outcome.lower()}-{days}",
        "resourceIdentifier": arn,
        "awayFrom": ZONES[0],
        "startTime": started.timestamp(),
        "expiryTime": (started + timedelta(minutes=30)).timestamp(),
        "status": "ACTIVE" if outcome == "PENDING" else "EXPIRED",
        "comment": "Practice run",
        "shiftType": "PRACTICE_RUN",
        "practiceRunOutcome": outcome,
    }
