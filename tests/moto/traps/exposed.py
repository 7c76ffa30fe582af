"""What the whole internet gets to: by prefix lists, by UDP, by any port, and through load balancers in front."""

from typing import Any

from seed import Account
from traps.load_balancers import network

EVERYWHERE = [{"CidrIp": "0.0.0.0/0"}]


def seed(aws: Account) -> dict[str, Any]:
    net = network(aws)
    clients, office = prefix_list(aws, "clients", "0.0.0.0/0"), prefix_list(aws, "office", "203.0.113.0/24")
    listed, few = (group(aws, net, name, 80, PrefixListIds=[each]) for name, each in (("listed", clients), ("few", office)))
    for name, each in (("listed", listed), ("few", few)):
        balancer(aws, net, name, [each])
    inner = balancer(aws, net, "inner", [group(aws, net, "inner", 80, IpRanges=EVERYWHERE)], scheme="internal")
    balancer(aws, net, "alone", [group(aws, net, "alone", 80, IpRanges=EVERYWHERE)], scheme="internal")
    in_front(aws, net, "edge", inner)
    database = group(aws, net, "database", 5432, PrefixListIds=[clients])
    cache = group(aws, net, "cache", 11211, protocol="udp", IpRanges=EVERYWHERE)
    private = group(aws, net, "private", 5432, PrefixListIds=[office])
    anyport = group(aws, net, "framework", 3000, IpRanges=EVERYWHERE)
    people = group(aws, net, "people", 22, IpRanges=EVERYWHERE)
    for each in (database, cache, private):
        server(aws, net, each)
    return {
        "fail": {
            "edge-security/alb-waf": ["listed", "inner"],
            "observability/lb-access-logs": ["listed", "few", "inner"],
            "data-tier/db-ports-public": [database, cache],
            "load-balancing/entry-point-behind-lb": [server(aws, net, anyport)],
        },
        "pass": {
            "data-tier/db-ports-public": [private],
            "load-balancing/entry-point-behind-lb": [server(aws, net, people)],
        },
        "skip": {
            "edge-security/alb-waf": ["few", "alone", "edge"],
            "observability/lb-access-logs": ["alone"],
        },
    }


def prefix_list(aws: Account, name: str, cidr: str) -> dict[str, str]:
    entries = [{"Cidr": cidr, "Description": name}]
    made = aws.client("ec2").create_managed_prefix_list(
        PrefixListName=name, MaxEntries=2, AddressFamily="IPv4", Entries=entries
    )
    return {"PrefixListId": made["PrefixList"]["PrefixListId"]}


def group(aws: Account, net: dict[str, Any], name: str, port: int, protocol: str = "tcp", **source: Any) -> str:
    ec2 = aws.client("ec2")
    made = ec2.create_security_group(GroupName=f"{name}-{port}", Description=name, VpcId=net["vpc"])["GroupId"]
    permission = {"IpProtocol": protocol, "FromPort": port, "ToPort": port, **source}
    ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[permission])
    return made


def balancer(aws: Account, net: dict[str, Any], name: str, groups: list[str], scheme: str = "internet-facing") -> str:
    elb = aws.client("elbv2")
    arn = elb.create_load_balancer(Name=name, Subnets=net["subnets"], SecurityGroups=groups, Scheme=scheme)
    arn = arn["LoadBalancers"][0]["LoadBalancerArn"]
    target_group = elb.create_target_group(Name=name, Protocol="HTTP", Port=8080, VpcId=net["vpc"], TargetType="instance")
    action = {"Type": "forward", "TargetGroupArn": target_group["TargetGroups"][0]["TargetGroupArn"]}
    elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[action])
    return arn


def in_front(aws: Account, net: dict[str, Any], name: str, inner: str) -> None:
    """A public Network Load Balancer that forwards to an Application Load Balancer."""
    elb = aws.client("elbv2")
    made = elb.create_load_balancer(Name=name, Subnets=net["subnets"], Type="network", Scheme="internet-facing")
    target_group = elb.create_target_group(Name=name, Protocol="TCP", Port=80, VpcId=net["vpc"], TargetType="alb")
    target_group = target_group["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=target_group, Targets=[{"Id": inner, "Port": 80}])
    action = {"Type": "forward", "TargetGroupArn": target_group}
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    elb.create_listener(LoadBalancerArn=arn, Protocol="TCP", Port=80, DefaultActions=[action])


def server(aws: Account, net: dict[str, Any], security_group: str) -> str:
    """One with a public address."""
    interface = {
        "DeviceIndex": 0,
        "SubnetId": net["subnets"][0],
        "Groups": [security_group],
        "AssociatePublicIpAddress": True,
    }
    made = aws.client("ec2").run_instances(
        ImageId="ami-12345678", InstanceType="m7g.large", MinCount=1, MaxCount=1, NetworkInterfaces=[interface]
    )
    return made["Instances"][0]["InstanceId"]
