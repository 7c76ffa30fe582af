"""EFS file systems that differ in where they keep their data and where they can be mounted."""

from typing import Any

from seed import REGION, Account, tags


def seed(aws: Account) -> dict[str, Any]:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [subnet(aws, vpc, number, zone) for number, zone in enumerate("abc")]
    group(aws, "web", subnets[:2])
    group(aws, "off", subnets[2:], most=0)
    ids = {
        "both": file_system(aws, subnets[:2]),
        "one": file_system(aws, subnets[:1]),
        "zonal": file_system(aws, subnets[:1], AvailabilityZoneName=f"{REGION}a"),
        "cache": file_system(aws, subnets[:1], purpose="cache"),
        "unused": file_system(aws, []),
    }
    return {
        "fail": {"multi-az/efs-redundancy": [ids["one"], ids["zonal"]]},
        "pass": {"multi-az/efs-redundancy": [ids["both"]]},
        "skip": {"multi-az/efs-redundancy": [ids["cache"], ids["unused"]]},
    }


def subnet(aws: Account, vpc: str, number: int, zone: str) -> str:
    made = aws.client("ec2").create_subnet(
        VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"{REGION}{zone}"
    )
    return made["Subnet"]["SubnetId"]


def group(aws: Account, name: str, subnets: list[str], most: int = 2) -> None:
    data = {"ImageId": "ami-12345678", "InstanceType": "m7g.large"}
    aws.client("ec2").create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)
    aws.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=name,
        LaunchTemplate={"LaunchTemplateName": name},
        MinSize=0,
        MaxSize=most,
        DesiredCapacity=0,
        VPCZoneIdentifier=",".join(subnets),
    )


def file_system(aws: Account, subnets: list[str], purpose: str = "media", **more: Any) -> str:
    efs = aws.client("efs")
    token = f"{purpose}-{len(subnets)}-{len(more)}"
    made = efs.create_file_system(CreationToken=token, Tags=tags("files", purpose=purpose), **more)["FileSystemId"]
    for place in subnets:
        efs.create_mount_target(FileSystemId=made, SubnetId=place)
    return made
