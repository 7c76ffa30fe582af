"""Load balancers and buckets that answer the public themselves, and target groups that pin users, each beside one that does not."""

import json
from typing import Any

from accounts import clean_shop, shop
from seed import Account


def seed(aws: Account) -> dict[str, Any]:
    net = shop.network(aws)
    group = shop.security_group(aws, net["vpc"], "open", 80, IpRanges=shop.ANYWHERE)
    for name in ("bare", "fronted", "inside"):
        balancer(aws, net, group, name)
    for name in ("site", "fronted-site", "redirecting", "closed"):
        website(aws, f"{name}-{aws.id}", redirects=name == "redirecting", public=name != "closed")
    dns_name = aws.client("elbv2").describe_load_balancers(Names=["fronted"])["LoadBalancers"][0]["DNSName"]
    distribution(aws, "app", dns_name)
    distribution(aws, "site", f"fronted-site-{aws.id}.s3-website-eu-west-1.amazonaws.com")
    return {
        "fail": {
            "caching/alb-behind-cdn": ["bare"],
            "caching/s3-website-behind-cdn": [f"site-{aws.id}"],
            "statelessness/sticky-sessions": ["bare-sticky"],
        },
        "pass": {
            "caching/alb-behind-cdn": ["fronted"],
            "caching/s3-website-behind-cdn": [f"fronted-site-{aws.id}"],
            "statelessness/sticky-sessions": ["fronted-free"],
        },
        "skip": {
            "caching/alb-behind-cdn": ["inside"],
            "caching/s3-website-behind-cdn": [f"redirecting-{aws.id}"],
        },
    }


def balancer(aws: Account, net: dict[str, Any], group: str, name: str) -> None:
    """A load balancer with two servers; those of the bare one pin users."""
    elb = aws.client("elbv2")
    scheme = "internal" if name == "inside" else "internet-facing"
    made = elb.create_load_balancer(
        Name=name, Subnets=net["public_subnets"], SecurityGroups=[group], Scheme=scheme, Type="application"
    )["LoadBalancers"][0]
    sticky = name == "bare"
    targets = elb.create_target_group(
        Name=f"{name}-{'sticky' if sticky else 'free'}", Protocol="HTTP", Port=8080, VpcId=net["vpc"], TargetType="instance"
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
            {"Key": "stickiness.enabled", "Value": "true"},
            {"Key": "stickiness.type", "Value": "lb_cookie"},
            {"Key": "stickiness.lb_cookie.duration_seconds", "Value": "61" if sticky else "60"},
        ],
    )
    servers = aws.client("ec2").run_instances(
        MinCount=2, MaxCount=2, ImageId="ami-12345678", InstanceType="m7g.large", SubnetId=net["private_subnets"][0]
    )["Instances"]
    elb.register_targets(TargetGroupArn=targets, Targets=[{"Id": server["InstanceId"]} for server in servers])


def website(aws: Account, name: str, redirects: bool, public: bool) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    if redirects:
        s3.put_bucket_website(Bucket=name, WebsiteConfiguration={"RedirectAllRequestsTo": {"HostName": "example.com"}})
        return
    if not public:
        return
    s3.put_bucket_website(Bucket=name, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"}
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


def distribution(aws: Account, name: str, domain: str) -> None:
    custom = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}
    aws.client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": f"{aws.id}-{name}",
            "Comment": name,
            "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [{"Id": "o", "DomainName": domain, "CustomOriginConfig": custom}]},
            "DefaultCacheBehavior": clean_shop.behavior("o", clean_shop.CACHING_OPTIMIZED),
        }
    )
