//! API request rates that AWS publishes, as a table.
//!
//! A service without a published rate has a cautious one, as stated beside it. The numbers are the account's whole
//! allowance; `bucket` decides how much of it a scan takes.

use crate::call::Call;

/// The allowance that an account has for some calls.
#[derive(Debug, PartialEq)]
pub(crate) struct Rate {
    /// The IAM prefix, or `*` for any.
    pub service: &'static str,
    /// The operations, by name or by its beginning and a `*`.
    pub operations: &'static [&'static str],
    /// Calls a second.
    pub refill: f64,
    /// Calls at once.
    pub burst: u32,
    /// Whether each operation has a bucket of its own.
    each: bool,
    /// Whether the regions share one bucket.
    pub global: bool,
}

impl Rate {
    /// All operations of a service.
    pub(crate) const ALL: &'static [&'static str] = &["*"];

    /// Operations that share one bucket.
    pub(crate) const fn shared(
        service: &'static str,
        operations: &'static [&'static str],
        refill: f64,
        burst: u32,
    ) -> Self {
        Self { service, operations, refill, burst, each: false, global: false }
    }

    /// Operations of which each has a bucket.
    pub(crate) const fn each(
        service: &'static str,
        operations: &'static [&'static str],
        refill: f64,
        burst: u32,
    ) -> Self {
        Self { service, operations, refill, burst, each: true, global: false }
    }

    /// The regions share one bucket.
    pub(crate) const fn of_all_regions(mut self) -> Self {
        self.global = true;
        self
    }
}

/// Where no row fits, none is published (RDS, Auto Scaling, ElastiCache, EFS, Backup, SNS, EKS, DynamoDB's control plane and
/// others): half of this is the five a second that they were seen to bear.
const OTHERS: Rate = Rate::shared("*", Rate::ALL, 10.0, 10);

/// The rates that services declare: the first row that fits a call holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rates(pub &'static [&'static [Rate]]);

impl Rates {
    /// All rows, in their order.
    pub(crate) fn rows(self) -> impl Iterator<Item = &'static Rate> {
        self.0.iter().copied().flatten()
    }

    /// The rate that a call draws on.
    pub(crate) fn of(self, call: &Call) -> &'static Rate {
        self.rows().find(|rate| rate.fits(call)).unwrap_or(&OTHERS)
    }

    /// The whole allowance that a call draws on; a scan takes a share of it.
    pub(crate) fn allowance(self, call: &Call) -> Allowance {
        let rate = self.of(call);
        let (service, operation) = rate.bucket(call);
        Allowance {
            bucket: format!("{service}:{operation}"),
            refill: rate.refill,
            burst: rate.burst,
            global: rate.global,
        }
    }

    /// The seconds that one call takes of its allowance: the slowness that AWS decides.
    pub(crate) fn seconds_a_call(self, call: &Call) -> f64 {
        self.of(call).refill.recip()
    }
}

impl Rate {
    fn fits(&self, call: &Call) -> bool {
        let named = |pattern: &&str| match pattern.strip_suffix('*') {
            Some(beginning) => call.operation.starts_with(beginning),
            None => call.operation == *pattern,
        };
        (self.service == "*" || self.service == call.service) && self.operations.iter().any(named)
    }

    /// The name of the calls that share a bucket: of one service, and where each operation has its own, of that one.
    pub(crate) fn bucket(&'static self, call: &Call) -> (&'static str, &'static str) {
        (call.service, if self.each { call.operation } else { self.operations.first().copied().unwrap_or_default() })
    }
}

/// What an account may do with the calls that share a bucket.
#[derive(Debug, Clone, PartialEq)]
pub struct Allowance {
    /// The bucket's name: a service, and operations of it.
    pub bucket: String,
    /// Calls a second.
    pub refill: f64,
    /// Calls at once.
    pub burst: u32,
    /// Whether the regions share it.
    pub global: bool,
}
