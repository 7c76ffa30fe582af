"""VPCs whose private subnets leave by something in one zone: a NAT instance, a firewall endpoint, a NAT gateway of a VPC behind a transit
gateway; and interface endpoints in one zone. Each beside one that is in both zones, or that needs no other."""

from typing import Any

from accounts import shop
from seed import REGION, ZONES, Account


def seed(aws: Account) -> dict[str, Any]:
    instance, pair = network(aws, "10.1"), network(aws, "10.2")
    leave_by(aws, instance, [nat_instance(aws, instance, 0)])
    leave_by(aws, pair, [nat_instance(aws, pair, number) for number in (0, 1)])
    walled, fenced = network(aws, "10.3"), network(aws, "10.4")
    leave_by(aws, walled, [firewall(aws, walled, 0)])
    leave_by(aws, fenced, [firewall(aws, fenced, number) for number in (0, 1)])
    spoke, central = network(aws, "10.5"), network(aws, "10.6", servers=False)
    through(aws, spoke, central)
    stranger = network(aws, "10.7")
    leave_by(aws, stranger, [{"TransitGatewayId": gateway(aws)}])
    closed = network(aws, "10.8")
    lone, both = endpoint(aws, closed, "secretsmanager", 1), endpoint(aws, closed, "logs", 2)
    named_only = endpoint(aws, pair, "sqs", 1, private_dns=False)
    return {
        "fail": {
            "multi-az/nat-per-az": [vpc["vpc"] for vpc in (instance, walled, spoke)],
            "multi-az/endpoint-zones": [lone],
        },
        "pass": {
            "multi-az/nat-per-az": [vpc["vpc"] for vpc in (pair, fenced)],
            "multi-az/endpoint-zones": [both],
        },
        "skip": {"multi-az/nat-per-az": [closed["vpc"], central["vpc"]], "multi-az/endpoint-zones": [named_only]},
        "unknown": {"multi-az/nat-per-az": [stranger["vpc"]]},
    }


def network(aws: Account, block: str, servers: bool = True) -> dict[str, Any]:
    """A public and a private subnet in each of two zones, a table for each private one, and a server in it."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock=f"{block}.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    way_in = shop.route_table(aws, vpc, GatewayId=gateway)
    net: dict[str, Any] = {"vpc": vpc, "public": [], "private": [], "tables": []}
    for number, zone in enumerate(ZONES):
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        net["public"].append(shop.subnet(aws, vpc, f"{block}.{number}.0/24", zone, "public", way_in))
        net["private"].append(shop.subnet(aws, vpc, f"{block}.{number + 10}.0/24", zone, "private", table))
        net["tables"].append(table)
        if servers:
            server(aws, net["private"][number])
    return net


def server(aws: Account, subnet: str) -> dict[str, Any]:
    ec2 = aws.client("ec2")
    made = ec2.run_instances(ImageId="ami-12345678", InstanceType="m7g.large", MinCount=1, MaxCount=1, SubnetId=subnet)
    return ec2.describe_instances(InstanceIds=[made["Instances"][0]["InstanceId"]])["Reservations"][0]["Instances"][0]


def leave_by(aws: Account, net: dict[str, Any], targets: list[dict[str, str]]) -> None:
    """The default routes of the private subnets; the last target serves those that are left."""
    for number, table in enumerate(net["tables"]):
        target = targets[min(number, len(targets) - 1)]
        aws.client("ec2").create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)


def nat_instance(aws: Account, net: dict[str, Any], zone: int) -> dict[str, str]:
    return {"NetworkInterfaceId": server(aws, net["public"][zone])["NetworkInterfaces"][0]["NetworkInterfaceId"]}


def firewall(aws: Account, net: dict[str, Any], zone: int) -> dict[str, str]:
    made = aws.client("ec2").create_vpc_endpoint(
        VpcId=net["vpc"],
        ServiceName=f"com.amazonaws.vpce.{REGION}.vpce-svc-0a1b2c3d4e5f67890",
        VpcEndpointType="GatewayLoadBalancer",
        SubnetIds=[net["public"][zone]],
    )
    return {"VpcEndpointId": made["VpcEndpoint"]["VpcEndpointId"]}


def gateway(aws: Account) -> str:
    return aws.client("ec2").create_transit_gateway()["TransitGateway"]["TransitGatewayId"]


def through(aws: Account, spoke: dict[str, Any], central: dict[str, Any]) -> None:
    """The spoke leaves by the other VPC, whose two zones share one NAT gateway."""
    ec2 = aws.client("ec2")
    transit = gateway(aws)
    for net in (spoke, central):
        ec2.create_transit_gateway_vpc_attachment(
            TransitGatewayId=transit, VpcId=net["vpc"], SubnetIds=net["private"]
        )
    leave_by(aws, spoke, [{"TransitGatewayId": transit}])
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=central["public"][0], AllocationId=address)["NatGateway"]["NatGatewayId"]
    leave_by(aws, central, [{"NatGatewayId": nat}])


def endpoint(aws: Account, net: dict[str, Any], service: str, zones: int, private_dns: bool = True) -> str:
    made = aws.client("ec2").create_vpc_endpoint(
        VpcId=net["vpc"],
        ServiceName=f"com.amazonaws.{REGION}.{service}",
        VpcEndpointType="Interface",
        SubnetIds=net["private"][:zones],
        PrivateDnsEnabled=private_dns,
    )
    return made["VpcEndpoint"]["VpcEndpointId"]
