//! What is true of the account as a whole, in the regions that were looked at. Derived.

parts! {
    /// From which anomalies on subscribers are told, and when: both limits hold.
    AnomalyAlert {
        /// The monitor's name.
        monitor: String,
        /// DAILY, WEEKLY or IMMEDIATE. `Frequency`.
        frequency: String,
        /// US dollars that an anomaly costs in all; 0 for any.
        usd: f64,
        /// Per cent above what was expected; 0 for any.
        percent: f64,
    }
}

facts! {
    /// The account. One in every snapshot. Its source is the summary of all other kinds.
    "account" Account {
        /// Alias of the account, if it has one. Source: `iam:ListAccountAliases`.
        alias: Option<String>,
        /// The organisation's management account; none outside an organisation. Source: `organizations:DescribeOrganization`.
        management_account: Option<String>,
        /// Derived: whether an organisation's other account may own its budgets.
        organization_member: bool,
        /// Derived: cost budgets over all use of the account, by name: of a month or less, running now, with a limit above zero or one that adjusts itself, and not unhealthy.
        cost_budgets: Vec<String>,
        /// Derived: of those, the ones that notify a mail address or a topic with a confirmed subscription at or below 90 % of actual or 100 % of forecast cost; a daily one at or below 100 % of actual cost.
        alerting_budgets: Vec<String>,
        /// Derived: why each other one does not ("monthly has no notification", …).
        silent_budgets: Vec<String>,
        /// Derived: public ways in, by ARN: enabled distributions, internet-facing load balancers, S3 websites that do more than redirect.
        public_entries: Vec<String>,
        /// Derived: queues, streams, and event sources (brokers, tables) that functions poll, by ARN.
        queues: Vec<String>,
        /// Derived: whether one of them, or a rule of an event bus, carried work in the last week: messages that were sent and deleted, records that came and were consumed, a broker or a table's stream that a function polls, events of the account's own (or of files in S3) that called a target.
        queue_in_use: bool,
        /// Derived: dashboards, by name.
        dashboards: Vec<String>,
        /// Derived: of those, the ones that show, side by side, what takes requests, what works on them and what keeps the data, as far as the account has such.
        whole_dashboards: Vec<String>,
        /// Derived: what each other one lacks ("orders: nothing of databases", …).
        partial_dashboards: Vec<String>,
        /// Derived: what confirmed subscribers are told of anomalies by monitors over all use of the account.
        anomaly_alerts: Vec<AnomalyAlert>,
        /// Derived: why other monitors tell nothing of the account as a whole ("services has no confirmed subscriber", …).
        silent_anomaly_monitors: Vec<String>,
        /// Derived: backup plans that select resources, by ARN.
        backup_plans: Vec<String>,
        /// Derived: number of data stores: databases (RDS, Aurora, DocumentDB, Neptune, Lightsail, MemoryDB), DynamoDB tables, Redshift clusters, OpenSearch domains, file systems (EFS, FSx), buckets that keep versions.
        data_stores: i64,
        /// Derived: of those, the ones that can't be lost (see `disposable`) and neither keep backups of their own nor were backed up by AWS Backup in the last 24 hours, by ARN.
        data_stores_without_backup: Vec<String>,
        /// Derived: whether there are none of these.
        all_data_stores_backed_up: bool,
        /// Derived: restores of the 90 days before the scan: jobs that were completed, and runs of restore testing plans, by ARN.
        restores: Vec<String>,
        /// Derived: the day on which those 90 days begin, `2026-01-31`.
        restores_since: String,
        /// Derived: number of functions (edge copies and helpers of stacks aside) and of stages of REST APIs, which can trace their requests; HTTP and WebSocket APIs can't.
        traceable: i64,
        /// Derived: of those, the ones that do not, by ARN.
        untraced: Vec<String>,
        /// Derived: services in X-Ray's map of the last twelve hours or in Application Signals, without clients and remote ones, by name.
        traced_services: Vec<String>,
        /// Derived: number of things worth watching: instances that are not gone, functions, databases, DynamoDB tables, load balancers, ECS services, EKS clusters, Lightsail instances.
        workloads: i64,
    }
}
