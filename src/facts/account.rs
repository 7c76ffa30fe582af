//! What is true of the account as a whole, in the regions that were looked at. Derived.

facts! {
    /// The account. One in every snapshot. Its source is the summary of all other kinds.
    "account" Account {
        /// Alias of the account, if it has one. Source: `iam:ListAccountAliases`.
        alias: Option<String>,
        /// The organisation's management account; none outside an organisation. Source: `organizations:DescribeOrganization`.
        management_account: Option<String>,
        /// Derived: whether an organisation's other account may own its budgets.
        organization_member: bool,
        /// Derived: cost budgets over the whole account, monthly or daily, with a limit above zero or one that adjusts itself, by name.
        cost_budgets: Vec<String>,
        /// Derived: of those, the ones that reach somebody both at or before 90 % of actual and 100 % of forecast cost.
        alerting_budgets: Vec<String>,
        /// Derived: why each other one does not ("monthly: no notification", …).
        silent_budgets: Vec<String>,
        /// Derived: public ways in, by ARN: enabled distributions, internet-facing load balancers, S3 websites that do more than redirect.
        public_entries: Vec<String>,
        /// Derived: queues, streams, and event sources (brokers, tables) that functions poll, by ARN.
        queues: Vec<String>,
        /// Derived: whether one of them, or a rule of an event bus, carried work in the last week: messages that were sent and deleted, records that came and were consumed, a broker or a table's stream that a function polls, events of the account's own (or of files in S3) that called a target.
        queue_in_use: bool,
        /// Derived: dashboards, by name.
        dashboards: Vec<String>,
        /// Derived: number of things worth watching: instances that are not gone, functions, databases, DynamoDB tables, load balancers, ECS services, EKS clusters, Lightsail instances.
        workloads: i64,
    }
}
