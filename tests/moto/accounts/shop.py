"""The parts that both web shops are made of: a web application in two zones with a relational database."""

import json
from typing import Any

from seed import REGION, SECRET, ZONES, Account, tags

ANYWHERE = [{"CidrIp": "0.0.0.0/0"}]


def network(aws: Account) -> dict[str, Any]:
    """A VPC with a public and a private subnet in each zone, a NAT gateway in each zone and an S3 endpoint."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[vpc], Tags=tags("shop"))
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    public_table = route_table(aws, vpc, GatewayId=gateway)
    net: dict[str, Any] = {"vpc": vpc, "public_subnets": [], "private_subnets": [], "nat_gateways": []}
    private_tables = []
    for number, zone in enumerate(ZONES):
        public = subnet(aws, vpc, f"10.0.{number}.0/24", zone, "public", public_table)
        address = ec2.allocate_address(Domain="vpc")["AllocationId"]
        nat = ec2.create_nat_gateway(SubnetId=public, AllocationId=address)["NatGateway"]["NatGatewayId"]
        table = route_table(aws, vpc, NatGatewayId=nat)
        private_tables.append(table)
        net["public_subnets"].append(public)
        net["private_subnets"].append(subnet(aws, vpc, f"10.0.{number + 10}.0/24", zone, "private", table))
        net["nat_gateways"].append(nat)
    net["s3_endpoint"] = gateway_endpoint(aws, vpc, "s3", private_tables)
    net["private_tables"] = private_tables
    return net


def route_table(aws: Account, vpc: str, **target: str) -> str:
    ec2 = aws.client("ec2")
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)
    return table


def subnet(aws: Account, vpc: str, block: str, zone: str, name: str, table: str) -> str:
    ec2 = aws.client("ec2")
    made = ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zone)["Subnet"]["SubnetId"]
    ec2.create_tags(Resources=[made], Tags=tags(f"{name}-{zone}"))
    ec2.associate_route_table(RouteTableId=table, SubnetId=made)
    return made


def gateway_endpoint(aws: Account, vpc: str, service: str, tables: list[str]) -> str:
    made = aws.client("ec2").create_vpc_endpoint(
        VpcEndpointType="Gateway", VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.{service}", RouteTableIds=tables
    )
    return made["VpcEndpoint"]["VpcEndpointId"]


def security_group(aws: Account, vpc: str, name: str, port: int, **source: Any) -> str:
    """A group that admits one port from one source."""
    ec2 = aws.client("ec2")
    group = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
    permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **source}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
    return group


def from_group(group: str) -> dict[str, Any]:
    return {"UserIdGroupPairs": [{"GroupId": group}]}


def bucket(aws: Account, name: str) -> str:
    """A private, versioned bucket."""
    s3 = aws.client("s3")
    name = f"{name}-{aws.id}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    switches = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    rule = {
        "ID": "tidy",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 90},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    }
    if name.startswith("shop-logs"):
        rule["Expiration"] = {"Days": 90}
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [rule]})
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(switches, True))
    return name


def load_balancer(aws: Account, net: dict[str, Any], group: str, logs: str, sticky: bool) -> dict[str, str]:
    """An Application Load Balancer in both zones that forwards to one target group."""
    elb = aws.client("elbv2")
    made = elb.create_load_balancer(
        Name="shop", Subnets=net["public_subnets"], SecurityGroups=[group], Scheme="internet-facing", Type="application"
    )["LoadBalancers"][0]
    target_group = elb.create_target_group(
        Name="shop-web", Protocol="HTTP", Port=8080, VpcId=net["vpc"], TargetType="instance", HealthCheckPath="/health"
    )["TargetGroups"][0]["TargetGroupArn"]
    listener = elb.create_listener(
        LoadBalancerArn=made["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": target_group}],
    )["Listeners"][0]["ListenerArn"]
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=made["LoadBalancerArn"],
        Attributes=[
            {"Key": "access_logs.s3.enabled", "Value": "true"},
            {"Key": "access_logs.s3.bucket", "Value": logs},
            {"Key": "deletion_protection.enabled", "Value": "true"},
            {"Key": "load_balancing.cross_zone.enabled", "Value": "true"},  # always so on AWS, never on moto
        ],
    )
    elb.modify_target_group_attributes(
        TargetGroupArn=target_group,
        Attributes=[
            {"Key": "stickiness.enabled", "Value": str(sticky).lower()},
            {"Key": "stickiness.type", "Value": "lb_cookie"},
            {"Key": "stickiness.lb_cookie.duration_seconds", "Value": "86400"},
        ],
    )
    served(aws)
    return {
        "load_balancer": made["LoadBalancerArn"],
        "load_balancer_dns": made["DNSName"],
        "target_group": target_group,
        "listener": listener,
    }


def served(aws: Account) -> None:
    """What a load balancer with two healthy targets measures that serves a request a second, without an error."""
    for metric, value in (("RequestCount", 300), ("TargetResponseTime", 0.2), ("HealthyHostCount", 2), ("UnHealthyHostCount", 0)):
        aws.metric("AWS/ApplicationELB", metric, {}, value=value)


def fleet(aws: Account, net: dict[str, Any], group: str, target_group: str) -> dict[str, Any]:
    """An Auto Scaling group with one instance in each zone. moto would start both in the first subnet, so they are
    started one by one and attached."""
    ec2, autoscaling = aws.client("ec2"), aws.client("autoscaling")
    image = ec2.register_image(Name="shop-web", RootDeviceName="/dev/xvda")["ImageId"]
    hardware = {"ImageId": image, "InstanceType": "m7g.large", "Monitoring": {"Enabled": True}}
    named = [{"ResourceType": "instance", "Tags": tags("shop-web")}]
    ec2.create_launch_template(
        LaunchTemplateName="shop-web", LaunchTemplateData={**hardware, "SecurityGroupIds": [group]}
    )
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="shop-web",
        LaunchTemplate={"LaunchTemplateName": "shop-web", "Version": "1"},
        MinSize=0,
        DesiredCapacity=0,
        MaxSize=6,
        VPCZoneIdentifier=",".join(net["private_subnets"]),
        TargetGroupARNs=[target_group],
        HealthCheckType="ELB",
        HealthCheckGracePeriod=120,
        Tags=[{"Key": "Name", "Value": "shop-web", "PropagateAtLaunch": True}],
    )
    started = [
        ec2.run_instances(
            MinCount=1,
            MaxCount=1,
            SubnetId=private,
            SecurityGroupIds=[group],
            TagSpecifications=named,
            UserData=SECRET,
            **hardware,
        )
        for private in net["private_subnets"]
    ]
    ids = [reservation["Instances"][0]["InstanceId"] for reservation in started]
    autoscaling.attach_instances(AutoScalingGroupName="shop-web", InstanceIds=ids)
    autoscaling.update_auto_scaling_group(AutoScalingGroupName="shop-web", MinSize=2)
    autoscaling.enable_metrics_collection(
        AutoScalingGroupName="shop-web",
        Granularity="1Minute",
        Metrics=["GroupDesiredCapacity", "GroupInServiceInstances"],
    )
    autoscaling.put_scaling_policy(
        AutoScalingGroupName="shop-web",
        PolicyName="cpu-50",
        PolicyType="TargetTrackingScaling",
        TargetTrackingConfiguration={
            "PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"},
            "TargetValue": 50.0,
        },
    )
    return {"auto_scaling_group": "shop-web", "instances": ids}


def database(aws: Account, net: dict[str, Any], group: str, multi_az: bool) -> dict[str, str]:
    """A PostgreSQL primary and a read replica in the other zone."""
    rds = aws.client("rds")
    rds.create_db_subnet_group(
        DBSubnetGroupName="shop", DBSubnetGroupDescription="shop", SubnetIds=net["private_subnets"]
    )
    place = {} if multi_az else {"AvailabilityZone": ZONES[0]}
    rds.create_db_instance(
        DBInstanceIdentifier="orders",
        Engine="postgres",
        DBInstanceClass="db.m6g.large",
        MasterUsername="shop",
        MasterUserPassword="not-a-secret",
        AllocatedStorage=100,
        MaxAllocatedStorage=500,
        StorageType="gp3",
        StorageEncrypted=True,
        MultiAZ=multi_az,
        BackupRetentionPeriod=7,
        DeletionProtection=True,
        PubliclyAccessible=False,
        DBSubnetGroupName="shop",
        VpcSecurityGroupIds=[group],
        **place,
    )
    rds.create_db_instance_read_replica(
        DBInstanceIdentifier="orders-reader",
        SourceDBInstanceIdentifier="orders",
        DBInstanceClass="db.m6g.large",
        AvailabilityZone=ZONES[1],
        DeletionProtection=True,
        PubliclyAccessible=False,
    )
    # moto copies both from the source, AWS does not.
    rds.modify_db_instance(
        DBInstanceIdentifier="orders-reader", MultiAZ=False, BackupRetentionPeriod=0, ApplyImmediately=True
    )
    return {"database": "orders", "read_replica": "orders-reader"}


def queue(aws: Account) -> dict[str, str]:
    """A queue with a dead-letter queue."""
    sqs = aws.client("sqs")
    dead = sqs.create_queue(QueueName="orders-dead")["QueueUrl"]
    dead_arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 5})
    live = sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": redrive, "VisibilityTimeout": "180"})
    return {"queue": live["QueueUrl"], "dead_letter_queue": dead}


# What is watched: namespace, metric, dimension and threshold.
Watch = tuple[str, str, str, str, float]


def watched(balancer: dict[str, str], net: dict[str, Any]) -> list[Watch]:
    """Core alarms of both shops."""
    name = balancer["load_balancer"].partition("loadbalancer/")[2]
    databases = [
        ("AWS/RDS", metric, "DBInstanceIdentifier", database, threshold)
        for database in ("orders", "orders-reader")
        for metric, threshold in (("CPUUtilization", 70.0), ("FreeStorageSpace", 2e10), ("DatabaseConnections", 500.0))
    ]
    nats = [("AWS/NATGateway", "ErrorPortAllocation", "NatGatewayId", nat, 0.0) for nat in net["nat_gateways"]]
    return [
        ("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", "LoadBalancer", name, 10.0),
        ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "LoadBalancer", name, 10.0),
        ("AWS/ApplicationELB", "TargetResponseTime", "LoadBalancer", name, 1.0),
        ("AWS/EC2", "CPUUtilization", "AutoScalingGroupName", "shop-web", 80.0),
        ("AWS/Usage", "ResourceCount", "Service", "EC2", 80.0),
        ("AWS/Usage", "ResourceCount", "Service", "RDS", 80.0),
        ("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "orders", 300.0),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "orders-dead", 0.0),
        *databases,
        *nats,
    ]


def monitoring(aws: Account, watches: list[Watch]) -> dict[str, Any]:
    """Alarms that reach a person by mail, and a dashboard of the same metrics."""
    sns, cloudwatch = aws.client("sns"), aws.client("cloudwatch")
    topic = sns.create_topic(Name="on-call")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="on-call@example.com")
    for namespace, metric, dimension, value, threshold in watches:
        cloudwatch.put_metric_alarm(
            AlarmName=f"{value}-{metric}",
            Namespace=namespace,
            MetricName=metric,
            Dimensions=[{"Name": dimension, "Value": value}],
            Statistic="Average",
            Period=60,
            EvaluationPeriods=5,
            Threshold=threshold,
            ComparisonOperator="LessThanThreshold" if metric == "FreeStorageSpace" else "GreaterThanThreshold",
            ActionsEnabled=True,
            AlarmActions=[topic],
        )
    metrics = [[namespace, metric, dimension, value] for namespace, metric, dimension, value, _ in watches]
    widgets = [{"type": "metric", "properties": {"region": REGION, "metrics": metrics}}]
    # Dashboards belong to no region in AWS; moto keeps them in the one that they were made in.
    aws.client("cloudwatch", "us-east-1").put_dashboard(DashboardName="shop", DashboardBody=json.dumps({"widgets": widgets}))
    return {"topic": topic, "alarms": len(watches), "dashboard": "shop"}


# What is measured of both shops, whatever it is measured of: namespace, metric and value.
LOAD: list[tuple[str, str, float]] = [
    ("AWS/AutoScaling", "GroupDesiredCapacity", 2),
    ("AWS/AutoScaling", "GroupInServiceInstances", 2),
    ("AWS/DynamoDB", "Consumed*CapacityUnits", 1_200),
    ("AWS/EC2", "CPUUtilization", 40),
    ("AWS/ElastiCache", "*CPUUtilization", 20),
    ("AWS/ElastiCache", "CacheHits", 9_500),
    ("AWS/ElastiCache", "CacheMisses", 500),
    ("AWS/ElastiCache", "CurrConnections", 40),
    ("AWS/ElastiCache", "DatabaseMemoryUsagePercentage", 40),
    ("AWS/ElastiCache", "Evictions", 0),
    ("AWS/ElastiCache", "GetHits", 9_500),
    ("AWS/ElastiCache", "GetMisses", 500),
    ("AWS/NATGateway", "ActiveConnectionCount", 900),
    ("AWS/NATGateway", "Bytes*", 4e9),
    ("AWS/NATGateway", "ErrorPortAllocation", 0),
    ("AWS/NATGateway", "PacketsDropCount", 0),
    ("AWS/NATGateway", "PacketsOut*", 1e6),
    ("AWS/RDS", "CPUUtilization", 60),
    ("AWS/RDS", "DatabaseConnections", 40),
    ("AWS/RDS", "EBS*Balance%", 99),
    ("AWS/RDS", "FreeStorageSpace", 60 * 1024**3),
    ("AWS/RDS", "ReplicaLag", 1),
    ("AWS/RDS", "ReadIOPS", 200),
    ("AWS/RDS", "WriteIOPS", 100),
    ("AWS/RDS", "*Throughput", 1024**2),
]


def load(aws: Account) -> None:
    """A shop that is well visited: its database is busy, and its queue at work."""
    for namespace, metric, value in LOAD:
        aws.metric(namespace, metric, {}, value=value)
    # moto does not know Performance Insights.
    insights = "<PerformanceInsightsEnabled>true</PerformanceInsightsEnabled>"
    aws.answer("rds", "DescribeDBInstances", replace={"<DBInstanceClass>": f"{insights}<DBInstanceClass>"})
    for metric in ("NumberOfMessagesSent", "NumberOfMessagesDeleted"):
        aws.metric("AWS/SQS", metric, {"QueueName": "orders"}, value=100)


def made_long_ago(aws: Account, table: str) -> None:
    """moto makes a table now; in AWS's answer it is a hundred days older."""
    made = int(aws.client("dynamodb").describe_table(TableName=table)["Table"]["CreationDateTime"].timestamp())
    aws.answer("dynamodb", "DescribeTable", replace={str(made): str(made - 100 * 86_400)}, params={"TableName": table})


def budget(aws: Account, notifications: list[tuple[str, float]]) -> dict[str, str]:
    """A monthly budget with one mail address at each (type, per cent)."""
    aws.client("budgets").create_budget(
        AccountId=aws.id,
        Budget={
            "BudgetName": "monthly",
            "BudgetType": "COST",
            "TimeUnit": "MONTHLY",
            "BudgetLimit": {"Amount": "2000", "Unit": "USD"},
        },
        NotificationsWithSubscribers=[
            {
                "Notification": {
                    "NotificationType": kind,
                    "ComparisonOperator": "GREATER_THAN",
                    "Threshold": percent,
                    "ThresholdType": "PERCENTAGE",
                },
                "Subscribers": [{"SubscriptionType": "EMAIL", "Address": "finance@example.com"}],
            }
            for kind, percent in notifications
        ],
    )
    return {"budget": "monthly"}


def alias_record(aws: Account, target: str, zone_of_target: str) -> dict[str, str]:
    """shop.example.com, pointing at a load balancer or a distribution."""
    route53 = aws.client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference=aws.id)["HostedZone"]["Id"]
    record = {
        "Name": "shop.example.com",
        "Type": "A",
        "AliasTarget": {"HostedZoneId": zone_of_target, "DNSName": target, "EvaluateTargetHealth": False},
    }
    proof = {"Name": "_proof.example.com", "Type": "TXT", "TTL": 300, "ResourceRecords": [{"Value": f'"{SECRET}"'}]}
    changes = [{"Action": "CREATE", "ResourceRecordSet": each} for each in (record, proof)]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    return {"hosted_zone": zone}
