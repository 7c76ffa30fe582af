"""Components of each sort with the alarms that they need, each beside one that lacks one; in a region of their own, some
that a query watches all at once."""

from typing import Any

from accounts import shop
from seed import REGION, Account
from traps._data import cluster, database, table
from traps.alarms import alarm, composites, pager
from traps.load_balancers import balancer
from traps.queues import queue, redrive
from traps.single_zones import functions

OTHER = "eu-central-1"
# The dimension by which AWS tells each sort of component from others.
DIMENSIONS = {
    "AWS/ApplicationELB": "LoadBalancer",
    "AWS/DynamoDB": "TableName",
    "AWS/ElastiCache": "CacheClusterId",
    "AWS/Lambda": "FunctionName",
    "AWS/NATGateway": "NatGatewayId",
    "AWS/Neptune": "DBClusterIdentifier",
    "AWS/RDS": "DBInstanceIdentifier",
    "AWS/SQS": "QueueName",
}


def seed(aws: Account) -> dict[str, Any]:
    net = shop.network(aws)
    watched_nat, bare_nat = net["nat_gateways"]
    make(aws, net)
    watch(aws, "AWS/ApplicationELB", arn_part(aws, "watched-web"), "HTTPCode_Target_5XX_Count", "TargetResponseTime")
    # Slow answers go unnoticed.
    watch(aws, "AWS/ApplicationELB", arn_part(aws, "bare-web"), "HTTPCode_Target_5XX_Count")
    watch(aws, "AWS/RDS", "watched-db", "CPUUtilization", "FreeStorageSpace", "DatabaseConnections")
    watch(aws, "AWS/RDS", "bare-db", "CPUUtilization", "DatabaseConnections")
    for member in ("aurora-1", "aurora-2"):
        watch(aws, "AWS/RDS", member, "CPUUtilization", "DatabaseConnections")
    watch(aws, "AWS/Neptune", "graph", "CPUUtilization", "MainRequestQueuePendingRequests")
    watch(aws, "AWS/ElastiCache", "watched-cache", "EngineCPUUtilization", "DatabaseMemoryUsagePercentage")
    watch(aws, "AWS/ElastiCache", "bare-cache", "EngineCPUUtilization")
    watch(aws, "AWS/DynamoDB", "watched-table", "WriteThrottleEvents")
    watch(aws, "AWS/Lambda", "heard", "Errors", "Throttles")
    watch(aws, "AWS/Lambda", "erring", "Errors")
    watch(aws, "AWS/NATGateway", watched_nat, "ErrorPortAllocation")
    for name, actions in (("watched-queue", pager(aws)), ("mute-queue", []), ("part", [])):
        watch(aws, "AWS/SQS", name, "ApproximateAgeOfOldestMessage", actions=actions)
    composites(aws, {"whole": pager(aws)}, of="part-ApproximateAgeOfOldestMessage")
    queries(aws)
    rule = "observability/core-alarms"
    return {
        "regions": [REGION, OTHER],
        "fail": {
            rule: ["bare-web", "bare-db", "bare-cache", "bare-table", "erring", bare_nat, "mute-queue", "far-table"]
        },
        "pass": {
            rule: [
                *("watched-web", "watched-db", "aurora-1", "aurora-2", "graph-1", "graph-2"),
                *("watched-cache", "watched-table", "heard", watched_nat, "watched-queue", "part", "far-queue"),
            ]
        },
    }


def make(aws: Account, net: dict[str, Any]) -> None:
    public = shop.security_group(aws, net["vpc"], "public", 80, IpRanges=shop.ANYWHERE)
    for name in ("watched", "bare"):
        balancer(aws, {"vpc": net["vpc"], "subnets": net["public_subnets"], "open": public}, f"{name}-web")
        database(aws, f"{name}-db")
        aws.client("elasticache").create_cache_cluster(
            CacheClusterId=f"{name}-cache", Engine="redis", CacheNodeType="cache.m7g.large", NumCacheNodes=1
        )
        table(aws, f"{name}-table")
    cluster(aws, "aurora", ["db.r7g.large", "db.r7g.large"])
    cluster(aws, "graph", ["db.r6g.large", "db.r6g.large"], Engine="neptune")
    functions(aws, {"erring": net["private_subnets"], "heard": net["private_subnets"]})
    # One between networks of the account, which nobody in the internet answers.
    aws.client("ec2").create_nat_gateway(SubnetId=net["private_subnets"][0], ConnectivityType="private")
    dead = queue(aws, "unwatched-dead-letters")
    for name in ("watched-queue", "mute-queue", "part"):
        queue(aws, name, RedrivePolicy=redrive(dead, 5))


def arn_part(aws: Account, name: str) -> str:
    """The load balancer as its metrics name it."""
    found = aws.client("elbv2").describe_load_balancers(Names=[name])["LoadBalancers"][0]
    return found["LoadBalancerArn"].partition("loadbalancer/")[2]


def watch(aws: Account, namespace: str, name: str, *metrics: str, actions: list[str] | None = None) -> None:
    spoken_to = pager(aws) if actions is None else actions
    for metric in metrics:
        falls = {"ComparisonOperator": "LessThanThreshold"} if metric == "FreeStorageSpace" else {"Threshold": 80.0}
        alarm(aws, f"{name}-{metric}", spoken_to, (namespace, metric), {DIMENSIONS[namespace]: name}, **falls)


def queries(aws: Account) -> None:
    """Of all queues of a region the age of messages is watched, and of all tables a number that tells nothing."""
    aws.client("sqs", OTHER).create_queue(QueueName="far-queue")
    aws.client("dynamodb", OTHER).create_table(
        TableName="far-table",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for name, metric, schema in (
        ("queues", "ApproximateAgeOfOldestMessage", '"AWS/SQS", QueueName'),
        ("tables", "ConsumedReadCapacityUnits", '"AWS/DynamoDB", TableName'),
    ):
        query = {"Id": "q", "Expression": f"SELECT MAX({metric}) FROM SCHEMA({schema})", "Period": 300, "ReturnData": True}
        aws.client("cloudwatch", OTHER).put_metric_alarm(
            AlarmName=name,
            Metrics=[query],
            EvaluationPeriods=1,
            Threshold=300.0,
            ComparisonOperator="GreaterThanThreshold",
            ActionsEnabled=True,
            AlarmActions=pager(aws, OTHER),
        )
