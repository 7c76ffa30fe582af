"""Sticky web tiers with and without a store of sessions within reach, and one whose files the edge delivers."""

from typing import Any

from accounts import clean_shop, shop
from seed import REGION, Account
from traps.caches import answer


def seed(aws: Account) -> dict[str, Any]:
    net = shop.network(aws)
    public = shop.security_group(aws, net["vpc"], "public", 80, IpRanges=shop.ANYWHERE)
    cached, alone = (shop.security_group(aws, net["vpc"], name, 8080, **shop.from_group(public)) for name in ("cached", "alone"))
    memory = shop.security_group(aws, net["vpc"], "memory", 6379, **shop.from_group(cached))
    bursting = shop.security_group(aws, net["vpc"], "bursting", 8080, **shop.from_group(public))
    door = shop.security_group(aws, net["vpc"], "door", 6379, **shop.from_group(bursting))
    serverless(aws, "burst", net["private_subnets"], door)
    clean_shop.cache(aws, net, memory)
    names = {
        "reaching": tier(aws, net, public, "reaching", cached, sticky=True),
        "bursting": tier(aws, net, public, "bursting", bursting, sticky=True),
        # The caches admit other groups.
        "alone": tier(aws, net, public, "alone", alone, sticky=True),
        "tokens": tier(aws, net, public, "tokens", alone, sticky=False),
        "partner-api": tier(aws, net, public, "partner-api", alone, sticky=False),
    }
    distribution(aws, names["reaching"], f"assets-{aws.id}.s3.eu-west-1.amazonaws.com")
    return {
        "fail": {"statelessness/session-store": ["alone-web"]},
        "pass": {
            "statelessness/session-store": ["reaching-web", "bursting-web"],
            "statelessness/assets-in-s3": ["reaching"],
        },
        "skip": {
            "statelessness/session-store": ["tokens-web"],
            "statelessness/assets-in-s3": ["partner-api"],
        },
        # The distribution bears no name that would tell whose files it delivers beside those of its own servers.
        "unknown": {"statelessness/assets-in-s3": ["alone", "bursting", "tokens"]},
    }


def serverless(aws: Account, name: str, subnets: list[str], door: str) -> None:
    """moto has no serverless caches."""
    cache = (
        f"<member><ServerlessCacheName>{name}</ServerlessCacheName><Engine>valkey</Engine><Status>available</Status>"
        f"<ARN>arn:aws:elasticache:{REGION}:{aws.id}:serverlesscache:{name}</ARN><MajorEngineVersion>8</MajorEngineVersion>"
        f"<CreateTime>2024-01-01T00:00:00Z</CreateTime><Endpoint><Address>{name}.cache</Address><Port>6379</Port></Endpoint>"
        f"<SecurityGroupIds><SecurityGroupId>{door}</SecurityGroupId></SecurityGroupIds>"
        f"<SubnetIds>{''.join(f'<SubnetId>{subnet}</SubnetId>' for subnet in subnets)}</SubnetIds></member>"
    )
    action = "DescribeServerlessCaches"
    aws.answer("elasticache", action, region=REGION, body=answer(action, "ServerlessCaches", [cache]))


def tier(aws: Account, net: dict[str, Any], public: str, name: str, group: str, sticky: bool) -> str:
    """A load balancer before two servers of an Auto Scaling group; its DNS name."""
    elb, ec2, autoscaling = aws.client("elbv2"), aws.client("ec2"), aws.client("autoscaling")
    made = elb.create_load_balancer(
        Name=name, Subnets=net["public_subnets"], SecurityGroups=[public], Scheme="internet-facing", Type="application"
    )["LoadBalancers"][0]
    targets = elb.create_target_group(
        Name=f"{name}-web", Protocol="HTTP", Port=8080, VpcId=net["vpc"], TargetType="instance"
    )["TargetGroups"][0]["TargetGroupArn"]
    elb.create_listener(
        LoadBalancerArn=made["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": targets}],
    )
    elb.modify_target_group_attributes(
        TargetGroupArn=targets,
        Attributes=[
            {"Key": "stickiness.enabled", "Value": str(sticky).lower()},
            {"Key": "stickiness.type", "Value": "lb_cookie"},
            {"Key": "stickiness.lb_cookie.duration_seconds", "Value": "86400"},
        ],
    )
    ec2.create_launch_template(
        LaunchTemplateName=name,
        LaunchTemplateData={"ImageId": "ami-12345678", "InstanceType": "m7g.large", "SecurityGroupIds": [group]},
    )
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName=name,
        LaunchTemplate={"LaunchTemplateName": name, "Version": "1"},
        MinSize=2,
        MaxSize=6,
        VPCZoneIdentifier=",".join(net["private_subnets"]),
        TargetGroupARNs=[targets],
    )
    return made["DNSName"]


def distribution(aws: Account, balancer: str, bucket: str) -> None:
    custom = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}
    origins = [
        {"Id": "app", "DomainName": balancer, "CustomOriginConfig": custom},
        {"Id": "assets", "DomainName": bucket, "S3OriginConfig": {"OriginAccessIdentity": ""}},
    ]
    files = {"PathPattern": "/static/*", **behavior("assets", clean_shop.CACHING_OPTIMIZED)}
    aws.client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": aws.id,
            "Comment": "shop",
            "Enabled": True,
            "Origins": {"Quantity": 2, "Items": origins},
            "DefaultCacheBehavior": behavior("app", clean_shop.CACHING_DISABLED),
            "CacheBehaviors": {"Quantity": 1, "Items": [files]},
        }
    )


def behavior(origin: str, policy: str) -> dict[str, Any]:
    methods = {"Quantity": 2, "Items": ["GET", "HEAD"]}
    return {**clean_shop.behavior(origin, policy), "AllowedMethods": methods}
