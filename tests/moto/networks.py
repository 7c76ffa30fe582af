"""Makes networks for `stack.py`: see `resources.py`."""

from seed import Account
from shapes import call, tag, without
from stack import Made, Makers, Properties


def vpc(aws: Account, _: str, properties: Properties) -> Made:
    switches = ("EnableDnsHostnames", "EnableDnsSupport")
    made = call(aws, "ec2", "CreateVpc", without(properties, "Tags", *switches))["Vpc"]["VpcId"]
    for switch in switches:
        value = str(properties[switch]).lower() == "true"
        aws.client("ec2").modify_vpc_attribute(VpcId=made, **{switch: {"Value": value}})
    tag(aws, made, properties)
    filters = [{"Name": "vpc-id", "Values": [made]}]
    (default,) = aws.client("ec2").describe_security_groups(Filters=filters)["SecurityGroups"]
    return made, {"CidrBlock": properties["CidrBlock"], "DefaultSecurityGroup": default["GroupId"]}


def subnet(aws: Account, _: str, properties: Properties) -> Made:
    made = call(aws, "ec2", "CreateSubnet", without(properties, "MapPublicIpOnLaunch", "Tags"))["Subnet"]["SubnetId"]
    public = str(properties.get("MapPublicIpOnLaunch", False)).lower() == "true"
    aws.client("ec2").modify_subnet_attribute(SubnetId=made, MapPublicIpOnLaunch={"Value": public})
    tag(aws, made, properties)
    return made, {}


def internet_gateway(aws: Account, _: str, properties: Properties) -> Made:
    made = aws.client("ec2").create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    tag(aws, made, properties)
    return made, {}


def gateway_attachment(aws: Account, name: str, properties: Properties) -> Made:
    call(aws, "ec2", "AttachInternetGateway", properties)
    return name, {}


def address(aws: Account, _: str, properties: Properties) -> Made:
    made = call(aws, "ec2", "AllocateAddress", without(properties, "Tags"))
    tag(aws, made["AllocationId"], properties)
    return made["PublicIp"], {"AllocationId": made["AllocationId"]}


def nat_gateway(aws: Account, _: str, properties: Properties) -> Made:
    made = call(aws, "ec2", "CreateNatGateway", without(properties, "Tags"))["NatGateway"]["NatGatewayId"]
    tag(aws, made, properties)
    return made, {}


def route_table(aws: Account, _: str, properties: Properties) -> Made:
    made = call(aws, "ec2", "CreateRouteTable", without(properties, "Tags"))["RouteTable"]["RouteTableId"]
    tag(aws, made, properties)
    return made, {}


def route(aws: Account, name: str, properties: Properties) -> Made:
    call(aws, "ec2", "CreateRoute", properties)
    return name, {}


def route_table_association(aws: Account, _: str, properties: Properties) -> Made:
    return call(aws, "ec2", "AssociateRouteTable", properties)["AssociationId"], {}


def vpc_endpoint(aws: Account, _: str, properties: Properties) -> Made:
    endpoint = {"VpcEndpointType": "Gateway", **without(properties, "Tags")}
    made = call(aws, "ec2", "CreateVpcEndpoint", endpoint)["VpcEndpoint"]["VpcEndpointId"]
    tag(aws, made, properties)
    return made, {}


def security_group(aws: Account, name: str, properties: Properties) -> Made:
    ec2 = aws.client("ec2")
    group = {"Description": properties["GroupDescription"], "GroupName": name, "VpcId": properties["VpcId"]}
    made = call(aws, "ec2", "CreateSecurityGroup", group)["GroupId"]
    for rule in properties.get("SecurityGroupIngress", []):
        ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[permission(rule)])
    if egress := properties.get("SecurityGroupEgress"):
        everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        ec2.revoke_security_group_egress(GroupId=made, IpPermissions=[everything])
        ec2.authorize_security_group_egress(GroupId=made, IpPermissions=[permission(rule) for rule in egress])
    tag(aws, made, properties)
    return made, {"GroupId": made}


def permission(rule: Properties) -> Properties:
    ports = {port: int(rule[port]) for port in ("FromPort", "ToPort") if port in rule}
    if "SourceSecurityGroupId" in rule:
        source = {"UserIdGroupPairs": [{"GroupId": rule["SourceSecurityGroupId"]}]}
    else:
        source = {"IpRanges": [{"CidrIp": rule["CidrIp"]}]}
    return {"IpProtocol": rule["IpProtocol"], **ports, **source}


def ingress(aws: Account, name: str, properties: Properties) -> Made:
    rules = [permission(properties)]
    aws.client("ec2").authorize_security_group_ingress(GroupId=properties["GroupId"], IpPermissions=rules)
    return name, {}


def egress(aws: Account, name: str, properties: Properties) -> Made:
    rules = [permission({**properties, "SourceSecurityGroupId": properties["DestinationSecurityGroupId"]})]
    aws.client("ec2").authorize_security_group_egress(GroupId=properties["GroupId"], IpPermissions=rules)
    return name, {}


def left_out(_aws: Account, name: str, _properties: Properties) -> Made:
    """Nothing that waaudit reads depends on it."""
    return name, {}


MAKERS: Makers = {
    "AWS::EC2::DHCPOptions": left_out,
    "AWS::EC2::EIP": address,
    "AWS::EC2::FlowLog": left_out,
    "AWS::EC2::InternetGateway": internet_gateway,
    "AWS::EC2::NatGateway": nat_gateway,
    "AWS::EC2::NetworkAcl": left_out,
    "AWS::EC2::NetworkAclEntry": left_out,
    "AWS::EC2::Route": route,
    "AWS::EC2::RouteTable": route_table,
    "AWS::EC2::SecurityGroup": security_group,
    "AWS::EC2::SecurityGroupEgress": egress,
    "AWS::EC2::SecurityGroupIngress": ingress,
    "AWS::EC2::Subnet": subnet,
    "AWS::EC2::SubnetNetworkAclAssociation": left_out,
    "AWS::EC2::SubnetRouteTableAssociation": route_table_association,
    "AWS::EC2::VPC": vpc,
    "AWS::EC2::VPCDHCPOptionsAssociation": left_out,
    "AWS::EC2::VPCEndpoint": vpc_endpoint,
    "AWS::EC2::VPCGatewayAttachment": gateway_attachment,
}
