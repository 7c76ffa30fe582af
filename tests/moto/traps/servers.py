"""Servers and their disks: in a fleet, alone, grown old, and disks that nobody holds."""

from typing import Any

from seed import Account
from traps import _fleet, instance_load

ROOT = {"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 20, "DeleteOnTermination": True}}
DATA = {"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 40, "DeleteOnTermination": True}}


def seed(aws: Account) -> dict[str, Any]:
    net = _fleet.network(aws)
    ec2 = aws.client("ec2")
    _fleet.group(aws, net, "web", lowest=0, desired=0)
    targets = _fleet.target_group(aws, net, "by-hand")
    stateless = _fleet.member(aws, net, "web", BlockDeviceMappings=[ROOT])
    stateful = _fleet.member(aws, net, "web", BlockDeviceMappings=[ROOT, DATA])
    # Alone behind the load balancer, with nothing but its system.
    served = server(aws, net, "served", [ROOT])
    aws.client("elbv2").register_targets(TargetGroupArn=targets, Targets=[{"Id": served}, {"Id": stateless}])
    pet = server(aws, net, "pet", [ROOT, DATA])
    plain = server(aws, net, "plain", [ROOT])
    bastion = server(aws, net, "bastion", [ROOT, DATA])
    instance_load.start_long_ago(aws)
    left = volume(aws, "left")
    kept = volume(aws, "kept", **{"kubernetes.io/created-for/pv/name": "pvc-1"})
    held = ec2.describe_instances(InstanceIds=[plain])["Reservations"][0]["Instances"][0]["BlockDeviceMappings"]
    year = ec2.describe_volumes(VolumeIds=[left])["Volumes"][0]["CreateTime"].year
    aws.answer("ec2", "DescribeVolumes", replace={f"<createTime>{year}-": f"<createTime>{year - 1}-"})
    return {
        "fail": {
            "scaling/compute-in-asg": [served],
            "statelessness/fleet-data-volumes": [stateful],
            "statelessness/pet-instances": [pet],
            "cost/unattached-ebs": [left],
        },
        "pass": {
            "scaling/compute-in-asg": [stateless],
            "statelessness/fleet-data-volumes": [stateless, served],
            "statelessness/pet-instances": [plain, served],
            "cost/unattached-ebs": [held[0]["Ebs"]["VolumeId"]],
        },
        "skip": {
            "scaling/compute-in-asg": [pet],
            "statelessness/pet-instances": [stateful, bastion],
            "cost/unattached-ebs": [kept],
        },
    }


def server(aws: Account, net: dict[str, Any], name: str, disks: list[dict[str, Any]]) -> str:
    made = aws.client("ec2").run_instances(
        MinCount=1,
        MaxCount=1,
        SubnetId=net["subnets"][0],
        BlockDeviceMappings=disks,
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}],
        **_fleet.HARDWARE,
    )
    return made["Instances"][0]["InstanceId"]


def volume(aws: Account, name: str, **tags: str) -> str:
    labels = [{"Key": key, "Value": value} for key, value in {"Name": name, **tags}.items()]
    made = aws.client("ec2").create_volume(
        Size=100, AvailabilityZone="eu-west-1a", TagSpecifications=[{"ResourceType": "volume", "Tags": labels}]
    )
    return made["VolumeId"]
