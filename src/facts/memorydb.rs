//! Amazon MemoryDB.

facts! {
    /// A cluster. Source: `memorydb:DescribeClusters`.
    "memorydb.cluster" Cluster {
        /// available, creating, … `Status`.
        status: String,
        /// redis or valkey. `Engine`; none where AWS does not say.
        engine: Option<String>,
        /// Whether it spans zones: multiaz or singleaz. `AvailabilityMode`.
        availability_mode: Option<String>,
        /// The subnet group's name. `SubnetGroupName`.
        subnet_group: Option<String>,
    }
}
