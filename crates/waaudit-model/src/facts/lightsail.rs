//! Amazon Lightsail: servers with a fixed price, their load balancers, databases and snapshots.

facts! {
    /// A server. Source: `lightsail:GetInstances`.
    "lightsail.instance" Instance {
        /// pending, running, stopping, stopped, … `state.name`.
        state: String,
        /// The zone's name. `location.availabilityZone`.
        availability_zone: String,
        /// The size, `medium_3_0`. `bundleId`.
        bundle: String,
        /// What it was made from, `wordpress`. `blueprintId`.
        blueprint: String,
        /// The public IPv4 address, if any. `publicIpAddress`.
        public_ip: Option<String>,
        /// Its IPv6 addresses. `ipv6Addresses`.
        ipv6_addresses: Vec<String>,
        /// Whether it is copied every day by itself. `addOns[]`, the one named AutoSnapshot: AWS lists those that there are.
        automatic_snapshots: bool,
        /// When it was made, RFC 3339. `createdAt`.
        created_at: String,
        /// Derived: Lightsail load balancers that hold it, by name.
        load_balancers: Vec<String>,
        /// Derived: healthy instances of these, itself included where it is one, by name.
        healthy_together: Vec<String>,
        /// Derived: days since its newest manual snapshot; none without one.
        newest_snapshot_age_days: Option<i64>,
        /// Derived: managed databases of Lightsail in the region that have a standby in a second zone, by name.
        databases_with_standby: Vec<String>,
        /// Derived: the others.
        databases_without_standby: Vec<String>,
    }
}

parts! {
    /// A server behind a load balancer. `instanceHealthSummary[]`.
    Balanced {
        /// The instance's name. `instanceName`.
        instance: String,
        /// initial, healthy, unhealthy, unused, draining or unavailable. `instanceHealth`.
        health: String,
    }
}

facts! {
    /// A load balancer of Lightsail. Source: `lightsail:GetLoadBalancers`.
    "lightsail.load_balancer" LoadBalancer {
        /// active, provisioning, active_impaired, failed or unknown. `state`.
        state: String,
        /// Its instances. `instanceHealthSummary[]`.
        instances: Vec<Balanced>,
    }
}

facts! {
    /// A managed database of Lightsail. Source: `lightsail:GetRelationalDatabases`.
    "lightsail.database" Database {
        /// available, creating, stopped, … `state`.
        state: String,
        /// mysql or postgres. `engine`.
        engine: String,
        /// The zone's name. `location.availabilityZone`.
        availability_zone: String,
        /// The zone of its standby; none without one. `secondaryAvailabilityZone`.
        standby_zone: Option<String>,
        /// The size, `medium_ha_2_0`. `relationalDatabaseBundleId`.
        bundle: String,
        /// Whether it is backed up by itself, with the changes of the last seven days. `backupRetentionEnabled`.
        automatic_backups: bool,
        /// The latest time that it can be put back to, RFC 3339; none without backups. `latestRestorableTime`.
        latest_restorable_at: Option<String>,
    }
}

facts! {
    /// A manual snapshot of a server; automatic ones are not listed. Source: `lightsail:GetInstanceSnapshots`.
    "lightsail.snapshot" Snapshot {
        /// pending, available, error or unknown. `state`.
        state: String,
        /// The instance's ARN; none where AWS no longer knows. `fromInstanceArn`.
        instance: Option<String>,
        /// When it was made, RFC 3339. `createdAt`.
        created_at: String,
    }
}
