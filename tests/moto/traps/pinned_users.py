"""Ways of pinning users to a server: a cookie of a target group or of a Classic Load Balancer, and stickiness between groups."""

from typing import Any

from seed import Account
from traps._fleet import HARDWARE, network, target_group

DAY = 86_400


def seed(aws: Account) -> dict[str, Any]:
    net = network(aws)
    servers = [server(aws, subnet) for subnet in net["subnets"]]
    for name, sticky, shared in (("pinned", True, False), ("canary", True, True), ("weighed", False, False)):
        pair(aws, net, name, servers, sticky, shared)
    for name in ("cookie-set", "cookie-unused"):
        classic(aws, net, name, servers)
    aws.client("elb").set_load_balancer_policies_of_listener(
        LoadBalancerName="cookie-set", LoadBalancerPort=80, PolicyNames=["day"]
    )
    return {
        "fail": {"statelessness/sticky-sessions": ["pinned-0", "pinned-1", "cookie-set"]},
        "pass": {
            "statelessness/sticky-sessions": ["canary-0", "canary-1", "weighed-0", "cookie-unused"],
            "load-balancing/clb-retire": ["cookie-set", "cookie-unused"],
        },
    }


def server(aws: Account, subnet: str) -> str:
    made = aws.client("ec2").run_instances(MinCount=1, MaxCount=1, SubnetId=subnet, **HARDWARE)
    return made["Instances"][0]["InstanceId"]


def pair(aws: Account, net: dict[str, Any], name: str, servers: list[str], sticky: bool, shared: bool) -> None:
    """A load balancer whose listener weighs two target groups, of one server each or of both."""
    elb = aws.client("elbv2")
    groups = [target_group(aws, net, f"{name}-{number}") for number in range(2)]
    for arn, own in zip(groups, servers, strict=True):
        elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": each} for each in (servers if shared else [own])])
    balancer = elb.create_load_balancer(Name=name, Subnets=net["subnets"])["LoadBalancers"][0]["LoadBalancerArn"]
    forward: dict[str, Any] = {"TargetGroups": [{"TargetGroupArn": arn, "Weight": 50} for arn in groups]}
    if sticky:
        forward["TargetGroupStickinessConfig"] = {"Enabled": True, "DurationSeconds": DAY}
    action = {"Type": "forward", "ForwardConfig": forward}
    elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[action])


def classic(aws: Account, net: dict[str, Any], name: str, servers: list[str]) -> None:
    """A Classic Load Balancer with a cookie policy that no listener uses."""
    elb = aws.client("elb")
    listener = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstanceProtocol": "HTTP", "InstancePort": 8080}
    elb.create_load_balancer(LoadBalancerName=name, Subnets=net["subnets"], Listeners=[listener])
    elb.register_instances_with_load_balancer(
        LoadBalancerName=name, Instances=[{"InstanceId": each} for each in servers]
    )
    elb.create_lb_cookie_stickiness_policy(LoadBalancerName=name, PolicyName="day", CookieExpirationPeriod=DAY)
    attributes = {"CrossZoneLoadBalancing": {"Enabled": True}, "ConnectionDraining": {"Enabled": True, "Timeout": 60}}
    elb.modify_load_balancer_attributes(LoadBalancerName=name, LoadBalancerAttributes=attributes)
