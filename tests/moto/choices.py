"""What a reader would put in the places that a fix leaves open, in one account of the test server.

A place is `<name>`; each name has a function in `places.py` that finds or makes what it asks for in the finding's region."""

from typing import Any

from botocore.exceptions import ClientError

from places import (
    Choice,
    address,
    balancer_name,
    bucket,
    certificate,
    classic_port,
    cluster_of_services,
    copied_bucket,
    crossing_route_table,
    crossing_subnet,
    dimension,
    edge_prefix_list,
    empty_topic,
    etag,
    evident,
    fixed,
    group_elsewhere,
    launch_template,
    listed,
    log_group,
    mapping,
    new_image,
    newest_endpoint,
    node_group,
    open_rule,
    other_subnet,
    other_target_group,
    other_zone,
    own_security_group,
    pinning_rule_arn,
    role,
    seconds_hidden,
    security_group,
    subnet,
    subnet_group,
    subnets,
    target_elsewhere,
    template_of_group,
    third_zone,
    topic,
    uncovered_subnet,
    untraced,
    web_acl,
)
from seed import REGION, Account


class Chooser:
    """Choices in an account. What a choice makes is made once for a region; what it looks up, it looks up for each finding."""

    def __init__(self, aws: Account) -> None:
        self.aws = aws
        self.made: dict[tuple[str, str], str | None] = {}

    def value(self, name: str, finding: dict[str, Any]) -> str | None:
        """The choice for a place; None where nobody here can make it. A rule's own meaning of a name goes first."""
        choose = CHOICES.get(f"{finding['rule']} {name}") or CHOICES.get(name)
        region = finding["resource"]["region"]
        if region == "global":
            region = REGION if finding["resource"]["kind"] == "account" else "us-east-1"
        if choose is None:
            return None
        if choose in MADE_ONCE and (name, region) in self.made:
            return self.made[name, region]
        try:
            self.made[name, region] = choose(self.aws, region, finding)
        except (LookupError, StopIteration, ClientError):  # nothing is there to choose
            return None
        return self.made[name, region]


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
    "third-zone": third_zone,
    "certificate-arn": certificate,
    "new-load-balancer-arn": listed("elbv2", "describe_load_balancers", "LoadBalancers", -1, "LoadBalancerArn"),
    "new-target-group-arn": listed("elbv2", "describe_target_groups", "TargetGroups", -1, "TargetGroupArn"),
    "new-subnet": listed("ec2", "describe_subnets", "Subnets", -1, "SubnetId"),
    "scaling/asg-subnet-ips group": evident(r'"group ([^"]+)'),
    "cluster": cluster_of_services,
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
    "dimension": dimension,
    "etag": etag,
    "port": evident(r"(?:open_\w+_ports|balanced_\w+)\D+?(\d+)"),
    "open-rule": open_rule,
    "application-security-group": group_elsewhere,
    "load-balancer-security-group": group_elsewhere,
    "data-tier/db-ports-public listener-arn": evident(r"arn:[^\"]+:listener/[^\"]+"),
    "load-balancing/no-lb-bypass security-group": own_security_group,
    "edge-security/origin-lockdown security-group": own_security_group,
    "listener-port": listed("elbv2", "describe_listeners", "Listeners", 0, "Port", of="LoadBalancerArn"),
    "id-of-com.amazonaws.global.cloudfront.origin-facing": edge_prefix_list,
    "subnet-in-another-zone": other_subnet,
    "subnet-in-a-zone-without-one": uncovered_subnet,
    "health-check-id": listed("route53", "list_health_checks", "HealthChecks", -1, "Id"),
    # An alarm and its topic are in one region.
    "observability/external-probe topic-arn": lambda aws, region, finding: topic(aws, "us-east-1", finding),
    "observability/external-probe name": evident(r"unprobed_names\W+([a-z0-9.-]+)"),
    "db-instance": evident(r"weak_links.*?:db:([^\"]+)"),
    "multi-az/request-path-az-loss function": evident(r"weak_links.*?:function:([^\"]+)"),
    "load-balancer-arn": listed("elbv2", "describe_load_balancers", "LoadBalancers", 0, "LoadBalancerArn"),
    "zone-id": fixed("euw1-az1"),
    "listener-rule-arn": pinning_rule_arn,
    "statelessness/sticky-sessions target-group-arn": lambda aws, region, finding: finding["resource"]["arn"],
    "other-target-group-arn": other_target_group,
    "statelessness/sticky-sessions port": classic_port,
    "subnet-with-free-addresses-in-zone-a": subnet(0),
    "subnet-with-free-addresses-in-zone-b": subnet(1),
    "subnet-in-one-zone": subnet(0),
    "subnet-of-one-zone": subnet(0),
    "subnet-of-another": subnet(1),
    "subnet-of-a-third": subnet(2),
    "public-subnet-in-zone-a": subnet(0),
    "public-subnet-in-zone-b": subnet(1),
    "group-that-admits-port-2049": security_group,
    "destination-region": fixed("eu-central-1"),
    "versioned-bucket-in-another-region": copied_bucket,
    "mapping-id": mapping,
    "statelessness/assets-in-s3 bucket": lambda aws, region, finding: f"assets-{finding['fingerprint']}",
    "image-of-the-first-step": new_image,
    "launch-template-id": launch_template,
    "version": fixed("1"),
    "version-with-an-existing-image": fixed("1"),
    "target-in-another-zone": target_elsewhere,
    "larger-class": fixed("db.r7g.4xlarge"),
    "larger-type": fixed("cache.r7g.4xlarge"),
    "class": fixed("db.r7g.large"),
    "new-database": lambda aws, region, finding: f"moved-{finding['fingerprint']}",
    "engine": fixed("postgres"),
    "gib": fixed("500"),
    "iops": fixed("12000"),
    "mib-per-second": fixed("500"),
    "maximum-acus": fixed("64"),
    "more-shards": fixed("4"),
    "more-replicas": fixed("3"),
    "read-units": fixed("20000"),
    "write-units": fixed("20000"),
    "requests-per-second": fixed("20000"),
    "replication-class": fixed("dms.t3.medium"),
    "subnet-group": subnet_group,
    "name": fixed("chosen"),
    "node-group": node_group,
    "file-system-id": fixed("fs-12345678"),
    "image": fixed("nginx"),
    "path": fixed("/data"),
    "id-of-the-plan": listed("backup", "list_backup_plans", "BackupPlansList", 0, "BackupPlanId"),
    "arn-of-the-store": evident(r"data_stores_without_backup\W+(arn:[^\"]+)"),
    "resource-arn": listed("elbv2", "describe_load_balancers", "LoadBalancers", 0, "LoadBalancerArn"),
    "distribution-id": listed("cloudfront", "list_distributions", "DistributionList", "Items", 0, "Id"),
    "load-balancing/nlb-cross-zone target-group-arn": evident(r"arn:[^\"]+:targetgroup/[^\"]+"),
    "id-of-the-regional-gateway": listed("ec2", "describe_nat_gateways", "NatGateways", -1, "NatGatewayId"),
    "observability/tracing-active function": untraced(":lambda:", 6),
    "launch-template-of-the-group": template_of_group,
    "api-id": untraced("/stages/", -3),
    "stage": untraced("/stages/", -1),
    "second-range": fixed("100.64.0.0/16"),
    "part-of-the-second-range": fixed("100.64.0.0/20"),
    "instances-that-carry-the-peak-without-one-zone": fixed("8"),
    "same-size-of-the-m-family": fixed("m7g.large"),
    "route-table-of-the-private-subnets": crossing_route_table,
    "route-table-of-the-private-subnets-of-that-zone": crossing_route_table,
    "subnet-in-the-zone-without-one": crossing_subnet,
    "service-of-the-endpoint-in-use": listed("ec2", "describe_vpc_endpoints", "VpcEndpoints", 0, "ServiceName"),
    "id-of-the-new-endpoint": newest_endpoint,
    "missing-target-group-arn": evident(r"target group (arn:[^\"]+)"),
    "arn-of-the-new-monitor": listed("ce", "get_anomaly_monitors", "AnomalyMonitors", -1, "MonitorArn"),
    "alarm-arn": lambda aws, region, finding: f"arn:aws:cloudwatch:{region}:{aws.id}:alarm:errors",
    "application": fixed("choice"),
    "database": listed("rds", "describe_db_instances", "DBInstances", 0, "DBInstanceIdentifier"),
    "group": listed("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups", 0, "AutoScalingGroupName"),
    "observability/dashboard load-balancer": balancer_name,
    "unique": lambda aws, region, finding: finding["fingerprint"],
    "hottest-table": fixed("hottest"),
    "metric-of-the-service": fixed("ElastiCachePrimaryEngineCPUUtilization"),
}

# Choices that make something.
MADE_ONCE: set[Choice] = {topic, web_acl, bucket, log_group, address}
