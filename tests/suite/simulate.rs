//! `waaudit simulate` on the demo: what is printed, in which form, and what is refused.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use super::moto::{python, text};
use super::program::waaudit;

fn run(home: &Path, args: &[&str]) -> Output {
    waaudit(home).env("COLUMNS", "100").arg("simulate").args(args).output().expect("a run")
}

fn printed(home: &Path, args: &[&str]) -> String {
    let output = run(home, args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn json_of(home: &Path, args: &[&str]) -> Value {
    serde_json::from_str(&printed(home, &[args, &["--demo", "--format", "json"]].concat())).expect("JSON")
}

fn refused(home: &Path, args: &[&str], words: &str) {
    let output = run(home, args);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && told.contains(words) && output.stdout.is_empty(), "{args:?}: {told}");
}

/// Runs Python on a file of JSON.
fn check(program: &str, files: &[&Path]) {
    let output = Command::new(python()).args(["-c", program]).args(files).output().expect("Python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn every_simulation_fits_the_committed_schema() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/simulation.json");
    let program = "import json, sys, jsonschema; \
                   jsonschema.Draft202012Validator(json.load(open(sys.argv[1]))).validate(json.load(open(sys.argv[2])))";
    let growth = ["headroom", "--grow", "4", "--within", "60s"];
    let plan = ["plan", "--to", "10k"];
    let simulations =
        [(&["zone-loss"][..], "zone_losses"), (&["spof"], "single_points"), (&growth, "ramp"), (&plan, "plan")];
    for (args, part) in simulations {
        let document = json_of(home.path(), args);
        assert!(!document[part].is_null() && document["account"]["id"] == "123456789012", "{part}");
        let file = home.path().join("simulation.json");
        std::fs::write(&file, document.to_string()).expect("a file");
        check(program, &[&schema, &file]);
    }
}

/// The shop's only servers for the checkout, and its database, are in one zone; of its other servers a half is in each.
#[test]
fn the_shop_dies_with_the_zone_of_its_checkout_and_degrades_without_the_other() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let document = json_of(home.path(), &["zone-loss"]);
    let losses = document["zone_losses"].as_array().expect("losses");
    let shop = |zone: &str| {
        let of_shop = |loss: &&Value| loss["way_in"]["name"] == "fernweh-shop" && loss["zone"] == zone;
        losses.iter().find(of_shop).expect("the shop's loss")
    };
    assert_eq!((text(&shop("eu-west-1a")["outcome"]), text(&shop("eu-west-1b")["outcome"])), ("dies", "degraded"));
    assert_eq!(shop("eu-west-1b")["capacity"]["left_percent"], 50.0);
    let page = printed(home.path(), &["zone-loss", "--demo"]);
    let row = page.lines().find(|line| line.contains("fernweh-shop")).expect("the shop's row");
    assert!(row.contains("dies") && row.contains("degrades, 50 % left"), "{row}");
    let one = json_of(home.path(), &["zone-loss", "--zone", "eu-west-1b"]);
    let zones = one["zone_losses"].as_array().expect("losses").iter().map(|loss| text(&loss["zone"]));
    assert!(zones.clone().count() > 1 && zones.clone().all(|zone| zone == "eu-west-1b"));
}

/// Six ways in lose their database with it: two of them twice, as load balancer and as accelerator, and by DNS names.
#[test]
fn single_points_are_ranked_by_what_they_take_with_them() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let document = json_of(home.path(), &["spof"]);
    let points = document["single_points"].as_array().expect("points");
    let cuts: Vec<usize> = points.iter().map(|point| point["cuts"].as_array().map_or(0, Vec::len)).collect();
    assert!(cuts.is_sorted_by(|a, b| a >= b) && cuts.contains(&6), "{cuts:?}");
    let page = printed(home.path(), &["spof", "--demo"]);
    let orders = page.split("orders-db").nth(1).expect("the database's row");
    let row = orders.lines().take(4).flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ");
    assert!(row.contains("eu-west-1a") && row.contains("by 3 DNS names"), "{row}");
}

/// The next stage is one certificate away; the one after it takes what an architect would do first.
#[test]
fn the_plan_leads_to_the_next_stage_and_each_step_leaves_less_to_do() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let next = json_of(home.path(), &["plan"]);
    let plan = &next["plan"];
    assert_eq!((text(&plan["stage"]), text(&plan["then"]["readiness"])), ("launch", "ready"));
    assert!(plan["steps"].as_array().is_some_and(|steps| (1..=7).contains(&steps.len())), "{plan}");
    let ladder = next["ladder"].as_array().expect("stages").iter().map(|stage| text(&stage["status"]));
    assert!(ladder.clone().count() == 4 && ladder.clone().all(|status| status == "blocked"));
    let far = json_of(home.path(), &["plan", "--to", "10k"]);
    let steps = far["plan"]["steps"].as_array().expect("steps");
    let left: Vec<u64> = steps.iter().filter_map(|step| step["then"]["blocking"].as_u64()).collect();
    assert!(left.len() == steps.len() && left.is_sorted_by(|a, b| a >= b), "{left:?}");
    let named = |name: &str| steps.iter().find(|step| step["name"] == name).unwrap_or_else(|| panic!("no {name}"));
    // One more instance of the class, and its storage; one more gateway and its address.
    assert_eq!(named("orders-db")["monthly"]["items"][0]["item"], "rds/postgres/db.m7g.large");
    assert_eq!(named("vpc-0559e7ec142e6ad00")["monthly"]["items"][0]["item"], "nat-gateway");
    assert!(named("checkout")["cures"].as_array().is_some_and(|cured| cured.len() > 6), "its target group too");
    // What a load balancer's errors come to is not known before their cause is.
    let open = far["plan"]["open"].as_array().expect("rules").iter().map(|one| text(&one["rule"]));
    assert!(open.clone().any(|rule| rule == "load-balancing/alb-5xx"));
    let page = printed(home.path(), &["plan", "--demo", "--to", "10k", "--format", "markdown"]);
    assert_eq!(page.matches("```sh\n").count(), steps.len());
}

/// Every simulation as a picture: what it says of a node is in the node.
#[test]
fn pictures_say_at_each_node_what_was_simulated() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let cases = [
        (&["zone-loss"][..], "orders-db", "dies without eu-west-1a"),
        (&["spof"], "orders-db", "cuts off 6 ways in"),
        (&["headroom"], "shop-web", "CPU at 2.2×"),
        (&["plan", "--to", "10k"], "orders-db", "step "),
    ];
    for (args, name, note) in cases {
        let dot = printed(home.path(), &[args, &["--demo", "--format", "dot"]].concat());
        let mermaid = printed(home.path(), &[args, &["--demo", "--format", "mermaid"]].concat());
        assert!(dot.starts_with("digraph account {\n") && dot.ends_with("}\n") && dot.contains("fillcolor=\"#f"));
        assert!(mermaid.starts_with("flowchart LR\n") && mermaid.contains("classDef "), "{mermaid}");
        for picture in [dot, mermaid] {
            let noted = |line: &str| line.contains(name) && line.contains(note);
            assert!(picture.lines().any(noted), "{args:?}: {picture}");
        }
    }
}

/// botocore's model of the API is the judge.
#[test]
fn experiments_are_what_fis_takes_and_nothing_is_left_of_them_to_guess() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let experiments = printed(home.path(), &["zone-loss", "--demo", "--zone", "eu-west-1a", "--fis"]);
    let file = home.path().join("experiments.json");
    std::fs::write(&file, &experiments).expect("a file");
    let program = "import json, sys, botocore.session, botocore.validate; \
                   model = botocore.session.get_session().get_service_model('fis'); \
                   shape = model.operation_model('CreateExperimentTemplate').input_shape; \
                   reports = [botocore.validate.ParamValidator().validate({'clientToken': 'one', **one['template']}, shape) \
                              for one in json.load(open(sys.argv[1]))]; \
                   assert reports; \
                   sys.exit('\\n'.join(report.generate_report() for report in reports if report.has_errors()) or None)";
    check(program, &[&file]);
    let experiments: Value = serde_json::from_str(&experiments).expect("JSON");
    for one in experiments.as_array().expect("experiments") {
        let described = text(&one["template"]["description"]);
        assert!(described.starts_with("Loss of eu-west-1a for ") && described.len() <= 512, "{described}");
    }
}

#[test]
fn users_are_a_multiple_of_todays() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let by_factor = json_of(home.path(), &["headroom", "--grow", "10"]);
    let by_users = json_of(home.path(), &["headroom", "--users", "40_000", "--users-today", "4000"]);
    let breaks = |document: &Value| document["growth"]["breaks"].as_array().expect("breaks").clone();
    let (factor, users) = (breaks(&by_factor), breaks(&by_users));
    assert!(!factor.is_empty() && factor.len() == users.len());
    for (one, other) in factor.iter().zip(&users) {
        assert_eq!(one["limit"], other["limit"]);
        let (multiple, users) = (other["limit"]["multiple"].as_f64(), other["users"].as_f64());
        assert!((multiple.expect("a multiple") * 4000.0 - users.expect("users")).abs() < 1e-6);
    }
    let multiples: Vec<f64> = factor.iter().filter_map(|one| one["limit"]["multiple"].as_f64()).collect();
    assert!(multiples.is_sorted() && multiples.iter().all(|multiple| *multiple < 10.0), "{multiples:?}");
}

#[test]
fn pages_fit_their_width_and_names_of_others_steer_nothing() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let demo = include_str!("../../fixtures/accounts/demo.json").replace("\"fernweh-api\"", "\"a|<b>\\u001b[2J*\"");
    std::fs::write(home.path().join("hostile.json"), demo).expect("a file");
    for args in [&["zone-loss"][..], &["spof"], &["headroom", "--grow", "4", "--within", "5m"]] {
        let page = printed(home.path(), &[args, &["--snapshot", "hostile.json"]].concat());
        let widest = page.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(100), "{args:?}: {widest:?}");
        assert!(!page.contains('\u{1b}'), "{args:?}");
        let markdown = printed(home.path(), &[args, &["--snapshot", "hostile.json", "--format", "markdown"]].concat());
        assert!(!markdown.contains("<b>") && !markdown.contains('\u{1b}'), "{markdown}");
        let cells = |line: &str| line.replace("\\|", "").matches('|').count();
        for table in markdown.split("\n\n").filter(|part| part.starts_with('|')) {
            let counts: std::collections::BTreeSet<usize> = table.lines().map(cells).collect();
            assert_eq!(counts.len(), 1, "{table}");
        }
    }
}

#[test]
fn what_can_not_be_simulated_is_refused_with_what_can() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let home = home.path();
    refused(home, &["zone-loss", "--demo", "--zone", "eu-west-1z"], "zones in use: eu-west-1a, eu-west-1b");
    refused(home, &["zone-loss", "--demo", "--fis"], "--zone <ZONE>");
    refused(home, &["headroom", "--demo", "--within", "60s"], "--grow");
    refused(home, &["headroom", "--demo", "--grow", "4", "--within", "60"], "it has no unit");
    refused(home, &["headroom", "--demo", "--grow", "0"], "it has to be above 0");
    refused(home, &["headroom", "--demo", "--users", "10"], "--users-today");
}
