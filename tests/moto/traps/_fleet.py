"""What several traps are made of: a network, and load-balanced groups without instances of their own."""

from typing import Any

from accounts import shop
from seed import ZONES, Account

HARDWARE = {"ImageId": "ami-12345678", "InstanceType": "m7g.large"}


def network(aws: Account) -> dict[str, Any]:
    """A VPC with a subnet in each zone."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = shop.route_table(aws, vpc, GatewayId=gateway)
    subnets = [shop.subnet(aws, vpc, f"10.0.{n}.0/24", zone, "web", table) for n, zone in enumerate(ZONES)]
    return {"vpc": vpc, "subnets": subnets}


def target_group(aws: Account, net: dict[str, Any], name: str) -> str:
    made = aws.client("elbv2").create_target_group(
        Name=name, Protocol="HTTP", Port=8080, VpcId=net["vpc"], TargetType="instance"
    )
    return made["TargetGroups"][0]["TargetGroupArn"]


def launch_template(aws: Account, name: str, **hardware: Any) -> None:
    data = {**HARDWARE, **hardware}
    aws.client("ec2").create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)


def made_long_ago(aws: Account) -> None:
    """moto makes groups now; in AWS's answer they are a year older."""
    groups = aws.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    year = groups[0]["CreatedTime"].year
    replace = {f"<CreatedTime>{year}-": f"<CreatedTime>{year - 1}-"}
    aws.answer("autoscaling", "DescribeAutoScalingGroups", replace=replace)


def group(
    aws: Account,
    net: dict[str, Any],
    name: str,
    lowest: int = 2,
    most: int = 12,
    desired: int = 2,
    image: str | None = None,
    **more: Any,
) -> str:
    """A group with a launch template and a target group of its own; its target group's ARN."""
    launch_template(aws, name, **({"ImageId": image} if image else {}))
    arn = target_group(aws, net, name)
    made: dict[str, Any] = {
        "AutoScalingGroupName": name,
        "LaunchTemplate": {"LaunchTemplateName": name, "Version": "1"},
        "MinSize": lowest,
        "DesiredCapacity": desired,
        "MaxSize": most,
        "VPCZoneIdentifier": ",".join(net["subnets"]),
        "TargetGroupARNs": [arn],
        "HealthCheckType": "ELB",
        "HealthCheckGracePeriod": 120,
    }
    asked = {key: value for key, value in {**made, **more}.items() if value is not None}
    aws.client("autoscaling").create_auto_scaling_group(**asked)
    return arn


def member(aws: Account, net: dict[str, Any], group: str, **more: Any) -> str:
    """An instance that joins a group: those that moto starts by itself are all alike."""
    made = {"MinCount": 1, "MaxCount": 1, "SubnetId": net["subnets"][0], **HARDWARE, **more}
    instance = aws.client("ec2").run_instances(**made)["Instances"][0]["InstanceId"]
    aws.client("autoscaling").attach_instances(AutoScalingGroupName=group, InstanceIds=[instance])
    return instance


def follow(aws: Account, group: str, metric: str = "ASGAverageCPUUtilization", **more: str) -> None:
    """A policy that tracks a metric."""
    aws.client("autoscaling").put_scaling_policy(
        AutoScalingGroupName=group,
        PolicyName=f"{group}-{metric}",  # moto knows policies by their names alone
        PolicyType="TargetTrackingScaling",
        TargetTrackingConfiguration={
            "PredefinedMetricSpecification": {"PredefinedMetricType": metric, **more},
            "TargetValue": 50.0,
        },
    )
