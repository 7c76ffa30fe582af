"""CloudFront's list of cache policies, which moto lacks: AWS's own policies as they are published, and those of a test."""

from dataclasses import dataclass, field


@dataclass
class Policy:
    id: str
    name: str
    max_ttl: int
    default_ttl: int
    cookies: str = "none"
    headers: list[str] = field(default_factory=list)
    query_strings: str = "none"
    kind: str = "custom"


CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"

MANAGED = [
    Policy(CACHING_DISABLED, "Managed-CachingDisabled", 0, 0, kind="managed"),
    Policy(CACHING_OPTIMIZED, "Managed-CachingOptimized", 31536000, 86400, kind="managed"),
]


def list_answer(policies: list[Policy]) -> str:
    """The answer to ListCachePolicies, in one page."""
    items = "".join(summary(policy) for policy in policies)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<CachePolicyList xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">'
        f"<MaxItems>100</MaxItems><Quantity>{len(policies)}</Quantity><Items>{items}</Items></CachePolicyList>"
    )


def summary(policy: Policy) -> str:
    names = "".join(f"<Name>{name}</Name>" for name in policy.headers)
    listed = f"<Headers><Quantity>{len(policy.headers)}</Quantity><Items>{names}</Items></Headers>"
    headers = f"<HeaderBehavior>whitelist</HeaderBehavior>{listed}" if policy.headers else "<HeaderBehavior>none</HeaderBehavior>"
    return (
        f"<CachePolicySummary><Type>{policy.kind}</Type><CachePolicy><Id>{policy.id}</Id>"
        "<LastModifiedTime>2024-01-01T00:00:00Z</LastModifiedTime><CachePolicyConfig>"
        f"<Name>{policy.name}</Name><DefaultTTL>{policy.default_ttl}</DefaultTTL><MaxTTL>{policy.max_ttl}</MaxTTL>"
        "<MinTTL>0</MinTTL><ParametersInCacheKeyAndForwardedToOrigin>"
        "<EnableAcceptEncodingGzip>true</EnableAcceptEncodingGzip>"
        f"<HeadersConfig>{headers}</HeadersConfig>"
        f"<CookiesConfig><CookieBehavior>{policy.cookies}</CookieBehavior></CookiesConfig>"
        f"<QueryStringsConfig><QueryStringBehavior>{policy.query_strings}</QueryStringBehavior></QueryStringsConfig>"
        "</ParametersInCacheKeyAndForwardedToOrigin></CachePolicyConfig></CachePolicy></CachePolicySummary>"
    )
