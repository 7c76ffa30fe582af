//! What things cost a month, by a dated table that ships with the tool.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::report::{Bill, BillItem, PriceSource};

/// Hours of a month, as AWS's own estimates count them: 365 × 24 ÷ 12.
const HOURS: f64 = 730.0;

static TABLE: LazyLock<Prices> = LazyLock::new(|| toml::from_str(include_str!("prices.toml")).unwrap_or_default());

/// The table as its file has it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Prices {
    as_of: String,
    region: String,
    currency: String,
    hourly: BTreeMap<String, f64>,
    monthly: BTreeMap<String, f64>,
}

impl Prices {
    /// The table that ships with the tool.
    pub(super) fn shipped() -> &'static Self {
        &TABLE
    }

    pub(super) fn source(&self) -> PriceSource {
        let (as_of, region, currency) = (self.as_of.clone(), self.region.clone(), self.currency.clone());
        PriceSource { as_of, region, currency }
    }

    /// A month of one of an item.
    fn of(&self, item: &str) -> Option<f64> {
        let hourly = self.hourly.get(item).map(|price| price * HOURS);
        hourly.or_else(|| self.monthly.get(item).copied())
    }
}

impl Bill {
    /// Adds so many of an item.
    pub(super) fn add(&mut self, prices: &Prices, item: String, count: f64) {
        match prices.of(&item) {
            Some(price) => self.put(BillItem { usd: cents(price * count), item, count }),
            None => self.lacks(format!("{item} is not in the price table")),
        }
    }

    /// Adds what has no price.
    pub(super) fn lacks(&mut self, why: String) {
        if !self.missing.contains(&why) {
            self.missing.push(why);
        }
    }

    /// Several bills as one.
    pub(super) fn sum<'b>(bills: impl Iterator<Item = &'b Self>) -> Self {
        let mut sum = Self::default();
        for bill in bills {
            bill.items.iter().cloned().for_each(|item| sum.put(item));
            bill.missing.iter().cloned().for_each(|why| sum.lacks(why));
        }
        sum
    }

    fn put(&mut self, item: BillItem) {
        self.usd = cents(self.usd + item.usd);
        match self.items.iter_mut().find(|known| known.item == item.item) {
            Some(known) => (known.count, known.usd) = (known.count + item.count, cents(known.usd + item.usd)),
            None => self.items.push(item),
        }
    }
}

/// Rounded to a cent.
fn cents(usd: f64) -> f64 {
    (usd * 100.0).round() / 100.0
}
