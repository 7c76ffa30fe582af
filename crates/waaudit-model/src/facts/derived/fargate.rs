//! AWS Fargate as the services of a region use it. Derived: no API lists it.

facts! {
    /// AWS Fargate in a region in which an ECS service runs on it, or one of which that can't be told. Derived from `ecs.service`.
    "fargate" Fargate {
        /// Services that run on it, by name. Those that want no task are among them.
        services: Vec<String>,
        /// vCPUs of its on-demand tasks with every service at the most tasks that scaling makes, or else at the number it wants. Bases of capacity providers are filled first, the rest is shared by weight.
        vcpus_at_max: f64,
        /// vCPUs that all on-demand tasks and pods may have. `servicequotas.quota` L-3032A538.
        vcpu_quota: f64,
        /// The same of its Spot tasks; 0 where there are none.
        spot_vcpus_at_max: f64,
        /// vCPUs that all Spot tasks may have. `servicequotas.quota` L-36FBB829.
        spot_vcpu_quota: f64,
    }
}
