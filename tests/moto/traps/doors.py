"""Servers and load balancers that users reach, or that they should not: each beside one that differs in one door."""

from typing import Any

from seed import ZONES, Account
from traps.load_balancers import balancer, network, target_group


def seed(aws: Account) -> dict[str, Any]:
    net = network(aws)
    for subnet in net["subnets"]:
        aws.client("ec2").modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    lone, shut = server(aws, net, "open"), server(aws, net, "office")
    bypassed, guarded = server(aws, net, "open"), server(aws, net, "office")
    for name, group in (("web", [bypassed, guarded]), ("half", server_pair(aws, net)), ("past", [guarded])):
        arn = balancer(aws, net, name)
        register(aws, name, group)
        hosts(aws, name, arn)
    half = arn_of(aws, "half")
    # One of the two.
    sick = "<State>unhealthy</State><Reason>Target.Timeout</Reason>"
    aws.answer(
        "elasticloadbalancing",
        "DescribeTargetHealth",
        params={"TargetGroupArn": half},
        replace={"<State>healthy</State></TargetHealth></member></TargetHealthDescriptions>": sick
        + "</TargetHealth></member></TargetHealthDescriptions>"},
    )
    return {
        "fail": {
            "load-balancing/entry-point-behind-lb": [lone],
            "load-balancing/no-lb-bypass": [bypassed],
            "load-balancing/healthy-targets": ["half", "past"],
            "load-balancing/nlb-cross-zone": [zonal(aws, net, "apart", False)],
            "load-balancing/clb-retire": [classic(aws, net, "hasty", draining=False)],
        },
        "pass": {
            "load-balancing/entry-point-behind-lb": [shut, bypassed],
            "load-balancing/no-lb-bypass": [guarded],
            "load-balancing/healthy-targets": ["web"],
            "load-balancing/nlb-cross-zone": [zonal(aws, net, "across", True)],
            "load-balancing/clb-retire": [classic(aws, net, "patient", draining=True)],
        },
        "skip": {"load-balancing/no-lb-bypass": [lone], "load-balancing/clb-retire": [classic(aws, net, "empty", [])]},
    }


def server(aws: Account, net: dict[str, Any], group: str, zone: int = 0) -> str:
    """One with a public address, behind a security group."""
    made = aws.client("ec2").run_instances(
        ImageId="ami-12345678",
        InstanceType="m7g.large",
        MinCount=1,
        MaxCount=1,
        SubnetId=net["subnets"][zone],
        SecurityGroupIds=[net[group]],
    )
    return made["Instances"][0]["InstanceId"]


def server_pair(aws: Account, net: dict[str, Any]) -> list[str]:
    return [server(aws, net, "office"), server(aws, net, "office", zone=1)]


def arn_of(aws: Account, target_group: str) -> str:
    made = aws.client("elbv2").describe_target_groups(Names=[target_group])
    return made["TargetGroups"][0]["TargetGroupArn"]


def register(aws: Account, target_group: str, servers: list[str]) -> None:
    targets = [{"Id": server, "Port": 80} for server in servers]
    aws.client("elbv2").register_targets(TargetGroupArn=arn_of(aws, target_group), Targets=targets)


def hosts(aws: Account, name: str, balancer: str) -> None:
    """Two hosts, one of which was ill for two hours a day at the load balancer of the past."""
    dimensions = {"TargetGroup": f"targetgroup/{name}/*", "LoadBalancer": balancer.partition("loadbalancer/")[2]}
    ill = 2 if name == "past" else 0
    aws.metric("AWS/ApplicationELB", "UnHealthyHostCount", dimensions, hours=[1] * ill + [0] * (24 - ill))
    aws.metric("AWS/ApplicationELB", "HealthyHostCount", dimensions, hours=[1] * ill + [2] * (24 - ill))


def zonal(aws: Account, net: dict[str, Any], name: str, across: bool) -> str:
    """A Network Load Balancer with two servers in one zone and one in the other."""
    elb = aws.client("elbv2")
    made = elb.create_load_balancer(Name=name, Subnets=net["subnets"], Type="network", Scheme="internal")
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    action = {"Type": "forward", "TargetGroupArn": target_group(aws, net, name, "TCP")}
    elb.create_listener(LoadBalancerArn=arn, Protocol="TCP", Port=80, DefaultActions=[action])
    register(aws, name, [*server_pair(aws, net), server(aws, net, "office")])
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=arn,
        Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": str(across).lower()}],
    )
    aws.metric("AWS/NetworkELB", "HealthyHostCount", {}, value=3)
    aws.metric("AWS/NetworkELB", "UnHealthyHostCount", {}, value=0)
    return name


def classic(
    aws: Account, net: dict[str, Any], name: str, servers: list[str] | None = None, draining: bool = True
) -> str:
    elb = aws.client("elb")
    port = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}
    elb.create_load_balancer(LoadBalancerName=name, AvailabilityZones=list(ZONES), Listeners=[port])
    attributes = {
        "CrossZoneLoadBalancing": {"Enabled": True},
        "ConnectionDraining": {"Enabled": draining, "Timeout": 60},
    }
    elb.modify_load_balancer_attributes(LoadBalancerName=name, LoadBalancerAttributes=attributes)
    registered = [server(aws, net, "office")] if servers is None else servers
    if registered:
        elb.register_instances_with_load_balancer(
            LoadBalancerName=name, Instances=[{"InstanceId": each} for each in registered]
        )
    return name
