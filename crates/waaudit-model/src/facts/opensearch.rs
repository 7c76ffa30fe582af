//! Amazon OpenSearch Service: search domains.

facts! {
    /// A domain of OpenSearch or Elasticsearch. Source: `es:DescribeDomains`.
    "opensearch.domain" Domain {
        /// Whether its creation has finished. `Created`.
        created: bool,
        /// Whether it is being deleted. `Deleted`.
        deleted: bool,
        /// OpenSearch_2.13, Elasticsearch_7.10, … `EngineVersion`.
        engine_version: String,
        /// The type of its data nodes, `r6g.large.search`. `ClusterConfig.InstanceType`.
        instance_type: String,
        /// Data nodes. `ClusterConfig.InstanceCount`.
        data_nodes: i64,
        /// Whether nodes and replica shards are spread over several Availability Zones. `ClusterConfig.ZoneAwarenessEnabled`.
        zone_awareness: bool,
        /// Availability Zones of its data nodes: 1 without zone awareness, else 2 or 3. `ClusterConfig.ZoneAwarenessConfig.AvailabilityZoneCount`; AWS's default is 2.
        zone_count: i64,
        /// Whether one of three zones is kept as a standby. `ClusterConfig.MultiAZWithStandbyEnabled`.
        standby_zone: bool,
        /// Dedicated master nodes; 0 without. `ClusterConfig.DedicatedMasterCount`.
        master_nodes: i64,
        /// Whether its automated snapshots are paused now. `AutomatedSnapshotPauseOptions.State` is Active.
        snapshots_paused: bool,
    }
}
