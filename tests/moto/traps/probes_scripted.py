"""Load balancers in an account where a canary runs: what it visits stands in its script."""

from typing import Any

from seed import REGION, Account
from traps.alarms import alarm
from traps.load_balancers import balancer, network
from traps.probes import HOME, check, records


def seed(aws: Account) -> dict[str, Any]:
    net = network(aws)
    for name in ("called", "perhaps"):
        balancer(aws, net, name)
    records(aws, ["called", "perhaps"])
    pager = [f"arn:aws:sns:{HOME}:{aws.id}:pager"]
    about = ("AWS/Route53", "HealthCheckStatus")
    alarm(aws, "called", pager, about, {"HealthCheckId": check(aws, "called")}, region=HOME)
    canary = {"Name": "checkout", "Status": {"State": "RUNNING"}}
    aws.answer("synthetics", "DescribeCanaries", region=REGION, body={"Canaries": [canary]})
    return {
        "regions": [REGION, HOME],
        "pass": {"observability/external-probe": ["called"]},
        "unknown": {"observability/external-probe": ["perhaps"]},
    }
