//! CloudWatch Synthetics.

facts! {
    /// A canary: a script that visits the site on a schedule. Source: `synthetics:DescribeCanaries`.
    "synthetics.canary" Canary {
        /// RUNNING, STOPPED, READY, ERROR, … `Status.State`.
        state: String,
    }
}
