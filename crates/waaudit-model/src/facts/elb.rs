//! Elastic Load Balancing: Application, Network and Gateway Load Balancers, their target groups, and the classic ones.

use super::measured::Measured;

parts! {
    /// A zone that a load balancer is enabled in. `AvailabilityZones[]`.
    EnabledZone {
        /// The zone's name. `ZoneName`.
        name: String,
        /// The subnet in it. `SubnetId`; null for a classic one outside a VPC.
        subnet: Option<String>,
        /// The Outpost, if any. `OutpostId`.
        outpost: Option<String>,
    }
}

parts! {
    /// A target group that a listener or one of its rules forwards to.
    Forward {
        /// The target group's ARN. `TargetGroupArn`.
        target_group: String,
        /// Its share of the traffic; null where the action names one group alone. `ForwardConfig.TargetGroups[].Weight`.
        weight: Option<i64>,
    }
}

parts! {
    /// A rule of a listener. Source: `elasticloadbalancing:DescribeRules`.
    ListenerRule {
        /// Whether it is the default rule. `IsDefault`.
        is_default: bool,
        /// forward, fixed-response, redirect, … of the last action. `Actions[].Type`.
        action: String,
        /// The status code of a fixed response. `Actions[].FixedResponseConfig.StatusCode`.
        fixed_response: Option<String>,
        /// Request headers that it demands with a certain value, in lower case; the values are never kept, and a value of
        /// wildcards alone demands nothing. `Conditions[].HttpHeaderConfig`.
        required_headers: Vec<String>,
        /// Where it forwards to.
        forwards: Vec<Forward>,
        /// For how many seconds a client stays with the one of several target groups that it came to first; null where it does not. `ForwardConfig.TargetGroupStickinessConfig`.
        group_stickiness_seconds: Option<i64>,
    }
}

parts! {
    /// A listener. Source: `elasticloadbalancing:DescribeListeners` and `DescribeRules`.
    Listener {
        /// Its ARN. `ListenerArn`.
        arn: String,
        /// The port. `Port`; null for a Gateway Load Balancer.
        port: Option<i64>,
        /// HTTP, HTTPS, TCP, TLS, UDP, … `Protocol`; null for a Gateway Load Balancer.
        protocol: Option<String>,
        /// Its rules, the default one included.
        rules: Vec<ListenerRule>,
    }
}

facts! {
    /// An Application, Network or Gateway Load Balancer. Source: `elasticloadbalancing:DescribeLoadBalancers`.
    "elb.load_balancer" LoadBalancer {
        /// application, network or gateway. `Type`.
        balancer_type: String,
        /// internet-facing or internal. `Scheme`; none for a Gateway Load Balancer.
        scheme: Option<String>,
        /// provisioning, active, active_impaired or failed. `State.Code`.
        state: String,
        /// Its zones. `AvailabilityZones[]`.
        zones: Vec<EnabledZone>,
        /// Ids of its security groups. `SecurityGroups`.
        security_groups: Vec<String>,
        /// Its DNS name, in lower case. `DNSName`; none for a Gateway Load Balancer.
        dns_name: Option<String>,
        /// The VPC's id. `VpcId`.
        vpc: String,
        /// When it was made (RFC 3339). `CreatedTime`.
        created_at: String,
        /// The pool of an Outpost's addresses, if any. `CustomerOwnedIpv4Pool`.
        outpost_pool: Option<String>,
        /// Whether access logs go to S3. `access_logs.s3.enabled`. Source: `DescribeLoadBalancerAttributes`.
        access_logs: bool,
        /// The bucket that its access logs go to; none where they go to none. `access_logs.s3.bucket`. Source: `DescribeLoadBalancerAttributes`.
        access_logs_bucket: Option<String>,
        /// Whether any node may send to any zone; none for a Gateway Load Balancer that says nothing. `load_balancing.cross_zone.enabled`. Source: `DescribeLoadBalancerAttributes`.
        cross_zone: Option<bool>,
        /// Whether ARC zonal shift can take its traffic out of a zone. `zonal_shift.config.enabled`. Source: `DescribeLoadBalancerAttributes`.
        zonal_shift: bool,
        /// Its listeners with their rules. Source: `DescribeListeners`, `DescribeRules`.
        listeners: Vec<Listener>,
        /// Capacity units that it never scales below; none where nothing is reserved. Asked of internet-facing ones only. `MinimumLoadBalancerCapacity.CapacityUnits`. Source: `DescribeCapacityReservation`.
        reserved_capacity_units: Option<i64>,
        /// provisioned, pending, rebalancing or failed, for each zone of the reservation. `CapacityReservationState[].State.Code`. Source: `DescribeCapacityReservation`.
        reservation_states: Vec<String>,
        /// Requests that reached a target in 7 days; redirects and fixed answers of one that forwards nothing. None of other types than application. `RequestCount`, `HTTP_Redirect_Count`, `HTTP_Fixed_Response_Count`.
        requests: Option<Measured>,
        /// Connections opened in 7 days, and the most that were open at once; none of other types than network. `NewFlowCount`, `ActiveFlowCount`.
        flows: Option<Measured>,
        /// Share of requests that ended in a server error of the targets or of the load balancer itself in 7 days, 0 to 1, without errors that a listener answers on purpose; none of other types than application. Unread under 1,000 requests. `HTTPCode_Target_5XX_Count`, `HTTPCode_ELB_5XX_Count`, `RequestCount`.
        server_error_share: Option<Measured>,
        /// The same in the worst 5 minutes of 7 days; 5 minutes with fewer than 100 requests count as none.
        server_error_share_worst: Option<Measured>,
        /// Share of requests that the load balancer itself answered with a server error in 7 days, 0 to 1: no target, or none that answered. `HTTPCode_ELB_5XX_Count`.
        balancer_error_share: Option<Measured>,
        /// Seconds that the 95th percentile of the targets' response time stayed below while 95 % of the requests came, in 7 days; none of other types than application. Unread under 1,000 requests. `TargetResponseTime`.
        response_seconds_p95: Option<Measured>,
        /// Seconds of the targets' 95th percentile in the middle one of all 5-minute periods of 7 days. `TargetResponseTime`.
        response_seconds_median: Option<Measured>,
        /// The same in the tenth of the periods that had the most requests. `TargetResponseTime`, `RequestCount`.
        response_seconds_at_peak: Option<Measured>,
        /// Connections refused in 14 days because it had as many as it can hold; none of other types than application. `RejectedConnectionCount`.
        rejected_connections: Option<Measured>,
        /// Connections to targets that failed, as a share of the requests in 14 days, 0 to 1; none of other types than application. Unread under 1,000 requests. `TargetConnectionErrorCount`, `RequestCount`.
        target_connection_error_share: Option<Measured>,
        /// Capacity units that its busiest minute of 14 days took; none of a Gateway Load Balancer. `PeakLCUs`; of a Network Load Balancer `PeakBytesPerSecond`, at 2.2 Mbit/s a unit.
        peak_capacity_units: Option<Measured>,
        /// Derived: ARN of the web ACL on it, if any.
        web_acl: Option<String>,
        /// Derived: enabled distributions that use it as an origin, by id: by its own name, or by a name that the account's public records lead to it. Absent where none was found, but an origin's name leaves those records, or the VPC origin of an internal one can't be told.
        distributions: Vec<String>,
        /// Derived: of those, the ones without a WAFv2 web ACL. Absent where a distribution without one only may use it.
        distributions_without_web_acl: Vec<String>,
        /// Derived: whether its security groups admit every address on a listener's port. An NLB without groups admits everybody; absent for another type without groups.
        open_to_the_world: bool,
        /// Derived: whether every public way in on a listener's port is CloudFront's: groups that admit its prefix list, and beside it private ranges or groups alone. Absent for one that is not internet-facing, which has no public way in.
        admits_cloudfront_only: bool,
        /// Derived: whether every listener forwards only requests with a certain header, other than one that browsers send, and forwards nothing by default. A listener that forwards nothing at all is fine.
        demands_origin_header: bool,
        /// Derived: whether requests of the whole internet get to it: at its own address, or through an enabled distribution, a Network Load Balancer, an accelerator or an API that are public themselves.
        reached_from_internet: bool,
        /// Derived: by what they get there: "its own address", "distribution E1A2B3C4D5E6F7", "Network Load Balancer edge", "accelerator shop", "API orders".
        ways_in: Vec<String>,
        /// Derived: whether they get there by a way on which no web ACL but its own inspects them. Known too where such a way was found and others could not be read.
        entered_unguarded: bool,
        /// Derived: of its ways in, those on which no web ACL but its own inspects requests.
        unguarded_ways: Vec<String>,
        /// Derived: what delivers static files in its stead, as `E1A2B3C4D5E6F7 /static/*`: paths that lead to a bucket, of enabled distributions before it or of another name of the same site, and paths of files that a distribution before it keeps. Absent where none was found, but a distribution of another name delivers from a bucket.
        static_delivery: Vec<String>,
        /// Derived: healthy targets by zone name, over its instance and IP target groups that take traffic. Its enabled zones are all there, with 0 where none is healthy.
        healthy_targets_by_zone: std::collections::BTreeMap<String, i64>,
        /// Derived: ids of its target groups that take traffic and keep it in its zone, whatever the load balancer's own attribute says (`cross_zone` of the group is false).
        groups_kept_by_zone: Vec<String>,
        /// Derived: the most targets that it would have with every attached Auto Scaling group at its maximum size, what is registered beside the groups included. What ECS or Kubernetes would add is not.
        targets_at_max: i64,
    }
}

parts! {
    /// A registered target. Source: `elasticloadbalancing:DescribeTargetHealth`.
    Target {
        /// An instance id, IP address, or ARN of a function or load balancer. `Target.Id`.
        id: String,
        /// The port; null for a function. `Target.Port`.
        port: Option<i64>,
        /// The zone AWS names: only of IP addresses outside the VPC. `Target.AvailabilityZone`.
        availability_zone: Option<String>,
        /// initial, healthy, unhealthy, unused, draining, unavailable, … `TargetHealth.State`.
        state: String,
        /// The reason code of a state other than healthy. `TargetHealth.Reason`.
        reason: Option<String>,
    }
}

parts! {
    /// How a target group pins clients. Source: `DescribeTargetGroupAttributes`.
    Stickiness {
        /// Whether it does. `stickiness.enabled`.
        enabled: bool,
        /// lb_cookie, app_cookie, source_ip, … `stickiness.type`.
        method: Option<String>,
        /// How long the load balancer's or application's cookie holds. `stickiness.lb_cookie.duration_seconds`, `stickiness.app_cookie.duration_seconds`.
        duration_seconds: Option<i64>,
    }
}

facts! {
    /// A target group. Source: `elasticloadbalancing:DescribeTargetGroups`.
    "elb.target_group" TargetGroup {
        /// instance, ip, lambda or alb. `TargetType`.
        target_type: String,
        /// HTTP, HTTPS, TCP, GENEVE, … `Protocol`; none for functions.
        protocol: Option<String>,
        /// The port; none for functions. `Port`.
        port: Option<i64>,
        /// The VPC's id; none for functions. `VpcId`.
        vpc: Option<String>,
        /// ARNs of the load balancers that use it. `LoadBalancerArns`.
        load_balancers: Vec<String>,
        /// Whether health is checked. `HealthCheckEnabled`.
        health_checked: bool,
        /// Seconds between two health checks of a target; none where AWS does not say. `HealthCheckIntervalSeconds`.
        health_check_interval_seconds: Option<i64>,
        /// Its targets. Source: `DescribeTargetHealth`.
        targets: Vec<Target>,
        /// How it pins clients. Source: `DescribeTargetGroupAttributes`.
        stickiness: Stickiness,
        /// true, false or use_load_balancer_configuration; none where AWS does not say. `load_balancing.cross_zone.enabled`. Source: `DescribeTargetGroupAttributes`.
        cross_zone: Option<String>,
        /// Whether targets see the addresses of clients rather than the load balancer's; none where AWS does not say, as of Application Load Balancers. `preserve_client_ip.enabled`. Source: `DescribeTargetGroupAttributes`.
        preserves_client_ip: Option<bool>,
        /// The largest share of unhealthy targets that lasted an hour in 7 days, 0 to 1; none of functions, and of a group that hangs on no load balancer. `UnHealthyHostCount`, `HealthyHostCount`.
        unhealthy_share_sustained: Option<Measured>,
        /// Derived: servers among which its clients' requests could be spread: its own targets, and those of the target groups that share a rule with it by weight.
        choices: i64,
        /// Derived: what pins a client to one of these: the method of its stickiness (lb_cookie, app_cookie, source_ip, …), or "stickiness between target groups" where it has one target alone; none where nothing does.
        pinned_by: Option<String>,
        /// Derived: for how many seconds; none where nothing pins a client, or without a limit.
        pinned_seconds: Option<i64>,
        /// Derived: whether an active load balancer sends it traffic (a rule forwards to it with a weight above zero).
        takes_traffic: bool,
        /// Derived: names of the zones with a healthy target, each once. Absent where a target's zone can't be told: functions, load balancers, addresses outside the VPC.
        healthy_zones: Vec<String>,
        /// Derived: zones of its load balancers without a healthy target, where cross-zone balancing is off; else empty.
        uncovered_zones: Vec<String>,
        /// Derived: number of healthy targets.
        healthy_count: i64,
        /// Derived: number of unhealthy targets (unhealthy or unavailable).
        unhealthy_count: i64,
        /// Derived: what could hold sessions for all its targets: caches whose security groups admit each of them, and tables with expiring items and `session` in their name, by id. Absent where a target or a cache can't be told.
        session_stores: Vec<String>,
        /// Derived: signs that its servers hold state of their own: "sticky sessions", "data volumes", "disks that stay", "servers outside any group", "writable paths of the host", "no session store", "servers older than half a year", "a fixed number of sticky servers".
        state_signs: Vec<String>,
        /// Derived: weight of `state_signs`: stickiness and data volumes 3, the age of servers and a fixed number of sticky ones 1, all others 2.
        state_score: i64,
    }
}

parts! {
    /// A listener of a Classic Load Balancer. `ListenerDescriptions[]`.
    ClassicListener {
        /// The port that clients call. `Listener.LoadBalancerPort`.
        port: i64,
        /// HTTP, HTTPS, TCP or SSL. `Listener.Protocol`.
        protocol: String,
        /// The port of the instances. `Listener.InstancePort`.
        instance_port: i64,
        /// Names of its policies. `PolicyNames`.
        policies: Vec<String>,
    }
}

parts! {
    /// A cookie stickiness policy of a Classic Load Balancer.
    ClassicStickiness {
        /// Its name. `PolicyName`.
        policy: String,
        /// lb_cookie (`Policies.LBCookieStickinessPolicies[]`) or app_cookie (`Policies.AppCookieStickinessPolicies[]`).
        method: String,
        /// How long the cookie holds; null for a browser's session, and for a cookie of the application. `CookieExpirationPeriod`.
        duration_seconds: Option<i64>,
    }
}

facts! {
    /// A Classic Load Balancer. Source: `elasticloadbalancing:DescribeLoadBalancers` of 2012.
    "elb.classic_load_balancer" ClassicLoadBalancer {
        /// internet-facing or internal. `Scheme`.
        scheme: String,
        /// Its zones. `AvailabilityZones`.
        availability_zones: Vec<String>,
        /// The bucket that its access logs go to; none where they are off. `AccessLog.S3BucketName`. Source: `DescribeLoadBalancerAttributes`.
        access_logs_bucket: Option<String>,
        /// Its subnets. `Subnets`.
        subnets: Vec<String>,
        /// Its instances. `Instances[].InstanceId`.
        instances: Vec<String>,
        /// Its cookie stickiness policies, whether a listener uses them or not. `Policies`.
        stickiness_policies: Vec<ClassicStickiness>,
        /// Its listeners. `ListenerDescriptions[]`.
        listeners: Vec<ClassicListener>,
        /// Its DNS name, in lower case. `DNSName`.
        dns_name: String,
        /// Ids of its security groups. `SecurityGroups`.
        security_groups: Vec<String>,
        /// Instance ports of its listeners. `ListenerDescriptions[].Listener.InstancePort`.
        instance_ports: Vec<i64>,
        /// Whether nodes send to every zone. `CrossZoneLoadBalancing.Enabled`. Source: `DescribeLoadBalancerAttributes`.
        cross_zone: bool,
        /// Whether connections drain. `ConnectionDraining.Enabled`. Source: `DescribeLoadBalancerAttributes`.
        connection_draining: bool,
        /// Whether access logs go to S3. `AccessLog.Enabled`. Source: `DescribeLoadBalancerAttributes`.
        access_logs: bool,
        /// Derived: names of its zones, each once: those that AWS names, else those of its subnets.
        zones: Vec<String>,
        /// Derived: the cookie stickiness policy that a listener of it uses, the one that pins clients longest; none where no listener uses one.
        pinned_by: Option<String>,
        /// Derived: for how many seconds; none where nothing pins a client, or without a limit.
        pinned_seconds: Option<i64>,
    }
}

facts! {
    /// The account's applied limits in a region. Source: `elasticloadbalancing:DescribeAccountLimits`.
    "elb.limits" Limits {
        /// Application Load Balancers. `application-load-balancers`.
        load_balancers: i64,
        /// Targets of one Application Load Balancer. `targets-per-application-load-balancer`.
        targets_per_load_balancer: i64,
        /// Derived: Application Load Balancers in use.
        load_balancers_used: i64,
        /// Derived: the most targets that any one of them would have with its groups at their maximum size.
        most_targets_at_max: i64,
    }
}
