"""Distributions that name a web ACL of WAF Classic, one of today's, and none."""

from typing import Any

from seed import Account
from traps.apis import distribution


def seed(aws: Account) -> dict[str, Any]:
    current = f"arn:aws:wafv2:us-east-1:{aws.id}:global/webacl/edge/473e64fd-f30b-4765-81a0-62ad96dd167a"
    classic, today, none = (
        distribution(aws, "origin.example.com", acl=acl) for acl in ("473e64fd-0003", current, "")
    )
    return {
        "fail": {"edge-security/waf-classic": [classic]},
        "pass": {"edge-security/waf-classic": [today, none]},
    }
