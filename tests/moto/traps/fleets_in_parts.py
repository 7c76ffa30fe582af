"""Groups that are one fleet by their target group, groups of Elastic Beanstalk, and groups of Spot instances."""

from typing import Any

from seed import Account
from traps._fleet import launch_template, made_long_ago, network, target_group

SPOT_ONLY = {"OnDemandBaseCapacity": 0, "OnDemandPercentageAboveBaseCapacity": 0}


def seed(aws: Account) -> dict[str, Any]:
    net = network(aws)
    for name in ("web", "api"):
        launch_template(aws, name)
    zones = [[subnet] for subnet in net["subnets"]]
    # One group for each zone, behind one target group.
    together = target_group(aws, net, "together")
    for name, subnets in zip(("zone-a", "zone-b"), zones, strict=True):
        group(aws, name, subnets, together)
    # The same, but each behind a target group of its own.
    for name, subnets in zip(("apart-a", "apart-b"), zones, strict=True):
        group(aws, name, subnets, target_group(aws, net, name))
    environment = {"elasticbeanstalk:environment-name": "shop-prod"}
    group(aws, "environment", zones[0], target_group(aws, net, "environment"), most=1, tags=environment)
    # Spot beside a group on demand, and Spot alone.
    mixed = target_group(aws, net, "mixed")
    group(aws, "mixed-spot", net["subnets"], mixed, least=2, spot=True)
    group(aws, "mixed-on-demand", net["subnets"], mixed, least=2)
    group(aws, "lone-spot", net["subnets"], target_group(aws, net, "lone-spot"), least=2, spot=True)
    made_long_ago(aws)
    single = ["apart-a", "apart-b", "environment"]
    return {
        "fail": {
            "multi-az/asg-spread": single,
            "scaling/asg-on-demand-capacity": ["lone-spot"],
            "scaling/asg-elb-health-check": ["environment"],
        },
        "pass": {
            "multi-az/asg-spread": ["zone-a", "zone-b", "mixed-spot"],
            "scaling/asg-on-demand-capacity": ["mixed-spot", "mixed-on-demand", "zone-a"],
            "scaling/asg-elb-health-check": ["zone-a"],
        },
    }


def group(
    aws: Account,
    name: str,
    subnets: list[str],
    target: str,
    least: int = 1,
    most: int = 6,
    spot: bool = False,
    tags: dict[str, str] | None = None,
) -> None:
    template = {"LaunchTemplateName": "web", "Version": "1"}
    policy = {"LaunchTemplate": {"LaunchTemplateSpecification": template}, "InstancesDistribution": SPOT_ONLY}
    more: dict[str, Any] = {"MixedInstancesPolicy": policy} if spot else {"LaunchTemplate": template}
    wanted = [
        {"Key": key, "Value": value, "ResourceId": name, "ResourceType": "auto-scaling-group", "PropagateAtLaunch": True}
        for key, value in (tags or {}).items()
    ]
    aws.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=name,
        MinSize=least,
        MaxSize=most,
        DesiredCapacity=least,
        VPCZoneIdentifier=",".join(subnets),
        TargetGroupARNs=[target],
        HealthCheckType="EC2" if tags else "ELB",
        Tags=wanted,
        **more,
    )
