"""Caches that find too little, are full, busy or can't grow, each beside one that is nearly the same."""

from typing import Any

from seed import Account


def seed(aws: Account) -> dict[str, Any]:
    # moto lists no members of replication groups.
    nodes = [
        node("misses", "cache.r7g.large"),
        node("finds", "cache.r7g.large"),
        node("seldom", "cache.r7g.large"),
        node("user-sessions", "cache.r7g.large"),
        node("thrashing", "cache.r7g.large"),
        node("brimful", "cache.r7g.large"),
        node("turning", "cache.r7g.large"),
        node("hot-001", "cache.r7g.2xlarge", "hot"),
        node("hot-002", "cache.r7g.2xlarge", "hot"),
        node("split-001", "cache.r7g.2xlarge", "split"),
        node("cool-001", "cache.r7g.2xlarge", "cool"),
        node("tiny", "cache.t4g.small"),
        node("pages", "cache.r7g.large", engine="memcached"),
    ]
    aws.answer("elasticache", "DescribeCacheClusters", body=answer("DescribeCacheClusters", "CacheClusters", nodes))
    groups = [
        group("hot", ["hot-001", "hot-002"], "disabled"),
        group("split", ["split-001"], "enabled"),
        group("cool", ["cool-001"], "disabled"),
    ]
    aws.answer("elasticache", "DescribeReplicationGroups", body=answer("DescribeReplicationGroups", "ReplicationGroups", groups))
    load(aws)
    return {
        "fail": {
            "caching/elasticache-hit-ratio": ["misses"],
            "caching/elasticache-evictions": ["thrashing", "brimful"],
            "caching/elasticache-engine-cpu": ["hot-001", "split-001", "tiny"],
            "caching/elasticache-sharding": ["hot"],
        },
        "pass": {
            "caching/elasticache-hit-ratio": ["finds", "pages"],
            "caching/elasticache-evictions": ["finds", "turning", "pages"],
            "caching/elasticache-engine-cpu": ["hot-002", "cool-001", "finds"],
            "caching/elasticache-sharding": ["split"],
        },
        "skip": {
            "caching/elasticache-hit-ratio": ["seldom", "user-sessions"],
            "caching/elasticache-engine-cpu": ["pages"],
            "caching/elasticache-sharding": ["cool"],
        },
    }


def load(aws: Account) -> None:
    def measure(metric: str, name: str, **rule: Any) -> None:
        aws.metric("AWS/ElastiCache", metric, {"CacheClusterId": name}, **rule)

    # By the hour: a hundred look-ups a minute are 6,000.
    for name, hits, misses in (("misses", 7_900, 2_100), ("seldom", 500, 5_000), ("user-sessions", 500, 9_500)):
        measure("CacheHits", name, value=hits)
        measure("CacheMisses", name, value=misses)
    measure("CacheHits", "thrashing", value=8_900)
    measure("CacheMisses", "thrashing", value=1_100)
    measure("GetHits", "pages", value=8_000)
    measure("GetMisses", "pages", value=2_000)
    measure("CacheHits", "*", value=9_500)
    measure("CacheMisses", "*", value=500)
    for name in ("thrashing", "turning"):
        measure("Evictions", name, hours=[0] * 23 + [400])
    measure("Evictions", "*", value=0)
    # Full for an hour a day.
    measure("DatabaseMemoryUsagePercentage", "brimful", hours=[30] * 23 + [81])
    measure("DatabaseMemoryUsagePercentage", "turning", value=100)
    measure("DatabaseMemoryUsagePercentage", "*", value=40)
    for name, percent in (("hot-001", 71), ("hot-002", 10), ("split-001", 71), ("cool-001", 49)):
        measure("EngineCPUUtilization", name, hours=[5] * 23 + [percent])
    # Half of two vCPUs is all that one thread can use.
    measure("CPUUtilization", "tiny", hours=[5] * 23 + [45])
    measure("CPUUtilization", "*", hours=[5] * 23 + [44])


def node(name: str, node_type: str, group: str | None = None, engine: str = "redis") -> str:
    arn = f"arn:aws:elasticache:eu-west-1:000000000000:cluster:{name}"
    of_group = f"<ReplicationGroupId>{group}</ReplicationGroupId>" if group else ""
    endpoint = f"<Endpoint><Address>{name}.cache</Address><Port>6379</Port></Endpoint>"
    return (
        f"<CacheCluster><CacheClusterId>{name}</CacheClusterId>{of_group}<ARN>{arn}</ARN>"
        f"<CacheNodeType>{node_type}</CacheNodeType><Engine>{engine}</Engine><NumCacheNodes>1</NumCacheNodes>"
        "<CacheClusterStatus>available</CacheClusterStatus><SecurityGroups/>"
        "<CacheClusterCreateTime>2024-01-01T00:00:00Z</CacheClusterCreateTime>"
        "<PreferredAvailabilityZone>eu-west-1a</PreferredAvailabilityZone>"
        f"<CacheNodes><CacheNode><CacheNodeId>0001</CacheNodeId>{endpoint}</CacheNode></CacheNodes></CacheCluster>"
    )


def group(name: str, members: list[str], cluster_mode: str) -> str:
    nodes = "".join(
        f"<NodeGroupMember><CacheClusterId>{member}</CacheClusterId><CacheNodeId>0001</CacheNodeId></NodeGroupMember>"
        for member in members
    )
    sharded = str(cluster_mode == "enabled").lower()
    return (
        f"<ReplicationGroup><ReplicationGroupId>{name}</ReplicationGroupId>"
        f"<ARN>arn:aws:elasticache:eu-west-1:000000000000:replicationgroup:{name}</ARN><Status>available</Status>"
        f"<ClusterEnabled>{sharded}</ClusterEnabled><ClusterMode>{cluster_mode}</ClusterMode>"
        "<AutomaticFailover>enabled</AutomaticFailover><MultiAZ>enabled</MultiAZ>"
        "<CacheNodeType>cache.r7g.2xlarge</CacheNodeType><NodeGroups><NodeGroup><NodeGroupId>0001</NodeGroupId>"
        f"<NodeGroupMembers>{nodes}</NodeGroupMembers></NodeGroup></NodeGroups></ReplicationGroup>"
    )


def answer(action: str, lists: str, items: list[str]) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{action}Response xmlns="http://elasticache.amazonaws.com/doc/2015-02-02/">'
        f"<{action}Result><{lists}>{''.join(items)}</{lists}></{action}Result>"
        f"<ResponseMetadata><RequestId>trap</RequestId></ResponseMetadata></{action}Response>"
    )
