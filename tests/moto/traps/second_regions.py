"""Three ways in, alike but for the records before them and the copies behind them."""

from typing import Any

from accounts import shop
from seed import Account
from traps.request_paths import shop_database, storefront

OTHER = "us-east-1"


def seed(aws: Account) -> dict[str, Any]:
    net = shop.network(aws)
    names = {}
    for name in ("alone", "led-away", "bare"):
        storefront(aws, net, name)
        shop_database(aws, net, name, standby=True)
        names[name] = dns_name(aws, name)
    records(aws, {name: names[name] for name in ("led-away", "bare")}, elsewhere(aws))
    for name in ("alone", "led-away"):
        aws.client("rds", OTHER).create_db_instance_read_replica(
            DBInstanceIdentifier=f"{name}-copy",
            SourceDBInstanceIdentifier=f"arn:aws:rds:eu-west-1:{aws.id}:db:{name}-orders",
        )
    return {
        "regions": ["eu-west-1", OTHER],
        # One has a copy and nobody who leads users to it, one is led away to no data.
        "fail": {"multi-az/region-failover": ["alone", "bare"]},
        "pass": {"multi-az/region-failover": ["led-away"]},
    }


def dns_name(aws: Account, name: str) -> str:
    return aws.client("elbv2").describe_load_balancers(Names=[name])["LoadBalancers"][0]["DNSName"]


def elsewhere(aws: Account) -> str:
    """A load balancer in another region, with nothing behind it."""
    ec2 = aws.client("ec2", OTHER)
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone=f"{OTHER}{zone}")["Subnet"]["SubnetId"]
        for number, zone in enumerate("ab")
    ]
    made = aws.client("elbv2", OTHER).create_load_balancer(Name="other", Subnets=subnets, Scheme="internet-facing")
    return made["LoadBalancers"][0]["DNSName"]


def records(aws: Account, names: dict[str, str], other: str) -> None:
    """A pair for each name: the second answers while the first is unhealthy."""
    route53 = aws.client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference=aws.id)["HostedZone"]["Id"]
    changes = []
    for name, own in names.items():
        for role, target in (("PRIMARY", own), ("SECONDARY", other)):
            alias = {"HostedZoneId": "Z32O12XQLNTSW2", "DNSName": target, "EvaluateTargetHealth": True}
            record = {"Name": f"{name}.example.com", "Type": "A", "SetIdentifier": role, "Failover": role, "AliasTarget": alias}
            changes.append({"Action": "CREATE", "ResourceRecordSet": record})
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
