//! How a distribution caches: its behaviors with the policies that they name.

use crate::engine::{Derivation, Lookup, Patch, View, all, any, reads};
use waaudit_model::facts::cloudfront::{Behavior, CachePolicy, Caching, Distribution, Forwarded, Origin};

pub(crate) const CACHING: Derivation = Derivation {
    kind: "cloudfront.distribution",
    facts: &["caching"],
    reads: reads![
        CachePolicy { cookies, default_ttl_seconds, headers, max_ttl_seconds, policy_name, query_strings },
        Distribution { behaviors, origin_group_members, origins },
    ],
    compute: caching,
};

/// Parts of a path that are names of folders with files.
const FOLDERS: &[&str] = &[
    "asset",
    "assets",
    "css",
    "dist",
    "downloads",
    "files",
    "font",
    "fonts",
    "icons",
    "image",
    "images",
    "img",
    "js",
    "media",
    "photos",
    "pictures",
    "public",
    "scripts",
    "static",
    "styles",
    "thumbnails",
    "uploads",
    "videos",
];
/// What names of files end in.
const ENDINGS: &[&str] = &[
    "avif", "css", "eot", "gif", "ico", "jpeg", "jpg", "js", "map", "mjs", "mp3", "mp4", "otf", "pdf", "png", "svg",
    "ttf", "webm", "webp", "woff", "woff2", "zip",
];
/// A part of a path behind which there are no files, whatever else it names.
const NO_FILES: &str = "api";

fn caching(view: &View) -> Vec<Patch> {
    let policies = view.global::<CachePolicy>();
    let policies = policies.by_id();
    let learned = |distribution: &Distribution| {
        let behaviors = distribution.behaviors.known().map(|behaviors| behaviors.iter());
        let all = behaviors.and_then(|all| all.map(|behavior| how(behavior, distribution, &policies)).collect());
        Distribution { caching: all.map(|all: Vec<_>| all).into(), ..Distribution::default() }
    };
    view.here().iter().map(|distribution| distribution.patch(&learned(distribution.facts))).collect()
}

fn how(behavior: &Behavior, distribution: &Distribution, policies: &Lookup<CachePolicy>) -> Option<Caching> {
    let common = Caching {
        path: behavior.path.clone(),
        leads_to_bucket: any(origins_of(&behavior.origin, distribution)?.into_iter().map(|o| Some(of_bucket(o?))))?,
        leads_to_api: all(origins_of(&behavior.origin, distribution)?.into_iter().map(|o| Some(of_api(o?))))?,
        may_answer_at_edge: behavior.functions.iter().any(|function| function.event == "viewer-request"),
        static_path: names_files(&behavior.path),
        takes_writes: behavior.methods.as_ref()?.iter().any(|method| method == "POST"),
        ..Caching::default()
    };
    match &behavior.cache_policy {
        Some(policy) => by_policy(common, policies.get(policy)?.facts),
        None => by_itself(common, behavior, behavior.forwarded.as_ref()?),
    }
}

fn by_policy(common: Caching, policy: &CachePolicy) -> Option<Caching> {
    Some(Caching {
        policy: Some(policy.policy_name.known()?.clone()),
        caches: policy.max_ttl_seconds.get()? > 0,
        default_ttl_seconds: policy.default_ttl_seconds.get()?,
        cookies: policy.cookies.known()?.clone(),
        headers: policy.headers.known()?.clone(),
        query_strings: policy.query_strings.known()?.clone(),
        ..common
    })
}

/// Where all headers are part of the key, CloudFront keeps nothing.
fn by_itself(common: Caching, behavior: &Behavior, forwarded: &Forwarded) -> Option<Caching> {
    let all_headers = forwarded.headers.iter().any(|header| header == "*");
    Some(Caching {
        policy: None,
        caches: behavior.max_ttl_seconds? > 0 && !all_headers,
        default_ttl_seconds: behavior.default_ttl_seconds?,
        cookies: forwarded.cookies.clone(),
        headers: forwarded.headers.clone(),
        query_strings: forwarded.query_strings.clone(),
        ..common
    })
}

/// The origins that a behavior leads to: it names one, or a group of them.
fn origins_of<'d>(target: &str, distribution: &'d Distribution) -> Option<Vec<Option<&'d Origin>>> {
    let origins = distribution.origins.known()?;
    let named = |id: &str| origins.iter().find(|origin| origin.id == id);
    if let Some(origin) = named(target) {
        return Some(vec![Some(origin)]);
    }
    let groups = distribution.origin_group_members.known()?;
    let group = groups.iter().find(|group| group.id == target)?;
    Some(group.origins.iter().map(|id| named(id)).collect())
}

/// API Gateway, function URLs and AppSync, whose answers are made for each call.
fn of_api(origin: &Origin) -> bool {
    let domain = origin.domain.strip_suffix(".cn").unwrap_or(&origin.domain);
    let api = domain.ends_with(".amazonaws.com") && (domain.contains(".execute-api.") || domain.contains(".appsync-"));
    api || (domain.ends_with(".on.aws") && domain.contains(".lambda-url."))
}

/// Buckets, their websites and access points. What Object Lambda answers is made anew each time.
fn of_bucket(origin: &Origin) -> bool {
    let domain = origin.domain.strip_suffix(".cn").unwrap_or(&origin.domain);
    let of_s3 = domain.contains(".s3.") || domain.contains(".s3-") || domain.contains(".s3express-");
    of_s3 && domain.ends_with(".amazonaws.com") && !domain.contains(".s3-object-lambda.")
}

fn names_files(path: &str) -> bool {
    let path = path.to_lowercase();
    let parts: Vec<&str> = path.split(['/', '*', '?']).collect();
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.trim_end_matches(['*', '?']));
    let of_files = parts.iter().any(|part| FOLDERS.contains(part)) || ending.is_some_and(|end| ENDINGS.contains(&end));
    of_files && !parts.contains(&NO_FILES)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::names_files;
    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::cloudfront::{CachePolicy, Distribution};

    fn world(behavior: Value) -> SnapshotBuilder {
        let origin = |id: &str, domain: &str| json!({"id": id, "domain": domain, "custom_headers": []});
        let mut whole =
            json!({"path": "/static/*", "origin": "files", "signed_only": false, "methods": ["GET", "HEAD"]});
        whole.as_object_mut().unwrap().extend(behavior.as_object().unwrap().clone());
        let policy = |max: i64| {
            json!({
                "policy_name": "mine", "max_ttl_seconds": max, "default_ttl_seconds": 0, "cookies": "none",
                "headers": ["accept"], "query_strings": "all",
            })
        };
        let facts = json!({
            "origins": [origin("files", "files.s3.eu-west-1.amazonaws.com"), origin("app", "app.example.com"),
                origin("api", "a1.execute-api.eu-west-1.amazonaws.com"), origin("url", "x.lambda-url.eu-west-1.on.aws")],
            "origin_group_members": [{"id": "either", "origins": ["app", "files"]}],
            "behaviors": [whole],
        });
        SnapshotBuilder::new()
            .global::<CachePolicy>("keeps", policy(60))
            .global::<CachePolicy>("passes", policy(0))
            .global::<Distribution>("D1", facts)
    }

    fn of(world: SnapshotBuilder, field: &str) -> Option<Value> {
        let caching = world.derive().fact::<Distribution>("D1", "caching")?;
        Some(caching[0][field].clone())
    }

    #[test]
    fn a_policy_says_how_long_and_by_what() {
        let keeps = || world(json!({"cache_policy": "keeps"}));
        assert_eq!(of(keeps(), "caches"), Some(json!(true)));
        assert_eq!(of(keeps(), "headers"), Some(json!(["accept"])));
        assert_eq!(of(keeps(), "policy"), Some(json!("mine")));
        assert_eq!(of(world(json!({"cache_policy": "passes"})), "caches"), Some(json!(false)));
    }

    #[test]
    fn a_policy_that_was_not_read_leaves_all_unread() {
        assert_eq!(of(world(json!({"cache_policy": "elsewhere"})), "caches"), None);
        assert_eq!(of(world(json!({"cache_policy": "keeps"})).unread::<CachePolicy>(), "caches"), None);
        assert_eq!(of(world(json!({"cache_policy": null})), "caches"), None);
    }

    #[test]
    fn a_behaviour_of_the_old_form_says_so_itself_and_keeps_nothing_by_all_headers() {
        let old = |max: i64, headers: Value| {
            let forwarded = json!({"cookies": "all", "headers": headers, "query_strings": "none"});
            world(json!({"max_ttl_seconds": max, "default_ttl_seconds": 60, "forwarded": forwarded}))
        };
        assert_eq!(of(old(60, json!([])), "caches"), Some(json!(true)));
        assert_eq!(of(old(60, json!(["*"])), "caches"), Some(json!(false)));
        assert_eq!(of(old(0, json!([])), "caches"), Some(json!(false)));
        assert_eq!(of(old(60, json!([])), "cookies"), Some(json!("all")));
    }

    #[test]
    fn an_origin_is_a_bucket_by_its_name_and_a_group_by_one_of_its_own() {
        let to = |origin: &str| of(world(json!({"cache_policy": "keeps", "origin": origin})), "leads_to_bucket");
        assert_eq!(to("files"), Some(json!(true)));
        assert_eq!(to("app"), Some(json!(false)));
        assert_eq!(to("either"), Some(json!(true)));
        assert_eq!(to("nowhere"), None);
    }

    #[test]
    fn an_api_and_a_function_at_the_edge_are_told_apart_from_pages() {
        let api = |origin: &str| of(world(json!({"cache_policy": "passes", "origin": origin})), "leads_to_api");
        assert_eq!((api("api"), api("url"), api("app")), (Some(json!(true)), Some(json!(true)), Some(json!(false))));
        let at_edge = |event: &str| {
            let function = json!({"event": event, "runtime": "cloudfront", "arn": "arn:aws:cloudfront::1:function/f"});
            of(world(json!({"cache_policy": "passes", "functions": [function]})), "may_answer_at_edge")
        };
        assert_eq!((at_edge("viewer-request"), at_edge("viewer-response")), (Some(json!(true)), Some(json!(false))));
    }

    #[test]
    fn paths_of_files_are_told_by_folder_and_ending() {
        for path in ["/static/*", "assets/*", "*.JS", "/shop/images/*", "*.woff2", "/app.js?"] {
            assert!(names_files(path), "{path}");
        }
        for path in ["*", "/api/*", "/api/images/*", "/checkout", "/search.php", "/statics/*"] {
            assert!(!names_files(path), "{path}");
        }
    }
}
