"""EKS clusters, whose nodes stand in one zone or two, and which something can make grow or nothing can."""

from typing import Any

from seed import REGION, Account, tags

ENABLED = "k8s.io/cluster-autoscaler/enabled"


def seed(aws: Account) -> dict[str, Any]:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    both = [subnet(aws, vpc, number, zone) for number, zone in enumerate("ab")]
    for name in ("fargate", "packed", "spread", "tight", "asleep", "narrow", "karpenter", "auto", "lent", "mixed"):
        cluster(aws, name, both)
    # Nodes of a group with room.
    node_group(aws, "spread", both, 6)
    nodes(aws, "spread", both)
    # The group may use both zones, and its nodes stand in one.
    node_group(aws, "packed", both, 6)
    nodes(aws, "packed", both[:1])
    # No room, and a tag that promises some.
    node_group(aws, "tight", both, 2)
    nodes(aws, "tight", both)
    # No node runs yet: the group's subnets decide.
    node_group(aws, "asleep", both, 6)
    node_group(aws, "narrow", both[:1], 6)
    nodes(aws, "karpenter", both, **{"kubernetes.io/cluster/karpenter": "owned", "karpenter.sh/nodepool": "default"})
    auto_mode(aws, "auto")
    # All nodes of the one are lent.
    node_group(aws, "lent", both, 6)
    nodes(aws, "lent", both, spot=True)
    node_group(aws, "mixed", both, 6)
    nodes(aws, "mixed", both, spot=True)
    nodes(aws, "mixed", both[:1])
    return {
        "fail": {
            "multi-az/eks-nodegroup-azs": ["packed", "narrow"],
            "scaling/eks-node-autoscaling": ["tight"],
            "scaling/eks-on-demand-capacity": ["lent"],
        },
        "pass": {
            "multi-az/eks-nodegroup-azs": ["spread", "tight", "asleep", "karpenter"],
            "scaling/eks-node-autoscaling": ["spread", "packed", "asleep", "narrow", "karpenter", "auto"],
            "scaling/eks-on-demand-capacity": ["mixed", "spread"],
        },
        "skip": {
            "multi-az/eks-nodegroup-azs": ["fargate", "auto"],
            "scaling/eks-node-autoscaling": ["fargate"],
            "scaling/eks-on-demand-capacity": ["fargate", "asleep"],
        },
    }


def subnet(aws: Account, vpc: str, number: int, zone: str) -> str:
    made = aws.client("ec2").create_subnet(
        VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"{REGION}{zone}"
    )
    return made["Subnet"]["SubnetId"]


def cluster(aws: Account, name: str, subnets: list[str]) -> None:
    role = f"arn:aws:iam::{aws.id}:role/eks"
    aws.client("eks").create_cluster(name=name, roleArn=role, resourcesVpcConfig={"subnetIds": subnets})


def node_group(aws: Account, name: str, subnets: list[str], most: int) -> None:
    """A node group, and the Auto Scaling group that EKS makes of it and tags: moto makes none."""
    aws.client("eks").create_nodegroup(
        clusterName=name,
        nodegroupName="web",
        subnets=subnets,
        nodeRole=f"arn:aws:iam::{aws.id}:role/node",
        scalingConfig={"minSize": 2, "maxSize": most, "desiredSize": 2},
    )
    ec2, scaling = aws.client("ec2"), aws.client("autoscaling")
    data = {"ImageId": "ami-12345678", "InstanceType": "m7g.large"}
    ec2.create_launch_template(LaunchTemplateName=f"eks-{name}", LaunchTemplateData=data)
    marks = {"eks:cluster-name": name, ENABLED: "true", f"k8s.io/cluster-autoscaler/{name}": "owned"}
    scaling.create_auto_scaling_group(
        AutoScalingGroupName=f"eks-{name}",
        LaunchTemplate={"LaunchTemplateName": f"eks-{name}"},
        MinSize=2,
        MaxSize=most,
        DesiredCapacity=0,
        VPCZoneIdentifier=",".join(subnets),
        Tags=[{"Key": key, "Value": value, "PropagateAtLaunch": False} for key, value in marks.items()],
    )


def nodes(aws: Account, name: str, subnets: list[str], spot: bool = False, **marks: str) -> None:
    """A node in each subnet, and as many again in the first."""
    market = {"InstanceMarketOptions": {"MarketType": "spot"}} if spot else {}
    own = marks or {"eks:cluster-name": name, f"kubernetes.io/cluster/{name}": "owned"}
    for place in (*subnets, subnets[0]):
        aws.client("ec2").run_instances(
            ImageId="ami-12345678",
            MinCount=1,
            MaxCount=1,
            SubnetId=place,
            **market,
            TagSpecifications=[{"ResourceType": "instance", "Tags": tags(name, **own)}],
        )


def auto_mode(aws: Account, name: str) -> None:
    """moto has no compute configuration, so the answer gets one."""
    answered = {'"cluster": {': '"cluster": {"computeConfig": {"enabled": true, "nodePools": ["general-purpose"]}, '}
    aws.answer("eks", "DescribeCluster", params={"path": f"/clusters/{name}"}, replace=answered)
