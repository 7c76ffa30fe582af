//! Amazon MSK: clusters of Apache Kafka. IAM calls it kafka.

facts! {
    /// A cluster. Source: `kafka:ListClustersV2`.
    "kafka.cluster" Cluster {
        /// ACTIVE, CREATING, UPDATING, HEALING, MAINTENANCE, REBOOTING_BROKER, DELETING or FAILED. `State`.
        state: String,
        /// PROVISIONED or SERVERLESS. `ClusterType`.
        cluster_type: String,
        /// Brokers; none for a serverless cluster. `Provisioned.NumberOfBrokerNodes`.
        brokers: Option<i64>,
        /// The type of its brokers, `kafka.m7g.large`; none for a serverless cluster. `Provisioned.BrokerNodeGroupInfo.InstanceType`.
        instance_type: Option<String>,
        /// Subnets that its brokers are spread over; empty for a serverless cluster. `Provisioned.BrokerNodeGroupInfo.ClientSubnets`.
        subnets: Vec<String>,
        /// When it was made, RFC 3339. `CreationTime`.
        created_at: String,
        /// Derived: names of the zones of its subnets, each once. Absent for a serverless cluster, which AWS spreads itself.
        zones: Vec<String>,
    }
}
