"""The web shop done right: a standby database, a shared cache, a distribution in front, and web ACLs."""

import json
from typing import Any

from accounts import shop
from seed import SECRET, ZONES, Account, tags

CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"

# The hosted zone of every distribution.
DISTRIBUTION_ZONE = "Z2FDTNDATAQYW2"

MANAGED_RULES = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
)

# Alarms on what only this shop has.
WATCHED: list[shop.Watch] = [
    ("AWS/ElastiCache", "EngineCPUUtilization", "ReplicationGroupId", "sessions", 70.0),
    ("AWS/ElastiCache", "DatabaseMemoryUsagePercentage", "ReplicationGroupId", "sessions", 80.0),
    ("AWS/DynamoDB", "ReadThrottleEvents", "TableName", "carts", 0.0),
    ("AWS/DynamoDB", "WriteThrottleEvents", "TableName", "carts", 0.0),
]


def seed(aws: Account) -> dict[str, Any]:
    net = shop.network(aws)
    edge = shop.security_group(aws, net["vpc"], "shop-load-balancer", 80, PrefixListIds=[cloudfront_prefixes(aws)])
    web = shop.security_group(aws, net["vpc"], "shop-web", 8080, **shop.from_group(edge))
    data = shop.security_group(aws, net["vpc"], "shop-data", 5432, **shop.from_group(web))
    memory = shop.security_group(aws, net["vpc"], "shop-cache", 6379, **shop.from_group(web))
    logs, assets = shop.bucket(aws, "shop-logs"), shop.bucket(aws, "shop-assets")
    shop.load(aws)
    balancer = shop.load_balancer(aws, net, edge, logs, sticky=False)
    regional = web_acl(aws, "REGIONAL", "eu-west-1")
    aws.client("wafv2").associate_web_acl(WebACLArn=regional, ResourceArn=balancer["load_balancer"])
    front = distribution(aws, balancer["load_balancer_dns"], assets, web_acl(aws, "CLOUDFRONT", "us-east-1"))
    watches = [*shop.watched(balancer, net), *WATCHED]
    return {
        **net,
        **balancer,
        **front,
        **shop.fleet(aws, net, web, balancer["target_group"]),
        **shop.database(aws, net, data, multi_az=True),
        **cache(aws, net, memory),
        **table(aws, net),
        **shop.queue(aws),
        **shop.monitoring(aws, watches),
        **shop.budget(aws, notifications=[("FORECASTED", 100.0), ("ACTUAL", 80.0)]),
        **shop.alias_record(aws, front["distribution_domain"], DISTRIBUTION_ZONE),
        "web_acl": regional,
        "logs_bucket": logs,
        "assets_bucket": assets,
    }


def cloudfront_prefixes(aws: Account) -> dict[str, str]:
    lists = aws.client("ec2").describe_managed_prefix_lists()["PrefixLists"]
    name = "com.amazonaws.global.cloudfront.origin-facing"
    return {"PrefixListId": next(each["PrefixListId"] for each in lists if each["PrefixListName"] == name)}


def web_acl(aws: Account, scope: str, region: str) -> str:
    """A web ACL with AWS's managed groups in force and a limit per client, which logs."""
    waf = aws.client("wafv2", region)
    limit = {"RateBasedStatement": {"Limit": 2000, "AggregateKeyType": "IP"}}
    rules = [
        {
            "Name": "rate",
            "Priority": 0,
            "Statement": limit,
            "Action": {"Block": {}},
            "VisibilityConfig": visible("rate"),
        }
    ]
    for priority, name in enumerate(MANAGED_RULES, start=1):
        group = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": name}}
        rule = {"Name": name, "Priority": priority, "Statement": group, "OverrideAction": {"None": {}}}
        rules.append({**rule, "VisibilityConfig": visible(name)})
    arn = waf.create_web_acl(
        Name="shop", Scope=scope, DefaultAction={"Allow": {}}, Rules=rules, VisibilityConfig=visible("shop")
    )["Summary"]["ARN"]
    destination = f"arn:aws:logs:{region}:{aws.id}:log-group:aws-waf-logs-shop"
    waf.put_logging_configuration(LoggingConfiguration={"ResourceArn": arn, "LogDestinationConfigs": [destination]})
    return arn


def visible(name: str) -> dict[str, Any]:
    return {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": name}


def distribution(aws: Account, balancer: str, assets: str, acl: str) -> dict[str, str]:
    """A distribution that caches the assets in S3 and passes everything else to the load balancer."""
    cloudfront = aws.client("cloudfront")
    control = cloudfront.create_origin_access_control(
        OriginAccessControlConfig={
            "Name": "shop-assets",
            "OriginAccessControlOriginType": "s3",
            "SigningBehavior": "always",
            "SigningProtocol": "sigv4",
        }
    )["OriginAccessControl"]["Id"]
    made = cloudfront.create_distribution(
        DistributionConfig={
            "CallerReference": aws.id,
            "Comment": "shop",
            "Enabled": True,
            "WebACLId": acl,
            "Aliases": {"Quantity": 1, "Items": ["shop.example.com"]},
            "Origins": {"Quantity": 2, "Items": [balancer_origin(balancer), assets_origin(assets, control)]},
            "DefaultCacheBehavior": behavior("load-balancer", CACHING_DISABLED),
            "CacheBehaviors": {
                "Quantity": 1,
                "Items": [{"PathPattern": "/static/*", **behavior("assets", CACHING_OPTIMIZED)}],
            },
        }
    )["Distribution"]
    allow_distribution(aws, assets, made["ARN"])
    return {"distribution": made["Id"], "distribution_domain": made["DomainName"]}


def balancer_origin(domain: str) -> dict[str, Any]:
    custom = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}
    secret = {"Quantity": 1, "Items": [{"HeaderName": "X-From-Edge", "HeaderValue": SECRET}]}
    return {"Id": "load-balancer", "DomainName": domain, "CustomOriginConfig": custom, "CustomHeaders": secret}


def assets_origin(bucket: str, control: str) -> dict[str, Any]:
    domain = f"{bucket}.s3.eu-west-1.amazonaws.com"
    s3 = {"OriginAccessIdentity": ""}
    return {"Id": "assets", "DomainName": domain, "S3OriginConfig": s3, "OriginAccessControlId": control}


def behavior(origin: str, cache_policy: str) -> dict[str, Any]:
    return {"TargetOriginId": origin, "ViewerProtocolPolicy": "redirect-to-https", "CachePolicyId": cache_policy}


def allow_distribution(aws: Account, bucket: str, distribution_arn: str) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
        "Condition": {"StringEquals": {"AWS:SourceArn": distribution_arn}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy)


def cache(aws: Account, net: dict[str, Any], group: str) -> dict[str, str]:
    """A Redis group with a replica in the other zone."""
    elasticache = aws.client("elasticache")
    elasticache.create_cache_subnet_group(
        CacheSubnetGroupName="shop", CacheSubnetGroupDescription="shop", SubnetIds=net["private_subnets"]
    )
    elasticache.create_replication_group(
        ReplicationGroupId="sessions",
        ReplicationGroupDescription="sessions and query results",
        Engine="redis",
        CacheNodeType="cache.m7g.large",
        NumNodeGroups=1,
        ReplicasPerNodeGroup=1,
        NodeGroupConfiguration=[
            {"ReplicaCount": 1, "PrimaryAvailabilityZone": ZONES[0], "ReplicaAvailabilityZones": [ZONES[1]]}
        ],
        AutomaticFailoverEnabled=True,
        MultiAZEnabled=True,
        CacheSubnetGroupName="shop",
        SecurityGroupIds=[group],
        SnapshotRetentionLimit=7,
    )
    return {"cache": "sessions"}


def table(aws: Account, net: dict[str, Any]) -> dict[str, str]:
    """An on-demand table that can be restored to any second, reached without the NAT gateways."""
    dynamodb = aws.client("dynamodb")
    dynamodb.create_table(
        TableName="carts",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "customer", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "customer", "KeyType": "HASH"}],
        DeletionProtectionEnabled=True,
        Tags=tags("carts"),
    )
    dynamodb.update_continuous_backups(
        TableName="carts", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    shop.made_long_ago(aws, "carts")
    endpoint = shop.gateway_endpoint(aws, net["vpc"], "dynamodb", net["private_tables"])
    return {"table": "carts", "dynamodb_endpoint": endpoint}
