"""What a reader would put in the places that a fix leaves open, in one account of the test server.

A place is `<name>`; each name has a function below that finds or makes what it asks for in the finding's region."""

from collections.abc import Callable
from typing import Any

from seed import Account


class Chooser:
    """Choices in an account: each made once for a region, and for a VPC where the finding is in one."""

    def __init__(self, aws: Account) -> None:
        self.aws = aws
        self.made: dict[tuple[str, ...], str | None] = {}

    def value(self, name: str, finding: dict[str, Any]) -> str | None:
        """The choice for a place; None where nobody here can make it."""
        choose = CHOICES.get(name)
        region = finding["resource"]["region"]
        region = "us-east-1" if region == "global" else region
        key = (name, region, finding["resource"]["arn"] if choose in OF_THE_RESOURCE else "")
        if choose is not None and key not in self.made:
            self.made[key] = choose(self.aws, region, finding)
        return self.made.get(key)


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


CHOICES: dict[str, Choice] = {
    "log-group-arn": log_group,
    "topic-arn": topic,
    "address": fixed("on-call@example.com"),
    "email": fixed("on-call@example.com"),
    "region": lambda aws, region, finding: region,
    "another-region": fixed("eu-central-1"),
    "web-acl-arn": web_acl,
    "subnet-in-zone-a": subnet(0),
    "subnet-in-zone-b": subnet(1),
    "subnet-in-zone-c": subnet(2),
    "subnet-a": subnet(0),
    "subnet-b": subnet(1),
    "security-group": security_group,
    "role": role,
    "role-arn": role,
    "elastic-ip-allocation": address,
    "allocation-id": address,
    "bucket": bucket,
    "another-zone": other_zone,
    "class-with-steady-cpu": fixed("db.r7g.large"),
    "secret-arn": lambda aws, region, finding: f"arn:aws:secretsmanager:{region}:{aws.id}:secret:choice",
    "budget-name": lambda aws, region, finding: finding["evidence"]["cost_budgets"][0],
    "usd": fixed("1000"),
    "days": fixed("365"),
    "bytes": fixed("21474836480"),
    "connections": fixed("500"),
    "count": fixed("10"),
    "least": fixed("1"),
    "more": fixed("100"),
    "requests": fixed("10"),
    "seconds": seconds_hidden,
    "empty-topic-arn": empty_topic,
}

# Choices that differ from one finding to another of the same region.
OF_THE_RESOURCE: set[Choice] = {subnet for name, subnet in CHOICES.items() if name.startswith("subnet")} | {security_group, address, other_zone, seconds_hidden, empty_topic}
