"""What some writing calls do that moto lacks, so that fixes can be carried out: in moto's own data where it has a place for it, and
else remembered here for the answers of the calls that read it."""

import json
import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from moto.apigatewayv2.models import apigatewayv2_backends
from moto.autoscaling.models import autoscaling_backends
from moto.cloudfront.models import cloudfront_backends
from moto.cloudwatch.models import cloudwatch_backends
from moto.dax.models import dax_backends
from moto.ec2.models import ec2_backends
from moto.ecs.models import ecs_backends
from moto.elasticache.models import elasticache_backends
from werkzeug.wrappers import Response

from wire import Call, answer, error, xml_response


class Remembered:
    """What one account was told in a region."""

    def __init__(self) -> None:
        self.quotas: dict[tuple[str, str], float] = {}
        self.watches_quotas = False
        self.insights: dict[str, str] = {}
        self.capacity_units: dict[str, int] = {}
        self.maxima: dict[str, dict[str, int]] = {}
        self.caches: list[dict[str, str]] = []
        self.monitors: list[dict[str, Any]] = []
        self.subscriptions: list[dict[str, Any]] = []
        self.monitored: set[str] = set()
        self.regional_gateways: set[str] = set()


MEMORY: defaultdict[tuple[str, str], Remembered] = defaultdict(Remembered)


def memory(call: Call) -> Remembered:
    return MEMORY[call.account, call.region]


def of_the_account(call: Call) -> Remembered:
    """For services that are the same in all regions."""
    return MEMORY[call.account, ""]


def told(call: Call, **data: Any) -> Response:
    return answer(call, 200, data, {})


def done(call: Call, result: str = "", namespace: str = "") -> Response:
    """The answer to a query, with what its result holds."""
    space = f' xmlns="{namespace}"' if namespace else ""
    return xml_response(f"<{call.action}Response{space}><{call.action}Result>{result}</{call.action}Result></{call.action}Response>")


def increase_quota(call: Call) -> Response:
    """As if AWS had granted it."""
    wanted = call.params
    memory(call).quotas[wanted["ServiceCode"], wanted["QuotaCode"]] = float(wanted["DesiredValue"])
    return told(call, RequestedQuota={"Id": "launcher", "Status": "APPROVED", **wanted})


def watch_quotas(call: Call) -> Response:
    memory(call).watches_quotas = True
    return told(call)


def watching(call: Call) -> Response:
    status = "ENABLED" if memory(call).watches_quotas else "DISABLED"
    return told(call, OptInLevel="ACCOUNT", OptInType="NotifyOnly", OptInStatus=status)


def cluster_settings(call: Call) -> Response:
    cluster = ecs_backends[call.account][call.region].update_cluster(call.params["cluster"], call.params["settings"], None, None)
    return told(call, cluster={"clusterName": cluster.name, "settings": cluster.settings})


def update_stage(call: Call) -> Response | None:
    """Of the second version of API Gateway, whose stages moto makes and can't change."""
    found = re.fullmatch(r"/v2/apis/([^/]+)/stages/(.+)", call.params["path"])
    if not found:
        return None
    stage = apigatewayv2_backends[call.account][call.region].get_stage(found[1], found[2])
    asked = json.loads(call.params["body"]).get("defaultRouteSettings", {})
    stage.default_route_settings = {**stage.default_route_settings, **asked}
    return answer(call, 200, {"stageName": stage.name}, {})


def guard_distribution(call: Call) -> Response:
    distributions = cloudfront_backends[call.account]["aws"].distributions
    found = distributions.get(call.params["path"].split("/")[3])
    acl = re.search(r"<WebACLArn>([^<]+)", call.params["body"])
    if found is None or acl is None:
        return error(call, 404, "EntityNotFound", "The distribution does not exist.")
    found.distribution_config.WebACLId = acl[1]
    return xml_response(f"<AssociateDistributionWebACLResult><Id>{found.id}</Id></AssociateDistributionWebACLResult>")


SUBSCRIPTION = (
    "<MonitoringSubscription><RealtimeMetricsSubscriptionConfig>"
    "<RealtimeMetricsSubscriptionStatus>Enabled</RealtimeMetricsSubscriptionStatus>"
    "</RealtimeMetricsSubscriptionConfig></MonitoringSubscription>"
)


def monitor(call: Call) -> Response:
    of_the_account(call).monitored.add(call.params["path"].split("/")[3])
    return xml_response(SUBSCRIPTION)


def monitored(call: Call) -> Response:
    if call.params["path"].split("/")[3] in of_the_account(call).monitored:
        return xml_response(SUBSCRIPTION)
    return error(call, 404, "NoSuchMonitoringSubscription", "The monitoring subscription does not exist.")


def reserve_units(call: Call) -> Response:
    units = int(call.params["MinimumLoadBalancerCapacity.CapacityUnits"])
    memory(call).capacity_units[call.params["LoadBalancerArn"]] = units
    return reserved_units(call)


def reserved_units(call: Call) -> Response:
    units = memory(call).capacity_units.get(call.params["LoadBalancerArn"])
    minimum = f"<CapacityUnits>{units}</CapacityUnits>" if units else ""
    state = "<member><State><Code>provisioned</Code></State></member>" if units else ""
    result = (
        f"<MinimumLoadBalancerCapacity>{minimum}</MinimumLoadBalancerCapacity>"
        f"<CapacityReservationState>{state}</CapacityReservationState>"
    )
    return done(call, result, "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/")


def monitor_instances(call: Call) -> Response:
    backend = ec2_backends[call.account][call.region]
    names = [value for key, value in call.params.items() if key.startswith("InstanceId")]
    for instance in backend.get_multi_instances_by_id(names):
        instance.monitoring_state = "enabled"
    return xml_response("<MonitorInstancesResponse><instancesSet/></MonitorInstancesResponse>")


def add_replicas(call: Call) -> Response:
    """A node more in each shard, in another zone than the first."""
    group = elasticache_backends[call.account][call.region].replication_groups.get(call.params["ReplicationGroupId"])
    if group is None:
        return error(call, 404, "ReplicationGroupNotFoundFault", "The replication group does not exist.")
    for shard in group.node_groups:
        members = shard["node_group_members"]
        for number in range(len(members) + 1, int(call.params["NewReplicaCount"]) + 2):
            name = f"{members[0]['cache_cluster_id'].rpartition('-')[0]}-{number:0>3}"
            zone = f"{call.region}{'ab'[number % 2 == 0]}"
            members[0]["preferred_availability_zone"] = f"{call.region}a"
            members.append({**members[0], "cache_cluster_id": name, "current_role": "replica", "preferred_availability_zone": zone})
            group.member_clusters.append(name)
    return done(call, "<ReplicationGroup/>", CACHES)


CACHES = "http://elasticache.amazonaws.com/doc/2015-02-02/"


def create_cache(call: Call) -> Response:
    memory(call).caches.append(call.params)
    return done(call, f"<ServerlessCache>{serverless(call, call.params)}</ServerlessCache>", CACHES)


def serverless(call: Call, made: dict[str, str]) -> str:
    def members(prefix: str, tag: str) -> str:
        values = [value for key, value in made.items() if key.startswith(prefix)]
        return "".join(f"<{tag}>{value}</{tag}>" for value in values)

    name = made["ServerlessCacheName"]
    return (
        f"<ServerlessCacheName>{name}</ServerlessCacheName><Status>available</Status><Engine>{made['Engine']}</Engine>"
        f"<ARN>arn:aws:elasticache:{call.region}:{call.account}:serverlesscache:{name}</ARN>"
        f"<Endpoint><Address>{name}.serverless.cache</Address><Port>6379</Port></Endpoint>"
        f"<SubnetIds>{members('SubnetIds', 'SubnetId')}</SubnetIds>"
        f"<SecurityGroupIds>{members('SecurityGroupIds', 'SecurityGroupId')}</SecurityGroupIds>"
    )


def serverless_caches(call: Call) -> Response:
    made = "".join(f"<member>{serverless(call, cache)}</member>" for cache in memory(call).caches)
    return done(call, f"<ServerlessCaches>{made}</ServerlessCaches>", CACHES)


def create_monitor(call: Call) -> Response:
    made = of_the_account(call).monitors
    arn = f"arn:aws:ce::{call.account}:anomalymonitor/{len(made)}"
    made.append({**call.params["AnomalyMonitor"], "MonitorArn": arn})
    return told(call, MonitorArn=arn)


def create_subscription(call: Call) -> Response:
    """Its subscribers confirm it at once."""
    made = of_the_account(call).subscriptions
    asked = call.params["AnomalySubscription"]
    arn = f"arn:aws:ce::{call.account}:anomalysubscription/{len(made)}"
    subscribers = [{"Status": "CONFIRMED", **subscriber} for subscriber in asked["Subscribers"]]
    made.append({**asked, "Subscribers": subscribers, "SubscriptionArn": arn})
    return told(call, SubscriptionArn=arn)


def remember_maximum(call: Call) -> None:
    """moto forgets the maxima of on-demand tables."""
    if asked := call.params.get("OnDemandThroughput"):
        memory(call).maxima[call.params["TableName"]] = asked


def with_maximum(call: Call, answered: dict[str, Any]) -> str:
    maximum = memory(call).maxima.get(call.params["TableName"])
    if maximum and "Table" in answered:
        answered["Table"]["OnDemandThroughput"] = maximum
    return json.dumps(answered)


def place_nodes(call: Call) -> None:
    """Puts the new nodes of a DAX cluster into the zones that were asked for: moto has one zone."""
    cluster = dax_backends[call.account][call.region].clusters.get(call.params["ClusterName"])
    asked = call.params.get("AvailabilityZones") or []
    for node, zone in zip(reversed(cluster.nodes if cluster else []), reversed(asked), strict=False):
        node.availability_zone = zone


def regional_gateway(call: Call) -> Response | None:
    """moto knows NAT gateways of one subnet alone: it gets one in the VPC's first."""
    if call.params.get("AvailabilityMode") != "regional":
        return None
    backend = ec2_backends[call.account][call.region]
    vpc = call.params["VpcId"]
    subnet = next(each for by_zone in backend.subnets.values() for each in by_zone.values() if each.vpc_id == vpc)
    made = backend.create_nat_gateway(subnet.id, None)
    memory(call).regional_gateways.add(made.id)
    named = f"<natGatewayId>{made.id}</natGatewayId><vpcId>{vpc}</vpcId><state>pending</state>"
    return xml_response(f"<CreateNatGatewayResponse><natGateway>{named}</natGateway></CreateNatGatewayResponse>")


def with_modes(call: Call, answered: str) -> str:
    """Says of regional gateways that they are, and names no subnet."""
    for name in memory(call).regional_gateways:
        placed = rf"(<natGatewayId>{name}</natGatewayId><state>\w+</state>)<subnetId>[^<]*</subnetId>"
        answered = re.sub(placed, r"\1<availabilityMode>regional</availabilityMode>", answered)
    return answered


def remember_insights(call: Call) -> None:
    """moto forgets Performance Insights."""
    if enabled := call.params.get("EnablePerformanceInsights"):
        memory(call).insights[call.params["DBInstanceIdentifier"]] = enabled


def with_insights(call: Call, answered: str) -> str:
    for name, enabled in memory(call).insights.items():
        named = f"<DBInstanceIdentifier>{name}</DBInstanceIdentifier><DBInstanceClass>"
        answered = answered.replace(named, f"<PerformanceInsightsEnabled>{enabled}</PerformanceInsightsEnabled>{named}")
    return answered


def with_step_alarms(call: Call, answered: dict[str, Any]) -> str:
    """Lists the alarms that set off step policies, which moto forgets."""
    alarms = list(cloudwatch_backends[call.account][call.region].alarms.values())
    for policy in answered.get("ScalingPolicies", []):
        if policy["PolicyType"] == "StepScaling":
            setting_off = [alarm for alarm in alarms if policy["PolicyARN"] in alarm.alarm_actions]
            policy["Alarms"] = [{"AlarmName": alarm.name, "AlarmARN": alarm.alarm_arn} for alarm in setting_off]
    return json.dumps(answered)


class OfEachGroup(dict[str, Any]):
    """Scaling policies by group and name: moto goes by the name alone, so that one group's policy replaces another's."""

    def __setitem__(self, name: str, policy: Any) -> None:
        super().__setitem__(f"{policy.auto_scaling_group_name}/{name}", policy)


def keep_policies_apart(call: Call) -> None:
    backend = autoscaling_backends[call.account][call.region]
    if not isinstance(backend.policies, OfEachGroup):
        backend.policies = OfEachGroup()


GROUP_METRICS = ["GroupMinSize", "GroupMaxSize", "GroupDesiredCapacity", "GroupInServiceInstances", "GroupTotalInstances"]


def measure_group(call: Call) -> Response | None:
    """All metrics where none is named; moto takes none."""
    if any(key.startswith("Metrics.") for key in call.params):
        return None
    group = autoscaling_backends[call.account][call.region].autoscaling_groups[call.params["AutoScalingGroupName"]]
    group.enable_metrics_collection(GROUP_METRICS)
    return done(call)


def change_distribution(call: Call) -> Response | None:
    """The distribution of a mixed instances policy alone: moto asks for its launch template as well."""
    prefix = "MixedInstancesPolicy."
    if not any(key.startswith(prefix) for key in call.params) or any(key.startswith(f"{prefix}Launch") for key in call.params):
        return None
    group = autoscaling_backends[call.account][call.region].autoscaling_groups[call.params["AutoScalingGroupName"]]
    asked = {key.rpartition(".")[2]: value for key, value in call.params.items() if key.startswith(prefix)}
    policy = group.mixed_instances_policy
    group.mixed_instances_policy = {**policy, "InstancesDistribution": {**policy.get("InstancesDistribution", {}), **asked}}
    return done(call)


def detach(call: Call) -> Response:
    """Also target groups that are gone, which moto refuses."""
    group = autoscaling_backends[call.account][call.region].autoscaling_groups[call.params["AutoScalingGroupName"]]
    gone = [value for key, value in call.params.items() if key.startswith("TargetGroupARNs.")]
    group.target_group_arns = [arn for arn in group.target_group_arns if arn not in gone]
    return done(call)


def adopt(call: Call) -> None:
    """Makes a cluster the primary node of a new replication group, which moto makes with a node of its own."""
    backend = elasticache_backends[call.account][call.region]
    name = call.params.get("PrimaryClusterId")
    group = backend.replication_groups.get(call.params["ReplicationGroupId"])
    if name in backend.cache_clusters and group:
        backend.cache_clusters.pop(name)
        group.member_clusters[:1] = [name]
        group.node_groups[0]["node_group_members"][0]["cache_cluster_id"] = name


Effect = Callable[[Call], Response | None]

EFFECTS: dict[tuple[str, str], Effect] = {
    ("servicequotas", "RequestServiceQuotaIncrease"): increase_quota,
    ("servicequotas", "StartAutoManagement"): watch_quotas,
    ("servicequotas", "GetAutoManagementConfiguration"): watching,
    ("ecs", "UpdateClusterSettings"): cluster_settings,
    ("apigateway", "UpdateStage"): update_stage,
    ("cloudfront", "AssociateDistributionWebACL"): guard_distribution,
    ("cloudfront", "CreateMonitoringSubscription"): monitor,
    ("cloudfront", "GetMonitoringSubscription"): monitored,
    ("elasticloadbalancing", "ModifyCapacityReservation"): reserve_units,
    ("elasticloadbalancing", "DescribeCapacityReservation"): reserved_units,
    ("autoscaling", "PutScalingPolicy"): keep_policies_apart,
    ("autoscaling", "EnableMetricsCollection"): measure_group,
    ("autoscaling", "DetachLoadBalancerTargetGroups"): detach,
    ("autoscaling", "UpdateAutoScalingGroup"): change_distribution,
    ("ec2", "MonitorInstances"): monitor_instances,
    ("ec2", "CreateNatGateway"): regional_gateway,
    ("elasticache", "IncreaseReplicaCount"): add_replicas,
    ("elasticache", "CreateServerlessCache"): create_cache,
    ("elasticache", "DescribeServerlessCaches"): serverless_caches,
    ("ce", "CreateAnomalyMonitor"): create_monitor,
    ("ce", "GetAnomalyMonitors"): lambda call: told(call, AnomalyMonitors=of_the_account(call).monitors),
    ("ce", "CreateAnomalySubscription"): create_subscription,
    ("ce", "GetAnomalySubscriptions"): lambda call: told(call, AnomalySubscriptions=of_the_account(call).subscriptions),
    ("arc-zonal-shift", "StartPracticeRun"): lambda call: told(call, comment="practice"),
    ("dlm", "CreateLifecyclePolicy"): lambda call: told(call, PolicyId="policy-0123456789abcdef0"),
}
