"""An account without any alarm: its load balancer says so for its table, its queue and its function."""

from typing import Any

from seed import Account
from traps._data import table
from traps.functions import function
from traps.load_balancers import balancer, network
from traps.queues import queue


def seed(aws: Account) -> dict[str, Any]:
    role = aws.client("iam").create_role(RoleName="worker", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    function(aws, role, "mail")
    table(aws, "orders")
    queue(aws, "placed")
    balancer(aws, network(aws), "web")
    rule = "observability/core-alarms"
    return {"fail": {rule: ["web"]}, "skip": {rule: ["mail", "orders", "placed"]}}
