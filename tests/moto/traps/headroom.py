"""Room to grow: addresses in subnets, vCPUs below quotas, and quotas that somebody watches."""

import json
from typing import Any

from seed import Account
from traps.alarms import alarm, pager
from traps import _fleet

VCPU = {"Service": "EC2", "Resource": "vCPU", "Type": "Resource", "Class": "Standard/OnDemand"}


def seed(aws: Account) -> dict[str, Any]:
    net = _fleet.network(aws)
    ec2 = aws.client("ec2")
    image = ec2.register_image(Name="web", RootDeviceName="/dev/xvda")["ImageId"]
    small = ec2.create_subnet(VpcId=net["vpc"], CidrBlock="10.0.9.0/28", AvailabilityZone="eu-west-1a")
    narrow = small["Subnet"]["SubnetId"]
    # Eleven addresses are free, and eighteen servers may come.
    _fleet.group(aws, {**net, "subnets": [narrow]}, "cramped", lowest=0, desired=0, most=18, image=image)
    _fleet.group(aws, net, "roomy", lowest=0, desired=0, most=18, image=image)
    unused = ec2.create_subnet(VpcId=net["vpc"], CidrBlock="10.0.10.0/28", AvailabilityZone="eu-west-1a")
    quotas(aws, "eu-west-1", 64)
    quotas(aws, "eu-central-1", 640)
    in_frankfurt(aws)
    aws.metric("AWS/Usage", "ResourceCount", VCPU, region="eu-west-1", value=60)
    aws.metric("AWS/Usage", "ResourceCount", VCPU, region="eu-central-1", value=60)
    return {
        "regions": ["eu-west-1", "eu-central-1", "us-east-1"],
        "fail": {
            "scaling/asg-subnet-ips": [narrow],
            "quotas/ec2-vcpu-at-asg-max": ["L-1216C47A"],
            "quotas/any-over-80": ["L-1216C47A"],
            "quotas/quota-alarms": ["quotas"],
        },
        "pass": {
            "scaling/asg-subnet-ips": net["subnets"],
            "quotas/ec2-vcpu-at-asg-max": ["L-1216C47A"],
            "quotas/any-over-80": ["L-1216C47A"],
            "quotas/quota-alarms": ["quotas"],
        },
        "skip": {
            "scaling/asg-subnet-ips": [unused["Subnet"]["SubnetId"]],
            "quotas/any-over-80": ["L-RATE"],
            "quotas/quota-alarms": ["quotas"],
        },
    }


def in_frankfurt(aws: Account) -> None:
    """The same fleet below a larger quota, and an alarm."""
    ec2, autoscaling = aws.client("ec2", "eu-central-1"), aws.client("autoscaling", "eu-central-1")
    image = ec2.register_image(Name="web", RootDeviceName="/dev/xvda")["ImageId"]
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    hardware = {"ImageId": image, "InstanceType": "m7g.large"}
    ec2.create_launch_template(LaunchTemplateName="roomy", LaunchTemplateData=hardware)
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="roomy",
        LaunchTemplate={"LaunchTemplateName": "roomy", "Version": "1"},
        MinSize=0,
        MaxSize=36,
        DesiredCapacity=0,
        VPCZoneIdentifier=subnet,
    )
    for region in ("eu-west-1", "eu-central-1"):
        found = aws.client("ec2", region).describe_subnets()["Subnets"][0]["SubnetId"]
        aws.client("ec2", region).run_instances(
            MinCount=1, MaxCount=1, ImageId="ami-12345678", InstanceType="m7g.large", SubnetId=found
        )
    about = ("AWS/Usage", "ResourceCount")
    alarm(aws, "vcpus", pager(aws, "eu-central-1"), about, VCPU, region="eu-central-1", Threshold=512.0)


def quotas(aws: Account, region: str, vcpus: float) -> None:
    """The quota of standard instances, and one of a rate."""
    usage = {"MetricNamespace": "AWS/Usage", "MetricStatisticRecommendation": "Maximum"}
    aws.client("service-quotas", region).request_service_quota_increase(
        ServiceCode="ec2", QuotaCode="L-1216C47A", DesiredValue=vcpus
    )
    rate = {
        "QuotaCode": "L-RATE",
        "QuotaName": "Calls a second",
        "Value": 100.0,
        "Period": {"PeriodValue": 1, "PeriodUnit": "SECOND"},
        "UsageMetric": {**usage, "MetricName": "CallCount", "MetricDimensions": {"Service": "EC2"}},
    }
    more = json.dumps({"Adjustable": True, "GlobalQuota": False, "ServiceCode": "ec2", **rate})
    replace = {'"Quotas": [{': f'"Quotas": [{more}, {{'}
    aws.answer("servicequotas", "ListServiceQuotas", region=region, params={"ServiceCode": "ec2"}, replace=replace)
