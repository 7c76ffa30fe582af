//! Amazon DynamoDB.

use super::measured::Measured;

parts! {
    /// What an index was given. `GlobalSecondaryIndexes[].ProvisionedThroughput`.
    IndexCapacity {
        /// The index's name. `IndexName`.
        index: String,
        /// Provisioned read units. `ReadCapacityUnits`.
        read_capacity_units: i64,
        /// Provisioned write units. `WriteCapacityUnits`.
        write_capacity_units: i64,
    }
}

facts! {
    /// A table. Source: `dynamodb:DescribeTable`.
    "dynamodb.table" Table {
        /// ACTIVE, CREATING, … `TableStatus`.
        status: String,
        /// When it was made, RFC 3339. `CreationDateTime`.
        created_at: String,
        /// PAY_PER_REQUEST or PROVISIONED; a table that AWS gives no summary for is provisioned. `BillingModeSummary.BillingMode`.
        billing_mode: String,
        /// Provisioned read units. `ProvisionedThroughput.ReadCapacityUnits`.
        read_capacity_units: i64,
        /// Provisioned write units. `ProvisionedThroughput.WriteCapacityUnits`.
        write_capacity_units: i64,
        /// Its global secondary indexes. `GlobalSecondaryIndexes[].IndexName`.
        indexes: Vec<String>,
        /// What its global secondary indexes were given; zeros for an on-demand table. `GlobalSecondaryIndexes[].ProvisionedThroughput`.
        index_capacity: Vec<IndexCapacity>,
        /// Read units per second that it can serve at once. `WarmThroughput.ReadUnitsPerSecond`.
        warm_read_units: i64,
        /// Write units per second that it can serve at once. `WarmThroughput.WriteUnitsPerSecond`.
        warm_write_units: i64,
        /// Read units per second beyond which an on-demand table refuses; none where it is not set. `OnDemandThroughput.MaxReadRequestUnits`.
        max_read_units: Option<i64>,
        /// Write units per second beyond which an on-demand table refuses; none where it is not set. `OnDemandThroughput.MaxWriteRequestUnits`.
        max_write_units: Option<i64>,
        /// Items, counted by AWS every six hours. `ItemCount`.
        item_count: i64,
        /// Names of its key attributes. `KeySchema[].AttributeName`.
        key_attributes: Vec<String>,
        /// Regions of its replicas that serve. `Replicas[].RegionName` where `ReplicaStatus` is ACTIVE or UPDATING.
        replica_regions: Vec<String>,
        /// Whether it can't be deleted by one call. `DeletionProtectionEnabled`.
        deletion_protection: bool,
        /// Whether it can be restored to any second. `PointInTimeRecoveryDescription.PointInTimeRecoveryStatus`. Source: `DescribeContinuousBackups`.
        point_in_time_recovery: bool,
        /// The attribute after whose time AWS deletes an item; none where that is off. `TimeToLiveDescription`. Source: `DescribeTimeToLive`.
        expiry_attribute: Option<String>,
        /// Read units per second in its busiest minute. `AWS/DynamoDB ConsumedReadCapacityUnits`.
        read_units_peak: Measured,
        /// Write units per second in its busiest minute. `AWS/DynamoDB ConsumedWriteCapacityUnits`.
        write_units_peak: Measured,
        /// Units that it and its indexes consumed. `AWS/DynamoDB ConsumedReadCapacityUnits, ConsumedWriteCapacityUnits`.
        consumed_units: Measured,
        /// Per cent of its provisioned units, or of an index's, in the busiest minute of the fullest of them; none for an on-demand table. `AWS/DynamoDB ConsumedReadCapacityUnits, ConsumedWriteCapacityUnits`.
        capacity_percent_peak: Option<Measured>,
        /// Requests to it and its indexes that were throttled. `AWS/DynamoDB ReadThrottleEvents, WriteThrottleEvents`.
        throttle_events: Measured,
        /// Per cent of throttled requests by throttled requests and consumed units, in the worst hour. `AWS/DynamoDB ReadThrottleEvents, WriteThrottleEvents, ConsumedReadCapacityUnits, ConsumedWriteCapacityUnits`.
        throttled_percent_worst_hour: Measured,
        /// Of its throttled requests, those that met the limit of one partition. `AWS/DynamoDB ReadKeyRangeThroughputThrottleEvents, WriteKeyRangeThroughputThrottleEvents`.
        key_range_throttle_events: Measured,
        /// Of its throttled requests, those that met a limit of the account. `AWS/DynamoDB ReadAccountLimitThrottleEvents, WriteAccountLimitThrottleEvents`.
        account_limit_throttle_events: Measured,
        /// Derived: dimensions of the table and its indexes to which nothing adds capacity under load, and why: "read (no scaling policy adds capacity)", "write of index by-customer (no scalable target)", "read (scaling out is suspended)", "write (minimum and maximum are both 10)"; empty for an on-demand table.
        unscaled_dimensions: Vec<String>,
        /// Derived: whether a replica of it in another region can be restored to any second.
        restorable_elsewhere: bool,
        /// Derived: hours since AWS Backup backed it up last; none where it never did.
        backup_age_hours: Option<i64>,
        /// Derived: the sign by which what it holds can be lost (Terraform's key `LockID`, or a tag); none without. Absent where items expire and the name alone suggests it.
        disposable: Option<String>,
    }
}
