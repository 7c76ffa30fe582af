"""Load balancers that keep an access log, each beside one that does not, and ones that have none to keep."""

from typing import Any

from seed import Account
from traps.load_balancers import balancer, network, target_group


def seed(aws: Account) -> dict[str, Any]:
    net = network(aws)
    for name in ("logging", "mute"):
        log(aws, balancer(aws, net, name), name == "logging")
    for name in ("logging-tls", "mute-tls"):
        log(aws, network_balancer(aws, net, name, "TLS"), name == "logging-tls")
    log(aws, network_balancer(aws, net, "mute-tcp", "TCP"), False)
    log(aws, inside(aws, net, "inside", "application"), False)
    log(aws, inside(aws, net, "inspection", "gateway"), False)
    return {
        "fail": {"observability/lb-access-logs": ["mute", "mute-tls"]},
        "pass": {"observability/lb-access-logs": ["logging", "logging-tls"]},
        "skip": {"observability/lb-access-logs": ["mute-tcp", "inside", "inspection"]},
    }


def log(aws: Account, arn: str, on: bool) -> None:
    attributes = {"access_logs.s3.enabled": str(on).lower(), "access_logs.s3.bucket": "logs" if on else ""}
    aws.client("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=arn, Attributes=[{"Key": key, "Value": value} for key, value in attributes.items()]
    )


def network_balancer(aws: Account, net: dict[str, Any], name: str, protocol: str) -> str:
    elb = aws.client("elbv2")
    made = elb.create_load_balancer(Name=name, Subnets=net["subnets"], Type="network", Scheme="internet-facing")
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    action = {"Type": "forward", "TargetGroupArn": target_group(aws, net, name, protocol)}
    elb.create_listener(
        LoadBalancerArn=arn,
        Protocol=protocol,
        Port=443,
        DefaultActions=[action],
        **(encrypted(aws) if protocol == "TLS" else {}),
    )
    return arn


def encrypted(aws: Account) -> dict[str, Any]:
    made = aws.client("acm").request_certificate(DomainName="shop.example.com", ValidationMethod="DNS")
    return {
        "Certificates": [{"CertificateArn": made["CertificateArn"]}],
        "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
    }


def inside(aws: Account, net: dict[str, Any], name: str, sort: str) -> str:
    more = {} if sort == "gateway" else {"Scheme": "internal", "SecurityGroups": [net["open"]]}
    made = aws.client("elbv2").create_load_balancer(Name=name, Subnets=net["subnets"], Type=sort, **more)
    return made["LoadBalancers"][0]["LoadBalancerArn"]
