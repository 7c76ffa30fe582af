"""Makes the resources of other people's CloudFormation templates, each by the call that CloudFormation would make.

`shapes.py` gives properties the API's types; networks, containers and REST APIs have modules of their own.
"""

import io
import json
import zipfile

import containers
import networks
import rest_apis
from networks import left_out
from seed import Account
from shapes import call, short, tag, without
from stack import Made, Makers, Properties

# AWS's limits of names.
LONGEST_FUNCTION_NAME = 64
LONGEST_ROLE_NAME = 64
LONGEST_STATEMENT_ID = 100


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
    # internet gateway; moto never does. Its default of storage was AWS's once.
    storage = "io1" if "Iops" in properties else "gp3"
    properties = {"PubliclyAccessible": True, "StorageType": storage, **properties, "DBInstanceIdentifier": name}
    properties["Engine"] = properties["Engine"].lower()
    made = call(aws, "rds", "CreateDBInstance", properties, VPCSecurityGroups="VpcSecurityGroupIds")["DBInstance"]
    return name, {"Endpoint.Address": made["Endpoint"]["Address"]}


def key(aws: Account, _: str, properties: Properties) -> Made:
    made = call(aws, "kms", "CreateKey", properties)["KeyMetadata"]
    return made["KeyId"], {"Arn": made["Arn"]}


def table(aws: Account, name: str, properties: Properties) -> Made:
    recovery = "PointInTimeRecoverySpecification"
    own = {"TableName": name, **without(properties, recovery)}
    made = call(aws, "dynamodb", "CreateTable", own, SSEEnabled="Enabled")["TableDescription"]
    if recovery in properties:
        call(aws, "dynamodb", "UpdateContinuousBackups", {"TableName": name, recovery: properties[recovery]})
    return made["TableName"], {"Arn": made["TableArn"]}


def bucket(aws: Account, name: str, properties: Properties) -> Made:
    s3 = aws.client("s3")
    place = {"LocationConstraint": s3.meta.region_name}
    canned = {"Private": "private", "LogDeliveryWrite": "log-delivery-write"}[properties.get("AccessControl", "Private")]
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
    if days := properties.get("RetentionInDays"):
        logs.put_retention_policy(logGroupName=name, retentionInDays=int(days))
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
    name = short(name, LONGEST_FUNCTION_NAME)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        # Code in a bucket is what the CDK puts there. It never runs.
        content.writestr("index.js", properties["Code"].get("ZipFile", ""))
    made = aws.client("lambda").create_function(
        **{
            **without(properties, "Tags"),
            "FunctionName": name,
            "Code": {"ZipFile": archive.getvalue()},
            "Tags": {each["Key"]: each["Value"] for each in properties.get("Tags", [])},
        }
    )
    return name, {"Arn": made["FunctionArn"]}


def function_permission(aws: Account, name: str, properties: Properties) -> Made:
    call(aws, "lambda", "AddPermission", {"StatementId": short(name, LONGEST_STATEMENT_ID), **properties})
    return name, {}


def event_rule(aws: Account, name: str, properties: Properties) -> Made:
    arn = call(aws, "events", "PutRule", {"Name": name, **without(properties, "Targets")})["RuleArn"]
    call(aws, "events", "PutTargets", {"Rule": name, "Targets": properties["Targets"]})
    return name, {"Arn": arn}


def role(aws: Account, name: str, properties: Properties) -> Made:
    """The role with its own policies: moto has none of AWS's."""
    name = short(name, LONGEST_ROLE_NAME)
    iam = aws.client("iam")
    document = json.dumps(properties["AssumeRolePolicyDocument"])
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    for policy in properties.get("Policies", []):
        role_policy(aws, name, {**policy, "Roles": [name]})
    return name, {"Arn": arn}


def role_policy(aws: Account, name: str, properties: Properties) -> Made:
    text = json.dumps(properties["PolicyDocument"])
    for each in properties["Roles"]:
        aws.client("iam").put_role_policy(RoleName=each, PolicyName=properties["PolicyName"], PolicyDocument=text)
    return name, {}


def instance_profile(aws: Account, name: str, properties: Properties) -> Made:
    iam = aws.client("iam")
    iam.create_instance_profile(InstanceProfileName=name)
    for each in properties["Roles"]:
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=each)
    return name, {}


MAKERS: Makers = {
    **containers.MAKERS,
    **networks.MAKERS,
    **rest_apis.MAKERS,
    "AWS::AutoScaling::AutoScalingGroup": auto_scaling_group,
    "AWS::AutoScaling::LaunchConfiguration": launch_configuration,
    "AWS::AutoScaling::ScalingPolicy": scaling_policy,
    "AWS::CloudTrail::Trail": trail,
    "AWS::CloudWatch::Alarm": alarm,
    "AWS::DynamoDB::Table": table,
    "AWS::EC2::Instance": instance,
    "AWS::ElasticLoadBalancing::LoadBalancer": classic_load_balancer,
    "AWS::Events::Rule": event_rule,
    "AWS::IAM::InstanceProfile": instance_profile,
    "AWS::IAM::Policy": role_policy,
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
    # Functions of the CDK that act once, on what no simulation and no rule looks at in these templates: one empties buckets
    # that go with their stack, the other one empties the default security group.
    "Custom::S3AutoDeleteObjects": left_out,
    "Custom::VpcRestrictDefaultSG": left_out,
}
