//! Amazon Route 53.

facts! {
    /// A health check. Source: `route53:ListHealthChecks`.
    "route53.health_check" HealthCheck {
        /// HTTP, HTTPS, TCP, CALCULATED, CLOUDWATCH_METRIC, … `HealthCheckConfig.Type`.
        check_type: String,
        /// The name that it calls, in lower case; none where it calls an address or nothing. `FullyQualifiedDomainName`.
        domain: Option<String>,
        /// The address that it calls, if any. `IPAddress`.
        ip_address: Option<String>,
        /// Whether it is switched off; AWS leaves the field out where it never was. `Disabled`.
        disabled: bool,
        /// Ids of the health checks that a calculated one counts; empty for others. `ChildHealthChecks`.
        children: Vec<String>,
    }
}

facts! {
    /// A record set. Its id is its name and type, and the set identifier if it has one. Source: `route53:ListHostedZones`, `ListResourceRecordSets`.
    "route53.record" Record {
        /// The zone's id. `HostedZones[].Id`.
        zone: String,
        /// Whether the zone is private to VPCs. `Config.PrivateZone`.
        private: bool,
        /// The name, in lower case, without the last dot. `Name`.
        record_name: String,
        /// A, AAAA, CNAME, … `Type`.
        record_type: String,
        /// PRIMARY or SECONDARY of a failover pair; none for other records. `Failover`.
        failover: Option<String>,
        /// The region of a record that is chosen by latency; none for other records. `Region`.
        latency_region: Option<String>,
        /// Its share among records chosen by weight, 0 for one that is answered only while the others are unhealthy; none for other records. `Weight`.
        weight: Option<i64>,
        /// The location of a record that is chosen by the client's: `*` for the default, a continent (`continent EU`), a country (`country DE`) or a part of one (`country US, CA`); none for other records. `GeoLocation`.
        geolocation: Option<String>,
        /// Whether it is one of several that are all answered while they are healthy. `MultiValueAnswer`.
        multivalue: bool,
        /// geoproximity or IP-based, for a record that is chosen in one of these ways; none for other records. `GeoProximityLocation`, `CidrRoutingConfig`.
        other_routing: Option<String>,
        /// The health check without which it is not answered, if any. `HealthCheckId`.
        health_check: Option<String>,
        /// Whether an alias is not answered while its target is unhealthy; none for other records. `AliasTarget.EvaluateTargetHealth`.
        follows_target_health: Option<bool>,
        /// What an alias leads to, in lower case, without the last dot or `dualstack.`; none for other records. `AliasTarget.DNSName`.
        alias: Option<String>,
        /// Values, in lower case, without last dots; of A, AAAA and CNAME records alone, since others can hold secrets; empty for those. `ResourceRecords[].Value`.
        values: Vec<String>,
    }
}
