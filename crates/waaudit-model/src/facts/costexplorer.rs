//! AWS Cost Explorer: every call of it costs a cent, so it is asked only where `--billed-calls` allows that.

facts! {
    /// A monitor of unusual cost. Source: `ce:GetAnomalyMonitors`.
    "ce.anomaly_monitor" AnomalyMonitor {
        /// DIMENSIONAL or CUSTOM. `MonitorType`.
        monitor_type: String,
        /// SERVICE, LINKED_ACCOUNT, TAG or COST_CATEGORY; none for a custom one. `MonitorDimension`.
        dimension: Option<String>,
        /// Names of what leaves out use of the account: the dimensions of a custom monitor's expression, TAG, COST_CATEGORY; empty for one over all services or linked accounts, and for one on this very account. `MonitorSpecification`.
        filters: Vec<String>,
    }
}

parts! {
    /// The least anomaly that a subscription tells of: both hold.
    Threshold {
        /// US dollars that the anomaly costs in all; 0 where that is not asked. `ANOMALY_TOTAL_IMPACT_ABSOLUTE`.
        usd: f64,
        /// Per cent above what was expected; 0 where that is not asked. `ANOMALY_TOTAL_IMPACT_PERCENTAGE`.
        percent: f64,
    }
}

facts! {
    /// A subscription to anomalies. Source: `ce:GetAnomalySubscriptions`.
    "ce.anomaly_subscription" AnomalySubscription {
        /// ARNs of its monitors. `MonitorArnList`.
        monitors: Vec<String>,
        /// DAILY, WEEKLY or IMMEDIATE. `Frequency`.
        frequency: String,
        /// From which anomalies on it tells: one of these is enough. `ThresholdExpression`, `Threshold`.
        thresholds: Vec<Threshold>,
        /// Number of subscribers that confirmed; a topic counts where a subscription to it is confirmed. `Subscribers[].Status` is CONFIRMED. Source: `sns:GetTopicAttributes` for topics.
        confirmed_subscribers: i64,
    }
}

parts! {
    /// What one usage type cost. Source: `ResultsByTime[].Groups[]`.
    UsageCost {
        /// The usage type, `EU-DataTransfer-Out-Bytes`. `Keys[0]`.
        usage_type: String,
        /// US dollars, before credits and refunds are taken off. `Metrics.UnblendedCost.Amount`.
        usd: f64,
    }
}

facts! {
    /// The cost of the last whole month. One in an account. Source: `ce:GetCostAndUsage`.
    "ce.monthly_cost" MonthlyCost {
        /// The month, `2026-10`.
        month: String,
        /// All of it in US dollars, credits and refunds left out.
        total_usd: f64,
        /// What moved data: usage types of transfer between zones, regions and to the internet, and of NAT gateways, most expensive first.
        data_transfer: Vec<UsageCost>,
        /// Sum of `data_transfer` in US dollars.
        data_transfer_usd: f64,
    }
}

facts! {
    /// How far commitments cover the steady use of the last whole month. One in an account. Sources: `ce:GetSavingsPlansCoverage`, `GetReservationCoverage`.
    "ce.commitment_coverage" CommitmentCoverage {
        /// The month, `2026-10`.
        month: String,
        /// US dollars spent at on-demand prices on what a Savings Plan could cover. `Coverage.OnDemandCost`.
        on_demand_usd: f64,
        /// US dollars of such use that Savings Plans covered. `Coverage.SpendCoveredBySavingsPlans`.
        savings_plans_usd: f64,
        /// Per cent of the hours of reservable use that reservations covered; none where there was no such use. `Total.CoverageHours.CoverageHoursPercentage`.
        reserved_hours_percent: Option<f64>,
    }
}
