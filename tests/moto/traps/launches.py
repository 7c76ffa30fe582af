"""Groups that can't launch, and groups whose launches failed, each beside one that is well."""

from datetime import UTC, datetime, timedelta
from typing import Any

from seed import Account
from traps import _fleet

# What AWS writes of launches that failed.
QUOTA = "You have requested more vCPU capacity than your current vCPU limit of 32 allows. Launching EC2 instance failed."
CAPACITY = "We currently do not have sufficient m7g.large capacity in the Availability Zone you requested."
SPOT = "Could not launch Spot Instances. UnfulfillableCapacity - Unable to fulfill capacity. Spot."


def seed(aws: Account) -> dict[str, Any]:
    ec2, autoscaling = aws.client("ec2"), aws.client("autoscaling")
    net = _fleet.network(aws)
    there = ec2.register_image(Name="web", RootDeviceName="/dev/xvda")["ImageId"]
    gone = ec2.register_image(Name="old", RootDeviceName="/dev/xvda")["ImageId"]
    ec2.deregister_image(ImageId=gone)
    for name in ("whole", "quota", "isolated", "short", "spot"):
        _fleet.group(aws, net, name, lowest=0, desired=0, image=there)
    _fleet.group(aws, net, "imageless", lowest=0, desired=0, image=gone)
    _fleet.group(aws, net, "parameter", lowest=0, desired=0, image="resolve:ssm:/web/image")
    autoscaling.create_launch_configuration(
        LaunchConfigurationName="configured", ImageId=there, InstanceType="m5.large"
    )
    _fleet.group(
        aws, net, "configured", lowest=0, desired=0, LaunchTemplate=None, LaunchConfigurationName="configured"
    )
    templateless(aws, net, there)
    aws.client("elbv2").delete_target_group(TargetGroupArn=_fleet.group(aws, net, "targetless", 0, 2, 0, image=there))
    launched(
        aws,
        [
            ("whole", 30, "Successful", ""),
            ("quota", 20, "Failed", QUOTA),
            ("quota", 10, "Successful", ""),
            ("isolated", 20, "Failed", CAPACITY),
            ("isolated", 10, "Successful", ""),
            ("short", 20, "Failed", CAPACITY),
            ("spot", 20, "Failed", SPOT),
            ("imageless", 24 * 15, "Failed", "The image id '[ami-1]' does not exist."),
        ],
    )
    return {
        "fail": {
            "scaling/asg-launchable": ["imageless", "templateless", "targetless"],
            "scaling/asg-failed-activities": ["quota", "short"],
        },
        "pass": {
            "scaling/asg-launchable": ["whole", "configured"],
            "scaling/asg-failed-activities": ["whole", "isolated", "spot"],
        },
        "skip": {"scaling/asg-failed-activities": ["configured", "imageless"]},
        "unknown": {"scaling/asg-launchable": ["parameter"]},
    }


def templateless(aws: Account, net: dict[str, Any], image: str) -> None:
    """AWS refuses to delete a template's version that a group names by its number; `$Latest` it does not look up."""
    _fleet.group(aws, net, "templateless", lowest=0, desired=0, image=image)
    aws.client("ec2").delete_launch_template(LaunchTemplateName="templateless")


def launched(aws: Account, launches: list[tuple[str, int, str, str]]) -> None:
    """moto lists no activities: group, hours ago, status, AWS's words."""
    now = datetime.now(UTC)
    members = "".join(
        f"<member><ActivityId>{number}</ActivityId><AutoScalingGroupName>{group}</AutoScalingGroupName>"
        f"<Description>Launching a new EC2 instance</Description><Cause>At a time</Cause>"
        f"<StartTime>{(now - timedelta(hours=hours)).strftime('%Y-%m-%dT%H:%M:%SZ')}</StartTime>"
        f"<StatusCode>{status}</StatusCode><StatusMessage>{words}</StatusMessage></member>"
        for number, (group, hours, status, words) in enumerate(launches)
    )
    name = "DescribeScalingActivities"
    body = (
        f'<{name}Response xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/">'
        f"<{name}Result><Activities>{members}</Activities></{name}Result></{name}Response>"
    )
    aws.answer("autoscaling", name, body=body)
