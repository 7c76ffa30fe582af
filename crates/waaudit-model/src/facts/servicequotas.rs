//! Service Quotas: what an account may have at most.

use std::collections::BTreeMap;

use super::measured::Measured;

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
        /// Most that was in use; none for a rate, and for what publishes no usage. CloudWatch, the metric of `usage`.
        usage_max: Option<Measured>,
        /// Derived: vCPUs of the on-demand instances that it limits, with every Auto Scaling group at its maximum and the instances outside groups as they are. Of several types that a group may launch, the largest counts. None for other quotas.
        vcpus_at_max: Option<i64>,
        /// Derived: Auto Scaling groups of such instances that may grow, by name; empty for other quotas.
        growing_groups: Vec<String>,
    }
}

facts! {
    /// How Service Quotas watches over a region's quotas by itself. Source: `servicequotas:GetAutoManagementConfiguration`.
    "servicequotas.settings" Settings {
        /// Whether automatic management is on: it notifies before a quota is used up. `OptInStatus`.
        auto_management: bool,
        /// Derived: services in the region whose quotas are in use: EC2 with a running instance, Lambda with a function, RDS with an instance.
        quota_users: Vec<String>,
        /// Derived: of these, the ones of whose quotas no alarm in the region watches the use: one on `AWS/Usage` for the service, or for Lambda on the account's concurrency.
        unwatched: Vec<String>,
    }
}
