//! AWS Global Accelerator.

parts! {
    /// What an accelerator leads to in one region. Source: `globalaccelerator:ListEndpointGroups`.
    EndpointGroup {
        /// The region. `EndpointGroupRegion`.
        region: String,
        /// Per cent of the traffic meant for it that it gets; null is all. `TrafficDialPercentage`.
        traffic_percent: Option<f64>,
        /// What it leads to: ARNs of load balancers, ids of instances and addresses. `EndpointDescriptions[].EndpointId`.
        endpoints: Vec<String>,
    }
}

facts! {
    /// A standard accelerator. Source: `globalaccelerator:ListAccelerators`.
    "globalaccelerator.accelerator" Accelerator {
        /// Whether it takes traffic. `Enabled`.
        enabled: bool,
        /// Its DNS names, in lower case. `DnsName`, `DualStackDnsName`.
        dns_names: Vec<String>,
        /// What it leads to, listeners together. Source: `ListListeners`, `ListEndpointGroups`.
        endpoint_groups: Vec<EndpointGroup>,
    }
}
