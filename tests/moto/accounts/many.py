"""More than one page of every list that the server cuts into pages. Prints how many of each kind there are."""

from typing import Any

from seed import REGION, ZONES, Account, side_by_side

# One more than fits on a page. Application Auto Scaling never gets past its second page of 50, so no more than 51.
PAGE_OF_50 = range(51)
PAGE_OF_100 = range(101)

IN_REGION = {"CreateBucketConfiguration": {"LocationConstraint": REGION}}


def seed(aws: Account) -> dict[str, Any]:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for number, zone in enumerate(ZONES)
    ]
    return {"counts": {**compute(aws, subnets), **data(aws, subnets), **edge(aws), **operations(aws)}}


def compute(aws: Account, subnets: list[str]) -> dict[str, int]:
    ec2, autoscaling = aws.client("ec2"), aws.client("autoscaling")
    balancers, classic = aws.client("elbv2"), aws.client("elb")
    hardware = {"ImageId": "ami-12345678", "InstanceType": "t4g.nano"}
    ec2.create_launch_template(LaunchTemplateName="many", LaunchTemplateData=hardware)
    instances = side_by_side(
        lambda number: ec2.run_instances(MinCount=1, MaxCount=1, SubnetId=subnets[number % 2], **hardware), PAGE_OF_100
    )
    groups = side_by_side(
        lambda number: autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=f"group-{number}",
            LaunchTemplate={"LaunchTemplateName": "many", "Version": "1"},
            MinSize=0,
            MaxSize=1,
            DesiredCapacity=0,
            VPCZoneIdentifier=",".join(subnets),
        ),
        PAGE_OF_50,
    )
    modern = side_by_side(
        lambda number: balancers.create_load_balancer(Name=f"balancer-{number}", Subnets=subnets, Scheme="internal"),
        PAGE_OF_50,
    )
    port = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}
    old = side_by_side(
        lambda number: classic.create_load_balancer(
            LoadBalancerName=f"old-{number}", Subnets=subnets, Listeners=[port]
        ),
        PAGE_OF_50,
    )
    return {
        "ec2.instance": len(instances),
        "ec2.volume": len(instances),
        "autoscaling.group": len(groups),
        "elb.load_balancer": len(modern),
        "elb.classic_load_balancer": len(old),
    }


def data(aws: Account, subnets: list[str]) -> dict[str, int]:
    rds, elasticache, dynamodb = aws.client("rds"), aws.client("elasticache"), aws.client("dynamodb")
    databases = side_by_side(
        lambda number: rds.create_db_instance(
            DBInstanceIdentifier=f"database-{number}",
            Engine="mysql",
            DBInstanceClass="db.t4g.micro",
            AllocatedStorage=20,
            MasterUsername="many",
            MasterUserPassword="not-a-secret",
        ),
        PAGE_OF_100,
    )
    groups = side_by_side(
        lambda number: elasticache.create_replication_group(
            ReplicationGroupId=f"cache-{number}",
            ReplicationGroupDescription="many",
            Engine="redis",
            CacheNodeType="cache.t4g.micro",
            NumNodeGroups=1,
            ReplicasPerNodeGroup=1,
            AutomaticFailoverEnabled=True,
        ),
        PAGE_OF_100,
    )
    clusters = side_by_side(
        lambda number: elasticache.create_cache_cluster(
            CacheClusterId=f"memory-{number}", Engine="memcached", CacheNodeType="cache.t4g.micro", NumCacheNodes=1
        ),
        PAGE_OF_100,
    )
    tables = side_by_side(lambda number: provisioned_table(dynamodb, f"table-{number:03}"), PAGE_OF_100)
    targets = side_by_side(lambda number: scalable_target(aws, f"table-{number:03}"), PAGE_OF_50)
    accelerators = aws.client("dax")
    accelerated = side_by_side(
        lambda number: accelerators.create_cluster(
            ClusterName=f"dax-{number}",
            NodeType="dax.t3.small",
            ReplicationFactor=1,
            IamRoleArn=f"arn:aws:iam::{aws.id}:role/dax",
        ),
        PAGE_OF_100,
    )
    return {
        "rds.db_instance": len(databases),
        "elasticache.replication_group": len(groups),
        "elasticache.cluster": len(clusters),
        "dynamodb.table": len(tables),
        "applicationautoscaling.target": len(targets),
        "dax.cluster": len(accelerated),
    }


def provisioned_table(dynamodb: Any, name: str) -> None:
    dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    )


def scalable_target(aws: Account, table: str) -> None:
    aws.client("application-autoscaling").register_scalable_target(
        ServiceNamespace="dynamodb",
        ResourceId=f"table/{table}",
        ScalableDimension="dynamodb:table:ReadCapacityUnits",
        MinCapacity=5,
        MaxCapacity=50,
    )


def edge(aws: Account) -> dict[str, int]:
    cloudfront, waf, route53 = aws.client("cloudfront"), aws.client("wafv2"), aws.client("route53")
    distributions = side_by_side(lambda number: distribution(cloudfront, number), PAGE_OF_100)
    seen = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "many"}
    acls = side_by_side(
        lambda number: waf.create_web_acl(
            Name=f"acl-{number}", Scope="REGIONAL", DefaultAction={"Allow": {}}, Rules=[], VisibilityConfig=seen
        ),
        PAGE_OF_100,
    )
    zones = side_by_side(
        lambda number: route53.create_hosted_zone(Name=f"zone-{number}.example.com", CallerReference=str(number)),
        PAGE_OF_100,
    )
    return {
        "cloudfront.distribution": len(distributions),
        "wafv2.web_acl": len(acls),
        "route53.record": 2 * len(zones),  # the NS and the SOA record that each zone is born with
    }


def distribution(cloudfront: Any, number: int) -> None:
    custom = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}
    origin = {"Id": "origin", "DomainName": f"origin-{number}.example.com", "CustomOriginConfig": custom}
    cloudfront.create_distribution(
        DistributionConfig={
            "CallerReference": str(number),
            "Comment": "many",
            "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": {"TargetOriginId": "origin", "ViewerProtocolPolicy": "https-only"},
        }
    )


def operations(aws: Account) -> dict[str, int]:
    sqs, cloudwatch, s3 = aws.client("sqs"), aws.client("cloudwatch"), aws.client("s3")
    queues = side_by_side(lambda number: sqs.create_queue(QueueName=f"queue-{number}"), PAGE_OF_100)
    alarms = side_by_side(
        lambda number: cloudwatch.put_metric_alarm(
            AlarmName=f"alarm-{number}",
            Namespace="AWS/EC2",
            MetricName="CPUUtilization",
            Statistic="Average",
            Period=60,
            EvaluationPeriods=1,
            Threshold=80.0,
            ComparisonOperator="GreaterThanThreshold",
        ),
        PAGE_OF_100,
    )
    buckets = side_by_side(lambda number: s3.create_bucket(Bucket=f"many-{number}-{aws.id}", **IN_REGION), PAGE_OF_50)
    return {"sqs.queue": len(queues), "cloudwatch.alarm": len(alarms), "s3.bucket": len(buckets)}
