//! How much is in a bucket. S3 says so once a day, a day or two late, and of storage classes that hold something.

use crate::metrics::{Absent, Asked, Metric, Query, Series};
use waaudit_model::facts;
use waaudit_model::snapshot::{GLOBAL, Resource};

const DAY: i64 = 86_400;

pub(crate) const METRICS: &[Metric] = &[
    of_bucket("standard_bytes", |bucket| sizes(&["StandardStorage"], bucket)),
    // The tiers for frequent and for infrequent use. What is in the archives of this class was once in these.
    of_bucket("tiered_bytes", |bucket| {
        sizes(&["IntelligentTieringFAStorage", "IntelligentTieringIAStorage", "IntelligentTieringAIAStorage"], bucket)
    }),
];

const fn of_bucket(fact: &'static str, series: fn(&Resource) -> Asked) -> Metric {
    Metric::of::<facts::s3::Bucket>(fact, "largest daily value", series, total).over(7).since("created_at")
}

fn total(_: &Resource, series: &[Series]) -> Option<f64> {
    series.iter().map(Series::largest).sum()
}

/// A metric lives where its bucket does; of one whose region no one told, nothing can be asked.
fn sizes(classes: &[&str], bucket: &Resource) -> Asked {
    if bucket.region == GLOBAL {
        return Asked::Unclear;
    }
    let of_class = |class: &&str| {
        let dimensions = [("BucketName", bucket.id.as_str()), ("StorageType", class)];
        Query::new("AWS/S3", "BucketSizeBytes", &dimensions).every(DAY).absent(Absent::Zero)
    };
    Asked::Series(classes.iter().map(of_class).collect())
}
