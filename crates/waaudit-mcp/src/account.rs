//! What the server knows: the account that questions are about, judged when the first of them comes.
//!
//! It must not know the protocol, and no file: the command that starts the server reads them and hands in what they hold.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use serde_json::Value;
use waaudit_derive::{Changes, Inventory};
use waaudit_judge::audit::audit_known;
use waaudit_judge::criteria::Criteria;
use waaudit_judge::report::{Plan, Report};
use waaudit_judge::selection::Selection;
use waaudit_judge::waivers::Waivers;
use waaudit_model::error::Failure;
use waaudit_model::settings::Settings;
use waaudit_model::snapshot::Snapshot;
use waaudit_rules::{RuleSet, Stage};

/// Where the account comes from.
#[derive(Debug)]
pub enum Source {
    /// What was collected: a saved snapshot, or the demo.
    Snapshot(Box<Snapshot>),
    /// A stored report.
    Report(Box<Report>),
    /// The first scan, which a question starts.
    Scan,
}

/// Prints the IAM policy that a scan by certain rules needs.
pub type Permissions = Box<dyn Fn(&Selection) -> Result<Value, Failure> + Send + Sync>;
/// Reads the live account.
pub type Scan = Box<dyn Fn() -> Result<Snapshot, Failure> + Send + Sync>;

/// All that a server is started with.
pub struct Setup {
    /// Where the account comes from.
    pub source: Source,
    /// An earlier report of the account, to compare it with.
    pub baseline: Option<Report>,
    /// The rules to judge by.
    pub rules: RuleSet,
    /// Settings.
    pub settings: Settings,
    /// Accepted failures.
    pub waivers: Waivers,
    /// What knows the calls of a scan.
    pub permissions: Permissions,
    /// What scans; nothing where no question may start a scan.
    pub scan: Option<Scan>,
}

/// An account as it was judged.
#[derive(Debug)]
pub(crate) struct Account {
    /// Tells one judgement from the next.
    pub(crate) number: u64,
    pub(crate) report: Report,
    /// What a report alone does not hold: resources and the graph.
    pub(crate) inventory: Option<Inventory>,
    /// Plans that were made: each takes long in a large account, and is asked for part by part.
    plans: Mutex<BTreeMap<Option<Stage>, Option<Plan>>>,
}

impl Account {
    /// Resources and the graph, for what a report can't answer.
    pub(crate) fn inventory(&self, what: &str) -> Result<&Inventory, Failure> {
        self.inventory.as_ref().ok_or_else(|| without(what))
    }

    /// A plan, made by the first question for it.
    pub(crate) fn plan(&self, stage: Option<Stage>, make: impl FnOnce() -> Option<Plan>) -> Option<Plan> {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        plans.entry(stage).or_insert_with(make).clone()
    }
}

/// Why a question about a stored report has no answer.
pub(crate) fn without(what: &str) -> Failure {
    Failure::new(format!("a stored report does not have {what}"))
        .help("start the server with a snapshot: waaudit mcp --snapshot FILE")
}

enum Held {
    Source(Source),
    Account(Arc<Account>),
}

/// The account, and what it is judged by.
pub(crate) struct Accounts {
    pub(crate) baseline: Option<Report>,
    pub(crate) rules: RuleSet,
    pub(crate) settings: Settings,
    pub(crate) permissions: Permissions,
    waivers: Waivers,
    scan: Option<Scan>,
    held: Mutex<Held>,
    scanning: Mutex<()>,
    judged: AtomicU64,
}

impl Accounts {
    pub(crate) fn new(setup: Setup) -> Self {
        let Setup { source, baseline, rules, settings, waivers, permissions, scan } = setup;
        Self {
            baseline,
            rules,
            settings,
            permissions,
            waivers,
            scan,
            held: Mutex::new(Held::Source(source)),
            scanning: Mutex::new(()),
            judged: AtomicU64::new(0),
        }
    }

    pub(crate) const fn may_scan(&self) -> bool {
        self.scan.is_some()
    }

    pub(crate) fn criteria(&self) -> Criteria<'_> {
        Criteria { waivers: &self.waivers, ..Criteria::new(&self.rules, &self.settings) }
    }

    /// The account, judged now if it was not before. Questions that come meanwhile wait.
    pub(crate) fn account(&self) -> Result<Arc<Account>, Failure> {
        let mut held = self.held();
        let account = match std::mem::replace(&mut *held, Held::Source(Source::Scan)) {
            Held::Account(account) => account,
            Held::Source(Source::Snapshot(snapshot)) => Arc::new(self.judge(*snapshot)),
            Held::Source(Source::Report(report)) => Arc::new(self.numbered(*report, None)),
            Held::Source(Source::Scan) => {
                return Err(Failure::new("no account was read yet").help("call the tool `scan` first; it reads AWS"));
            }
        };
        *held = Held::Account(Arc::clone(&account));
        Ok(account)
    }

    /// Reads the live account. The one that was read before stays until this one is judged.
    pub(crate) fn scan(&self) -> Result<Arc<Account>, Failure> {
        let scan = self.scan.as_ref().ok_or_else(|| {
            Failure::new("this server may not scan").help("it was started without --live: start `waaudit mcp --live`")
        })?;
        let _alone = match self.scanning.try_lock() {
            Ok(alone) => alone,
            // The scan before ended in a panic: it runs no more.
            Err(TryLockError::Poisoned(alone)) => alone.into_inner(),
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::new("a scan is running already").help("wait for its answer"));
            }
        };
        let account = Arc::new(self.judge(scan()?));
        *self.held() = Held::Account(Arc::clone(&account));
        Ok(account)
    }

    fn judge(&self, snapshot: Snapshot) -> Account {
        let criteria = self.criteria();
        let inventory = criteria.known(snapshot, Changes::default());
        self.numbered(audit_known(inventory.clone(), &criteria), Some(inventory))
    }

    fn numbered(&self, report: Report, inventory: Option<Inventory>) -> Account {
        let number = self.judged.fetch_add(1, Ordering::Relaxed);
        Account { number, report, inventory, plans: Mutex::default() }
    }

    /// A question that ended in a panic changed nothing halfway.
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
