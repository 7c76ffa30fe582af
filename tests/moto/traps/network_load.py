"""NAT gateways and Lambda's limits by what CloudWatch says of them."""

from typing import Any

from accounts import shop
from seed import REGION, Account, tags

METRICS = {
    "ErrorPortAllocation": 0,
    "ActiveConnectionCount": 4000,
    "PacketsDropCount": 0,
    "PacketsOutToDestination": 1e7,
    "PacketsOutToSource": 1e7,
    "BytesOutToDestination": 4e9,
    "BytesInFromDestination": 6e9,
}


def seed(aws: Account) -> dict[str, Any]:
    busy, idle = network(aws, "10.1"), network(aws, "10.2")
    gateways = {name: gateway(aws, busy) for name in ("calm", "full", "crowded", "losing", "new")}
    quiet = gateway(aws, idle)
    measure(aws, gateways["calm"])
    measure(aws, gateways["full"], ErrorPortAllocation=1)
    measure(aws, gateways["crowded"], ActiveConnectionCount=50_000)
    measure(aws, gateways["losing"], PacketsDropCount=1e4)
    measure(aws, quiet, BytesOutToDestination=1e7, BytesInFromDestination=1e7)
    private_subnet(aws, busy, gateways["calm"])
    private_subnet(aws, idle, quiet)
    calm_vpc = network(aws, "10.3")
    served = gateway(aws, calm_vpc)
    measure(aws, served)
    table = private_subnet(aws, calm_vpc, served)
    shop.gateway_endpoint(aws, calm_vpc["vpc"], "s3", [table])
    named = by_name(aws, "10.4")
    # All gateways of a VPC have to be known before its traffic is.
    measure(aws, gateways["new"])
    return {
        "fail": {
            "quotas/nat-ports": [gateways["full"], gateways["crowded"], gateways["losing"]],
            "cost/gateway-endpoints": [busy["vpc"]],
        },
        "pass": {"quotas/nat-ports": [gateways["calm"]], "cost/gateway-endpoints": [calm_vpc["vpc"], named]},
        "skip": {"cost/gateway-endpoints": [idle["vpc"]]},
    }


def by_name(aws: Account, block: str) -> str:
    """A VPC in which the name of S3 leads to an interface endpoint."""
    net = network(aws, block)
    nat = gateway(aws, net)
    measure(aws, nat)
    private_subnet(aws, net, nat)
    aws.client("ec2").create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=net["vpc"],
        ServiceName=f"com.amazonaws.{REGION}.s3",
        SubnetIds=[net["public"]],
        PrivateDnsEnabled=True,
        DnsOptions={"PrivateDnsOnlyForInboundResolverEndpoint": False},
    )
    return net["vpc"]


def network(aws: Account, block: str) -> dict[str, Any]:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock=f"{block}.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = shop.route_table(aws, vpc, GatewayId=gateway)
    public = shop.subnet(aws, vpc, f"{block}.0.0/24", "eu-west-1a", "public", table)
    return {"vpc": vpc, "public": public, "block": block}


def gateway(aws: Account, net: dict[str, Any]) -> str:
    ec2 = aws.client("ec2")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    return ec2.create_nat_gateway(SubnetId=net["public"], AllocationId=address)["NatGateway"]["NatGatewayId"]


def private_subnet(aws: Account, net: dict[str, Any], nat: str) -> str:
    """A subnet with an instance that goes out through the gateway; its route table."""
    table = shop.route_table(aws, net["vpc"], NatGatewayId=nat)
    private = shop.subnet(aws, net["vpc"], f"{net['block']}.1.0/24", "eu-west-1a", "private", table)
    aws.client("ec2").run_instances(
        MinCount=1,
        MaxCount=1,
        ImageId="ami-12345678",
        InstanceType="m7g.large",
        SubnetId=private,
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags("worker")}],
    )
    return table


def measure(aws: Account, nat: str, **other: float) -> None:
    for metric, value in {**METRICS, **other}.items():
        aws.metric("AWS/NATGateway", metric, {"NatGatewayId": nat}, value=value)
