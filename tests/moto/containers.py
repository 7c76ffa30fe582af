"""Makes load balancers, and services of containers behind them, for `stack.py`: see `resources.py`."""

from seed import Account
from shapes import call, short, without
from stack import Made, Makers, Properties

LONGEST_BALANCER_NAME = 32


def load_balancer(aws: Account, name: str, properties: Properties) -> Made:
    own = {"Name": short(name, LONGEST_BALANCER_NAME), **without(properties, "LoadBalancerAttributes", "Tags")}
    made = call(aws, "elbv2", "CreateLoadBalancer", own)["LoadBalancers"][0]
    attributes = {"LoadBalancerArn": made["LoadBalancerArn"], "Attributes": properties["LoadBalancerAttributes"]}
    call(aws, "elbv2", "ModifyLoadBalancerAttributes", attributes)
    return made["LoadBalancerArn"], {"DNSName": made["DNSName"]}


def listener(aws: Account, _: str, properties: Properties) -> Made:
    return call(aws, "elbv2", "CreateListener", properties)["Listeners"][0]["ListenerArn"], {}


def target_group(aws: Account, name: str, properties: Properties) -> Made:
    own = {"Name": short(name, LONGEST_BALANCER_NAME), **without(properties, "TargetGroupAttributes", "Tags")}
    made = call(aws, "elbv2", "CreateTargetGroup", own)["TargetGroups"][0]["TargetGroupArn"]
    attributes = {"TargetGroupArn": made, "Attributes": properties["TargetGroupAttributes"]}
    call(aws, "elbv2", "ModifyTargetGroupAttributes", attributes)
    return made, {}


def cluster(aws: Account, name: str, properties: Properties) -> Made:
    made = call(aws, "ecs", "CreateCluster", {"ClusterName": name, **properties})["cluster"]
    return made["clusterName"], {"Arn": made["clusterArn"]}


def task_definition(aws: Account, _: str, properties: Properties) -> Made:
    return call(aws, "ecs", "RegisterTaskDefinition", properties)["taskDefinition"]["taskDefinitionArn"], {}


def service(aws: Account, name: str, properties: Properties) -> Made:
    """The service with its tasks, of which moto starts none: a network interface and a target for each. Fargate spreads
    them over the subnets."""
    made = call(aws, "ecs", "CreateService", {"ServiceName": name, **properties})["service"]
    network = properties["NetworkConfiguration"]["AwsvpcConfiguration"]
    subnets = network["Subnets"]
    tasks = [task(aws, subnets[n % len(subnets)], network) for n in range(int(properties["DesiredCount"]))]
    for behind in properties["LoadBalancers"]:
        targets = [{"Id": address, "Port": behind["ContainerPort"]} for address in tasks]
        aws.client("elbv2").register_targets(TargetGroupArn=behind["TargetGroupArn"], Targets=targets)
    return made["serviceArn"], {"Name": name}


def task(aws: Account, subnet: str, network: Properties) -> str:
    """The address of a task's network interface."""
    made = aws.client("ec2").create_network_interface(SubnetId=subnet, Groups=network["SecurityGroups"])
    return made["NetworkInterface"]["PrivateIpAddress"]


MAKERS: Makers = {
    "AWS::ECS::Cluster": cluster,
    "AWS::ECS::Service": service,
    "AWS::ECS::TaskDefinition": task_definition,
    "AWS::ElasticLoadBalancingV2::Listener": listener,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": load_balancer,
    "AWS::ElasticLoadBalancingV2::TargetGroup": target_group,
}
