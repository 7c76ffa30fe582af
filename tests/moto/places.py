"""Functions that find or make what a fix leaves open, in an account of the test server: each takes the account, a region and the
finding, and is for one sort of place."""

import json
import re
from collections.abc import Callable
from typing import Any

from seed import Account

Choice = Callable[[Account, str, dict[str, Any]], str | None]


def fixed(value: str) -> Choice:
    return lambda aws, region, finding: value


def topic(aws: Account, region: str, finding: dict[str, Any]) -> str:
    """A topic that reaches a queue: such a subscription needs no confirmation."""
    sns, sqs = aws.client("sns", region), aws.client("sqs", region)
    arn = sns.create_topic(Name="on-call")["TopicArn"]
    url = sqs.create_queue(QueueName="on-call")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue)
    return arn


def web_acl(aws: Account, region: str, finding: dict[str, Any]) -> str:
    """A web ACL that stops something, at the edge for what is global."""
    scope = "CLOUDFRONT" if finding["resource"]["region"] == "global" else "REGIONAL"
    seen = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "choice"}
    groups = {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}
    made = aws.client("wafv2", region).create_web_acl(
        Name="choice",
        Scope=scope,
        DefaultAction={"Allow": {}},
        VisibilityConfig=seen,
        Rules=[{"Name": "common", "Priority": 1, "Statement": {"ManagedRuleGroupStatement": groups}, "OverrideAction": {"None": {}}, "VisibilityConfig": seen}],
    )
    return made["Summary"]["ARN"]


def vpc_of(finding: dict[str, Any]) -> str | None:
    return finding["evidence"].get("vpc")


def subnets(aws: Account, region: str, finding: dict[str, Any]) -> list[dict[str, Any]]:
    """The subnets of the finding's VPC, or of the one that has most, one in each zone."""
    found = aws.client("ec2", region).describe_subnets()["Subnets"]
    by_vpc: dict[str, dict[str, Any]] = {}
    for subnet in found:
        by_vpc.setdefault(subnet["VpcId"], {}).setdefault(subnet["AvailabilityZone"], subnet)
    own = by_vpc.get(vpc_of(finding) or "")
    return list((own or max(by_vpc.values(), key=len, default={})).values())


def subnet(place: int) -> Choice:
    def choose(aws: Account, region: str, finding: dict[str, Any]) -> str | None:
        found = subnets(aws, region, finding)
        return found[place]["SubnetId"] if place < len(found) else None

    return choose


def security_group(aws: Account, region: str, finding: dict[str, Any]) -> str | None:
    ec2 = aws.client("ec2", region)
    found = subnets(aws, region, finding)
    groups = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [found[0]["VpcId"]]}])["SecurityGroups"] if found else []
    return groups[0]["GroupId"] if groups else None


def other_zone(aws: Account, region: str, finding: dict[str, Any]) -> str | None:
    """A zone of the region that the finding's evidence does not name."""
    zones = aws.client("ec2", region).describe_availability_zones()["AvailabilityZones"]
    named = str(finding["evidence"])
    return next((zone["ZoneName"] for zone in zones if zone["ZoneName"] not in named), None)


def role(aws: Account, region: str, finding: dict[str, Any]) -> str:
    return f"arn:aws:iam::{aws.id}:role/choice"


def address(aws: Account, region: str, finding: dict[str, Any]) -> str:
    return aws.client("ec2", region).allocate_address(Domain="vpc")["AllocationId"]


def bucket(aws: Account, region: str, finding: dict[str, Any]) -> str:
    name = f"choice-{aws.id}-{region}"
    aws.client("s3", region).create_bucket(Bucket=name, **({} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}))
    return name


def seconds_hidden(aws: Account, region: str, finding: dict[str, Any]) -> str:
    """As long as the slowest of a queue's functions needs."""
    return str(max(each["needed_visibility_seconds"] for each in finding["evidence"]["consumers"]))


def empty_topic(aws: Account, region: str, finding: dict[str, Any]) -> str:
    """The first topic of an alarm that has no subscription."""
    evidence = finding["evidence"]
    return next(action for action in evidence["actions"] if action.rpartition(":")[2] in evidence["dead_ends"])


def log_group(aws: Account, region: str, finding: dict[str, Any]) -> str:
    """A log group of the name that AWS WAF asks for."""
    aws.client("logs", region).create_log_group(logGroupName="aws-waf-logs-choice")
    return f"arn:aws:logs:{region}:{aws.id}:log-group:aws-waf-logs-choice"


def listed(service: str, operation: str, *keys: str | int, of: str | None = None) -> Choice:
    """What a list call says under some keys; `of` is the parameter that takes the finding's ARN."""

    def choose(aws: Account, region: str, finding: dict[str, Any]) -> str | None:
        call = getattr(aws.client(service, region), operation)
        found: Any = call(**{of: finding["resource"]["arn"]} if of else {})
        for key in keys:
            if isinstance(key, int) and len(found) < max(1, key + 1):
                return None
            found = found[key]
        return str(found)

    return choose


def evident(pattern: str) -> Choice:
    """The first part of the evidence that a pattern fits: its group, where it has one."""
    regex = re.compile(pattern)

    def choose(aws: Account, region: str, finding: dict[str, Any]) -> str | None:
        found = regex.search(json.dumps(finding["evidence"]))
        return found[regex.groups] if found else None

    return choose


def dimension(aws: Account, region: str, finding: dict[str, Any]) -> str:
    """The dimension of an alarm's metric."""
    alarms = aws.client("cloudwatch", region).describe_alarms(AlarmNames=[finding["resource"]["id"]])["MetricAlarms"]
    return alarms[0]["Dimensions"][0]["Name"]


def etag(aws: Account, region: str, finding: dict[str, Any]) -> str:
    return aws.client("cloudfront", region).get_distribution_config(Id=finding["resource"]["id"])["ETag"]


def own_security_group(aws: Account, region: str, finding: dict[str, Any]) -> str | None:
    """The security group of the finding's server or load balancer, or itself."""
    group = re.search(r"sg-[0-9a-f]+", finding["resource"]["id"] + json.dumps(finding["evidence"]))
    return group[0] if group else security_group(aws, region, finding)


def open_rule(aws: Account, region: str, finding: dict[str, Any]) -> str | None:
    """The rules of its security group that admit addresses, of the internet where there are such."""
    group = own_security_group(aws, region, finding)
    rules = aws.client("ec2", region).describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    inward = [rule for rule in rules["SecurityGroupRules"] if not rule["IsEgress"]]
    everybody = [rule for rule in inward if "0.0.0.0/0" in (rule.get("CidrIpv4"), rule.get("CidrIpv6")) or rule.get("CidrIpv6") == "::/0"]
    addresses = everybody or [rule for rule in inward if "CidrIpv4" in rule or "PrefixListId" in rule]
    return " ".join(rule["SecurityGroupRuleId"] for rule in addresses) or None


def group_elsewhere(aws: Account, region: str, finding: dict[str, Any]) -> str | None:
    """Another security group of the VPC."""
    ec2, own = aws.client("ec2", region), own_security_group(aws, region, finding)
    groups = ec2.describe_security_groups()["SecurityGroups"]
    vpc = next(group["VpcId"] for group in groups if group["GroupId"] == own)
    made = ec2.create_security_group(GroupName=f"app-of-{own}", Description="the application", VpcId=vpc)
    return made["GroupId"]


def edge_prefix_list(aws: Account, region: str, finding: dict[str, Any]) -> str:
    lists = aws.client("ec2", region).describe_managed_prefix_lists()["PrefixLists"]
    return next(each["PrefixListId"] for each in lists if each["PrefixListName"].endswith("cloudfront.origin-facing"))


def other_subnet(aws: Account, region: str, finding: dict[str, Any]) -> str | None:
    """A subnet of the same VPC in a zone that the finding does not name, or not among its own."""
    named = json.dumps(finding["evidence"].get("zones", finding["evidence"]))
    found = subnets(aws, region, finding)
    return next((each["SubnetId"] for each in found if each["AvailabilityZone"] not in named), None)


def crossing(aws: Account, region: str, finding: dict[str, Any]) -> dict[str, Any]:
    """The first subnet of a VPC that leaves it through another zone."""
    name = finding["evidence"]["cross_zone_egress"][0]["subnet"]
    return aws.client("ec2", region).describe_subnets(SubnetIds=[name])["Subnets"][0]


def crossing_subnet(aws: Account, region: str, finding: dict[str, Any]) -> str:
    return crossing(aws, region, finding)["SubnetId"]


def crossing_route_table(aws: Account, region: str, finding: dict[str, Any]) -> str:
    own = [{"Name": "association.subnet-id", "Values": [crossing_subnet(aws, region, finding)]}]
    return aws.client("ec2", region).describe_route_tables(Filters=own)["RouteTables"][0]["RouteTableId"]


def newest_endpoint(aws: Account, region: str, finding: dict[str, Any]) -> str:
    """The endpoint that an earlier step made in the subnet without one."""
    endpoints = aws.client("ec2", region).describe_vpc_endpoints()["VpcEndpoints"]
    own = crossing_subnet(aws, region, finding)
    return next(each["VpcEndpointId"] for each in endpoints if own in each.get("SubnetIds", []))


def copied_bucket(aws: Account, region: str, finding: dict[str, Any]) -> str:
    """A versioned bucket in another region."""
    s3, name = aws.client("s3", "eu-central-1"), f"copy-{aws.id}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def mapping(aws: Account, region: str, finding: dict[str, Any]) -> str | None:
    mappings = aws.client("lambda", region).list_event_source_mappings(EventSourceArn=finding["resource"]["arn"])
    return next((each["UUID"] for each in mappings["EventSourceMappings"]), None)


def new_image(aws: Account, region: str, finding: dict[str, Any]) -> str:
    """The image that an earlier step made of the server."""
    images = aws.client("ec2", region).describe_images(Owners=["self"])["Images"]
    return next(image["ImageId"] for image in images if image["Name"] == f"{finding['resource']['id']}-template")


def launch_template(aws: Account, region: str, finding: dict[str, Any]) -> str:
    """A launch template whose image exists."""
    ec2 = aws.client("ec2", region)
    image = ec2.register_image(Name=f"choice-{finding['fingerprint']}", RootDeviceName="/dev/xvda")["ImageId"]
    data = {"ImageId": image, "InstanceType": "m7g.large"}
    made = ec2.create_launch_template(LaunchTemplateName=f"choice-{finding['fingerprint']}", LaunchTemplateData=data)
    return made["LaunchTemplate"]["LaunchTemplateId"]


def target_elsewhere(aws: Account, region: str, finding: dict[str, Any]) -> str | None:
    """A running server in a zone that the finding does not name as one of its own."""
    healthy = finding["evidence"].get("healthy_zones", [])
    reservations = aws.client("ec2", region).describe_instances()["Reservations"]
    servers = [server for each in reservations for server in each["Instances"] if server["State"]["Name"] == "running"]
    return next((each["InstanceId"] for each in servers if each["Placement"]["AvailabilityZone"] not in healthy), None)


def balancer_name(aws: Account, region: str, finding: dict[str, Any]) -> str:
    """A load balancer as CloudWatch names it."""
    balancers = aws.client("elbv2", region).describe_load_balancers()["LoadBalancers"]
    return balancers[0]["LoadBalancerArn"].partition(":loadbalancer/")[2]


def cluster_of_services(aws: Account, region: str, finding: dict[str, Any]) -> str | None:
    """The cluster of the first service that a task definition is used by."""
    ecs = aws.client("ecs", region)
    clusters = {arn: ecs.list_services(cluster=arn)["serviceArns"] for arn in ecs.list_clusters()["clusterArns"]}
    name = finding["evidence"]["replica_services"][0]
    return next((arn for arn, services in clusters.items() if any(each.endswith(f"/{name}") for each in services)), None)


def pinning_rule(aws: Account, region: str, finding: dict[str, Any]) -> dict[str, Any] | None:
    """The listener rule that shares a target group's requests with another."""
    elb = aws.client("elbv2", region)
    balancers = elb.describe_load_balancers()["LoadBalancers"]
    listeners = [each for one in balancers for each in elb.describe_listeners(LoadBalancerArn=one["LoadBalancerArn"])["Listeners"]]
    rules = [each for one in listeners for each in elb.describe_rules(ListenerArn=one["ListenerArn"])["Rules"]]
    return next((rule for rule in rules if finding["resource"]["arn"] in json.dumps(rule["Actions"])), None)


def pinning_rule_arn(aws: Account, region: str, finding: dict[str, Any]) -> str | None:
    rule = pinning_rule(aws, region, finding)
    return rule and rule["RuleArn"]


def other_target_group(aws: Account, region: str, finding: dict[str, Any]) -> str | None:
    groups = re.findall(r'arn:[^"]+:targetgroup/[^"]+', json.dumps((pinning_rule(aws, region, finding) or {}).get("Actions")))
    return next((group for group in groups if group != finding["resource"]["arn"]), None)


def classic_port(aws: Account, region: str, finding: dict[str, Any]) -> str:
    found = aws.client("elb", region).describe_load_balancers(LoadBalancerNames=[finding["resource"]["id"]])
    return str(found["LoadBalancerDescriptions"][0]["ListenerDescriptions"][0]["Listener"]["LoadBalancerPort"])


def uncovered_subnet(aws: Account, region: str, finding: dict[str, Any]) -> str | None:
    """A subnet in a zone that a file system is not mounted in."""
    zones = finding["evidence"]["uncovered_zones"]
    found = aws.client("ec2", region).describe_subnets()["Subnets"]
    return next((each["SubnetId"] for each in reversed(found) if each["AvailabilityZone"] in zones), None)


def third_zone(aws: Account, region: str, finding: dict[str, Any]) -> str | None:
    """A second zone that the finding's evidence does not name."""
    zones = aws.client("ec2", region).describe_availability_zones()["AvailabilityZones"]
    unnamed = [zone["ZoneName"] for zone in zones if zone["ZoneName"] not in str(finding["evidence"])]
    return unnamed[1] if len(unnamed) > 1 else None


def certificate(aws: Account, region: str, finding: dict[str, Any]) -> str:
    return aws.client("acm", region).request_certificate(DomainName="www.example.com")["CertificateArn"]


def subnet_group(aws: Account, region: str, finding: dict[str, Any]) -> str:
    members = [each["SubnetId"] for each in subnets(aws, region, finding)]
    rds = aws.client("rds", region)
    rds.create_db_subnet_group(DBSubnetGroupName="choice", DBSubnetGroupDescription="private", SubnetIds=members)
    return "choice"


def node_group(aws: Account, region: str, finding: dict[str, Any]) -> str | None:
    groups = aws.client("eks", region).list_nodegroups(clusterName=finding["resource"]["id"])["nodegroups"]
    return groups[0] if groups else None


def template_of_group(aws: Account, region: str, finding: dict[str, Any]) -> str:
    name = finding["evidence"]["auto_scaling_group"]
    groups = aws.client("autoscaling", region).describe_auto_scaling_groups(AutoScalingGroupNames=[name])
    return groups["AutoScalingGroups"][0]["LaunchTemplate"]["LaunchTemplateId"]


def untraced(kind: str, place: int) -> Choice:
    """A part of the first ARN of a kind without tracing."""

    def choose(aws: Account, region: str, finding: dict[str, Any]) -> str | None:
        arns = [arn for arn in finding["evidence"]["untraced"] if kind in arn]
        return re.split("[:/]", arns[0])[place] if arns else None

    return choose
