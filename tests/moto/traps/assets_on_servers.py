"""Load balancers whose servers deliver everything themselves, though a distribution stands before one of them."""

from typing import Any

from accounts import clean_shop, shop
from seed import Account
from traps.sessions import tier


def seed(aws: Account) -> dict[str, Any]:
    net = shop.network(aws)
    public = shop.security_group(aws, net["vpc"], "public", 80, IpRanges=shop.ANYWHERE)
    web = shop.security_group(aws, net["vpc"], "web", 8080, **shop.from_group(public))
    fronted = tier(aws, net, public, "fronted", web, sticky=False)
    tier(aws, net, public, "bare", web, sticky=False)
    # It keeps nothing of what the servers make, and passes each request on.
    distribution(aws, "www.example.com", fronted)
    return {"fail": {"statelessness/assets-in-s3": ["fronted", "bare"]}}


def distribution(aws: Account, alias: str, origin: str) -> None:
    custom = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}
    methods = {"Quantity": 2, "Items": ["GET", "HEAD"]}
    behavior = {**clean_shop.behavior("app", clean_shop.CACHING_DISABLED), "AllowedMethods": methods}
    aws.client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": aws.id,
            "Comment": alias,
            "Enabled": True,
            "Aliases": {"Quantity": 1, "Items": [alias]},
            "Origins": {"Quantity": 1, "Items": [{"Id": "app", "DomainName": origin, "CustomOriginConfig": custom}]},
            "DefaultCacheBehavior": behavior,
        }
    )
