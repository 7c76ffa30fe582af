"""At least one resource of each kind that can be collected and that moto can make, in eu-west-1 and above the regions.
It is no sensible architecture. Serverless caches are missing, since moto has none."""

import io
import json
import zipfile
from datetime import UTC, datetime
from typing import Any

from accounts import clean_shop, shop
from seed import REGION, SECRET, Account, tags
from traps import cost_explorer, firewalls


def seed(aws: Account) -> dict[str, Any]:
    ids = clean_shop.seed(aws)
    aws.client("iam").create_account_alias(AccountAlias="everything")
    aws.client("organizations").create_organization(FeatureSet="ALL")
    return {
        **ids,
        **upkeep(aws),
        **scheduled_action(aws, ids["auto_scaling_group"]),
        **launch_configuration(aws, ids["private_subnets"]),
        **launches(aws, ids["auto_scaling_group"]),
        **unlimited_credits(aws, ids["instances"][0]),
        **classic_load_balancer(aws, ids["public_subnets"]),
        **listener_rule(aws, ids["listener"], ids["target_group"]),
        **db_cluster(aws, ids["private_subnets"]),
        **caches(aws, ids["private_subnets"]),
        **scaled_table(aws),
        **function(aws, ids["private_subnets"], ids["dead_letter_queue"]),
        **containers(aws, ids),
        **nodes(aws, ids["private_subnets"]),
        **files(aws, ids["private_subnets"]),
        **stores(aws, ids["private_subnets"]),
        **lightsail(aws),
        **website(aws),
        **events(aws),
        **apis(aws),
        **ways_in(aws),
        **certificate(aws),
        "web_acl": firewalls.web_acl(aws, "partners", [firewalls.reference(aws, "limits", firewalls.rate())])[0],
        "volume": aws.client("ec2").create_volume(Size=8, AvailabilityZone="eu-west-1a")["VolumeId"],
        **peaks(aws),
    }


# The busiest minutes and hours of what requests pass: namespace, metric, statistic and value, in any region. A task gives
# a sample a minute, so two give ten in five.
PEAKS: list[tuple[str, str, str, float]] = [
    ("AWS/ApiGateway", "Count", "SampleCount", 1_200),
    ("AWS/CloudFront", "Requests", "Sum", 6_000),
    ("AWS/ECS", "CPUUtilization", "Average", 35),
    ("AWS/ECS", "CPUUtilization", "SampleCount", 10),
    ("AWS/WAFV2", "*Requests", "Sum", 300),
]


def peaks(aws: Account) -> dict[str, int]:
    for namespace, metric, statistic, value in PEAKS:
        aws.metric(namespace, metric, {}, statistic=statistic, value=value)
    return {"peaks": len(PEAKS)}


def scheduled_action(aws: Account, group: str) -> dict[str, str]:
    aws.client("autoscaling").put_scheduled_update_group_action(
        AutoScalingGroupName=group, ScheduledActionName="mornings", Recurrence="0 6 * * *", MinSize=2
    )
    return {"scheduled_action": "mornings"}


def launch_configuration(aws: Account, subnets: list[str]) -> dict[str, str]:
    """A group of the older form, which launches nothing at the moment."""
    autoscaling = aws.client("autoscaling")
    autoscaling.create_launch_configuration(
        LaunchConfigurationName="nightly", ImageId="ami-12345678", InstanceType="m5.large", UserData=SECRET
    )
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="nightly",
        LaunchConfigurationName="nightly",
        MinSize=0,
        DesiredCapacity=0,
        MaxSize=1,
        VPCZoneIdentifier=",".join(subnets),
    )
    return {"launch_configuration": "nightly"}


def launches(aws: Account, group: str) -> dict[str, str]:
    """moto lists no activities."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    activity = (
        f"<member><ActivityId>1</ActivityId><AutoScalingGroupName>{group}</AutoScalingGroupName>"
        "<Description>Launching a new EC2 instance</Description><Cause>A rush</Cause>"
        f"<StartTime>{now}</StartTime><StatusCode>Successful</StatusCode></member>"
    )
    name = "DescribeScalingActivities"
    result = f"<{name}Result><Activities>{activity}</Activities></{name}Result>"
    body = f'<{name}Response xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/">{result}</{name}Response>'
    aws.answer("autoscaling", name, body=body)
    return {"launch_history": group}


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
    rds.create_global_cluster(GlobalClusterIdentifier="world", Engine="aurora-postgresql")
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


def nodes(aws: Account, subnets: list[str]) -> dict[str, str]:
    """A cluster of Kubernetes with a managed node group, whose nodes moto does not start."""
    eks = aws.client("eks")
    role = f"arn:aws:iam::{aws.id}:role/eks"
    eks.create_cluster(name="pods", roleArn=role, resourcesVpcConfig={"subnetIds": subnets})
    sizes = {"minSize": 2, "maxSize": 6, "desiredSize": 2}
    eks.create_nodegroup(
        clusterName="pods", nodegroupName="web", subnets=subnets, nodeRole=role, scalingConfig=sizes
    )
    return {"kubernetes": "pods"}


def files(aws: Account, subnets: list[str]) -> dict[str, str]:
    """A file system that can be mounted in each zone."""
    efs = aws.client("efs")
    system = efs.create_file_system(CreationToken="media", Tags=tags("media"))["FileSystemId"]
    for subnet in subnets:
        efs.create_mount_target(FileSystemId=system, SubnetId=subnet)
    return {"file_system": system}


def stores(aws: Account, subnets: list[str]) -> dict[str, str]:
    """A search domain, a warehouse, a broker, a Kafka cluster, a file server and an attachment to a transit gateway."""
    ec2 = aws.client("ec2")
    config = {"InstanceType": "r6g.large.search", "InstanceCount": 2, "ZoneAwarenessEnabled": True}
    aws.client("opensearch").create_domain(DomainName="media", EngineVersion="OpenSearch_2.13", ClusterConfig=config)
    aws.client("redshift").create_cluster(
        ClusterIdentifier="reports",
        NodeType="ra3.xlplus",
        NumberOfNodes=2,
        MasterUsername="shop",
        MasterUserPassword="NotASecret1",
        DBName="reports",
    )
    aws.client("mq").create_broker(
        BrokerName="orders",
        DeploymentMode="CLUSTER_MULTI_AZ",
        EngineType="RABBITMQ",
        EngineVersion="3.13",
        HostInstanceType="mq.m5.large",
        PubliclyAccessible=False,
        AutoMinorVersionUpgrade=True,
        Users=[{"Username": "shop", "Password": "not-a-secret-1"}],
    )
    nodes = {"ClientSubnets": subnets, "InstanceType": "kafka.m7g.large"}
    aws.client("kafka").create_cluster(
        ClusterName="events", KafkaVersion="3.6.0", NumberOfBrokerNodes=len(subnets), BrokerNodeGroupInfo=nodes
    )
    windows = {"DeploymentType": "MULTI_AZ_1", "ThroughputCapacity": 32, "AutomaticBackupRetentionDays": 7}
    aws.client("fsx").create_file_system(
        FileSystemType="WINDOWS", StorageCapacity=100, SubnetIds=subnets[:2], WindowsConfiguration=windows
    )
    vpc = ec2.describe_subnets(SubnetIds=subnets[:1])["Subnets"][0]["VpcId"]
    gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=gateway, VpcId=vpc, SubnetIds=subnets)
    return {"transit_gateway": gateway}


def lightsail(aws: Account) -> dict[str, str]:
    """A server with a load balancer, a database and a snapshot. moto has none of them, so they are answers."""
    here = {"availabilityZone": "eu-west-1a", "regionName": REGION}
    arn = f"arn:aws:lightsail:{REGION}:{aws.id}"
    instance = {
        "name": "blog",
        "arn": f"{arn}:Instance/blog",
        "location": here,
        "blueprintId": "wordpress",
        "bundleId": "medium_3_0",
        "publicIpAddress": "203.0.113.80",
        "ipv6Addresses": [],
        "createdAt": 1700000000,
        "state": {"code": 16, "name": "running"},
        "tags": [],
    }
    balancer = {
        "name": "blog",
        "arn": f"{arn}:LoadBalancer/blog",
        "state": "active",
        "instanceHealthSummary": [{"instanceName": "blog", "instanceHealth": "healthy"}],
        "tags": [],
    }
    database = {
        "name": "blog",
        "arn": f"{arn}:RelationalDatabase/blog",
        "state": "available",
        "engine": "mysql",
        "tags": [],
    }
    snapshot = {
        "name": "blog-1",
        "arn": f"{arn}:InstanceSnapshot/blog-1",
        "state": "available",
        "fromInstanceArn": instance["arn"],
        "createdAt": 1700000000,
        "tags": [],
    }
    aws.answer("lightsail", "GetInstances", region=REGION, body={"instances": [instance]})
    aws.answer("lightsail", "GetLoadBalancers", region=REGION, body={"loadBalancers": [balancer]})
    aws.answer("lightsail", "GetRelationalDatabases", region=REGION, body={"relationalDatabases": [database]})
    aws.answer("lightsail", "GetInstanceSnapshots", region=REGION, body={"instanceSnapshots": [snapshot]})
    return {"lightsail_instance": "blog"}


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
    topic = aws.client("sns").create_topic(Name="placed")["TopicArn"]
    bus.put_targets(Rule="order-placed", EventBusName="shop", Targets=[{"Id": "1", "Arn": topic}])
    aws.client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="orders@example.com")
    return {"stream": "clicks", "event_rule": "order-placed"}


def ways_in(aws: Account) -> dict[str, str]:
    """Public entry points of services that run themselves. moto has no App Runner."""
    aws.client("lambda").create_function_url_config(FunctionName="worker", AuthType="AWS_IAM")
    aws.client("appsync").create_graphql_api(name="everything", authenticationType="AWS_IAM")
    aws.client("cognito-idp").create_user_pool(PoolName="everything")
    service = f"arn:aws:apprunner:{REGION}:{aws.id}:service/everything/8fe1e10304f84fd2b0df550fe98a71fa"
    summary = {
        "ServiceName": "everything",
        "ServiceId": "8fe1e10304f84fd2b0df550fe98a71fa",
        "ServiceArn": service,
        "ServiceUrl": "psbqam834h.eu-west-1.awsapprunner.com",
        "Status": "RUNNING",
    }
    network = {"IngressConfiguration": {"IsPubliclyAccessible": True}}
    described = {
        **summary,
        "CreatedAt": 1_700_000_000,
        "UpdatedAt": 1_700_000_000,
        "SourceConfiguration": {},
        "InstanceConfiguration": {},
        "AutoScalingConfigurationSummary": {},
        "NetworkConfiguration": network,
    }
    aws.answer("apprunner", "ListServices", region=REGION, body={"ServiceSummaryList": [summary]})
    aws.answer("apprunner", "DescribeService", region=REGION, body={"Service": described})
    return {"app_runner_service": "everything"}


def apis(aws: Account) -> dict[str, str]:
    """A REST API that a usage plan covers, and an HTTP API."""
    gateway = aws.client("apigateway")
    api = gateway.create_rest_api(name="partners", endpointConfiguration={"types": ["REGIONAL"]})
    method = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    gateway.put_method(authorizationType="NONE", apiKeyRequired=True, **method)
    gateway.put_integration(type="MOCK", integrationHttpMethod="GET", **method)
    gateway.create_deployment(restApiId=api["id"], stageName="prod")
    plan = gateway.create_usage_plan(
        name="partners", apiStages=[{"apiId": api["id"], "stage": "prod"}], throttle={"rateLimit": 50.0, "burstLimit": 50}
    )
    second = aws.client("apigatewayv2")
    http = second.create_api(Name="mobile", ProtocolType="HTTP")["ApiId"]
    second.create_stage(ApiId=http, StageName="$default", StageVariables={"password": SECRET})
    names = [{"CertificateArn": f"arn:aws:acm:{REGION}:{aws.id}:certificate/1", "EndpointType": "REGIONAL"}]
    second.create_domain_name(DomainName="api.example.com", DomainNameConfigurations=names)
    second.create_api_mapping(DomainName="api.example.com", ApiId=http, Stage="$default", ApiMappingKey="v1")
    return {"rest_api": api["id"], "usage_plan": plan["id"], "http_api": http}


def certificate(aws: Account) -> dict[str, str]:
    made = aws.client("acm").request_certificate(DomainName="shop.example.com", ValidationMethod="DNS")
    return {"certificate": made["CertificateArn"]}


def upkeep(aws: Account) -> dict[str, str]:
    """Backups, logs, probes, traces and cost: what moto lacks of it is answered."""
    rule = {"RuleName": "nightly", "TargetBackupVaultName": "Default", "ScheduleExpression": "cron(0 3 * * ? *)"}
    aws.client("backup").create_backup_vault(BackupVaultName="Default")
    plan = aws.client("backup").create_backup_plan(BackupPlan={"BackupPlanName": "nightly", "Rules": [rule]})
    aws.client("logs").create_log_group(logGroupName="/shop/web")
    volume = aws.client("ec2").create_volume(Size=8, AvailabilityZone=f"{REGION}a")["VolumeId"]
    aws.client("ec2").create_snapshot(VolumeId=volume)
    check = {"Type": "HTTPS", "FullyQualifiedDomainName": "www.example.com"}
    made = aws.client("route53").create_health_check(CallerReference="everything", HealthCheckConfig=check)
    answered(aws)
    accelerator(aws)
    cost_explorer.watch(aws, "CONFIRMED")
    cost_explorer.answer(aws, transfer="140", covered="700", on_demand="400")
    return {"backup_plan": plan["BackupPlanId"], "health_check": made["HealthCheck"]["Id"]}


def answered(aws: Account) -> None:
    now = datetime.now(UTC).timestamp()
    resource = {"ResourceArn": f"arn:aws:dynamodb:{REGION}:{aws.id}:table/orders", "ResourceType": "DynamoDB", "LastBackupTime": now}
    aws.answer("backup", "ListProtectedResources", region=REGION, body={"Results": [resource]})
    copy = {
        "ResourceArn": resource["ResourceArn"],
        "DestinationBackupVaultArn": f"arn:aws:backup:eu-central-1:{aws.id}:backup-vault:Default",
        "State": "COMPLETED",
        "CreationDate": now,
        "IsParent": False,
    }
    aws.answer("backup", "ListCopyJobs", region=REGION, body={"CopyJobs": [copy]})
    job = {"RestoreJobId": "tried", "Status": "COMPLETED", "CreationDate": now, "ResourceType": "RDS", "IsParent": False}
    aws.answer("backup", "ListRestoreJobs", region=REGION, body={"RestoreJobs": [job]})
    plan = {
        "RestoreTestingPlanArn": f"arn:aws:backup:{REGION}:{aws.id}:restore-testing-plan:monthly",
        "RestoreTestingPlanName": "monthly",
        "ScheduleExpression": "cron(0 3 1 * ? *)",
        "CreationTime": now,
        "StartWindowHours": 24,
    }
    aws.answer("backup", "ListRestoreTestingPlans", region=REGION, body={"RestoreTestingPlans": [plan]})
    canary = {"Name": "checkout", "Status": {"State": "RUNNING"}}
    aws.answer("synthetics", "DescribeCanaries", region=REGION, body={"Canaries": [canary]})
    service = {"KeyAttributes": {"Name": "shop", "Environment": "eks:shop/default"}, "MetricReferences": []}
    answer = {"StartTime": now, "EndTime": now, "ServiceSummaries": [service]}
    aws.answer("application-signals", "ListServices", region=REGION, body=answer)
    aws.answer("xray", "GetServiceGraph", region=REGION, body={"Services": [{"ReferenceId": 0, "Name": "worker"}]})
    backup = f"<DBInstanceAutomatedBackup><DBInstanceArn>arn:aws:rds:{REGION}:{aws.id}:db:orders</DBInstanceArn><DBInstanceIdentifier>orders</DBInstanceIdentifier></DBInstanceAutomatedBackup>"
    body = (
        '<DescribeDBInstanceAutomatedBackupsResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/">'
        f"<DescribeDBInstanceAutomatedBackupsResult><DBInstanceAutomatedBackups>{backup}</DBInstanceAutomatedBackups>"
        "</DescribeDBInstanceAutomatedBackupsResult></DescribeDBInstanceAutomatedBackupsResponse>"
    )
    aws.answer("rds", "DescribeDBInstanceAutomatedBackups", region=REGION, body=body)


def accelerator(aws: Account) -> None:
    arn = f"arn:aws:globalaccelerator::{aws.id}:accelerator/1234abcd"
    found = {"AcceleratorArn": arn, "Name": "world", "Enabled": True, "DnsName": "a1234.awsglobalaccelerator.com"}
    aws.answer("globalaccelerator", "ListAccelerators", body={"Accelerators": [found]})
    listener = f"{arn}/listener/5678"
    aws.answer("globalaccelerator", "ListListeners", body={"Listeners": [{"ListenerArn": listener}]})
    group = {"EndpointGroupArn": f"{listener}/endpoint-group/9", "EndpointGroupRegion": REGION, "EndpointDescriptions": []}
    aws.answer("globalaccelerator", "ListEndpointGroups", body={"EndpointGroups": [group]})
