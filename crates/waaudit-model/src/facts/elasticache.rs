//! Amazon ElastiCache: replication groups, single nodes, Memcached clusters and serverless caches.

use super::measured::Measured;

parts! {
    /// A node of a shard. `NodeGroups[].NodeGroupMembers[]`.
    ShardMember {
        /// The node's cluster id. `CacheClusterId`.
        cluster: String,
        /// primary or replica; null where the group is sharded and AWS does not say. `CurrentRole`.
        role: Option<String>,
        /// The zone's name. `PreferredAvailabilityZone`; null while it is being made.
        availability_zone: Option<String>,
        /// The Outpost that it runs on; null in a region. `PreferredOutpostArn`.
        outpost: Option<String>,
    }
}

parts! {
    /// A shard. `NodeGroups[]`.
    Shard {
        /// Its id. `NodeGroupId`.
        id: String,
        /// Its nodes.
        members: Vec<ShardMember>,
    }
}

facts! {
    /// A Redis or Valkey replication group. Source: `elasticache:DescribeReplicationGroups`.
    "elasticache.replication_group" ReplicationGroup {
        /// available, creating, modifying, … `Status`.
        status: String,
        /// enabled, disabled, enabling or disabling. `AutomaticFailover`.
        automatic_failover: String,
        /// enabled or disabled; none where AWS does not say. `MultiAZ`.
        multi_az: Option<String>,
        /// Whether it is sharded. `ClusterEnabled`.
        cluster_mode: bool,
        /// enabled, disabled, or compatible on the way from one to the other; none where AWS does not say. `ClusterMode`.
        cluster_mode_step: Option<String>,
        /// Its shards. `NodeGroups[]`.
        shards: Vec<Shard>,
        /// PRIMARY or SECONDARY in a global datastore; none outside one. `GlobalReplicationGroupInfo.GlobalReplicationGroupMemberRole`.
        global_role: Option<String>,
        /// The node type, `cache.r7g.large`. `CacheNodeType`.
        node_type: Option<String>,
        /// Derived: whether requests from the internet get to it: yes where the graph leads there from a public way in, no where nothing can that is not ruled out, in an account of which every list was read; absent between the two.
        on_request_path: bool,
        /// Derived: shards whose nodes are all in one zone. Unread where a node's zone is not known.
        single_zone_shards: Vec<String>,
        /// Derived: the highest `engine_cpu_percent_p99` among its nodes; none where they have two vCPUs or fewer.
        engine_cpu_percent: Option<f64>,
        /// Derived: the highest `memory_percent_peak` among its nodes; none where they publish none.
        memory_percent: Option<f64>,
    }
}

facts! {
    /// A cache cluster: a single Redis or Valkey node, a member of a replication group, or Memcached. Source: `elasticache:DescribeCacheClusters`.
    "elasticache.cluster" Cluster {
        /// available, creating, … `CacheClusterStatus`.
        status: String,
        /// redis, valkey or memcached. `Engine`.
        engine: String,
        /// The replication group, if it is a member of one. `ReplicationGroupId`.
        replication_group: Option<String>,
        /// The node type. `CacheNodeType`.
        node_type: String,
        /// Number of nodes. `NumCacheNodes`.
        node_count: i64,
        /// The zone's name, or "Multiple". `PreferredAvailabilityZone`; none while creating.
        availability_zone: Option<String>,
        /// The subnet group's name, if any. `CacheSubnetGroupName`.
        subnet_group: Option<String>,
        /// Ids of its security groups. `SecurityGroups[].SecurityGroupId`.
        security_groups: Vec<String>,
        /// The port that its nodes answer on; none while creating. `CacheNodes[].Endpoint.Port`.
        port: Option<i64>,
        /// The Outpost that it runs on; none in a region. `PreferredOutpostArn`.
        outpost: Option<String>,
        /// When it was made, RFC 3339. `CacheClusterCreateTime`.
        created_at: String,
        /// vCPUs of a node where there are at most two, by the name of its type, since no API says; none for larger types. `CacheNodeType`.
        few_vcpus: Option<i64>,
        /// Look-ups that found something, of all look-ups in a week, 0 to 1. `AWS/ElastiCache CacheHits`, `CacheMisses` (Memcached: `GetHits`, `GetMisses`).
        hit_ratio: Measured,
        /// Look-ups a minute, the mean of a week. The same metrics.
        lookups_per_minute: Measured,
        /// Entries that were evicted to make room, in a week. `AWS/ElastiCache Evictions`.
        evictions: Measured,
        /// Highest per cent of the memory for data that was in use, in a week; none for Memcached. `AWS/ElastiCache DatabaseMemoryUsagePercentage`.
        memory_percent_peak: Option<Measured>,
        /// Per cent of its CPU that the engine's thread used, the 99th percentile of a week; none for Memcached, whose threads are many, and for a node with two vCPUs or fewer. `AWS/ElastiCache EngineCPUUtilization`.
        engine_cpu_percent_p99: Option<Measured>,
        /// Per cent of all the node's CPU, the 99th percentile of a week; none for Memcached, and for a node with more than two vCPUs. `AWS/ElastiCache CPUUtilization`.
        node_cpu_percent_p99: Option<Measured>,
        /// Clients that are connected, the mean of a week. AWS itself holds up to six. `AWS/ElastiCache CurrConnections`.
        connections: Measured,
        /// Most clients that were connected at once to a node, in a week. `AWS/ElastiCache CurrConnections`.
        connections_max: Measured,
        /// Derived: whether requests from the internet get to it: yes where the graph leads there from a public way in, no where nothing can that is not ruled out, in an account of which every list was read; absent between the two.
        on_request_path: bool,
        /// Derived: whether its replication group is in cluster mode, so that shards can be added; none outside a group.
        in_cluster_mode: Option<bool>,
    }
}

facts! {
    /// The subnets that clusters are made in. Source: `elasticache:DescribeCacheSubnetGroups`.
    "elasticache.subnet_group" SubnetGroup {
        /// The VPC's id; none outside one. `VpcId`.
        vpc: Option<String>,
    }
}

facts! {
    /// A serverless cache, which spans zones by construction. Source: `elasticache:DescribeServerlessCaches`.
    "elasticache.serverless_cache" ServerlessCache {
        /// available, creating, … in lower case. `Status`.
        status: String,
        /// redis, valkey or memcached. `Engine`.
        engine: String,
        /// Its subnets. `SubnetIds`.
        subnets: Vec<String>,
        /// Ids of its security groups. `SecurityGroupIds`.
        security_groups: Vec<String>,
        /// The port that it answers on; none while creating. `Endpoint.Port`.
        port: Option<i64>,
        /// When it was made, RFC 3339. `CreateTime`.
        created_at: String,
        /// Clients that are connected, the mean of a week. `AWS/ElastiCache CurrConnections`.
        connections: Measured,
        /// Derived: whether requests from the internet get to it: yes where the graph leads there from a public way in, no where nothing can that is not ruled out, in an account of which every list was read; absent between the two.
        on_request_path: bool,
    }
}
