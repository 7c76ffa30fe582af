//! Amazon CloudWatch Logs: how log groups are kept. Log events are never read.

facts! {
    /// A log group. Source: `logs:DescribeLogGroups`.
    "logs.log_group" LogGroup {
        /// Days after which events expire; none where they never expire. `retentionInDays`.
        retention_days: Option<i64>,
        /// Bytes stored, compressed. `storedBytes`.
        stored_bytes: i64,
    }
}
