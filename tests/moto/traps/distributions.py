"""Distributions that keep nothing, by the wrong key, too little, or unmeasured, each beside one that does it right."""

from typing import Any

from cache_policies import CACHING_DISABLED, CACHING_OPTIMIZED, MANAGED, Policy, list_answer
from seed import Account

BY_BROWSER = Policy("11111111-0000-4000-8000-000000000001", "by-browser", 86400, 3600, headers=["User-Agent"])
BY_LANGUAGE = Policy("11111111-0000-4000-8000-000000000002", "by-language", 86400, 3600, headers=["Accept-Language"])

READ = ["GET", "HEAD"]
WRITE = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]


def seed(aws: Account) -> dict[str, Any]:
    aws.answer("cloudfront", "ListCachePolicies", body=list_answer([*MANAGED, BY_BROWSER, BY_LANGUAGE]))
    ids = {
        "idle": distribution(aws, "idle", [("/static/*", "bucket", CACHING_DISABLED, READ)], ("app", CACHING_OPTIMIZED, READ)),
        "kept": distribution(aws, "kept", [("/static/*", "bucket", CACHING_OPTIMIZED, READ)], ("app", CACHING_DISABLED, WRITE)),
        "api": distribution(aws, "api", [], ("app", CACHING_DISABLED, WRITE), alias="api.example.com"),
        "browser": distribution(aws, "browser", [], ("app", BY_BROWSER.id, READ)),
        "language": distribution(aws, "language", [], ("app", BY_LANGUAGE.id, READ)),
        "old": distribution(aws, "old", [], ("app", None, READ)),
        "small": distribution(aws, "small", [], ("bucket", CACHING_OPTIMIZED, READ)),
    }
    requests(aws, ids["kept"], value=50_000)
    requests(aws, ids["idle"], value=50_000)
    requests(aws, ids["language"], value=2_000)
    # At night nobody comes and all is kept: the busy hours, when nothing is, have to weigh more.
    requests(aws, ids["browser"], hours=[1] * 20 + [20_000] * 4)
    hit_rate(aws, ids["browser"], hours=[100] * 20 + [20] * 4)
    hit_rate(aws, ids["kept"], value=60)
    for name in ("kept", "browser", "small"):
        monitored(aws, ids[name])
    return {
        "fail": {
            "caching/static-behavior-cached": [ids["idle"]],
            "caching/cloudfront-cache-key": [ids["browser"], ids["old"]],
            "caching/cloudfront-hit-ratio": [ids["browser"]],
            "observability/cloudfront-metrics": [ids["idle"]],
        },
        "pass": {
            "caching/static-behavior-cached": [ids["kept"], ids["old"]],
            "caching/cloudfront-cache-key": [ids["kept"], ids["language"]],
            "caching/cloudfront-hit-ratio": [ids["kept"]],
            "observability/cloudfront-metrics": [ids["kept"]],
        },
        "skip": {
            "caching/static-behavior-cached": [ids["api"]],
            "caching/cloudfront-cache-key": [ids["api"]],
            "caching/cloudfront-hit-ratio": [ids["small"], ids["api"]],
            "observability/cloudfront-metrics": [ids["small"]],
        },
        "unknown": {"caching/cloudfront-hit-ratio": [ids["language"]]},
    }


def requests(aws: Account, distribution: str, **rule: Any) -> None:
    measure(aws, "Requests", distribution, **rule)


def hit_rate(aws: Account, distribution: str, **rule: Any) -> None:
    measure(aws, "CacheHitRate", distribution, **rule)


def measure(aws: Account, metric: str, distribution: str, **rule: Any) -> None:
    dimensions = {"DistributionId": distribution, "Region": "Global"}
    aws.metric("AWS/CloudFront", metric, dimensions, region="us-east-1", **rule)


# Path, origin, cache policy and methods.
Behavior = tuple[str, str, str | None, list[str]]


def distribution(
    aws: Account, name: str, behaviors: list[Behavior], default: tuple[str, str | None, list[str]], alias: str | None = None
) -> str:
    origins = [
        {"Id": "app", "DomainName": "app.example.com", "CustomOriginConfig": custom()},
        {"Id": "bucket", "DomainName": f"{name}.s3.eu-west-1.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}},
    ]
    items = [{"PathPattern": path, **behavior(*rest)} for path, *rest in behaviors]
    made = aws.client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": f"{aws.id}-{name}",
            "Comment": name,
            "Enabled": True,
            "Origins": {"Quantity": 2, "Items": origins},
            "DefaultCacheBehavior": behavior(*default),
            "CacheBehaviors": {"Quantity": len(items), "Items": items},
            "Aliases": {"Quantity": 1, "Items": [alias]} if alias else {"Quantity": 0},
        }
    )
    return made["Distribution"]["Id"]


def custom() -> dict[str, Any]:
    return {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}


def behavior(origin: str, policy: str | None, methods: list[str]) -> dict[str, Any]:
    """Without a policy, one of the old form that keeps an answer for each visitor's cookies."""
    old = {
        "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "all"}, "Headers": {"Quantity": 0}},
        "MinTTL": 0,
        "DefaultTTL": 60,
        "MaxTTL": 3600,
    }
    return {
        "TargetOriginId": origin,
        "ViewerProtocolPolicy": "redirect-to-https",
        "AllowedMethods": {"Quantity": len(methods), "Items": methods},
        **({"CachePolicyId": policy} if policy else old),
    }


def monitored(aws: Account, distribution: str) -> None:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<MonitoringSubscription xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><RealtimeMetricsSubscriptionConfig>'
        "<RealtimeMetricsSubscriptionStatus>Enabled</RealtimeMetricsSubscriptionStatus>"
        "</RealtimeMetricsSubscriptionConfig></MonitoringSubscription>"
    )
    path = f"/2020-05-31/distributions/{distribution}/monitoring-subscription"
    for end in ("", "/"):
        aws.answer("cloudfront", "GetMonitoringSubscription", params={"path": path + end}, body=body)
