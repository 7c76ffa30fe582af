//! Service Quotas: what an account may have at most.

use std::collections::BTreeMap;

parts! {
    /// The metric that counts what a quota limits. `UsageMetric`.
    UsageMetric {
        /// `AWS/Usage` or the like. `MetricNamespace`.
        namespace: String,
        /// `ResourceCount`, `CallCount`, … `MetricName`.
        metric: String,
        /// Its dimensions, value by name. `MetricDimensions`.
        dimensions: BTreeMap<String, String>,
        /// The statistic that AWS compares with the quota, if it names one. `MetricStatisticRecommendation`.
        statistic: Option<String>,
    }
}

facts! {
    /// A quota that publishes its usage or that a rule reads, as it applies to the account. Source: `servicequotas:ListServiceQuotas`.
    "servicequotas.quota" Quota {
        /// The service's code, `fargate`. `ServiceCode`.
        service: String,
        /// The quota's code, `L-3032A538`. `QuotaCode`.
        code: String,
        /// Its name. `QuotaName`.
        quota_name: String,
        /// How much the account may have; absent where AWS could not tell. `Value`.
        value: f64,
        /// The unit that AWS names; none where it names none, or says None. `Unit`.
        unit: Option<String>,
        /// Whether a raise can be asked for. `Adjustable`.
        adjustable: bool,
        /// Whether it holds for all regions together. `GlobalQuota`.
        global: bool,
        /// Seconds in which so many may be used, for a rate; none for a number of things. `Period`.
        period_seconds: Option<f64>,
        /// The metric that counts what it limits, if there is one. `UsageMetric`.
        usage: Option<UsageMetric>,
    }
}
