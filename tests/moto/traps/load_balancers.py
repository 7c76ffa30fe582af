"""Application Load Balancers under load: errors, slow answers, refused connections, idleness, and a planned spike."""

from typing import Any

from accounts import shop
from seed import REGION, ZONES, Account

NAMES = (
    "calm erring outage slow knee waiting refusing unreachable quiet idle standby redirect young "
    "reserved unreserved tight meant"
).split()


def seed(aws: Account) -> dict[str, Any]:
    net = network(aws)
    for name in NAMES:
        balancer(aws, net, name)
    flowing, still = (network_balancer(aws, net, name) for name in ("flowing", "still"))
    # Made a moment ago.
    aws.answer(
        "elasticloadbalancing",
        "DescribeLoadBalancers",
        replace={
            f"<CreatedTime>2024-01-01T00:00:00Z</CreatedTime><LoadBalancerName>{name}": recent(name) for name in ("young",)
        },
    )
    for name in NAMES:
        load(aws, name)
    aws.metric("AWS/NetworkELB", "*FlowCount", {"LoadBalancer": "*/flowing/*"}, value=3)
    units(aws)
    settled = [name for name in NAMES if name not in ("quiet", "idle", "standby", "redirect", "young")]
    return {
        "settings": "[thresholds]\nexpected_peak_factor = 5.0\n",
        "fail": {
            "load-balancing/alb-5xx": ["erring", "outage"],
            "load-balancing/alb-latency": ["slow", "knee"],
            "load-balancing/alb-rejected": ["refusing", "unreachable"],
            "load-balancing/alb-capacity-reservation": ["unreserved", "tight"],
            "cost/idle-load-balancer": ["idle", still],
        },
        "pass": {
            "load-balancing/alb-5xx": [name for name in settled if name not in ("erring", "outage")],
            "load-balancing/alb-latency": ["calm", "erring"],
            "load-balancing/alb-rejected": ["calm", "slow"],
            "load-balancing/alb-capacity-reservation": ["reserved"],
            "cost/idle-load-balancer": ["calm", "quiet", "redirect", flowing],
        },
        "skip": {
            "load-balancing/alb-5xx": [flowing],
            "load-balancing/alb-latency": ["waiting"],
            "cost/idle-load-balancer": ["standby"],
        },
        "unknown": {
            "load-balancing/alb-5xx": ["quiet", "idle", "young"],
            "load-balancing/alb-latency": ["quiet", "idle", "young"],
            "load-balancing/alb-rejected": ["quiet", "idle", "young"],
            "load-balancing/alb-capacity-reservation": ["calm"],
            "cost/idle-load-balancer": ["young"],
        },
    }


def recent(name: str) -> str:
    return f"<CreatedTime>2099-01-01T00:00:00Z</CreatedTime><LoadBalancerName>{name}"


def network(aws: Account) -> dict[str, Any]:
    """Public subnets in two zones, and groups that admit everybody and nobody."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = shop.route_table(aws, vpc, GatewayId=gateway)
    subnets = [
        shop.subnet(aws, vpc, f"10.0.{number}.0/24", zone, "public", table) for number, zone in enumerate(ZONES)
    ]
    return {
        "vpc": vpc,
        "subnets": subnets,
        "open": shop.security_group(aws, vpc, "open", 80, IpRanges=shop.ANYWHERE),
        "office": shop.security_group(aws, vpc, "office", 80, IpRanges=[{"CidrIp": "203.0.113.0/24"}]),
    }


def balancer(aws: Account, net: dict[str, Any], name: str, group: str = "open") -> str:
    """An Application Load Balancer with a target group of its own name."""
    elb = aws.client("elbv2")
    tags = {"waiting": {"long-requests": "true"}, "standby": {"blue-green": "green"}}.get(name, {})
    arn = elb.create_load_balancer(
        Name=name,
        Subnets=net["subnets"],
        SecurityGroups=[net[group]],
        Scheme="internet-facing",
        Type="application",
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
    )["LoadBalancers"][0]["LoadBalancerArn"]
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=arn, Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": "true"}]
    )
    action = {"Type": "forward", "TargetGroupArn": target_group(aws, net, name)}
    if name == "redirect":
        action = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "StatusCode": "HTTP_301"}}
    listener = elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[action])
    if name == "meant":
        closed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}
        elb.create_rule(
            ListenerArn=listener["Listeners"][0]["ListenerArn"],
            Priority=1,
            Conditions=[{"Field": "path-pattern", "Values": ["/shop/*"]}],
            Actions=[closed],
        )
    return arn


def target_group(aws: Account, net: dict[str, Any], name: str, protocol: str = "HTTP") -> str:
    made = aws.client("elbv2").create_target_group(
        Name=name, Protocol=protocol, Port=80, VpcId=net["vpc"], TargetType="instance"
    )
    return made["TargetGroups"][0]["TargetGroupArn"]


def network_balancer(aws: Account, net: dict[str, Any], name: str) -> str:
    """The name of a Network Load Balancer."""
    elb = aws.client("elbv2")
    made = elb.create_load_balancer(Name=name, Subnets=net["subnets"], Type="network", Scheme="internal")
    action = {"Type": "forward", "TargetGroupArn": target_group(aws, net, name, "TCP")}
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    elb.create_listener(LoadBalancerArn=arn, Protocol="TCP", Port=80, DefaultActions=[action])
    return name


def load(aws: Account, name: str) -> None:
    """A request a second by day, a tenth of it by night; what is out of the ordinary follows from the name."""

    def measure(metric: str, **rule: Any) -> None:
        aws.metric("AWS/ApplicationELB", metric, {"LoadBalancer": f"app/{name}/*"}, **rule)

    if name == "redirect":
        return measure("HTTP_Redirect_Count", value=5)
    if name in ("idle", "standby", "young"):
        return None
    if name == "quiet":
        return measure("RequestCount", hours=[2] + [0] * 23)
    measure("RequestCount", hours=[30] * 8 + [300] * 12 + [3000] * 2 + [300] * 2)
    # Two in a hundred all the time; none but an hour's.
    measure("HTTPCode_Target_5XX_Count", hours={"erring": [6] * 24, "outage": [0] * 23 + [90]}.get(name, [0] * 24))
    # The load balancer answers so on purpose.
    measure("HTTPCode_ELB_503_Count", value=100 if name == "meant" else 0)
    measure("HTTPCode_ELB_5XX_Count", value=100 if name == "meant" else 0)
    times = {"slow": [0.2] * 20 + [1.8] * 4, "knee": [0.3] * 20 + [0.9] * 2 + [0.3] * 2, "waiting": [25.0] * 24}
    measure("TargetResponseTime", hours=times.get(name, [0.2] * 24))
    measure("RejectedConnectionCount", hours=[7 if name == "refusing" else 0] + [0] * 23)
    measure("TargetConnectionErrorCount", value=1 if name == "unreachable" else 0)
    return None


def units(aws: Account) -> None:
    """Peaks of 40 units, five times which are expected: 200."""
    elb = aws.client("elbv2")
    arns = {one["LoadBalancerName"]: one["LoadBalancerArn"] for one in elb.describe_load_balancers()["LoadBalancers"]}
    for name, reserved in {"reserved": 200, "unreserved": None, "tight": 150}.items():
        aws.metric("AWS/ApplicationELB", "PeakLCUs", {"LoadBalancer": f"app/{name}/*"}, hours=[4] * 23 + [40])
        if reserved:
            elb.modify_capacity_reservation(LoadBalancerArn=arns[name], MinimumLoadBalancerCapacity={"CapacityUnits": reserved})
