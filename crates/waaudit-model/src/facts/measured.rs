//! What CloudWatch measured: a number that sums up a metric over days, and how far it can be trusted.

parts! {
    /// A metric over a window of days, summed up in one number. Source: `cloudwatch:GetMetricData`.
    /// Where too few points came, the fact is unread: a missing measurement is never zero.
    Measured {
        /// The number, in the fact's unit.
        value: f64,
        /// How the points became one number, `95th percentile of 5-minute averages`.
        statistic: String,
        /// The days that were looked at, up to the scan.
        window_days: i64,
        /// Share of the expected points that came, 0 to 1; none where AWS publishes points only while something happens.
        points_share: Option<f64>,
    }
}
