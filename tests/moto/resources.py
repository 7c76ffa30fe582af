"""Makes the resources of other people's CloudFormation templates, each by the call that CloudFormation would make.

Templates write numbers and switches as text, and name members as CloudFormation does; `shaped` gives them the API's types.
A property that the API does not have ends the program, so nothing of a template is lost on the way.
"""

import io
import json
import zipfile
from typing import Any

from botocore import xform_name
from seed import Account
from stack import Made, Makers, Properties

Members = dict[str, str]


def shaped(value: Any, shape: Any, renamed: Members) -> Any:
    """A property's value as the API's shape wants it."""
    if shape.type_name == "structure":
        return shaped_members(value, shape, renamed)
    if shape.type_name == "list":
        parts = value if isinstance(value, list) else [value]
        return [shaped(part, shape.member, renamed) for part in parts]
    if shape.type_name == "map":
        return {name: shaped(part, shape.value, renamed) for name, part in value.items()}
    if shape.type_name == "boolean":
        return str(value).lower() == "true"
    if shape.type_name in ("integer", "long"):
        return int(value)
    if shape.type_name in ("float", "double"):
        return float(value)
    return json.dumps(value) if isinstance(value, dict) else str(value)


def shaped_members(value: Properties, shape: Any, renamed: Members) -> Properties:
    names = {name.lower(): name for name in shape.members}
    members = {}
    for given, part in value.items():
        name = names.get(renamed.get(given, given).lower())
        if name is None:
            raise SystemExit(f"{shape.name} has no {given}")
        members[name] = shaped(part, shape.members[name], renamed)
    return members


def call(aws: Account, service: str, operation: str, properties: Properties, **renamed: str) -> Any:
    client = aws.client(service)
    shape = client.meta.service_model.operation_model(operation).input_shape
    return getattr(client, xform_name(operation))(**shaped(properties, shape, renamed))


def without(properties: Properties, *names: str) -> Properties:
    return {name: value for name, value in properties.items() if name not in names}


def tag(aws: Account, resource: str, properties: Properties) -> None:
    if tags := properties.get("Tags"):
        aws.client("ec2").create_tags(Resources=[resource], Tags=tags)


# The network.


def vpc(aws: Account, _: str, properties: Properties) -> Made:
    switches = ("EnableDnsHostnames", "EnableDnsSupport")
    made = call(aws, "ec2", "CreateVpc", without(properties, "Tags", *switches))["Vpc"]["VpcId"]
    for switch in switches:
        value = str(properties[switch]).lower() == "true"
        aws.client("ec2").modify_vpc_attribute(VpcId=made, **{switch: {"Value": value}})
    tag(aws, made, properties)
    return made, {}


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
    made = call(aws, "ec2", "AllocateAddress", properties)
    return made["PublicIp"], {"AllocationId": made["AllocationId"]}


def nat_gateway(aws: Account, _: str, properties: Properties) -> Made:
    return call(aws, "ec2", "CreateNatGateway", properties)["NatGateway"]["NatGatewayId"], {}


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
    made = call(aws, "ec2", "CreateVpcEndpoint", {"VpcEndpointType": "Gateway", **properties})
    return made["VpcEndpoint"]["VpcEndpointId"], {}


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
    ports = {"FromPort": int(rule["FromPort"]), "ToPort": int(rule["ToPort"])}
    if "SourceSecurityGroupId" in rule:
        source = {"UserIdGroupPairs": [{"GroupId": rule["SourceSecurityGroupId"]}]}
    else:
        source = {"IpRanges": [{"CidrIp": rule["CidrIp"]}]}
    return {"IpProtocol": rule["IpProtocol"], **ports, **source}


# Servers and what is in front of them.


def instance(aws: Account, _: str, properties: Properties) -> Made:
    profile = {"Name": properties["IamInstanceProfile"]}
    one = {**without(properties, "Tags"), "IamInstanceProfile": profile, "MinCount": 1, "MaxCount": 1}
    made = call(aws, "ec2", "RunInstances", one)["Instances"][0]["InstanceId"]
    tag(aws, made, properties)
    return made, {}


def classic_load_balancer(aws: Account, name: str, properties: Properties) -> Made:
    apart = ("AccessLoggingPolicy", "HealthCheck")
    balancer = {"LoadBalancerName": name, **without(properties, *apart)}
    dns_name = call(aws, "elb", "CreateLoadBalancer", balancer)["DNSName"]
    call(aws, "elb", "ConfigureHealthCheck", {"LoadBalancerName": name, "HealthCheck": properties["HealthCheck"]})
    attributes = {"AccessLog": properties["AccessLoggingPolicy"]}
    log = {"LoadBalancerName": name, "LoadBalancerAttributes": attributes}
    call(aws, "elb", "ModifyLoadBalancerAttributes", log)
    return name, {"DNSName": dns_name}


def launch_configuration(aws: Account, name: str, properties: Properties) -> Made:
    call(aws, "autoscaling", "CreateLaunchConfiguration", {"LaunchConfigurationName": name, **properties})
    return name, {}


def auto_scaling_group(aws: Account, name: str, properties: Properties) -> Made:
    """The group with its least number of instances. moto would start all in the first subnet, so they are started one by one and attached."""
    subnets = properties["VPCZoneIdentifier"]
    group = {**properties, "AutoScalingGroupName": name, "MinSize": 0, "DesiredCapacity": 0}
    call(aws, "autoscaling", "CreateAutoScalingGroup", {**group, "VPCZoneIdentifier": ",".join(subnets)})
    least = int(properties["MinSize"])
    autoscaling = aws.client("autoscaling")
    found = autoscaling.describe_launch_configurations(LaunchConfigurationNames=[properties["LaunchConfigurationName"]])
    started = [launch(aws, found["LaunchConfigurations"][0], subnets[n % len(subnets)], properties) for n in range(least)]
    autoscaling.attach_instances(AutoScalingGroupName=name, InstanceIds=started)
    autoscaling.update_auto_scaling_group(AutoScalingGroupName=name, MinSize=least)
    return name, {}


def launch(aws: Account, configuration: Properties, subnet: str, properties: Properties) -> str:
    """Starts an instance as the group would."""
    ec2 = aws.client("ec2")
    public = configuration.get("AssociatePublicIpAddress", False)
    # moto forgets the security groups of who asks for an address by the interface.
    before = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["MapPublicIpOnLaunch"]
    ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": public})
    tags = [{"Key": each["Key"], "Value": each["Value"]} for each in properties["Tags"]]
    started = ec2.run_instances(
        ImageId=configuration["ImageId"],
        InstanceType=configuration["InstanceType"],
        KeyName=configuration["KeyName"],
        MaxCount=1,
        MinCount=1,
        # What a launch configuration asks for where it says nothing.
        Monitoring={"Enabled": True},
        SecurityGroupIds=configuration["SecurityGroups"],
        SubnetId=subnet,
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags}],
    )
    ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": before})
    return started["Instances"][0]["InstanceId"]


def scaling_policy(aws: Account, name: str, properties: Properties) -> Made:
    call(aws, "autoscaling", "PutScalingPolicy", {"PolicyName": name, **properties})
    # moto's answer has no ARN.
    made = aws.client("autoscaling").describe_policies(PolicyNames=[name])["ScalingPolicies"][0]
    return made["PolicyARN"], {}


def alarm(aws: Account, name: str, properties: Properties) -> Made:
    name = properties.get("AlarmName", name)
    call(aws, "cloudwatch", "PutMetricAlarm", {**properties, "AlarmName": name})
    return name, {}


# What keeps data.


def subnet_group(aws: Account, name: str, properties: Properties) -> Made:
    call(aws, "rds", "CreateDBSubnetGroup", {"DBSubnetGroupName": name, **properties})
    return name, {}


def database(aws: Account, name: str, properties: Properties) -> Made:
    # AWS takes the engine's name in any case, moto in one. Where a template is silent, AWS makes public what is in a VPC with an
    # internet gateway; moto never does.
    properties = {"PubliclyAccessible": True, **properties, "DBInstanceIdentifier": name}
    properties["Engine"] = properties["Engine"].lower()
    made = call(aws, "rds", "CreateDBInstance", properties, VPCSecurityGroups="VpcSecurityGroupIds")["DBInstance"]
    return name, {"Endpoint.Address": made["Endpoint"]["Address"]}


def key(aws: Account, _: str, properties: Properties) -> Made:
    made = call(aws, "kms", "CreateKey", properties)["KeyMetadata"]
    return made["KeyId"], {"Arn": made["Arn"]}


def table(aws: Account, name: str, properties: Properties) -> Made:
    renamed = {"SSEEnabled": "Enabled"}
    made = call(aws, "dynamodb", "CreateTable", {"TableName": name, **properties}, **renamed)["TableDescription"]
    return made["TableName"], {"Arn": made["TableArn"]}


def bucket(aws: Account, name: str, properties: Properties) -> Made:
    s3 = aws.client("s3")
    place = {"LocationConstraint": s3.meta.region_name}
    canned = {"Private": "private", "LogDeliveryWrite": "log-delivery-write"}[properties["AccessControl"]]
    s3.create_bucket(Bucket=name, ACL=canned, CreateBucketConfiguration=place, ObjectOwnership="ObjectWriter")
    # AWS's own since April 2023, where a template says nothing.
    switches = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(switches, True))
    if versioning := properties.get("VersioningConfiguration"):
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=versioning)
    if lifecycle := properties.get("LifecycleConfiguration"):
        rules = [lifecycle_rule(rule) for rule in lifecycle["Rules"]]
        s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": rules})
    # LoggingConfiguration is left out: moto fails where the policy of the bucket that takes the logs is about everybody.
    return name, {"Arn": f"arn:aws:s3:::{name}"}


def lifecycle_rule(rule: Properties) -> Properties:
    transition = rule["Transition"]
    return {
        "ID": rule["Id"],
        "Status": rule["Status"],
        "Filter": {"Prefix": ""},
        "Expiration": {"Days": int(rule["ExpirationInDays"])},
        "Transitions": [{"StorageClass": transition["StorageClass"], "Days": int(transition["TransitionInDays"])}],
    }


def bucket_policy(aws: Account, name: str, properties: Properties) -> Made:
    document = json.dumps(properties["PolicyDocument"])
    aws.client("s3").put_bucket_policy(Bucket=properties["Bucket"], Policy=document)
    return name, {}


# What is told and noted.


def topic(aws: Account, name: str, properties: Properties) -> Made:
    sns = aws.client("sns")
    arn = sns.create_topic(Name=name)["TopicArn"]
    for subscription in properties["Subscription"]:
        sns.subscribe(TopicArn=arn, **subscription)
    return arn, {"TopicName": name}


def log_group(aws: Account, name: str, properties: Properties) -> Made:
    logs = aws.client("logs")
    logs.create_log_group(logGroupName=name)
    logs.put_retention_policy(logGroupName=name, retentionInDays=int(properties["RetentionInDays"]))
    return name, {"Arn": f"arn:aws:logs:{logs.meta.region_name}:{aws.id}:log-group:{name}:*"}


def metric_filter(aws: Account, name: str, properties: Properties) -> Made:
    call(aws, "logs", "PutMetricFilter", {"FilterName": name, **properties})
    return name, {}


def trail(aws: Account, name: str, properties: Properties) -> Made:
    properties = {**without(properties, "IsLogging"), "Name": name}
    call(aws, "cloudtrail", "CreateTrail", properties, EnableLogFileValidation="EnableLogFileValidation")
    aws.client("cloudtrail").start_logging(Name=name)
    return name, {}


# Functions, and who may do what.


def function(aws: Account, name: str, properties: Properties) -> Made:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr("index.js", properties["Code"]["ZipFile"])
    made = aws.client("lambda").create_function(
        **{
            **without(properties, "Tags"),
            "FunctionName": name,
            "Code": {"ZipFile": archive.getvalue()},
            "Tags": {each["Key"]: each["Value"] for each in properties["Tags"]},
        }
    )
    return name, {"Arn": made["FunctionArn"]}


def function_permission(aws: Account, name: str, properties: Properties) -> Made:
    call(aws, "lambda", "AddPermission", {"StatementId": name, **properties})
    return name, {}


def event_rule(aws: Account, name: str, properties: Properties) -> Made:
    arn = call(aws, "events", "PutRule", {"Name": name, **without(properties, "Targets")})["RuleArn"]
    call(aws, "events", "PutTargets", {"Rule": name, "Targets": properties["Targets"]})
    return name, {"Arn": arn}


def role(aws: Account, name: str, properties: Properties) -> Made:
    iam = aws.client("iam")
    document = json.dumps(properties["AssumeRolePolicyDocument"])
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    for policy in properties["Policies"]:
        text = json.dumps(policy["PolicyDocument"])
        iam.put_role_policy(RoleName=name, PolicyName=policy["PolicyName"], PolicyDocument=text)
    return name, {"Arn": arn}


def instance_profile(aws: Account, name: str, properties: Properties) -> Made:
    iam = aws.client("iam")
    iam.create_instance_profile(InstanceProfileName=name)
    for each in properties["Roles"]:
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=each)
    return name, {}


def left_out(_aws: Account, name: str, _properties: Properties) -> Made:
    """Nothing that waaudit reads depends on it."""
    return name, {}


MAKERS: Makers = {
    "AWS::AutoScaling::AutoScalingGroup": auto_scaling_group,
    "AWS::AutoScaling::LaunchConfiguration": launch_configuration,
    "AWS::AutoScaling::ScalingPolicy": scaling_policy,
    "AWS::CloudTrail::Trail": trail,
    "AWS::CloudWatch::Alarm": alarm,
    "AWS::DynamoDB::Table": table,
    "AWS::EC2::DHCPOptions": left_out,
    "AWS::EC2::EIP": address,
    "AWS::EC2::Instance": instance,
    "AWS::EC2::InternetGateway": internet_gateway,
    "AWS::EC2::NatGateway": nat_gateway,
    "AWS::EC2::NetworkAcl": left_out,
    "AWS::EC2::NetworkAclEntry": left_out,
    "AWS::EC2::Route": route,
    "AWS::EC2::RouteTable": route_table,
    "AWS::EC2::SecurityGroup": security_group,
    "AWS::EC2::Subnet": subnet,
    "AWS::EC2::SubnetNetworkAclAssociation": left_out,
    "AWS::EC2::SubnetRouteTableAssociation": route_table_association,
    "AWS::EC2::VPC": vpc,
    "AWS::EC2::VPCDHCPOptionsAssociation": left_out,
    "AWS::EC2::VPCEndpoint": vpc_endpoint,
    "AWS::EC2::VPCGatewayAttachment": gateway_attachment,
    "AWS::ElasticLoadBalancing::LoadBalancer": classic_load_balancer,
    "AWS::Events::Rule": event_rule,
    "AWS::IAM::InstanceProfile": instance_profile,
    "AWS::IAM::Role": role,
    "AWS::KMS::Key": key,
    "AWS::Lambda::Function": function,
    "AWS::Lambda::Permission": function_permission,
    "AWS::Logs::LogGroup": log_group,
    "AWS::Logs::MetricFilter": metric_filter,
    "AWS::RDS::DBInstance": database,
    "AWS::RDS::DBSubnetGroup": subnet_group,
    "AWS::S3::Bucket": bucket,
    "AWS::S3::BucketPolicy": bucket_policy,
    "AWS::SNS::Topic": topic,
}
