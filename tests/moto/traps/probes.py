"""Load balancers whose names somebody calls from outside, each beside one whose caller nobody hears."""

from typing import Any

from seed import Account
from traps.alarms import alarm, pager
from traps.load_balancers import balancer, network

NAMES = "called counted unheard mute uncalled nameless".split()
# Where Route 53 publishes what its health checks find.
HOME = "us-east-1"


def seed(aws: Account) -> dict[str, Any]:
    net = network(aws)
    for name in NAMES:
        balancer(aws, net, name)
    records(aws, [name for name in NAMES if name != "nameless"])
    checks = {name: check(aws, name) for name in ("called", "counted", "unheard", "mute")}
    checks["all"] = calculated(aws, [checks["counted"]])
    heard = pager(aws, HOME)
    for name, actions in (("called", heard), ("all", heard), ("mute", [])):
        watch(aws, name, actions, checks[name])
    return {
        "regions": ["eu-west-1", HOME],
        "fail": {"observability/external-probe": ["unheard", "mute", "uncalled"]},
        "pass": {"observability/external-probe": ["called", "counted"]},
        "skip": {"observability/external-probe": ["nameless"]},
    }


def watch(aws: Account, name: str, actions: list[str], check: str) -> None:
    """An alarm on a health check, which is 1 while all is well."""
    about, below = ("AWS/Route53", "HealthCheckStatus"), {"Threshold": 1.0, "ComparisonOperator": "LessThanThreshold"}
    alarm(aws, name, actions, about, {"HealthCheckId": check}, region=HOME, **below)


def records(aws: Account, names: list[str]) -> None:
    """A name of its own for each load balancer."""
    route53 = aws.client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference=aws.id)["HostedZone"]["Id"]
    found = aws.client("elbv2").describe_load_balancers(Names=names)["LoadBalancers"]
    changes = []
    for one in found:
        alias = {"HostedZoneId": "Z32O12XQLNTSW2", "DNSName": one["DNSName"], "EvaluateTargetHealth": False}
        record = {"Name": f"{one['LoadBalancerName']}.example.com", "Type": "A", "AliasTarget": alias}
        changes.append({"Action": "CREATE", "ResourceRecordSet": record})
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


def check(aws: Account, name: str) -> str:
    config = {"Type": "HTTPS", "FullyQualifiedDomainName": f"{name}.example.com", "ResourcePath": "/"}
    return health_check(aws, name, config)


def calculated(aws: Account, children: list[str]) -> str:
    return health_check(aws, "all", {"Type": "CALCULATED", "HealthThreshold": 1, "ChildHealthChecks": children})


def health_check(aws: Account, name: str, config: dict[str, Any]) -> str:
    made = aws.client("route53").create_health_check(CallerReference=f"{aws.id}-{name}", HealthCheckConfig=config)
    return made["HealthCheck"]["Id"]
