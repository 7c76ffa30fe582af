"""Two shops side by side, alike but for the standby of the database that their servers may call; and two fleets over two
zones, of which only one would carry its peak in the zone that is left."""

from typing import Any

from accounts import shop
from seed import Account, tags


def seed(aws: Account) -> dict[str, Any]:
    net = shop.network(aws)
    for name, standby in (("frail", False), ("firm", True)):
        storefront(aws, net, name)
        shop_database(aws, net, name, standby)
    fleet(aws, net, "crowded", 70.0)
    fleet(aws, net, "roomy", 40.0)
    # It works through the night on what others leave, and nobody waits for its answers.
    fleet(aws, net, "nightly", 70.0, batch=True)
    return {
        "fail": {"multi-az/request-path-az-loss": ["frail"], "multi-az/az-loss-capacity": ["crowded"]},
        "pass": {"multi-az/request-path-az-loss": ["firm"], "multi-az/az-loss-capacity": ["roomy"]},
        "skip": {"multi-az/az-loss-capacity": ["nightly"]},
    }


def storefront(aws: Account, net: dict[str, Any], name: str) -> None:
    """A load balancer in both zones, and a server in each."""
    ec2, elb = aws.client("ec2"), aws.client("elbv2")
    front = shop.security_group(aws, net["vpc"], f"{name}-front", 80, IpRanges=shop.ANYWHERE)
    web = shop.security_group(aws, net["vpc"], f"{name}-web", 8080, **shop.from_group(front))
    balancer = elb.create_load_balancer(
        Name=name, Subnets=net["public_subnets"], SecurityGroups=[front], Scheme="internet-facing", Type="application"
    )["LoadBalancers"][0]["LoadBalancerArn"]
    target_group = elb.create_target_group(
        Name=name, Protocol="HTTP", Port=8080, VpcId=net["vpc"], TargetType="instance"
    )["TargetGroups"][0]["TargetGroupArn"]
    elb.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": target_group}],
    )
    for subnet in net["private_subnets"]:
        server = ec2.run_instances(
            ImageId="ami-12345678",
            InstanceType="m7g.large",
            MinCount=1,
            MaxCount=1,
            SubnetId=subnet,
            SecurityGroupIds=[web],
            TagSpecifications=[{"ResourceType": "instance", "Tags": tags(f"{name}-web")}],
        )["Instances"][0]["InstanceId"]
        elb.register_targets(TargetGroupArn=target_group, Targets=[{"Id": server, "Port": 8080}])
    net[f"{name}-web"] = web


def shop_database(aws: Account, net: dict[str, Any], name: str, standby: bool) -> None:
    data = shop.security_group(aws, net["vpc"], f"{name}-data", 5432, **shop.from_group(net[f"{name}-web"]))
    rds = aws.client("rds")
    rds.create_db_subnet_group(DBSubnetGroupName=name, DBSubnetGroupDescription=name, SubnetIds=net["private_subnets"])
    rds.create_db_instance(
        DBInstanceIdentifier=f"{name}-orders",
        Engine="postgres",
        DBInstanceClass="db.m6g.large",
        MasterUsername="shop",
        MasterUserPassword="not-a-secret",
        AllocatedStorage=100,
        MultiAZ=standby,
        DBSubnetGroupName=name,
        VpcSecurityGroupIds=[data],
        **({} if standby else {"AvailabilityZone": "eu-west-1a"}),
    )


def fleet(aws: Account, net: dict[str, Any], name: str, percent: float, batch: bool = False) -> None:
    """An Auto Scaling group with an instance in each zone, attached one by one: moto starts all in one. It is load-balanced,
    or of Spot instances that work for nobody who waits."""
    ec2, autoscaling, elb = aws.client("ec2"), aws.client("autoscaling"), aws.client("elbv2")
    target_group = elb.create_target_group(
        Name=name, Protocol="HTTP", Port=8080, VpcId=net["vpc"], TargetType="instance"
    )["TargetGroups"][0]["TargetGroupArn"]
    hardware = {"ImageId": "ami-12345678", "InstanceType": "m7g.large"}
    ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=hardware)
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName=name,
        **launched_by(name, batch),
        MinSize=0,
        DesiredCapacity=0,
        MaxSize=4,
        VPCZoneIdentifier=",".join(net["private_subnets"]),
        TargetGroupARNs=[] if batch else [target_group],
    )
    for subnet in net["private_subnets"]:
        server = ec2.run_instances(MinCount=1, MaxCount=1, SubnetId=subnet, **hardware)["Instances"][0]["InstanceId"]
        autoscaling.attach_instances(AutoScalingGroupName=name, InstanceIds=[server])
    aws.metric("AWS/EC2", "CPUUtilization", {"AutoScalingGroupName": name}, value=percent)


def launched_by(name: str, spot: bool) -> dict[str, Any]:
    template = {"LaunchTemplateName": name, "Version": "1"}
    if not spot:
        return {"LaunchTemplate": template}
    spot_alone = {"OnDemandBaseCapacity": 0, "OnDemandPercentageAboveBaseCapacity": 0}
    policy = {"LaunchTemplate": {"LaunchTemplateSpecification": template}, "InstancesDistribution": spot_alone}
    return {"MixedInstancesPolicy": policy}
