//! Amazon Route 53.

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
        /// What an alias leads to, in lower case, without the last dot or `dualstack.`; none for other records. `AliasTarget.DNSName`.
        alias: Option<String>,
        /// Values, in lower case, without last dots; of A, AAAA and CNAME records alone, since others can hold secrets; empty for those. `ResourceRecords[].Value`.
        values: Vec<String>,
    }
}
