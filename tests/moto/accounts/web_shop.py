"""A load-balanced, two-zone web application with a single-zone database, a read replica, a sticky target group,
an unprotected load balancer and a budget that alerts nobody. It lives in eu-west-1; us-east-1 is empty."""

from typing import Any

from accounts import shop
from seed import Account

# The hosted zone of every load balancer in eu-west-1.
LOAD_BALANCER_ZONE = "Z32O12XQLNTSW2"


def seed(aws: Account) -> dict[str, Any]:
    net = shop.network(aws)
    public = shop.security_group(aws, net["vpc"], "shop-load-balancer", 80, IpRanges=shop.ANYWHERE)
    web = shop.security_group(aws, net["vpc"], "shop-web", 8080, **shop.from_group(public))
    data = shop.security_group(aws, net["vpc"], "shop-data", 5432, **shop.from_group(web))
    logs = shop.bucket(aws, "shop-logs")
    shop.load(aws)
    balancer = shop.load_balancer(aws, net, public, logs, sticky=True)
    return {
        **net,
        **balancer,
        **shop.fleet(aws, net, web, balancer["target_group"]),
        **shop.database(aws, net, data, multi_az=False),
        **shop.queue(aws),
        **shop.monitoring(aws, shop.watched(balancer, net)),
        **shop.budget(aws, notifications=[]),
        **shop.alias_record(aws, balancer["load_balancer_dns"], LOAD_BALANCER_ZONE),
        "logs_bucket": logs,
    }
