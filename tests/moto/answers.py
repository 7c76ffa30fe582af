"""Answers for calls that moto lacks, and repairs of answers that strict SDKs refuse.

Reads moto's own data, so that what was seeded through the API comes back. Knows nothing of faults.
"""

import importlib.util
import json
import re
from collections.abc import Callable
from typing import Any

from moto.applicationautoscaling.models import ServiceNamespaceValueSet
from moto.awslambda.models import lambda_backends
from moto.budgets.models import budgets_backends
from moto.cloudwatch.models import cloudwatch_backends
from moto.ec2.models import ec2_backends
from moto.ecs.models import ecs_backends
from moto.elasticache.models import elasticache_backends
from moto.memorydb.models import memorydb_backends
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.wafv2.models import wafv2_backends
from werkzeug.wrappers import Response

import cache_policies
import effects
from wire import Call, answer, error, xml_response

# When seeded resources were made, to be old enough for measurements: 14 November 2023.
LONG_AGO = 1_700_000_000

# The part of an ARN that tells what sort of resource a web ACL protects.
PROTECTED = {
    "APPLICATION_LOAD_BALANCER": ":loadbalancer/app/",
    "API_GATEWAY": ":apigateway:",
    "APPSYNC": ":appsync:",
    "COGNITO_USER_POOL": ":cognito-idp:",
    "APP_RUNNER_SERVICE": ":apprunner:",
    "VERIFIED_ACCESS_INSTANCE": ":verified-access-instance/",
    "AMPLIFY": ":amplify:",
    "AGENTCORE_GATEWAY": ":bedrock-agentcore:",
}

# The rules in AWS's managed rule groups that tests use. Those of the last group come with the action Count.
MANAGED_GROUPS = {
    "AWSManagedRulesCommonRuleSet": [
        "NoUserAgent_HEADER",
        "SizeRestrictions_BODY",
        "GenericLFI_BODY",
        "GenericRFI_BODY",
        "CrossSiteScripting_BODY",
    ],
    "AWSManagedRulesKnownBadInputsRuleSet": ["Log4JRCE_HEADER", "Log4JRCE_BODY", "ExploitablePaths_URIPATH"],
    "AWSManagedRulesAmazonIpReputationList": ["AWSManagedIPReputationList", "AWSManagedReconnaissanceList"],
    "AWSManagedRulesSQLiRuleSet": ["SQLi_QUERYARGUMENTS", "SQLi_BODY", "SQLi_COOKIE", "SQLi_URIPATH"],
}


def managed_rule_group(call: Call) -> Response:
    rules = MANAGED_GROUPS.get(call.params["Name"])
    if call.params["VendorName"] != "AWS" or rules is None:
        return error(call, 400, "WAFNonexistentItemException", "AWS WAF couldn't perform the operation")
    rules_by_action = [{"Name": rule, "Action": {"Block": {}}} for rule in rules]
    return json_answer(call, {"Capacity": 200, "Rules": rules_by_action})


def no_tenants(_: Call) -> Response:
    return xml_response(
        '<?xml version="1.0"?><ListDistributionTenantsResult xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">'
        "<DistributionTenantList/></ListDistributionTenantsResult>"
    )


def resources_for_web_acl(call: Call) -> Response:
    sort = PROTECTED.get(call.params.get("ResourceType", "APPLICATION_LOAD_BALANCER"), "?")
    for backend in list(wafv2_backends[call.account].values()):
        if acl := backend.wacls.get(call.params["WebACLArn"]):
            return json_answer(call, {"ResourceArns": [arn for arn in acl.associated_resources if sort in arn]})
    return error(call, 400, "WAFNonexistentItemException", "AWS WAF couldn't perform the operation")


def subscribers_for_notification(call: Call) -> Response:
    budgets = budgets_backends[call.account]["aws"].budgets[call.params["AccountId"]]
    budget = budgets.get(call.params["BudgetName"])
    for notification in budget.notifications if budget else []:
        if same_notification(notification.details, call.params["Notification"]):
            return json_answer(call, {"Subscribers": notification.subscribers})
    return error(call, 400, "NotFoundException", "Unable to get subscribers - the notification doesn't exist.")


def same_notification(one: dict[str, Any], other: dict[str, Any]) -> bool:
    def identity(details: dict[str, Any]) -> tuple[Any, ...]:
        kind = details.get("ThresholdType", "PERCENTAGE")
        return details["NotificationType"], details["ComparisonOperator"], float(details["Threshold"]), kind

    return identity(one) == identity(other)


def lambda_settings(call: Call) -> Response:
    functions = lambda_backends[call.account][call.region].list_functions()
    usage = {"TotalCodeSize": 0, "FunctionCount": len(list(functions))}
    limit = {
        "TotalCodeSize": 80530636800,
        "CodeSizeUnzipped": 262144000,
        "CodeSizeZipped": 52428800,
        "ConcurrentExecutions": 1000,
        "UnreservedConcurrentExecutions": 1000,
    }
    return json_answer(call, {"AccountLimit": limit, "AccountUsage": usage})


def no_targets_where_refused(call: Call) -> Response | None:
    known = {namespace.value for namespace in ServiceNamespaceValueSet}
    if call.params.get("ServiceNamespace") in known:
        return None
    return json_answer(call, {"ScalableTargets": []})


def logging_configurations(call: Call) -> Response:
    """moto tells the scopes apart by a part that no ARN has, and knows no logs for Security Lake."""
    if call.params.get("LogScope", "CUSTOMER") != "CUSTOMER":
        return json_answer(call, {"LoggingConfigurations": []})
    scope = ":global/" if call.params.get("Scope") == "CLOUDFRONT" else ":regional/"
    regions = wafv2_backends[call.account]
    backends = list(regions.values()) if scope == ":global/" else [regions[call.region]]
    found = [
        {"ResourceArn": arn, "LogDestinationConfigs": configuration.log_destination_configs}
        for backend in backends
        for arn, configuration in backend.logging_configurations.items()
        if scope in arn
    ]
    return json_answer(call, {"LoggingConfigurations": found})


def managed_policies(call: Call) -> Response:
    return answer(call, 200, cache_policies.list_answer(cache_policies.MANAGED), {})


def empty(member: str) -> Callable[[Call], Response]:
    """An empty list, under its name in the answer."""
    return lambda call: json_answer(call, {member: []})


def no_replication(call: Call) -> Response:
    return error(call, 404, "ReplicationNotFound", "Replication not found.")


def no_automated_backups(_: Call) -> Response:
    return xml_response(
        '<DescribeDBInstanceAutomatedBackupsResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/">'
        "<DescribeDBInstanceAutomatedBackupsResult><DBInstanceAutomatedBackups/>"
        "</DescribeDBInstanceAutomatedBackupsResult><ResponseMetadata><RequestId>launcher</RequestId></ResponseMetadata>"
        "</DescribeDBInstanceAutomatedBackupsResponse>"
    )


def no_services(call: Call) -> Response:
    return json_answer(call, {"StartTime": 0, "EndTime": 0, "ServiceSummaries": []})


def json_answer(call: Call, data: dict[str, Any]) -> Response:
    return answer(call, 200, data, {})


def nothing(**answered: list[Any]) -> Callable[[Call], Response]:
    """Lists that are empty: moto has no Lightsail."""
    return lambda call: json_answer(call, answered)


# Service Quotas: code, name and class of each quota that some fact rests on, by service.
QUOTAS = {
    "ec2": [("L-1216C47A", "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", "Standard/OnDemand")],
    "fargate": [
        ("L-3032A538", "Fargate On-Demand vCPU resource count", "Standard/OnDemand"),
        ("L-36FBB829", "Fargate Spot vCPU resource count", "Standard/Spot"),
    ],
}


def service_quotas(call: Call) -> Response:
    """Of most services none: moto knows defaults alone, and of one service."""
    service = call.params["ServiceCode"]
    quotas = [
        {
            "ServiceCode": service,
            "QuotaArn": f"arn:aws:servicequotas:{call.region}:{call.account}:{service}/{code}",
            "QuotaCode": code,
            "QuotaName": name,
            "Value": effects.memory(call).quotas.get((service, code), 400.0),
            "Unit": "None",
            "Adjustable": True,
            "GlobalQuota": False,
            "UsageMetric": usage_metric(service, usage_class),
        }
        for code, name, usage_class in QUOTAS.get(service, [])
    ]
    return json_answer(call, {"Quotas": quotas})


def usage_metric(service: str, usage_class: str) -> dict[str, Any]:
    names = {"ec2": "EC2", "fargate": "Fargate"}
    dimensions = {"Class": usage_class, "Resource": "vCPU", "Service": names[service], "Type": "Resource"}
    return {
        "MetricNamespace": "AWS/Usage",
        "MetricName": "ResourceCount",
        "MetricDimensions": dimensions,
        "MetricStatisticRecommendation": "Maximum",
    }


def function_urls(call: Call) -> Response:
    """The URL of a function, which moto knows and does not list."""
    name = call.params["path"].split("/")[3].rpartition(":")[2]
    function = lambda_backends[call.account][call.region].get_function(name)
    urls = [function.url_config.to_dict()] if function.url_config else []
    return json_answer(call, {"FunctionUrlConfigs": urls})


def user_pools(call: Call) -> Response | None:
    """moto's Amazon Cognito takes a package of its own; where that is not installed, nothing was made there."""
    return None if importlib.util.find_spec("joserfc") else json_answer(call, {"UserPools": []})


def no_accelerators(call: Call) -> Response:
    return json_answer(call, {"Accelerators": []})


MISSING: dict[tuple[str, str], Callable[[Call], Response | None]] = {
    ("cloudfront", "ListCachePolicies"): managed_policies,
    ("cloudfront", "ListDistributionTenants"): no_tenants,
    ("globalaccelerator", "ListAccelerators"): no_accelerators,
    ("cognito-idp", "ListUserPools"): user_pools,
    ("lambda", "ListFunctionUrlConfigs"): function_urls,
    ("apprunner", "ListServices"): empty("ServiceSummaryList"),
    ("appsync", "ListDataSources"): empty("dataSources"),
    ("application-signals", "ListServices"): no_services,
    ("arc-zonal-shift", "ListManagedResources"): empty("items"),
    ("arc-zonal-shift", "ListZonalShifts"): empty("items"),
    ("backup", "ListBackupSelections"): empty("BackupSelectionsList"),
    ("backup", "ListCopyJobs"): empty("CopyJobs"),
    ("backup", "ListProtectedResources"): empty("Results"),
    ("elasticfilesystem", "DescribeReplicationConfigurations"): no_replication,
    ("backup", "ListRestoreJobs"): empty("RestoreJobs"),
    ("backup", "ListRestoreTestingPlans"): empty("RestoreTestingPlans"),
    ("rds", "DescribeDBInstanceAutomatedBackups"): no_automated_backups,
    ("xray", "GetServiceGraph"): empty("Services"),
    ("wafv2", "DescribeManagedRuleGroup"): managed_rule_group,
    ("wafv2", "ListResourcesForWebACL"): resources_for_web_acl,
    ("wafv2", "ListLoggingConfigurations"): logging_configurations,
    ("budgets", "DescribeSubscribersForNotification"): subscribers_for_notification,
    ("lambda", "GetAccountSettings"): lambda_settings,
    ("application-autoscaling", "DescribeScalableTargets"): no_targets_where_refused,
    ("servicequotas", "ListServiceQuotas"): service_quotas,
    ("lightsail", "GetInstances"): nothing(instances=[]),
    ("lightsail", "GetInstanceSnapshots"): nothing(instanceSnapshots=[]),
    ("lightsail", "GetLoadBalancers"): nothing(loadBalancers=[]),
    ("lightsail", "GetRelationalDatabases"): nothing(relationalDatabases=[]),
}


def missing_answer(call: Call) -> Response | None:
    """The answer to a call that moto lacks; none if moto shall answer."""
    asked = (call.service, call.action)
    make = MISSING.get(asked) or effects.EFFECTS.get(asked)
    return make(call) if make else None


def repair(call: Call, response: Response) -> None:
    """Mends an answer of moto's in place."""
    match call.service, call.action:
        case "s3", "GetBucketVersioning":
            response.data = response.data.replace(b"GetBucketVersioningResponse", b"VersioningConfiguration")
        case "s3", "ListBuckets":
            named = re.sub(rb"<Name>([^<]+)</Name>", with_region(call), response.data)
            response.data = re.sub(rb"(<CreationDate>)[^<]*", rb"\g<1>2023-11-14T22:13:20Z", named)
        case "sqs", "GetQueueAttributes":
            # Made just now, it would be too young to be measured.
            response.data = re.sub(rb'("CreatedTimestamp": ?"?)[\d.]+', rb"\g<1>%d" % LONG_AGO, response.data)
        case "elasticache", "DescribeCacheClusters":
            made = rb"(<CacheClusterCreateTime>)[^<]*"
            data = re.sub(made, rb"\g<1>2023-11-14T22:13:20Z", response.data)
            # moto lists no members of replication groups; they stand on the last page.
            members = "" if b"<Marker>" in data else members_of_groups(call)
            ends = rb"<CacheClusters ?/>|</CacheClusters>"
            opened = b"" if b"</CacheClusters>" in data else b"<CacheClusters>"
            response.data = re.sub(ends, opened + members.encode() + b"</CacheClusters>", data)
        case "rds", "CreateDBInstance" | "ModifyDBInstance":
            effects.remember_insights(call)
        case "rds", "DescribeDBInstances":
            response.data = effects.with_insights(call, response.get_data(as_text=True))
        case "application-autoscaling", "DescribeScalingPolicies":
            response.data = effects.with_step_alarms(call, json.loads(response.data))
        case "elasticache", "CreateReplicationGroup":
            effects.adopt(call)
        case "ec2", "DescribeNatGateways":
            response.data = effects.with_modes(call, response.get_data(as_text=True))
        case "ec2", "DescribeVpcEndpoints":
            # moto forgets where the service's name leads; AWS says that in a second option.
            options = b"<dnsOptions><privateDnsOnlyForInboundResolverEndpoint>false</privateDnsOnlyForInboundResolverEndpoint></dnsOptions>"
            response.data = re.sub(rb"<privateDnsEnabled>true</privateDnsEnabled>", rb"\g<0>" + options, response.data)
        case "lambda", "CreateFunction" | "UpdateFunctionConfiguration":
            remember_dead_letters(call, json.loads(response.data or b"{}"))
        case "lambda", "ListFunctions":
            response.data = with_dead_letters(call, json.loads(response.data or b"{}"))
        case "kafka", "ListClustersV2":
            # AWS names a time zone, and creates a cluster some time.
            made = re.sub(rb'("creationTime": "[^".]*)[^"]*"', rb'\g<1>Z"', response.data)
            response.data = made.replace(b'"state": "CREATING"', b'"state": "ACTIVE"')
        case "lambda", "ListFunctionEventInvokeConfigs":
            # AWS writes a number, moto the text of a date.
            response.data = re.sub(rb'("LastModified": )"[^"]*"', rb"\g<1>%d" % LONG_AGO, response.data)
        case "sns", "GetTopicAttributes":
            confirmed = rb"(<key>SubscriptionsConfirmed</key>\s*<value>)0"
            response.data = re.sub(confirmed, rb"\g<1>%d" % subscriptions(call), response.data)
        case "application-autoscaling", "DescribeScalableTargets":
            # AWS tells of a target that nothing in it is suspended.
            names = ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended")
            nothing = json.dumps(dict.fromkeys(names, False)).encode()
            response.data = response.data.replace(b'"SuspendedState": null', b'"SuspendedState": ' + nothing)
        case "ecs", "DescribeClusters":
            response.data = with_active_services(call, json.loads(response.data))
        case "elasticloadbalancing", "DescribeLoadBalancers":
            # Whatever is measured has been there for a while.
            data = re.sub(rb"<CreatedTime>[^<]+", b"<CreatedTime>2024-01-01T00:00:00Z", response.data)
            response.data = re.sub(rb"<AvailabilityZones ?/>(<Subnets>.*?</Subnets>)", with_zones(call), data)
        case "autoscaling", "DescribePolicies":
            manual = rb"<PolicyARN>([^<]+)</PolicyARN>(?=<PolicyType>(?:Simple|Step|TargetTracking)Scaling)"
            response.data = re.sub(manual, with_alarms(call), response.data)
        case "apigateway", "GetStages":
            response.data = stages_of_some_age(call, response.data)
        case "memorydb", "CreateCluster" | "UpdateCluster":
            spread_nodes(call)
        case "dynamodb", "CreateTable" | "UpdateTable":
            effects.remember_maximum(call)
        case "dynamodb", "DescribeTable":
            response.data = effects.with_maximum(call, json.loads(response.data or b"{}"))
        case "dax", "CreateCluster" | "IncreaseReplicationFactor":
            effects.place_nodes(call)
        case "appsync", "ListGraphqlApis":
            response.data = with_web_acls(call, json.loads(response.data))
        case "dax", "DescribeClusters":
            # moto says that no node is ever active.
            nodes = rb'("TotalNodes": (\d+), "ActiveNodes": )0'
            response.data = re.sub(nodes, rb"\g<1>\g<2>", response.data)


# Dead-letter targets of functions, by ARN: moto forgets them.
DEAD_LETTERS: dict[str, Any] = {}


def remember_dead_letters(call: Call, answered: dict[str, Any]) -> None:
    asked = json.loads(call.params.get("body") or "{}")
    if (target := asked.get("DeadLetterConfig")) and "FunctionArn" in answered:
        DEAD_LETTERS[answered["FunctionArn"]] = target


def with_dead_letters(call: Call, answered: dict[str, Any]) -> str:
    for function in answered.get("Functions", []):
        if target := DEAD_LETTERS.get(function.get("FunctionArn", "")):
            function["DeadLetterConfig"] = target
    return json.dumps(answered)


def spread_nodes(call: Call) -> None:
    """Gives a MemoryDB cluster as few replicas as were asked for, and its nodes a zone each in turn: moto makes at least
    one replica, and picks zones by chance."""
    cluster = memorydb_backends[call.account][call.region].clusters.get(call.params["ClusterName"])
    if cluster is None:
        return
    if call.params.get("NumReplicasPerShard") == 0:
        cluster.num_replicas_per_shard = 0
        cluster.shards = cluster.get_shard_details()
    cluster.availability_mode = "MultiAZ" if cluster.num_replicas_per_shard else "SingleAZ"
    for shard in cluster.shards:
        for node, letter in zip(shard["Nodes"], "abcabc", strict=False):
            node["AvailabilityZone"] = f"{call.region}{letter}"


def with_web_acls(call: Call, answered: dict[str, Any]) -> str:
    """moto does not tell an API of its web ACL."""
    for acl in list(wafv2_backends[call.account][call.region].wacls.values()):
        for api in answered.get("graphqlApis", []):
            if api["arn"] in acl.associated_resources:
                api["wafWebAclArn"] = acl.arn
    return json.dumps(answered)


def with_zones(call: Call) -> Callable[[re.Match[bytes]], bytes]:
    """Names the zones of a classic load balancer's subnets: moto knows those alone that were asked for by name."""
    subnets = {
        name: subnet.availability_zone
        for by_zone in ec2_backends[call.account][call.region].subnets.values()
        for name, subnet in by_zone.items()
    }

    def zones_and_subnets(found: re.Match[bytes]) -> bytes:
        worn = re.findall(rb"<member>([^<]+)", found[1])
        zones = sorted({subnets[subnet.decode()] for subnet in worn})
        members = "".join(f"<member>{zone}</member>" for zone in zones)
        return f"<AvailabilityZones>{members}</AvailabilityZones>".encode() + found[1]

    return zones_and_subnets


def with_alarms(call: Call) -> Callable[[re.Match[bytes]], bytes]:
    """Lists the alarms that set off a policy, as AWS does; moto makes none for target tracking."""
    alarms = list(cloudwatch_backends[call.account][call.region].alarms.values())

    def policy_and_alarms(policy: re.Match[bytes]) -> bytes:
        arn = policy[1].decode()
        setting_off = [alarm for alarm in alarms if arn in alarm.alarm_actions]
        members = "".join(
            f"<member><AlarmName>{alarm.name}</AlarmName><AlarmARN>{alarm.alarm_arn}</AlarmARN></member>"
            for alarm in setting_off
        )
        return policy[0] + f"<Alarms>{members}</Alarms>".encode()

    return policy_and_alarms


def with_active_services(call: Call, answered: dict[str, Any]) -> str:
    """moto never counts the services of a cluster."""
    names = [key.partition(":")[0] for key in ecs_backends[call.account][call.region].services]
    for cluster in answered.get("clusters", []):
        cluster["activeServicesCount"] = names.count(cluster["clusterName"])
    return json.dumps(answered)


def members_of_groups(call: Call) -> str:
    groups = elasticache_backends[call.account][call.region].replication_groups.values()
    return "".join(member(call, group, name) for group in groups for name in group.member_clusters)


def member(call: Call, group: Any, name: str) -> str:
    """A node of a replication group as AWS lists it among the clusters."""
    worn = "".join(
        f"<member><SecurityGroupId>{each}</SecurityGroupId><Status>active</Status></member>"
        for each in group.security_group_ids or []
    )
    subnets = group.cache_subnet_group_name
    return (
        f"<CacheCluster><CacheClusterId>{name}</CacheClusterId><Engine>{group.engine}</Engine>"
        f"<ReplicationGroupId>{group.replication_group_id}</ReplicationGroupId>"
        f"<ARN>arn:aws:elasticache:{call.region}:{call.account}:cluster:{name}</ARN>"
        f"<CacheNodeType>{group.cache_node_type}</CacheNodeType><NumCacheNodes>1</NumCacheNodes>"
        "<CacheClusterStatus>available</CacheClusterStatus>"
        "<CacheClusterCreateTime>2023-11-14T22:13:20Z</CacheClusterCreateTime>"
        + (f"<CacheSubnetGroupName>{subnets}</CacheSubnetGroupName>" if subnets else "")
        + f"<SecurityGroups>{worn}</SecurityGroups><CacheNodes><CacheNode><CacheNodeId>0001</CacheNodeId>"
        f"<Endpoint><Address>{name}.cache</Address><Port>{group.port}</Port></Endpoint></CacheNode></CacheNodes>"
        "</CacheCluster>"
    )


def stages_of_some_age(call: Call, stages: bytes) -> bytes:
    """moto makes them at this moment, or does not say when: then they can't be measured."""
    if call.params["path"].startswith("/v2/"):
        return re.sub(rb'("createdDate": )"[^"]+"', rb'\1"2024-01-01T00:00:00Z"', stages)
    return stages.replace(b'"stageName":', b'"createdDate": 1704067200, "stageName":')


def subscriptions(call: Call) -> int:
    """How many subscribe to a topic: moto confirms each at once but does not count."""
    everybody = list(sns_backends[call.account][call.region].subscriptions.values())
    return sum(subscription.topic.arn == call.params["TopicArn"] for subscription in everybody)


def with_region(call: Call) -> Callable[[re.Match[bytes]], bytes]:
    """Names each bucket's region, as AWS does."""
    buckets = s3_backends[call.account]["aws"].buckets

    def name_and_region(name: re.Match[bytes]) -> bytes:
        bucket = buckets.get(name[1].decode())
        region = f"<BucketRegion>{bucket.region_name}</BucketRegion>" if bucket else ""
        return name[0] + region.encode()

    return name_and_region
