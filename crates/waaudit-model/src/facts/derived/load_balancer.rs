//! Load balancers of every generation, as far as the same is asked of all of them. Derived.

facts! {
    /// An Application, Network, Gateway or Classic Load Balancer. It has the ARN, id and tags of that resource. Derived.
    "load_balancer" AnyLoadBalancer {
        /// application, network, gateway or classic.
        balancer_type: String,
        /// internet-facing or internal; none for a Gateway Load Balancer.
        scheme: Option<String>,
        /// Whether it can write access logs: an Application or Classic Load Balancer, or a Network Load Balancer with a TLS listener.
        can_log: bool,
        /// Whether requests of the whole internet get to it, be it through another public entry point. Of a Classic Load Balancer, whether it is internet-facing.
        reached_from_internet: bool,
        /// Whether access logs go to S3.
        access_logs: bool,
    }
}
