"""A thousand servers, and little else: an account of a size that takes memory."""

from typing import Any

from accounts import shop
from seed import Account

SERVERS = 1000


def seed(aws: Account) -> dict[str, Any]:
    net = shop.network(aws)
    group = shop.security_group(aws, net["vpc"], "servers", 8080, IpRanges=shop.ANYWHERE)
    image = {"ImageId": "ami-12345678", "InstanceType": "m7g.large"}
    wide = shop.subnet(aws, net["vpc"], "10.0.128.0/17", "eu-west-1a", "wide", net["private_tables"][0])
    place = {"SubnetId": wide, "SecurityGroupIds": [group]}
    for _ in range(SERVERS // 100):
        aws.client("ec2").run_instances(MinCount=100, MaxCount=100, **image, **place)
    return {"servers": SERVERS}
