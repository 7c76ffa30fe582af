//! Amazon DynamoDB.

facts! {
    /// A table. Source: `dynamodb:DescribeTable`.
    "dynamodb.table" Table {
        /// ACTIVE, CREATING, … `TableStatus`.
        status: String,
        /// PAY_PER_REQUEST or PROVISIONED; a table that AWS gives no summary for is provisioned. `BillingModeSummary.BillingMode`.
        billing_mode: String,
        /// Provisioned read units. `ProvisionedThroughput.ReadCapacityUnits`.
        read_capacity_units: i64,
        /// Provisioned write units. `ProvisionedThroughput.WriteCapacityUnits`.
        write_capacity_units: i64,
        /// Its global secondary indexes. `GlobalSecondaryIndexes[].IndexName`.
        indexes: Vec<String>,
        /// Items, counted by AWS every six hours. `ItemCount`.
        item_count: i64,
        /// Names of its key attributes. `KeySchema[].AttributeName`.
        key_attributes: Vec<String>,
        /// Regions of its replicas. `Replicas[].RegionName`.
        replica_regions: Vec<String>,
        /// Whether it can't be deleted by one call. `DeletionProtectionEnabled`.
        deletion_protection: bool,
        /// Whether it can be restored to any second. `PointInTimeRecoveryDescription.PointInTimeRecoveryStatus`. Source: `DescribeContinuousBackups`.
        point_in_time_recovery: bool,
        /// The attribute after whose time AWS deletes an item; none where that is off. `TimeToLiveDescription`. Source: `DescribeTimeToLive`.
        expiry_attribute: Option<String>,
        /// Derived: dimensions of the table and its indexes that nothing scales ("read", "write of index by-customer"); empty for an on-demand table. A target whose greatest capacity is its least scales nothing.
        unscaled_dimensions: Vec<String>,
    }
}
