"""ECS services, clusters and task definitions, each beside one that differs in one thing; and two regions' Fargate."""

import json
from typing import Any

from seed import REGION, ZONES, Account

TARGET_GROUP = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/73e2d6bc24d8a067"
OTHER_REGION = "eu-central-1"
SPREAD = {"type": "spread", "field": "attribute:ecs.availability-zone"}
PACKED = {"type": "binpack", "field": "memory"}


def seed(aws: Account) -> dict[str, Any]:
    ecs = aws.client("ecs")
    network = subnets(aws, REGION, ZONES)
    ecs.create_cluster(clusterName="shop", settings=[{"name": "containerInsights", "value": "enhanced"}])
    for definition in ("web", "uploads", "scratch", "agent", "daemon"):
        task_definition(aws, definition, volumes(definition))
    on_fargate(aws, network)
    on_servers(aws, network)
    scaled(aws)
    stepping(aws)
    takeable(aws, network)
    placed(aws)
    fargate_elsewhere(aws)
    return {
        "regions": [REGION, OTHER_REGION],
        "fail": {
            "multi-az/ecs-service-spread": ["single", "one-zone", "crowded", "binpacked", "worker", *ONE_ZONE],
            "scaling/ecs-on-demand-capacity": ["takeable"],
            "scaling/ecs-service-autoscaling": [*UNSCALED, *SERVERS, "takeable", "shared-out", "big"],
            "observability/container-insights": ["packed", "even", "crowded", "mixed", "takeable", "shared-out", "big"],
            "statelessness/ecs-host-volumes": ["uploads:1"],
            "quotas/fargate-vcpu-at-max": ["fargate"],
        },
        "pass": {
            "multi-az/ecs-service-spread": ["web", "even", "pinned", "workers", "big", "anywhere", "takeable"],
            "scaling/ecs-service-autoscaling": ["web", "alarmed"],
            "scaling/ecs-on-demand-capacity": ["web", "shared-out"],
            "observability/container-insights": ["shop"],
            "statelessness/ecs-host-volumes": ["web:1", "scratch:1", "agent:1"],
            "quotas/fargate-vcpu-at-max": ["fargate"],
        },
        "skip": {
            "multi-az/ecs-service-spread": ["parked", "on-each"],
            "scaling/ecs-service-autoscaling": ["parked", "workers"],
            "scaling/ecs-on-demand-capacity": ["workers"],
            "observability/container-insights": ["empty"],
            "statelessness/ecs-host-volumes": ["daemon:1"],
        },
    }


SERVERS = ("crowded", "binpacked", "even", "anywhere", "kept-by-its-task")
UNSCALED = ("single", "one-zone", "pinned", "held", "no-policy", "unalarmed", "only-in")
ONE_ZONE = ("kept-by-its-task",)


def subnets(aws: Account, region: str, zones: tuple[str, ...]) -> dict[str, Any]:
    ec2 = aws.client("ec2", region)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    made = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for number, zone in enumerate(zones)
    ]
    group = ec2.create_security_group(GroupName="tasks", Description="tasks", VpcId=vpc)["GroupId"]
    return {"subnets": made, "securityGroups": [group]}


def task_definition(aws: Account, family: str, parts: tuple[list[Any], list[Any]], region: str = REGION) -> None:
    volumes, mounts = parts
    aws.client("ecs", region).register_task_definition(
        family=family,
        networkMode="awsvpc",
        cpu="1024",
        memory="2048",
        volumes=volumes,
        containerDefinitions=[{"name": "app", "image": "app", "mountPoints": mounts}],
    )


def volumes(family: str) -> tuple[list[Any], list[Any]]:
    """The volumes of a task definition, and what its container mounts."""
    host = {"uploads": "/var/uploads", "daemon": "/var/lib/agent", "agent": "/var/run/docker.sock"}.get(family)
    if family == "web":
        return [], []
    mount = {"sourceVolume": "data", "containerPath": "/data", "readOnly": family == "agent"}
    return [{"name": "data", "host": {"sourcePath": host} if host else {}}], [mount]


def service(aws: Account, name: str, network: dict[str, Any] | None, region: str = REGION, **more: Any) -> None:
    wanted: dict[str, Any] = {"cluster": "shop", "taskDefinition": "web", "desiredCount": 2, "launchType": "FARGATE"}
    if network:
        wanted["networkConfiguration"] = {"awsvpcConfiguration": {**network, "assignPublicIp": "DISABLED"}}
    aws.client("ecs", region).create_service(serviceName=name, **{**wanted, **more})


BALANCED = {"loadBalancers": [{"targetGroupArn": TARGET_GROUP, "containerName": "app", "containerPort": 8080}]}


def on_fargate(aws: Account, network: dict[str, Any]) -> None:
    for name in ("web", "pinned", "held", "no-policy", "alarmed", "unalarmed", "only-in"):
        service(aws, name, network, **BALANCED)
    service(aws, "single", network, desiredCount=1, **BALANCED)
    service(aws, "one-zone", {**network, "subnets": network["subnets"][:1]}, **BALANCED)
    service(aws, "parked", network, desiredCount=0, **BALANCED)
    service(aws, "worker", network, desiredCount=1, taskDefinition="uploads")
    service(aws, "workers", network, taskDefinition="scratch")
    service(aws, "watchers", network, taskDefinition="agent")


def on_servers(aws: Account, network: dict[str, Any]) -> None:
    """Clusters with servers of their own, whose services differ in where these stand and how tasks are placed."""
    ecs = aws.client("ecs")
    ecs.create_cluster(clusterName="empty")
    both, first = network["subnets"], network["subnets"][:1]
    for cluster, zones, placement in (("crowded", first, SPREAD), ("packed", both, PACKED), ("even", both, SPREAD)):
        arn = ecs.create_cluster(clusterName=cluster)["cluster"]["clusterArn"]
        for subnet in (*zones, zones[0]):
            server(aws, cluster, subnet)
        name = "binpacked" if cluster == "packed" else cluster
        service(aws, name, None, cluster=cluster, launchType="EC2", **BALANCED)
        # moto has no placement.
        placed = f'"launchType": "EC2", "placementStrategy": {json.dumps([placement])}'
        aws.answer("ecs", "DescribeServices", params={"cluster": arn}, replace={'"launchType": "EC2"': placed})
    service(
        aws, "on-each", None, cluster="even", launchType="EC2", schedulingStrategy="DAEMON", taskDefinition="daemon"
    )


def server(aws: Account, cluster: str, subnet: str) -> None:
    made = aws.client("ec2").run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, SubnetId=subnet)
    document = json.dumps({"instanceId": made["Instances"][0]["InstanceId"]})
    aws.client("ecs").register_container_instance(cluster=cluster, instanceIdentityDocument=document)


def scaled(aws: Account) -> None:
    target(aws, "web", 2, 8)
    target(aws, "pinned", 2, 2)
    target(aws, "held", 2, 8, SuspendedState={"DynamicScalingOutSuspended": True, "DynamicScalingInSuspended": False})
    target(aws, "no-policy", 2, 8)
    for name in ("web", "pinned", "held"):
        metric = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
        aws.client("application-autoscaling").put_scaling_policy(
            **scaled_as(name),
            PolicyName=f"{name}-cpu",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={"TargetValue": 50.0, "PredefinedMetricSpecification": metric},
        )


def stepping(aws: Account) -> None:
    """Services with a step policy: one that an alarm sets off, one that nothing does, and one that only takes tasks away."""
    client = aws.client("application-autoscaling")
    for name, change in (("alarmed", 2), ("unalarmed", 2), ("only-in", -1)):
        target(aws, name, 2, 8)
        steps = {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": [{"ScalingAdjustment": change}]}
        made = client.put_scaling_policy(
            **scaled_as(name), PolicyName=name, PolicyType="StepScaling", StepScalingPolicyConfiguration=steps
        )
        if name != "unalarmed":
            alarm(aws, name, made["PolicyARN"])


def alarm(aws: Account, name: str, action: str) -> None:
    aws.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/ECS",
        MetricName="CPUUtilization",
        Dimensions=[{"Name": "ClusterName", "Value": "shop"}, {"Name": "ServiceName", "Value": name}],
        Statistic="Average",
        Period=60,
        EvaluationPeriods=3,
        Threshold=80.0,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[action],
    )


def takeable(aws: Account, network: dict[str, Any]) -> None:
    """A service whose tasks are all Spot, and one with some on demand."""
    for name, providers in (("takeable", ["FARGATE_SPOT"]), ("shared-out", ["FARGATE_SPOT", "FARGATE"])):
        arn = aws.client("ecs").create_cluster(clusterName=name)["cluster"]["clusterArn"]
        service(aws, name, network, cluster=name, **BALANCED)
        strategy = json.dumps([{"capacityProvider": each, "weight": 1, "base": 0} for each in providers])
        replace = {'"launchType": "FARGATE"': f'"capacityProviderStrategy": {strategy}'}
        aws.answer("ecs", "DescribeServices", params={"cluster": arn}, replace=replace)


def placed(aws: Account) -> None:
    """A cluster with servers in two zones, and a task that may only be placed in one of them."""
    ecs = aws.client("ecs")
    ecs.create_cluster(clusterName="mixed")
    network = subnets(aws, REGION, ZONES)
    for subnet in network["subnets"]:
        server(aws, "mixed", subnet)
    expression = f"attribute:ecs.availability-zone in [{ZONES[0]}]"
    ecs.register_task_definition(
        family="kept",
        containerDefinitions=[{"name": "app", "image": "app", "memory": 128}],
        placementConstraints=[{"type": "memberOf", "expression": expression}],
    )
    service(aws, "anywhere", None, cluster="mixed", launchType="EC2", **BALANCED)
    service(aws, "kept-by-its-task", None, cluster="mixed", launchType="EC2", taskDefinition="kept", **BALANCED)


def scaled_as(name: str) -> dict[str, str]:
    dimension = "ecs:service:DesiredCount"
    return {"ServiceNamespace": "ecs", "ResourceId": f"service/shop/{name}", "ScalableDimension": dimension}


def target(aws: Account, name: str, least: int, most: int, region: str = REGION, **more: Any) -> None:
    aws.client("application-autoscaling", region).register_scalable_target(
        **scaled_as(name), MinCapacity=least, MaxCapacity=most, **more
    )


def fargate_elsewhere(aws: Account) -> None:
    """Three hundred and twenty-one tasks of one vCPU: one more than four fifths of the quota."""
    network = subnets(aws, OTHER_REGION, ("eu-central-1a", "eu-central-1b"))
    aws.client("ecs", OTHER_REGION).create_cluster(clusterName="big")
    task_definition(aws, "web", ([], []), OTHER_REGION)
    service(aws, "big", network, OTHER_REGION, cluster="big", **BALANCED)
    scalable = {**scaled_as("big"), "ResourceId": "service/big/big"}
    aws.client("application-autoscaling", OTHER_REGION).register_scalable_target(
        **scalable, MinCapacity=2, MaxCapacity=321
    )
