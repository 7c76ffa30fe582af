"""At least one resource of each kind that can be collected and that moto can make, in eu-west-1 and above the regions.
It is no sensible architecture. Serverless caches are missing, since moto has none."""

import io
import json
import zipfile
from typing import Any

from accounts import clean_shop, shop
from seed import REGION, SECRET, Account, tags


def seed(aws: Account) -> dict[str, Any]:
    ids = clean_shop.seed(aws)
    aws.client("iam").create_account_alias(AccountAlias="everything")
    aws.client("organizations").create_organization(FeatureSet="ALL")
    return {
        **ids,
        **scheduled_action(aws, ids["auto_scaling_group"]),
        **unlimited_credits(aws, ids["instances"][0]),
        **classic_load_balancer(aws, ids["public_subnets"]),
        **listener_rule(aws, ids["listener"], ids["target_group"]),
        **db_cluster(aws, ids["private_subnets"]),
        **caches(aws, ids["private_subnets"]),
        **scaled_table(aws),
        **function(aws, ids["private_subnets"], ids["dead_letter_queue"]),
        **containers(aws, ids),
        **website(aws),
        **events(aws),
        "volume": aws.client("ec2").create_volume(Size=8, AvailabilityZone="eu-west-1a")["VolumeId"],
    }


def scheduled_action(aws: Account, group: str) -> dict[str, str]:
    aws.client("autoscaling").put_scheduled_update_group_action(
        AutoScalingGroupName=group, ScheduledActionName="mornings", Recurrence="0 6 * * *", MinSize=2
    )
    return {"scheduled_action": "mornings"}


def unlimited_credits(aws: Account, instance: str) -> dict[str, str]:
    """moto knows of no unlimited instance."""
    item = f"<item><instanceId>{instance}</instanceId><cpuCredits>unlimited</cpuCredits></item>"
    name = "DescribeInstanceCreditSpecificationsResponse"
    items = f"<instanceCreditSpecificationSet>{item}</instanceCreditSpecificationSet>"
    body = f'<{name} xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">{items}</{name}>'
    aws.answer("ec2", "DescribeInstanceCreditSpecifications", body=body)
    return {"unlimited_instance": instance}


def classic_load_balancer(aws: Account, subnets: list[str]) -> dict[str, str]:
    elb = aws.client("elb")
    port = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 8080}
    elb.create_load_balancer(LoadBalancerName="old-shop", Subnets=subnets, Listeners=[port], Tags=tags("old-shop"))
    check = {"Target": "HTTP:8080/", "Interval": 30, "Timeout": 5, "UnhealthyThreshold": 2, "HealthyThreshold": 2}
    elb.configure_health_check(LoadBalancerName="old-shop", HealthCheck=check)
    return {"classic_load_balancer": "old-shop"}


def listener_rule(aws: Account, listener: str, target_group: str) -> dict[str, str]:
    made = aws.client("elbv2").create_rule(
        ListenerArn=listener,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/api/*"]}],
        Actions=[{"Type": "forward", "TargetGroupArn": target_group}],
    )
    return {"listener_rule": made["Rules"][0]["RuleArn"]}


def db_cluster(aws: Account, subnets: list[str]) -> dict[str, str]:
    rds = aws.client("rds")
    family = {"DBParameterGroupFamily": "aurora-postgresql16", "Description": "-"}
    rds.create_db_cluster_parameter_group(DBClusterParameterGroupName="catalogue", **family)
    rds.create_db_parameter_group(DBParameterGroupName="catalogue", **family)
    rds.create_db_cluster(
        DBClusterIdentifier="catalogue",
        DBClusterParameterGroupName="catalogue",
        Engine="aurora-postgresql",
        MasterUsername="shop",
        MasterUserPassword="not-a-secret",
        DBSubnetGroupName="shop",
        BackupRetentionPeriod=7,
        DeletionProtection=True,
    )
    for zone in ("a", "b"):
        rds.create_db_instance(
            DBInstanceIdentifier=f"catalogue-{zone}",
            DBClusterIdentifier="catalogue",
            Engine="aurora-postgresql",
            DBInstanceClass="db.r7g.large",
            AvailabilityZone=f"{REGION}{zone}",
            PromotionTier=0,
            DBParameterGroupName="catalogue",
        )
    rds.create_db_proxy(
        DBProxyName="catalogue",
        EngineFamily="POSTGRESQL",
        Auth=[{"AuthScheme": "SECRETS", "SecretArn": f"arn:aws:secretsmanager:{REGION}:{aws.id}:secret:shop"}],
        RoleArn=f"arn:aws:iam::{aws.id}:role/proxy",
        VpcSubnetIds=subnets,
    )
    rds.register_db_proxy_targets(DBProxyName="catalogue", DBClusterIdentifiers=["catalogue"])
    return {"db_cluster": "catalogue"}


def caches(aws: Account, subnets: list[str]) -> dict[str, str]:
    aws.client("elasticache").create_cache_cluster(
        CacheClusterId="fragments", Engine="memcached", CacheNodeType="cache.t4g.micro", NumCacheNodes=2
    )
    memorydb = aws.client("memorydb")
    memorydb.create_subnet_group(SubnetGroupName="shop", SubnetIds=subnets)
    memorydb.create_cluster(
        ClusterName="ledger",
        NodeType="db.r7g.large",
        ACLName="open-access",
        SubnetGroupName="shop",
        NumReplicasPerShard=1,
    )
    aws.client("dax").create_cluster(
        ClusterName="carts", NodeType="dax.r5.large", ReplicationFactor=2, IamRoleArn=f"arn:aws:iam::{aws.id}:role/dax"
    )
    return {"cache_cluster": "fragments", "memorydb_cluster": "ledger", "dax_cluster": "carts"}


def scaled_table(aws: Account) -> dict[str, str]:
    """A provisioned table with an index, whose reads scale by themselves."""
    name = {"AttributeName": "id", "AttributeType": "S"}
    key = [{"AttributeName": "id", "KeyType": "HASH"}]
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    index = {
        "IndexName": "by-id",
        "KeySchema": key,
        "Projection": {"ProjectionType": "ALL"},
        "ProvisionedThroughput": units,
    }
    aws.client("dynamodb").create_table(
        TableName="prices",
        AttributeDefinitions=[name],
        KeySchema=key,
        ProvisionedThroughput=units,
        GlobalSecondaryIndexes=[index],
    )
    aws.client("application-autoscaling").register_scalable_target(
        ServiceNamespace="dynamodb",
        ResourceId="table/prices",
        ScalableDimension="dynamodb:table:ReadCapacityUnits",
        MinCapacity=5,
        MaxCapacity=500,
    )
    return {"scaled_table": "prices"}


def function(aws: Account, subnets: list[str], queue: str) -> dict[str, str]:
    """A function in two zones that a queue feeds."""
    role = aws.client("iam").create_role(RoleName="worker", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("worker.py", "def handle(event, context): pass\n")
    functions = aws.client("lambda")
    functions.create_function(
        FunctionName="worker",
        Runtime="python3.13",
        Role=role,
        Handler="worker.handle",
        Code={"ZipFile": code.getvalue()},
        Timeout=30,
        Environment={"Variables": {"DATABASE_PASSWORD": SECRET}},
        VpcConfig={"SubnetIds": subnets, "SecurityGroupIds": []},
    )
    attributes = aws.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    mapping = functions.create_event_source_mapping(
        FunctionName="worker", EventSourceArn=attributes["QueueArn"], BatchSize=10
    )
    return {"function": "worker", "event_source_mapping": mapping["UUID"]}


def containers(aws: Account, ids: dict[str, Any]) -> dict[str, str]:
    """A service on Fargate that scales by itself, in a cluster that has a server too."""
    ecs = aws.client("ecs")
    ecs.create_cluster(clusterName="shop", settings=[{"name": "containerInsights", "value": "enabled"}])
    server = aws.client("ec2").run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)["Instances"][0]
    document = json.dumps({"instanceId": server["InstanceId"]})
    ecs.register_container_instance(cluster="shop", instanceIdentityDocument=document)
    ecs.register_task_definition(
        family="thumbnails",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="512",
        memory="1024",
        containerDefinitions=[
            {"name": "app", "image": "app", "environment": [{"name": "DATABASE_PASSWORD", "value": SECRET}]}
        ],
    )
    group = aws.client("ec2").create_security_group(GroupName="tasks", Description="tasks", VpcId=ids["vpc"])["GroupId"]
    network = {"subnets": ids["private_subnets"], "securityGroups": [group], "assignPublicIp": "DISABLED"}
    ecs.create_service(
        cluster="shop",
        serviceName="thumbnails",
        taskDefinition="thumbnails",
        desiredCount=2,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": network},
    )
    scaled = {
        "ServiceNamespace": "ecs",
        "ResourceId": "service/shop/thumbnails",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    scaling = aws.client("application-autoscaling")
    scaling.register_scalable_target(**scaled, MinCapacity=2, MaxCapacity=8)
    metric = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
    scaling.put_scaling_policy(
        **scaled,
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={"TargetValue": 50.0, "PredefinedMetricSpecification": metric},
    )
    return {"service": "thumbnails"}


def website(aws: Account) -> dict[str, str]:
    name = shop.bucket(aws, "shop-site")
    aws.client("s3").put_bucket_website(Bucket=name, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    return {"website_bucket": name}


def events(aws: Account) -> dict[str, str]:
    """A stream, and a rule on a bus of the account's own."""
    aws.client("kinesis").create_stream(StreamName="clicks", ShardCount=1)
    bus = aws.client("events")
    bus.create_event_bus(Name="shop")
    pattern = json.dumps({"source": ["shop.orders"]})
    bus.put_rule(Name="order-placed", EventBusName="shop", EventPattern=pattern, State="ENABLED")
    return {"stream": "clicks", "event_rule": "order-placed"}
