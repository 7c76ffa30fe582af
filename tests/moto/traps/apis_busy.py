"""A region whose APIs together come near its throttle: none of them alone does."""

from typing import Any

from seed import Account
from traps.apis import http, rest


def seed(aws: Account) -> dict[str, Any]:
    api = http(aws, "mobile").split("/")[0]
    rest(aws, "shop")
    # 4000 requests a second each for an hour a day, of 10000.
    for dimensions in ({"ApiName": "shop"}, {"ApiId": api}):
        aws.metric("AWS/ApiGateway", "Count", dimensions, hours=[240_000] + [600] * 23)
    return {"fail": {"quotas/apigw-rps": ["account"]}}
