//! What could not be read, where, and why.
//!
//! Calls that fail alike are one gap: a role that may not read ten thousand buckets leaves a gap for each action, not
//! for each bucket. A gap about resources names all of them, so that each one's unread facts are explained.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

/// An API action that could not be done, where, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// The service, `rds`.
    pub service: String,
    /// The API operation, `DescribeDBInstances`.
    pub operation: String,
    /// The IAM action that it needs, `rds:DescribeDBInstances`.
    pub action: String,
    /// The region, or "global".
    pub region: String,
    /// Why.
    pub reason: GapReason,
    /// What AWS said, with its error code; of several calls, to the one about the first resource.
    pub message: String,
    /// AWS's request id of that call, if there was an answer.
    pub request_id: Option<String>,
    /// The kinds that lack something by it.
    pub kinds: Vec<String>,
    /// The resources that lack something, by ARN, sorted (a report names the first ten); empty where whole resources may
    /// be missing.
    #[serde(default, alias = "resource", deserialize_with = "one_or_many")]
    pub resources: Vec<String>,
    /// How many calls failed so.
    #[serde(default = "once")]
    pub count: usize,
}

/// A report names so many resources of a gap.
const FIRST_RESOURCES: usize = 10;

/// Before they were counted, gaps were of one call each.
const fn once() -> usize {
    1
}

/// A list of ARNs. In snapshots before version 2, a gap was about one resource, or null for whole lists.
fn one_or_many<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Form {
        One(Option<String>),
        Many(Vec<String>),
    }
    Ok(match Form::deserialize(from)? {
        Form::One(one) => one.into_iter().collect(),
        Form::Many(many) => many,
    })
}

impl Gap {
    /// Whether whole resources may be missing, and not facts of known ones alone.
    pub fn is_of_list(&self) -> bool {
        self.resources.is_empty()
    }

    /// For a reader: with the first resources alone. The count tells how many more there are.
    #[must_use]
    pub fn in_brief(mut self) -> Self {
        self.resources.truncate(FIRST_RESOURCES);
        self
    }

    /// Takes in a gap like it. The words are those about the first resource, whichever call failed first; it is kept in
    /// front.
    fn join(&mut self, mut other: Self) {
        let known = self.resources.len();
        let comes_first = (other.resources.first(), &other.message) < (self.resources.first(), &self.message);
        self.count += other.count;
        self.resources.append(&mut other.resources);
        if comes_first {
            self.message = other.message;
            self.request_id = other.request_id;
            if known > 0 {
                self.resources.swap(0, known);
            }
        }
    }
}

/// Gaps as they are noted: calls that failed alike are one.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Gaps(BTreeMap<Likeness, Gap>);

/// What gaps have in common that are one: action, operation, region, reason, kinds, whether they are about lists; and
/// the message, where it is ours and says what an answer lacks.
type Likeness = (String, String, String, GapReason, Vec<String>, bool, Option<String>);

impl Gaps {
    /// Notes a gap.
    pub fn note(&mut self, gap: Gap) {
        let own_words = (gap.reason == GapReason::Unreadable).then(|| gap.message.clone());
        let likeness = (
            gap.action.clone(),
            gap.operation.clone(),
            gap.region.clone(),
            gap.reason,
            gap.kinds.clone(),
            gap.is_of_list(),
            own_words,
        );
        match self.0.entry(likeness) {
            Entry::Vacant(place) => drop(place.insert(gap)),
            Entry::Occupied(place) => place.into_mut().join(gap),
        }
    }

    /// All of them, as they are now.
    pub fn iter(&self) -> impl Iterator<Item = &Gap> {
        self.0.values()
    }
}

impl Extend<Gap> for Gaps {
    fn extend<I: IntoIterator<Item = Gap>>(&mut self, gaps: I) {
        gaps.into_iter().for_each(|gap| self.note(gap));
    }
}

impl FromIterator<Gap> for Gaps {
    fn from_iter<I: IntoIterator<Item = Gap>>(gaps: I) -> Self {
        let mut all = Self::default();
        all.extend(gaps);
        all
    }
}

impl IntoIterator for Gaps {
    type Item = Gap;
    type IntoIter = std::iter::Map<std::collections::btree_map::IntoValues<Likeness, Gap>, fn(Gap) -> Gap>;

    fn into_iter(self) -> Self::IntoIter {
        let in_order: fn(Gap) -> Gap = |mut gap| {
            gap.resources.sort();
            gap.resources.dedup();
            gap
        };
        self.0.into_values().map(in_order)
    }
}

/// Why an API action could not be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GapReason {
    /// The caller may not.
    Denied,
    /// AWS answered "too fast" until the attempts were used up.
    Throttled,
    /// No answer in time.
    TimedOut,
    /// The time for the whole run was over before it was asked or answered.
    OutOfTime,
    /// The service does not exist in that region: nothing can be missing.
    NotInRegion,
    /// The account has not enabled the region or the service.
    OptInRequired,
    /// The credentials ran out on the way.
    CredentialsExpired,
    /// No connection.
    Unreachable,
    /// The call costs money and was not allowed.
    Billed,
    /// The answer could not be understood.
    Unreadable,
    /// AWS answered with another error.
    Failed,
}

impl GapReason {
    /// In words, after "could not be read: ".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Denied => "access denied",
            Self::Throttled => "throttled until the attempts were used up",
            Self::TimedOut => "timed out",
            Self::OutOfTime => "not read before the scan ended",
            Self::NotInRegion => "service not in this region",
            Self::OptInRequired => "region or service not enabled for the account",
            Self::CredentialsExpired => "credentials expired on the way",
            Self::Unreachable => "no connection",
            Self::Billed => "costs money and was not allowed (--billed-calls)",
            Self::Unreadable => "answer could not be understood",
            Self::Failed => "AWS answered with an error",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Gap, GapReason, Gaps};

    fn gap(resource: Option<&str>, message: &str) -> Gap {
        Gap {
            service: "s3".to_owned(),
            operation: "GetBucketVersioning".to_owned(),
            action: "s3:GetBucketVersioning".to_owned(),
            region: "eu-west-1".to_owned(),
            reason: GapReason::Denied,
            message: message.to_owned(),
            request_id: Some(format!("of {message}")),
            kinds: vec!["s3.bucket".to_owned()],
            resources: resource.into_iter().map(str::to_owned).collect(),
            count: 1,
        }
    }

    fn noted(gaps: impl IntoIterator<Item = Gap>) -> Vec<Gap> {
        gaps.into_iter().collect::<Gaps>().into_iter().collect()
    }

    #[test]
    fn ten_thousand_buckets_that_may_not_be_read_are_seven_gaps_that_name_them_all() {
        let operations = ["a", "b", "c", "d", "e", "f", "g"];
        let of_bucket = |number: u32| {
            let name = format!("bucket-{number}");
            operations.map(|operation| Gap { operation: operation.to_owned(), ..gap(Some(&name), "denied") })
        };
        let gaps = noted((0..10_000).flat_map(of_bucket));
        assert_eq!(gaps.len(), operations.len());
        for gap in &gaps {
            assert_eq!((gap.count, gap.resources.len()), (10_000, 10_000));
            assert!(gap.resources.is_sorted());
        }
        let json = serde_json::to_string(&gaps).unwrap();
        assert!(json.len() < 70_000 * "\"bucket-0000\",".len() + 3000, "{} bytes", json.len());
    }

    #[test]
    fn the_words_are_those_about_the_first_resource_in_whatever_order_calls_fail() {
        let (photos, assets, videos) = (gap(Some("photos"), "p"), gap(Some("assets"), "a"), gap(Some("videos"), "v"));
        for gaps in [[&photos, &assets, &videos], [&videos, &photos, &assets], [&assets, &videos, &photos]] {
            let one = noted(gaps.into_iter().cloned());
            assert_eq!((one.len(), one[0].message.as_str()), (1, "a"));
            assert_eq!(one[0].request_id.as_deref(), Some("of a"));
            assert_eq!(one[0].resources, ["assets", "photos", "videos"]);
        }
    }

    #[test]
    fn a_list_that_failed_is_not_a_resource_that_lacks_something() {
        let gaps = noted([gap(Some("photos"), "one"), gap(None, "all"), gap(None, "again")]);
        let told: Vec<(bool, usize)> = gaps.iter().map(|gap| (gap.is_of_list(), gap.count)).collect();
        assert_eq!(told, [(false, 1), (true, 2)]);
    }

    #[test]
    fn a_report_names_the_first_resources_of_a_gap() {
        let gaps = (0..30).map(|number| gap(Some(&format!("bucket-{number:02}")), "denied"));
        let brief = noted(gaps).remove(0).in_brief();
        assert_eq!((brief.count, brief.resources.len(), brief.resources[9].as_str()), (30, 10, "bucket-09"));
    }

    #[test]
    fn what_answers_lack_is_told_apart() {
        let unreadable = |message| Gap { reason: GapReason::Unreadable, ..gap(Some("photos"), message) };
        assert_eq!(noted([unreadable("no owner"), unreadable("no key"), unreadable("no key")]).len(), 2);
    }

    #[test]
    fn gaps_of_version_1_are_read() {
        let old = |resource: &str| {
            let json = serde_json::to_string(&gap(None, "denied")).unwrap();
            let json = json.replace(r#""resources":[],"count":1"#, &format!(r#""resource":{resource}"#));
            serde_json::from_str::<Gap>(&json).unwrap()
        };
        assert_eq!(old("null"), gap(None, "denied"));
        assert_eq!(old(r#""photos""#), gap(Some("photos"), "denied"));
        let new = gap(Some("photos"), "denied");
        assert_eq!(serde_json::from_str::<Gap>(&serde_json::to_string(&new).unwrap()).unwrap(), new);
    }
}
