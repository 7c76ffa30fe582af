//! Ways in for which `waaudit.toml` sets a target, and what simulations say of them. Derived.

facts! {
    /// A way in from the internet (a DNS name, distribution, load balancer, API stage, function URL, accelerator or public server) for which `[targets]` in waaudit.toml says what it has to withstand. It has the ARN and the tags of that resource. Made by the simulation.
    "way_in" WayIn {
        /// What sort of way in it is, as `waaudit simulate zone-loss` names it: "load balancer", "DNS name".
        way_in_type: String,
        /// The worst outcome of a zone's loss that its target accepts: survives, fails_over, degraded or recovers; null where the target says nothing of it.
        zone_loss_target: Option<String>,
        /// That outcome, and those that are better.
        accepted_outcomes: Vec<String>,
        /// The worst that the loss of one zone does to it: survives, fails_over, degraded, recovers or dies. Absent where the loss of some zone could not be told and no other one is worse than what is accepted.
        worst_outcome: String,
        /// Zones whose loss is worse than what is accepted, with the first hop that decides: "eu-west-1a: dies (orders-db)".
        worse_zones: Vec<String>,
        /// How many times today's peak it has to serve; null where the target says nothing of it.
        growth_target: Option<f64>,
        /// How many times today's peak it can serve before the first limit on its way is reached; null where it has no limit. Absent where a limit could not be compared with a peak and no other one is below the target.
        saturates_at: Option<f64>,
        /// The limit that is reached first, in words: "CPU of orders-db"; null where it has no limit.
        first_limit: Option<String>,
    }
}
