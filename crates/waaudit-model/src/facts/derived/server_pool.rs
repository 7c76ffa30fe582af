//! Servers among which a load balancer chooses: a target group, or a Classic Load Balancer with its instances. Derived.

facts! {
    /// The servers of a target group or of a Classic Load Balancer. It has the ARN, id and tags of that resource. Derived.
    "server_pool" ServerPool {
        /// target group or classic load balancer.
        pool_type: String,
        /// instance, ip, lambda or alb.
        target_type: String,
        /// HTTP, HTTPS, TCP, GENEVE, …; none for functions and for a Classic Load Balancer.
        protocol: Option<String>,
        /// Whether a load balancer uses it.
        load_balanced: bool,
        /// Servers among which its clients' requests could be spread. See `elb.target_group`.
        choices: i64,
        /// What pins a client to one of these servers: lb_cookie, app_cookie, source_ip, "stickiness between target groups", …; none where nothing does.
        pinned_by: Option<String>,
        /// For how many seconds; none where nothing pins a client, or without a limit.
        pinned_seconds: Option<i64>,
    }
}
