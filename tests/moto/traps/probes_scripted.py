"""Load balancers in an account where a canary runs: what it visits stands in its script."""

from typing import Any

from seed import REGION, Account
from traps.alarms import pager
from traps.load_balancers import balancer, network
from traps.probes import HOME, check, records, watch


def seed(aws: Account) -> dict[str, Any]:
    net = network(aws)
    for name in ("called", "perhaps"):
        balancer(aws, net, name)
    records(aws, ["called", "perhaps"])
    watch(aws, "called", pager(aws, HOME), check(aws, "called"))
    canary = {"Name": "checkout", "Status": {"State": "RUNNING"}}
    aws.answer("synthetics", "DescribeCanaries", region=REGION, body={"Canaries": [canary]})
    return {
        "regions": [REGION, HOME],
        "pass": {"observability/external-probe": ["called"]},
        "unknown": {"observability/external-probe": ["perhaps"]},
    }
