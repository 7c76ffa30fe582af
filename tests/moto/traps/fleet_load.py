"""Fleets by what CloudWatch says of them, each beside one that differs in a single number."""

from typing import Any

from seed import Account
from traps import _fleet

DAY = [10] * 6 + [60] * 16 + [10] * 2
NIGHT_OFF = [2] * 6 + [8] * 16 + [2] * 2


def seed(aws: Account) -> dict[str, Any]:
    net = _fleet.network(aws)
    names = ("calm", "hot", "hot-with-room", "fixed", "silent", "peaked", "unmeasured", "flat", "steady", "swinging", "ahead")
    for name in names:
        _fleet.group(aws, net, name, lowest=4 if name == "fixed" else 2, most=4 if name == "fixed" else 12, desired=4)
        cpu(aws, name, hours=DAY)
    autoscaling = aws.client("autoscaling")
    for name in names:
        if name not in ("fixed", "silent", "unmeasured"):
            metrics = ["GroupDesiredCapacity"]
            autoscaling.enable_metrics_collection(AutoScalingGroupName=name, Granularity="1Minute", Metrics=metrics)
    # Hot for an hour a day.
    busy = [20] * 12 + [97] + [20] * 11
    for name in ("hot", "hot-with-room", "fixed", "silent"):
        cpu(aws, name, hours=busy)
    desired(aws, "hot", hours=[4] * 12 + [12] + [4] * 11)
    desired(aws, "hot-with-room", hours=[4] * 12 + [9] + [4] * 11)
    desired(aws, "peaked", hours=[4] * 12 + [11] + [4] * 11)
    desired(aws, "steady", value=4)
    desired(aws, "flat", value=4)
    desired(aws, "swinging", hours=NIGHT_OFF)
    desired(aws, "ahead", hours=NIGHT_OFF)
    desired(aws, "calm", value=4)
    cpu(aws, "steady", hours=[9] * 8 + [60] * 16)
    cpu(aws, "flat", hours=[9] * 8 + [60] * 16)
    requests(aws, "steady", hours=[700] * 24)
    requests(aws, "flat", hours=[50] * 8 + [900] * 16)
    autoscaling.put_scheduled_update_group_action(
        AutoScalingGroupName="ahead", ScheduledActionName="mornings", Recurrence="30 5 * * *", MinSize=6
    )
    _fleet.made_long_ago(aws)
    return {
        "fail": {
            "scaling/asg-saturated": ["hot", "fixed"],
            "scaling/asg-headroom": ["hot", "peaked", "fixed"],
            "scaling/anticipatory": ["hot", "hot-with-room", "peaked", "swinging"],
            "cost/flat-fleet": ["flat"],
        },
        "pass": {
            "scaling/asg-saturated": ["calm", "hot-with-room"],
            "scaling/asg-headroom": ["hot-with-room", "unmeasured"],
            "scaling/anticipatory": ["ahead"],
            "cost/flat-fleet": ["steady", "swinging"],
        },
        "skip": {"scaling/anticipatory": ["calm", "fixed"]},
        "unknown": {"scaling/asg-saturated": ["silent"], "scaling/anticipatory": ["unmeasured"]},
    }


def cpu(aws: Account, name: str, **rule: Any) -> None:
    # The first rule that matches wins, so a later word replaces an earlier one.
    own = {"namespace": "AWS/EC2", "metric": "CPUUtilization", "dimensions": {"AutoScalingGroupName": name}}
    metrics = aws.steering["metrics"]
    metrics[:] = [other for other in metrics if not own.items() <= other.items()]
    aws.metric("AWS/EC2", "CPUUtilization", {"AutoScalingGroupName": name}, **rule)


def desired(aws: Account, name: str, **rule: Any) -> None:
    aws.metric("AWS/AutoScaling", "GroupDesiredCapacity", {"AutoScalingGroupName": name}, **rule)


def requests(aws: Account, name: str, **rule: Any) -> None:
    aws.metric("AWS/ApplicationELB", "RequestCountPerTarget", {"TargetGroup": f"targetgroup/{name}/*"}, **rule)
