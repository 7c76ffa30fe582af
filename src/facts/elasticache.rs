//! Amazon ElastiCache: replication groups, single nodes, Memcached clusters and serverless caches.

parts! {
    /// A node of a shard. `NodeGroups[].NodeGroupMembers[]`.
    ShardMember {
        /// The node's cluster id. `CacheClusterId`.
        cluster: String,
        /// primary or replica; null where the group is sharded and AWS does not say. `CurrentRole`.
        role: Option<String>,
        /// The zone's name. `PreferredAvailabilityZone`; null while it is being made.
        availability_zone: Option<String>,
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
        /// Its shards. `NodeGroups[]`.
        shards: Vec<Shard>,
        /// PRIMARY or SECONDARY in a global datastore; none outside one. `GlobalReplicationGroupInfo.GlobalReplicationGroupMemberRole`.
        global_role: Option<String>,
        /// The node type, `cache.r7g.large`. `CacheNodeType`.
        node_type: Option<String>,
        /// Derived: shards whose nodes all stand in one zone. Absent where a node's zone is not known.
        single_zone_shards: Vec<String>,
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
    }
}
