//! What can be lost without harm: locks of the moment, caches, logs that expire, what can be made again.
//!
//! A name alone is no proof: a table called `workshop-sessions` may hold bookings. Proof is a key that only one program
//! uses, the name that an AWS service gives to its own bucket, or a tag. Where a name suggests it and nothing proves it,
//! the fact is left unread, with the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use crate::engine::{Derivation, Item, Patch, View, reads};
use waaudit_model::facts::Fact;
use waaudit_model::facts::dynamodb::Table;
use waaudit_model::facts::ec2::Volume;
use waaudit_model::facts::efs::FileSystem as EfsFileSystem;
use waaudit_model::facts::elb::{ClassicLoadBalancer, LoadBalancer};
use waaudit_model::facts::fsx::FileSystem as FsxFileSystem;
use waaudit_model::facts::s3::Bucket;

const FACT: &str = "disposable";

pub(crate) const TABLE: Derivation = Derivation {
    kind: "dynamodb.table",
    facts: &[FACT],
    reads: reads![Table { expiry_attribute, key_attributes }],
    compute: tables,
};
pub(crate) const BUCKET: Derivation = Derivation {
    kind: "s3.bucket",
    facts: &[FACT],
    reads: reads![
        Bucket { lifecycle_rules },
        ClassicLoadBalancer { access_logs_bucket },
        LoadBalancer { access_logs_bucket },
    ],
    compute: buckets,
};
pub(crate) const VOLUME: Derivation =
    Derivation { kind: "ec2.volume", facts: &[FACT], reads: reads![Volume {}], compute: volumes };
pub(crate) const EFS_FILE_SYSTEM: Derivation =
    Derivation { kind: "efs.file_system", facts: &[FACT], reads: reads![EfsFileSystem {}], compute: efs };
pub(crate) const FSX_FILE_SYSTEM: Derivation = Derivation {
    kind: "fsx.file_system",
    facts: &[FACT],
    reads: reads![FsxFileSystem { deployment_type }],
    compute: fsx,
};

/// The key of the tables in which Terraform keeps its state locks. Terraform, "Backend type: s3", DynamoDB state locking.
const TERRAFORM_LOCK: &str = "LockID";

/// Values of tags, and keys with any other value than a denial, that say so.
const TAGGED: &[&str] = &["cache", "disposable", "ephemeral", "rebuildable", "scratch", "temporary"];
/// What denies it as the value of such a key.
const DENIALS: &[&str] = &["false", "no", "0"];

/// Names of tables that suggest it.
static TABLE_NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)((session|cache)s?|(^|[-_.])((tf)?locks?|idempotency|nonces?|rate-?limits?))($|[-_.])").ok()
});
/// Names of buckets that suggest it.
static BUCKET_NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(^|[-_.])((access-?)?logs?|logging|cloudtrail|athena(-?results?)?|artifacts?|cache|tmp|temp)($|[-_.])",
    )
    .ok()
});
/// Names that AWS's services and tools give to buckets of their own: CloudFormation's templates, Athena's results,
/// CloudTrail's logs, CodePipeline's artifacts, the assets of the CDK and of SAM, Glue's scripts and temporary files.
static OWN_BUCKET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(cf-templates-[0-9a-z]+-[a-z]{2}(-[a-z]+)+-[0-9]|aws-athena-query-results-.*|aws-cloudtrail-logs-[0-9]{12}-.*|",
        r"codepipeline-[a-z]{2}(-[a-z]+)+-[0-9]-[0-9]+|cdk-[0-9a-z]+-assets-[0-9]{12}-.*|",
        r"aws-sam-cli-managed-default-samclisourcebucket-.*|aws-glue-(assets|temporary)-[0-9]{12}-.*)$"
    ))
    .ok()
});

/// What is known: the sign by which it can be lost, none, or why that can't be told.
type Answer = Result<Option<String>, Option<String>>;

fn tables(view: &View) -> Vec<Patch> {
    learn(view, of_table, |disposable| Table { disposable, ..Table::default() })
}

fn buckets(view: &View) -> Vec<Patch> {
    let (balancers, classic) = (view.everywhere::<LoadBalancer>(), view.everywhere::<ClassicLoadBalancer>());
    let targets = balancers.iter().map(|balancer| &balancer.facts.access_logs_bucket);
    let targets = targets.chain(classic.iter().map(|balancer| &balancer.facts.access_logs_bucket));
    let targets: Vec<Option<&Option<String>>> = targets.map(Fact::known).collect();
    let logs = LogTargets {
        whole: balancers.whole().is_some() && classic.whole().is_some() && targets.iter().all(Option::is_some),
        buckets: targets.into_iter().flatten().flatten().collect(),
    };
    learn(view, |bucket| of_bucket(bucket, &logs), |disposable| Bucket { disposable, ..Bucket::default() })
}

fn volumes(view: &View) -> Vec<Patch> {
    learn(view, by_tags, |disposable| Volume { disposable, ..Volume::default() })
}

fn efs(view: &View) -> Vec<Patch> {
    learn(view, by_tags, |disposable| EfsFileSystem { disposable, ..EfsFileSystem::default() })
}

fn fsx(view: &View) -> Vec<Patch> {
    learn(view, of_fsx, |disposable| FsxFileSystem { disposable, ..FsxFileSystem::default() })
}

fn learn<F: waaudit_model::facts::Facts>(
    view: &View,
    answer: impl Fn(&Item<F>) -> Answer,
    facts: impl Fn(Fact<Option<String>>) -> F,
) -> Vec<Patch> {
    let patch = |item: &Item<F>| match answer(item) {
        Ok(sign) => item.patch(&facts(sign.into())),
        Err(Some(why)) => item.patch(&F::default()).because(&[FACT], &why),
        Err(None) => item.patch(&F::default()),
    };
    view.here::<F>().iter().map(patch).collect()
}

/// The sign among the tags; none where they are read and give none.
fn by_tags<F>(item: &Item<F>) -> Answer {
    item.resource.tags.as_ref().map(sign).ok_or(None)
}

fn sign(tags: &BTreeMap<String, String>) -> Option<String> {
    let is = |word: &str, words: &[&str]| words.iter().any(|one| one.eq_ignore_ascii_case(word.trim()));
    let says = |(key, value): &(&String, &String)| {
        // A name is a name, in a tag too.
        let named = *key == "Name" || key.starts_with("aws:");
        !named && (is(value, TAGGED) || (is(key, TAGGED) && !is(value, DENIALS)))
    };
    let (key, value) = tags.iter().find(says)?;
    Some(if value.is_empty() { format!("the tag {key}") } else { format!("the tag {key}={value}") })
}

/// Whether a tag says that it can't be lost.
fn is_denied(tags: &BTreeMap<String, String>) -> bool {
    let among = |word: &str, words: &[&str]| words.iter().any(|one| one.eq_ignore_ascii_case(word.trim()));
    tags.iter().any(|(key, value)| among(key, TAGGED) && among(value, DENIALS))
}

/// A name suggests it: a tag decides, and without one nothing can.
fn suggested<F>(item: &Item<F>, why: String) -> Answer {
    let tags = item.resource.tags.as_ref().ok_or(None)?;
    match sign(tags) {
        Some(sign) => Ok(Some(sign)),
        None if is_denied(tags) => Ok(None),
        None => Err(Some(why)),
    }
}

fn fits(name: &str, pattern: &LazyLock<Option<Regex>>) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(name))
}

fn of_table(table: &Item<Table>) -> Answer {
    let keys = table.facts.key_attributes.known().ok_or(None)?;
    if keys.iter().any(|key| key == TERRAFORM_LOCK) {
        return Ok(Some("its key is LockID, by which Terraform locks a state for the time of a run".to_owned()));
    }
    if !fits(&table.resource.id, &TABLE_NAME) {
        return by_tags(table);
    }
    match table.facts.expiry_attribute.known().ok_or(None)? {
        Some(attribute) => {
            let why = format!(
                "items expire by {attribute}, and its name alone suggests that they can be lost; a tag such as purpose=cache or rebuildable=false decides"
            );
            suggested(table, why)
        }
        // What is kept for good is no session.
        None => by_tags(table),
    }
}

/// Buckets that access logs of load balancers go to, and whether these are all.
struct LogTargets<'l> {
    buckets: BTreeSet<&'l String>,
    whole: bool,
}

fn of_bucket(bucket: &Item<Bucket>, logs: &LogTargets) -> Answer {
    let name = &bucket.resource.id;
    if fits(name, &OWN_BUCKET) {
        return Ok(Some("it has the name of a bucket that an AWS service or tool makes for its own files".to_owned()));
    }
    if logs.buckets.contains(name) {
        return Ok(Some("access logs of a load balancer go to it".to_owned()));
    }
    if !logs.whole {
        return Err(None);
    }
    if !fits(name, &BUCKET_NAME) {
        return by_tags(bucket);
    }
    let rules = bucket.facts.lifecycle_rules.known().ok_or(None)?;
    if rules.iter().any(|rule| rule.enabled && rule.expires && rule.limited_to.is_none()) {
        return Ok(Some(
            "its name says logs, results or temporary files, and a lifecycle rule deletes them all".to_owned(),
        ));
    }
    let why = "its name alone suggests logs, results or temporary files; a tag such as purpose=temporary or rebuildable=false decides";
    suggested(bucket, why.to_owned())
}

/// FSx for Lustre, "Deployment options": scratch file systems are for temporary storage.
fn of_fsx(system: &Item<FsxFileSystem>) -> Answer {
    let deployment = system.facts.deployment_type.known().ok_or(None)?;
    if deployment.starts_with("SCRATCH") {
        return Ok(Some(format!("its deployment type {deployment} is for temporary files")));
    }
    by_tags(system)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::Facts;
    use waaudit_model::facts::dynamodb::Table;
    use waaudit_model::facts::efs::FileSystem;
    use waaudit_model::facts::elb::LoadBalancer;
    use waaudit_model::facts::fsx::FileSystem as FsxFileSystem;
    use waaudit_model::facts::s3::Bucket;

    fn of<F: Facts>(world: SnapshotBuilder, id: &str) -> Option<Value> {
        world.derive().fact::<F>(id, "disposable")
    }

    fn table(name: &str, key: &str, expiry: Value) -> SnapshotBuilder {
        SnapshotBuilder::new().with::<Table>(name, json!({"key_attributes": [key], "expiry_attribute": expiry}))
    }

    #[test]
    fn a_lock_table_is_told_by_its_key() {
        let locks = of::<Table>(table("state", "LockID", json!(null)), "state");
        assert!(locks.is_some_and(|sign| sign.is_string()));
        assert_eq!(of::<Table>(table("bike-locks", "bike", json!(null)), "bike-locks"), Some(json!(null)));
    }

    #[test]
    fn a_name_is_no_proof_and_with_expiring_items_an_open_question() {
        assert_eq!(of::<Table>(table("orders", "id", json!("ends")), "orders"), Some(json!(null)));
        assert_eq!(of::<Table>(table("web-sessions", "id", json!(null)), "web-sessions"), Some(json!(null)));
        let open = table("web-sessions", "id", json!("ends")).derive();
        assert_eq!(open.fact::<Table>("web-sessions", "disposable"), None);
        let why = open.0.of("dynamodb.table").next().and_then(|table| table.unread.get("disposable").cloned());
        assert!(why.is_some_and(|why| why.contains("expire by ends")));
    }

    #[test]
    fn a_tag_decides() {
        let sessions = || table("web-sessions", "id", json!("ends"));
        let tagged = |key: &str, value: &str| of::<Table>(sessions().tagged(key, value), "web-sessions");
        assert_eq!(tagged("purpose", "Cache"), Some(json!("the tag purpose=Cache")));
        assert_eq!(tagged("rebuildable", "false"), Some(json!(null)));
        assert_eq!(tagged("Name", "cache"), None);
        assert_eq!(of::<Table>(sessions().tags_unread(), "web-sessions"), None);
        let files = SnapshotBuilder::new().with::<FileSystem>("fs", json!({})).tagged("rebuildable", "");
        assert_eq!(of::<FileSystem>(files, "fs"), Some(json!("the tag rebuildable")));
    }

    #[test]
    fn logs_that_expire_and_buckets_of_aws_can_be_lost() {
        let rule = |limit: Value| json!({"name": null, "enabled": true, "limited_to": limit, "expires": true, "moves": false, "handles_old_versions": false, "aborts_uploads": false});
        let bucket = |name: &str, rules: Value| {
            of::<Bucket>(SnapshotBuilder::new().with::<Bucket>(name, json!({"lifecycle_rules": rules})), name)
        };
        assert_eq!(bucket("customer-documents", json!([rule(json!(null))])), Some(json!(null)));
        assert!(bucket("shop-access-logs", json!([rule(json!(null))])).is_some_and(|sign| sign.is_string()));
        assert_eq!(bucket("patient-logs", json!([rule(json!("prefix tmp/"))])), None);
        assert!(bucket("cf-templates-1a2b3c-eu-west-1", json!([])).is_some_and(|sign| sign.is_string()));
        assert_eq!(bucket("cf-templates-of-ours", json!([])), Some(json!(null)));
    }

    #[test]
    fn a_bucket_of_access_logs_is_told_by_the_load_balancer() {
        let world = |to: Value| {
            let world = SnapshotBuilder::new().with::<Bucket>("shop-elblogs", json!({"lifecycle_rules": []}));
            world.with::<LoadBalancer>("web", json!({"access_logs_bucket": to}))
        };
        assert!(of::<Bucket>(world(json!("shop-elblogs")), "shop-elblogs").is_some_and(|sign| sign.is_string()));
        assert_eq!(of::<Bucket>(world(json!(null)), "shop-elblogs"), Some(json!(null)));
        assert_eq!(of::<Bucket>(world(json!(null)).half_read::<LoadBalancer>(), "shop-elblogs"), None);
    }

    #[test]
    fn scratch_file_systems_are_for_temporary_files() {
        let told = |deployment: &str| {
            of::<FsxFileSystem>(
                SnapshotBuilder::new().with::<FsxFileSystem>("fs", json!({"deployment_type": deployment})),
                "fs",
            )
        };
        assert!(told("SCRATCH_2").is_some_and(|sign| sign.is_string()));
        assert_eq!(told("PERSISTENT_2"), Some(json!(null)));
    }
}
