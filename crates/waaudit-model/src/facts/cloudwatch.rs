//! Amazon CloudWatch: alarms and dashboards.

parts! {
    /// What a Metrics Insights query reads.
    Queried {
        /// The namespace.
        namespace: String,
        /// The metric.
        metric: String,
    }
}

facts! {
    /// A metric or composite alarm. Source: `cloudwatch:DescribeAlarms`.
    "cloudwatch.alarm" Alarm {
        /// metric or composite.
        alarm_type: String,
        /// Whether its actions are switched on. `ActionsEnabled`.
        actions_enabled: bool,
        /// ARNs of what it does when it goes off. `AlarmActions`.
        actions: Vec<String>,
        /// OK, ALARM or INSUFFICIENT_DATA. `StateValue`.
        state: String,
        /// Namespaces of its metrics, those of metric math included and other accounts' metrics not; none for a composite alarm. `Namespace`, `Metrics[].MetricStat.Metric.Namespace`.
        namespaces: Vec<String>,
        /// Names of those metrics. `MetricName`, `Metrics[].MetricStat.Metric.MetricName`.
        metrics: Vec<String>,
        /// Values of their dimensions: names of what it watches. `Dimensions[].Value`, `Metrics[].MetricStat.Metric.Dimensions[].Value`.
        watches: Vec<String>,
        /// What its Metrics Insights queries read of all resources: `SELECT … FROM SCHEMA("AWS/RDS", …)` without a `WHERE`. `Metrics[].Expression`.
        queries: Vec<Queried>,
        /// Which way its metric has to move to set it off: above or below a threshold, or outside of a band. None for a composite alarm, and for one on metric math, of which no way can be told. `ComparisonOperator`.
        direction: Option<String>,
        /// The threshold of an alarm on a metric itself; none on metric math, on a query and on an anomaly detection band, and for a composite alarm. `Threshold`.
        threshold: Option<f64>,
        /// The expression of a composite alarm; none for a metric alarm. `AlarmRule`.
        alarm_rule: Option<String>,
        /// Whether scaling made it for itself: its name starts with `TargetTracking-`.
        target_tracking: bool,
        /// Derived: whether a composite alarm names it.
        feeds_composite: bool,
        /// Derived: its metrics whose trouble can't set it off: a fall of free storage or of healthy hosts where it waits for a rise, or a threshold that the metric never passes.
        missed_metrics: Vec<String>,
        /// Derived: whether something happens when it goes off: an action that is on and leads somewhere (a topic with a confirmed subscription, a function that is there, scaling, a restart), its own or that of a composite alarm that goes off with it, or an EventBridge rule that is on and whose target leads somewhere.
        acts: bool,
        /// Derived: the same without scaling groups and stopping or restarting servers, which tell no one.
        notifies: bool,
        /// Derived: of its own actions that are on, those that lead nowhere, by the name of the topic or function.
        dead_ends: Vec<String>,
    }
}

facts! {
    /// A dashboard. Source: `cloudwatch:ListDashboards`.
    "cloudwatch.dashboard" Dashboard {
        /// Namespaces of CloudWatch's metrics that its widgets show, `AWS/RDS`; of what an explorer shows, the service's. `DashboardBody`. Source: `cloudwatch:GetDashboard`.
        namespaces: Vec<String>,
        /// ARNs of the alarms that its widgets show. `DashboardBody`. Source: `cloudwatch:GetDashboard`.
        alarms: Vec<String>,
    }
}
