"""Web ACLs of WAF Classic, on a load balancer, on a distribution, and on nothing. moto has none, so AWS's answers are canned."""

from typing import Any

from seed import REGION, Account
from traps.apis import distribution

USED, IDLE, EDGE = ("473e64fd-0001", "473e64fd-0002", "473e64fd-0003")


def seed(aws: Account) -> dict[str, Any]:
    aws.answer("waf", "ListWebACLs", body=listed(EDGE))
    # WAF can send a mark behind the last one.
    aws.answer("waf-regional", "ListWebACLs", params={"NextMarker": IDLE}, body=listed())
    aws.answer("waf-regional", "ListWebACLs", body={**listed(USED, IDLE), "NextMarker": IDLE})
    balancer = f"arn:aws:elasticloadbalancing:{REGION}:{aws.id}:loadbalancer/app/web/50dc6c495c0c9188"
    on = {"WebACLId": USED, "ResourceType": "APPLICATION_LOAD_BALANCER"}
    aws.answer("waf-regional", "ListResourcesForWebACL", params=on, body={"ResourceArns": [balancer]})
    distribution(aws, "origin.example.com", acl=EDGE)
    return {
        "fail": {"edge-security/waf-classic": [USED, EDGE]},
        "pass": {"edge-security/waf-classic": [IDLE]},
    }


def listed(*ids: str) -> dict[str, Any]:
    return {"WebACLs": [{"WebACLId": id, "Name": f"acl-{id}"} for id in ids]}
