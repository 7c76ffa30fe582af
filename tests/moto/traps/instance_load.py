"""Instances by what CloudWatch says of them: CPU credits, and whether they do anything."""

from typing import Any

from seed import Account
from traps import _fleet


def seed(aws: Account) -> dict[str, Any]:
    net = _fleet.network(aws)
    targets = _fleet.target_group(aws, net, "web")
    ids = {}
    for name in ("saving", "spent", "young", "unlimited", "charged", "aside"):
        ids[name] = instance(aws, net, name, "t3.large")
        if name != "aside":
            aws.client("elbv2").register_targets(TargetGroupArn=targets, Targets=[{"Id": ids[name]}])
    for name in ("busy", "chatty", "forgotten", "standby"):
        ids[name] = instance(aws, net, name, "m7g.large")
    ids["accelerated"] = instance(aws, net, "accelerated", "g5.xlarge")
    credits(aws, ids["saving"], hours=[400] * 24)
    # Out of credits for an hour each noon.
    credits(aws, ids["spent"], hours=[300] * 12 + [0] + [300] * 11)
    credits(aws, ids["aside"], hours=[0] * 24)
    credits(aws, ids["young"], value=0, days=2)
    unlimited(aws, ids["unlimited"], ids["charged"])
    surplus(aws, ids["unlimited"], value=0)
    surplus(aws, ids["charged"], hours=[0] * 12 + [3] + [0] * 11)
    use(aws, ids["busy"], cpu=40, bytes_a_day=1e9)
    use(aws, ids["chatty"], cpu=2, bytes_a_day=1e9)
    use(aws, ids["forgotten"], cpu=2, bytes_a_day=1e6)
    use(aws, ids["standby"], cpu=2, bytes_a_day=1e6)
    use(aws, ids["accelerated"], cpu=2, bytes_a_day=1e6)
    start_long_ago(aws)
    return {
        "fail": {
            "scaling/burstable-credits": [ids["spent"], ids["charged"]],
            "cost/ec2-idle": [ids["forgotten"]],
        },
        "pass": {
            "scaling/burstable-credits": [ids["saving"], ids["unlimited"]],
            "cost/ec2-idle": [ids["busy"], ids["chatty"]],
        },
        "skip": {"scaling/burstable-credits": [ids["aside"], ids["busy"]], "cost/ec2-idle": [ids["standby"]]},
        "unknown": {"scaling/burstable-credits": [ids["young"]], "cost/ec2-idle": [ids["accelerated"]]},
    }


def instance(aws: Account, net: dict[str, Any], name: str, kind: str) -> str:
    made = aws.client("ec2").run_instances(
        MinCount=1,
        MaxCount=1,
        ImageId="ami-12345678",
        InstanceType=kind,
        SubnetId=net["subnets"][0],
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}],
    )
    return made["Instances"][0]["InstanceId"]


def start_long_ago(aws: Account) -> None:
    """moto starts instances now; AWS's answer would name another year."""
    this_year = aws.client("ec2").describe_instances()["Reservations"][0]["Instances"][0]["LaunchTime"].year
    replace = {f"<launchTime>{this_year}-": f"<launchTime>{this_year - 1}-"}
    aws.answer("ec2", "DescribeInstances", replace=replace)


def credits(aws: Account, instance: str, **rule: Any) -> None:
    aws.metric("AWS/EC2", "CPUCreditBalance", {"InstanceId": instance}, **rule)


def surplus(aws: Account, instance: str, **rule: Any) -> None:
    aws.metric("AWS/EC2", "CPUSurplusCreditsCharged", {"InstanceId": instance}, **rule)


def unlimited(aws: Account, *instances: str) -> None:
    items = "".join(
        f"<item><instanceId>{instance}</instanceId><cpuCredits>unlimited</cpuCredits></item>" for instance in instances
    )
    body = (
        '<DescribeInstanceCreditSpecificationsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
        f"<instanceCreditSpecificationSet>{items}</instanceCreditSpecificationSet>"
        "</DescribeInstanceCreditSpecificationsResponse>"
    )
    aws.answer("ec2", "DescribeInstanceCreditSpecifications", body=body)


def use(aws: Account, instance: str, cpu: float, bytes_a_day: float) -> None:
    aws.metric("AWS/EC2", "CPUUtilization", {"InstanceId": instance}, value=cpu)
    aws.metric("AWS/EC2", "Network*", {"InstanceId": instance}, value=bytes_a_day / 2)
