"""Groups by how they are set up: policies, suspended processes, health checks, one-minute data."""

from typing import Any

from seed import Account
from traps import _fleet

LABEL = "app/web/1/targetgroup/requests/1"


def seed(aws: Account) -> dict[str, Any]:
    net = _fleet.network(aws)
    autoscaling = aws.client("autoscaling")
    for name in ("sound", "blunt", "unmeasured", "idle", "requests", "suspended", "paused", "steps", "shrinks", "unheard"):
        _fleet.group(aws, net, name, lowest=0, desired=0)
    _fleet.group(aws, net, "unchecked", lowest=0, desired=0, HealthCheckType="EC2")
    _fleet.group(aws, net, "worker", lowest=0, desired=1, HealthCheckType="EC2", TargetGroupARNs=[])
    for name in ("sound", "blunt", "unmeasured"):
        _fleet.follow(aws, name)
        _fleet.member(aws, net, name, Monitoring={"Enabled": name != "blunt"})
    for name in ("sound", "blunt"):
        autoscaling.enable_metrics_collection(AutoScalingGroupName=name, Granularity="1Minute", Metrics=["GroupMinSize"])
    _fleet.follow(aws, "requests", "ALBRequestCountPerTarget", ResourceLabel=LABEL)
    for name, by in (("steps", 2), ("shrinks", -1), ("unheard", 2)):
        steps(aws, name, by)
    for name in ("steps", "shrinks"):
        on_cpu(aws, name)
    autoscaling.suspend_processes(AutoScalingGroupName="suspended", ScalingProcesses=["Launch"])
    autoscaling.suspend_processes(AutoScalingGroupName="paused", ScalingProcesses=["AZRebalance"])
    return {
        "fail": {
            "scaling/asg-dynamic-policy": ["idle", "suspended", "paused", "unchecked", "worker", "shrinks", "unheard"],
            "scaling/asg-suspended-processes": ["suspended"],
            "scaling/asg-elb-health-check": ["unchecked"],
            "observability/fleet-one-minute-metrics": ["blunt", "unmeasured", "steps", "shrinks"],
        },
        "pass": {
            "scaling/asg-dynamic-policy": ["sound", "requests", "steps"],
            "scaling/asg-suspended-processes": ["idle", "paused"],
            "scaling/asg-elb-health-check": ["sound"],
            "observability/fleet-one-minute-metrics": ["sound"],
        },
        "skip": {
            "scaling/asg-elb-health-check": ["worker"],
            "observability/fleet-one-minute-metrics": ["requests", "idle", "unheard"],
        },
    }


def steps(aws: Account, name: str, by: int) -> None:
    aws.client("autoscaling").put_scaling_policy(
        AutoScalingGroupName=name,
        PolicyName=name,
        PolicyType="StepScaling",
        AdjustmentType="ChangeInCapacity",
        StepAdjustments=[{"MetricIntervalLowerBound": 0.0, "ScalingAdjustment": by}],
    )


def on_cpu(aws: Account, name: str) -> None:
    """An alarm that sets off a group's step policy."""
    policies = aws.client("autoscaling").describe_policies(PolicyNames=[name])["ScalingPolicies"]
    aws.client("cloudwatch").put_metric_alarm(
        AlarmName=f"{name}-hot",
        Namespace="AWS/EC2",
        MetricName="CPUUtilization",
        Dimensions=[{"Name": "AutoScalingGroupName", "Value": name}],
        Statistic="Average",
        Period=60,
        EvaluationPeriods=3,
        Threshold=70.0,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[policies[0]["PolicyARN"]],
    )
