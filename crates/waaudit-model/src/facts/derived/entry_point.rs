//! The public ways into what the account runs: what answers the internet, and what is behind it. Derived.

parts! {
    /// Something that a request passes, or that it needs to be answered.
    Hop {
        /// Its ARN, or what else names it alone.
        resource: String,
        /// Its kind.
        kind: String,
        /// What people call it.
        name: String,
        /// Zones that it is in, by name; empty where it is in all or in none.
        zones: Vec<String>,
    }
}

parts! {
    /// What the loss of one zone does to a way in.
    ZoneLoss {
        /// The zone's name.
        zone: String,
        /// survives (also after a failover of a minute or two), degraded, recovers (in minutes, when servers have started elsewhere) or dies.
        outcome: String,
        /// The first hop on the way to which that happens, by name; null where all go on.
        hop: Option<String>,
        /// Why that happens to it; null where all go on.
        why: Option<String>,
    }
}

facts! {
    /// A public entry point: an enabled distribution, an internet-facing load balancer, a stage of an API that is not private, a function URL, an AppSync API or App Runner service that is not private, or an instance with a service port open to the whole internet that no load balancer holds. It has the ARN, id and tags of that resource. Derived.
    "entry_point" EntryPoint {
        /// distribution, load balancer, classic load balancer, instance, API stage, function URL, GraphQL API or App Runner service.
        entry_type: String,
        /// Whether CloudFront alone gets in here, and a distribution leads here: then that is the way in.
        behind_distribution: bool,
        /// Whether servers or functions of this account answer: healthy targets, functions.
        has_servers: bool,
        /// What requests pass and need, the way in first: load balancers, target groups, servers, and by security groups the databases and caches that those call. Absent unless all of it was read.
        path: Vec<Hop>,
        /// Zones that the path is in, by name.
        zones: Vec<String>,
        /// What the loss of each of these zones does. Absent too where something would decide that security groups only allow it to call.
        zone_losses: Vec<ZoneLoss>,
        /// The worst of those outcomes: survives, degraded, recovers or dies. Known too where one zone's loss is deadly and others could not be judged.
        worst_zone_loss: String,
        /// What fails first when a zone is lost that the path certainly does not survive, in words: "eu-west-1a: orders-db (it has no standby in another zone)".
        breaks: Vec<String>,
        /// ARNs of what fails with a zone: every such hop, not the first one alone.
        weak_links: Vec<String>,
        /// DNS names that lead here: those that a distribution claims, and the account's public records; of an API or function URL without such a name, the one that AWS gave it.
        dns_names: Vec<String>,
        /// Of those, the ones that no health check with an alarm calls. Absent where a canary runs, since what it visits is not read.
        unprobed_names: Vec<String>,
        /// Regions that its requests can be led to: its own, and by itself, when one does not answer, those of the other origins of an origin group, of the other records of a name (by failover, latency or weight, with a health check), and of an accelerator's other endpoint groups.
        failover_regions: Vec<String>,
        /// Databases on the path of which no other region holds a copy, by id; where there is none on it, the DynamoDB tables of its regions, if none of them has a replica elsewhere: the first ten of them.
        single_region_stores: Vec<String>,
        /// How many databases or tables there are of which no other region holds a copy: `single_region_stores` names ten.
        single_region_store_count: i64,
        /// Zones whose loss cuts servers in other zones off from the internet, since their NAT gateway is there.
        zones_of_foreign_egress: Vec<String>,
    }
}
