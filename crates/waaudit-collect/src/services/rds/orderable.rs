//! What RDS offers for the classes that instances have: a standby, Performance Insights, storage that grows by itself.

use std::collections::BTreeSet;

use aws_sdk_rds::Client;
use aws_sdk_rds::types::OrderableDbInstanceOption as SdkOption;

use super::{DESCRIBE_ORDERABLE, text, unnamed};
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::Context;
use waaudit_model::facts::rds::OrderableClass;
use waaudit_model::snapshot::Resource;

/// An engine, its version and a class.
type Ordered = (String, String, String);

pub(super) async fn collect(ctx: Context) {
    ctx.inherit_gaps();
    let client = Client::new(ctx.config());
    let ordered: BTreeSet<Ordered> = ctx.before.resources().filter_map(ordered_by).collect();
    let each = ordered.into_iter().map(async |(engine, version, class): Ordered| {
        let named = unnamed(&ctx, "orderable", &OrderableClass::id(&engine, &version, &class));
        let request = client.describe_orderable_db_instance_options();
        let request = request.engine(engine).engine_version(&version).db_instance_class(&class);
        let pages = ctx.detail_pages(&DESCRIBE_ORDERABLE, &named.arn, request.into_paginator().send()).await;
        let facts = pages.map(|pages| {
            let options = pages.iter().flat_map(|page| page.orderable_db_instance_options());
            facts(options.filter(|option| is_of(option, &version, &class)))
        });
        ctx.push(named, facts.unwrap_or_default());
    });
    run_bounded(each).await;
}

/// DocumentDB and Neptune are ordered elsewhere.
fn ordered_by(instance: &Resource) -> Option<Ordered> {
    let engine = text(instance, "engine").filter(|engine| !["docdb", "neptune"].contains(engine))?;
    let (version, class) = (text(instance, "engine_version")?, text(instance, "instance_class")?);
    Some((engine.to_owned(), version.to_owned(), class.to_owned()))
}

fn is_of(option: &SdkOption, version: &str, class: &str) -> bool {
    option.engine_version() == Some(version) && option.db_instance_class() == Some(class)
}

/// One option for each licence and type of storage. What one of them has can be had.
fn facts<'o>(options: impl Iterator<Item = &'o SdkOption>) -> OrderableClass {
    let options: Vec<&SdkOption> = options.collect();
    let some = |has: fn(&SdkOption) -> Option<bool>| {
        let said: Vec<bool> = options.iter().filter_map(|option| has(option)).collect();
        if said.is_empty() { None } else { Some(said.contains(&true)) }
    };
    let growing = options.iter().filter(|option| option.supports_storage_autoscaling == Some(true));
    let growing: BTreeSet<String> = growing.filter_map(|option| option.storage_type.clone()).collect();
    let grows = some(|option| option.supports_storage_autoscaling).map(|_| growing.into_iter().collect::<Vec<_>>());
    OrderableClass {
        multi_az: some(|option| option.multi_az_capable).into(),
        performance_insights: some(|option| option.supports_performance_insights).into(),
        autoscaling_storage: grows.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use waaudit_model::facts::Fact;

    fn option(storage: &str, multi_az: bool, grows: bool) -> SdkOption {
        let built = SdkOption::builder().engine_version("16.4").db_instance_class("db.m7g.large").storage_type(storage);
        built.multi_az_capable(multi_az).supports_storage_autoscaling(grows).build()
    }

    #[test]
    fn what_one_option_has_can_be_had() {
        let options = [option("standard", false, false), option("gp3", true, true), option("io1", true, true)];
        let facts = facts(options.iter());
        assert_eq!(facts.multi_az, Fact::Known(Some(true)));
        assert_eq!(facts.performance_insights, Fact::Known(None));
        assert_eq!(facts.autoscaling_storage, Fact::Known(Some(vec!["gp3".to_owned(), "io1".to_owned()])));
        assert!(is_of(&options[0], "16.4", "db.m7g.large") && !is_of(&options[0], "16.4", "db.m7g.xlarge"));
    }

    #[test]
    fn nothing_is_known_of_a_class_that_is_no_longer_sold() {
        let facts = facts([].into_iter());
        assert_eq!((facts.multi_az, facts.autoscaling_storage), (Fact::Known(None), Fact::Known(None)));
    }
}
